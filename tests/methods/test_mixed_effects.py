from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.mixed_effects import mixed_model

REFERENCE = Path(__file__).parents[1] / "reference"
WANTED = pd.read_csv(REFERENCE / "laboratory_satterthwaite.csv")
SLEEP = pd.read_csv(REFERENCE / "laboratory_sleepstudy.csv")

# model: data, formula, groups, random effects, R's name of each of our terms
MODELS = {
    "sleepstudy_intercept": ("sleepstudy", "Reaction ~ Days", "Subject", None),
    "sleepstudy_slope": ("sleepstudy", "Reaction ~ Days", "Subject", "~Days"),
    "orthodont": ("orthodont", "distance ~ age * Female", "Subject", None),
    "immer": ("immer", "Y1 ~ C(Var, Treatment('M'))", "Loc", None),
}


def frame(name: str) -> pd.DataFrame:
    data = pd.read_csv(REFERENCE / f"laboratory_{name}.csv")
    return data.assign(Female=(data["Sex"] == "Female") * 1) if "Sex" in data else data


def as_in_r(term: str) -> str:
    renamed = term.replace("C(Var, Treatment('M'))[T.", "Var").removesuffix("]")
    return {"Intercept": "(Intercept)", "Female": "SexFemale", "age:Female": "age:SexFemale"}.get(
        renamed, renamed
    )


@pytest.mark.parametrize("name", MODELS)
def test_fixed_effects_agree_with_lmertest(name: str) -> None:
    data, formula, groups, re_formula = MODELS[name]
    fit = mixed_model(frame(data), formula, groups=groups, re_formula=re_formula)
    found = fit.to_frame().assign(term=lambda rows: rows["term"].map(as_in_r)).set_index("term")
    wanted = WANTED[WANTED["model"] == name].set_index("term")
    assert set(found.index) == set(wanted.index)
    found = found.loc[wanted.index]
    assert found["estimate"].tolist() == pytest.approx(wanted["estimate"].tolist(), rel=1e-10)
    # Ours is the exact maximum; lme4's optimiser and its numerical derivatives stop short of it.
    for column, relative in (("std_error", 5e-7), ("df", 1e-6), ("p_value", 3e-5)):
        assert found[column].tolist() == pytest.approx(wanted[column].tolist(), rel=relative), (
            column
        )
    residual = fit.variance_components["residual"]
    assert residual == pytest.approx(wanted["residual_variance"].iloc[0], rel=5e-8)


def test_a_balanced_block_design_gives_the_exact_degrees_of_freedom() -> None:
    data, formula, groups, _ = MODELS["immer"]
    found = mixed_model(frame(data), formula, groups=groups).to_frame()
    assert found["df"].iloc[1:].tolist() == pytest.approx([20] * 4, rel=1e-9)


def test_two_groups_give_no_test() -> None:
    few = SLEEP[SLEEP["Subject"].isin([308, 309])]
    slope = mixed_model(few, "Reaction ~ Days", groups="Subject").fixed[1]
    assert isinstance(slope.estimate, Estimate)
    assert slope.estimate.no_interval == "2 groups are too few for a test that remembers them"
    assert isinstance(slope.test, NotEstimable)


def test_no_variance_between_groups_is_said_and_leaves_least_squares() -> None:
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"g": np.repeat(range(8), 5), "x": np.tile(range(5), 8)})
    noise = rng.normal(size=40)
    means = pd.Series(noise).groupby(data["g"]).transform("mean")
    data["y"] = 2.0 * data["x"] + noise - means
    slope = mixed_model(data, "y ~ x", groups="g").fixed[1]
    assert slope.note == "no variance between groups found"
    assert isinstance(slope.test, HypothesisTest)
    assert slope.test.df == pytest.approx(38)
    assert slope.test.statistic == pytest.approx(
        np.polyfit(data["x"], data["y"], 1)[0]
        / np.sqrt(np.polyfit(data["x"], data["y"], 1, cov=True)[1][0, 0]),
        rel=1e-9,
    )


def test_false_positives_stay_near_five_per_cent_with_four_blocks() -> None:
    rng = np.random.default_rng(2012)
    design = pd.DataFrame({"g": np.repeat(range(4), 2), "x": np.tile([0, 1], 4)})
    wrong = 0
    for _ in range(200):
        y = rng.normal(size=4)[design["g"]] + rng.normal(size=8) * 0.5
        test = mixed_model(design.assign(y=y), "y ~ x", groups="g").fixed[1].test
        wrong += isinstance(test, HypothesisTest) and test.p_value < 0.05
    assert wrong <= 18


def test_missing_rows_are_counted_and_the_input_unchanged() -> None:
    data = SLEEP.copy()
    data.loc[:4, "Reaction"] = np.nan
    before = data.copy()
    found = mixed_model(data, "Reaction ~ Days", groups="Subject")
    assert (found.n_missing, found.n_rows) == (5, 175)
    pd.testing.assert_frame_equal(data, before)


def test_a_formula_that_names_no_column_is_refused() -> None:
    with pytest.raises(AnalysisError, match=r"'Reaction ~ Dais'.*name 'Dais' is not defined"):
        mixed_model(SLEEP, "Reaction ~ Dais", groups="Subject")


@pytest.mark.parametrize("weights", [(1, 0), (0, 1), (1, 9), (0, 5)])
def test_sums_of_coefficients_agree_with_lmertest_in_groups_of_unequal_size(
    weights: tuple[int, int],
) -> None:
    row = np.arange(1, len(SLEEP) + 1)
    short = SLEEP["Subject"].isin([309, 331]) & (SLEEP["Days"] > 5)
    model = mixed_model(
        SLEEP[(row % 7 != 3) & ~short], "Reaction ~ Days", groups="Subject", re_formula="~Days"
    )
    total = model.effects.combine(dict(zip(("Intercept", "Days"), weights, strict=True)), term="m")
    found = total.to_row()
    reference = pd.read_csv(REFERENCE / "outcomes.csv")
    wanted = reference[reference["case"] == f"mixed {weights[0]} {weights[1]}"]
    assert len(wanted) == 6
    for column, value in zip(wanted["column"], wanted["value"], strict=True):
        # lme4's optimiser and its numerical derivatives stop short of the exact maximum.
        assert found[column] == pytest.approx(value, rel=2e-6 if column == "p_value" else 2e-7)


def test_a_sum_of_unknown_coefficients_is_refused() -> None:
    model = mixed_model(SLEEP, "Reaction ~ Days", groups="Subject")
    with pytest.raises(AnalysisError, match=r"one of 'Intercept', 'Days'; found 'Nights'"):
        model.effects.combine({"Nights": 1}, term="m")


def test_a_level_that_nobody_has_changes_nothing() -> None:
    rows = frame("sleepstudy").assign(arm=np.resize(["a", "b", "b"], len(frame("sleepstudy"))))
    kinds = pd.Categorical(rows["arm"], categories=["a", "b", "nobody"])
    found, plain = (
        mixed_model(one, "Reaction ~ arm", groups="Subject").to_frame()
        for one in (rows.assign(arm=kinds), rows)
    )
    pd.testing.assert_frame_equal(found, plain)


def test_a_column_with_any_name_is_found_and_no_other_is_used() -> None:
    rows = frame("sleepstudy").rename(columns={"Days": "Days (of 10)"}).assign(Days=np.nan)
    found = mixed_model(rows, 'Reaction ~ Q("Days (of 10)")', groups="Subject")
    assert found.n_missing == 0


@pytest.mark.parametrize(
    ("formula", "re_formula", "told"),
    [
        ("Days", None, "expected one outcome"),
        ("Days + Reaction ~ 1", None, "expected one outcome"),
        ("Reaction ~ Days", "~ 0", "'Reaction ~ Days' and '~ 0'"),
        ("Reaction ~ Days", "~ Reaction", "a random effect that the outcome determines"),
        ("Reaction ~ np.where(Days > 3, np.inf, Days)", None, "finite in every row"),
    ],
)
def test_a_formula_that_is_no_model_is_refused(
    formula: str, re_formula: str | None, told: str
) -> None:
    with pytest.raises(AnalysisError, match=told):
        mixed_model(frame("sleepstudy"), formula, groups="Subject", re_formula=re_formula)


def test_at_the_boundary_estimates_are_those_of_lme4() -> None:
    data = frame("sleepstudy")
    few = data[data["Days"].isin([5, 6, 7]) & data["Subject"].isin(data["Subject"].unique()[:9])]
    fit = mixed_model(few, "Reaction ~ Days", groups="Subject", re_formula="~ Days")
    expected = pd.read_csv(REFERENCE / "laboratory_singular.csv")
    assert not fit.separable
    for name in ("estimate", "std_error"):
        assert fit.to_frame()[name].tolist() == pytest.approx(expected[name].tolist(), rel=1e-6)
    assert fit.variance_components["residual"] == pytest.approx(
        expected["residual_variance"][0], rel=1e-6
    )


def test_a_likelihood_that_scoring_circles_in_has_a_maximum_all_the_same() -> None:
    sizes = [2, 4, 4, 2, 2, 3, 5]
    data = pd.DataFrame(
        {
            "group": np.repeat(np.arange(7), sizes),
            "time": np.concatenate([np.arange(n) for n in sizes]),
            "y": [
                11.17,
                12.07,
                10.26,
                9.97,
                10.51,
                12.03,
                10.65,
                11.29,
                11.36,
                11.61,
                10.75,
                11.18,
                7.84,
                8.04,
                12.77,
                11.25,
                13.49,
                10.32,
                11.14,
                12.39,
                12.7,
                16.12,
            ],
        }
    )
    fit = mixed_model(data, "y ~ time", groups="group", re_formula="~ time")
    # lme4 1.1-31, optimiser bobyqa.
    assert fit.to_frame()["estimate"].tolist() == pytest.approx(
        [10.2783117657, 0.7048321125], rel=1e-6
    )
