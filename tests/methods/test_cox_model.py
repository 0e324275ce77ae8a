from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic
from il6report.methods.cox_model import CoxResult, cox
from il6report.methods.proportional_hazards import ProportionalHazards

REFERENCE = Path(__file__).parents[1] / "reference"
MODELS = {
    "lung": ("death", ["age", "sex", "ph.ecog"]),
    "veteran": ("status", ["celltype", "karno", "trt"]),
    "colon": ("status", ["rx", "nodes", "age"]),
    "pbc": ("death", ["age", "bili", "albumin", "stage"]),
    "few": ("status", ["karno", "trt"]),
}
CASES = list(product(MODELS, ("efron", "breslow")))


def study(name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"survival_{name}.csv")
    if name == "veteran":
        levels = ["squamous", "smallcell", "adeno", "large"]
        frame["celltype"] = pd.Categorical(frame["celltype"], categories=levels)
    if name == "colon":
        frame["rx"] = pd.Categorical(frame["rx"], categories=["Obs", "Lev", "Lev+5FU"])
        frame = frame[frame["etype"] == 2]
    return frame


def model(name: str, ties: str = "efron", **options: object) -> CoxResult:
    event, predictors = MODELS[name]
    return cox(study(name), "time", event, predictors, ties=ties, **options)  # type: ignore[arg-type]


def reference(table: str, name: str, ties: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"survival_cox_{table}.csv")
    return frame[(frame["data"] == name) & (frame["ties"] == ties)].reset_index(drop=True)


def estimate_of(statistic: Statistic) -> Estimate:
    assert isinstance(statistic.estimate, Estimate)
    return statistic.estimate


@pytest.mark.parametrize(("name", "ties"), CASES)
def test_hazard_ratios_agree_with_r(name: str, ties: str) -> None:
    wanted = reference("terms", name, ties)
    found = model(name, ties).to_frame()
    assert len(found) == len(wanted)
    for column in ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"):
        np.testing.assert_allclose(found[column], wanted[column], rtol=1e-8)


@pytest.mark.parametrize(("name", "ties"), CASES)
def test_the_model_as_a_whole_agrees_with_r(name: str, ties: str) -> None:
    wanted = reference("fits", name, ties).iloc[0]
    found = model(name, ties)
    assert (found.n, found.n_events) == (wanted["n"], wanted["n_events"])
    assert found.log_likelihood == pytest.approx(wanted["log_likelihood"], rel=1e-12)
    assert found.log_likelihood_null == pytest.approx(wanted["null"], rel=1e-12)
    assert isinstance(found.likelihood_ratio, HypothesisTest)
    assert found.likelihood_ratio.statistic == pytest.approx(wanted["lr"], rel=1e-10)
    assert found.likelihood_ratio.df == wanted["df"]
    assert found.likelihood_ratio.p_value == pytest.approx(wanted["lr_p"], rel=1e-8)
    concordance = estimate_of(found.concordance)
    assert concordance.value == pytest.approx(wanted["concordance"], rel=1e-12)
    assert concordance.std_error == pytest.approx(wanted["concordance_se"], rel=1e-9)


@pytest.mark.parametrize(("name", "ties"), CASES)
def test_the_test_of_proportional_hazards_agrees_with_r(name: str, ties: str) -> None:
    wanted = reference("proportional_hazards", name, ties)
    found = model(name, ties).proportional_hazards
    assert isinstance(found, ProportionalHazards)
    frame = found.to_frame()
    assert frame["term"].tolist()[:-1] == wanted["predictor"].tolist()[:-1]
    for column in ("statistic", "df", "p_value"):
        np.testing.assert_allclose(frame[column], wanted[column], rtol=1e-7)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_schoenfeld_residuals_agree_with_r(ties: str) -> None:
    wanted = pd.read_csv(REFERENCE / "survival_cox_residuals.csv").query("ties == @ties")
    found = model("lung", ties).proportional_hazards
    assert isinstance(found, ProportionalHazards)
    pairs = {
        "raw": found.schoenfeld.drop(columns="time"),
        "scaled": found.scaled_schoenfeld.drop(columns=["time", "transformed_time"]),
    }
    assert sorted(found.schoenfeld["time"]) == sorted(wanted["time"])
    for kind, ours in pairs.items():
        for term in ours:
            np.testing.assert_allclose(
                np.sort(ours[term]), np.sort(wanted[f"{kind}.{term}"]), rtol=1e-7, atol=1e-9
            )
    np.testing.assert_allclose(
        np.sort(found.scaled_schoenfeld["transformed_time"]),
        np.sort(wanted["transformed_time"]),
        rtol=1e-10,
    )


@pytest.mark.parametrize("penalty", [None, "firth"])
def test_profile_intervals_agree_with_searches_in_r(penalty: str | None) -> None:
    wanted = pd.read_csv(REFERENCE / "survival_cox_profiles.csv").fillna({"penalty": ""})
    wanted = wanted[wanted["penalty"] == ("few" if penalty else "")]
    found = model("few", interval="profile", penalty=penalty).to_frame()
    for column in ("estimate", "conf_low", "conf_high", "statistic", "p_value"):
        np.testing.assert_allclose(found[column], wanted[column], rtol=1e-6)


def test_firths_penalty_gives_an_estimate_where_groups_are_separated() -> None:
    frame = pd.read_csv(REFERENCE / "survival_separated.csv")
    wanted = pd.read_csv(REFERENCE / "survival_cox_profiles.csv").query("penalty == 'separated'")
    plain = cox(frame, "time", "status", ["high", "age"])
    assert plain.terms["high"].estimate == NotEstimable(
        reason="the event and it are completely separated", measure="hazard_ratio"
    )
    found = cox(frame, "time", "status", ["high", "age"], penalty="firth").to_frame()
    for column in ("estimate", "conf_low", "conf_high", "statistic", "p_value"):
        np.testing.assert_allclose(found[column], wanted[column], rtol=2e-6)


@pytest.mark.parametrize("name", ["lung", "pbc", "few"])
def test_lifelines_gives_the_same(name: str) -> None:
    event, predictors = MODELS[name]
    frame = study(name)[["time", event, *predictors]].dropna()
    options = {"precision": 1e-12}
    theirs = CoxPHFitter().fit(frame, "time", event, fit_options=options).summary
    ours = model(name).to_frame()
    np.testing.assert_allclose(np.log(ours["estimate"]), theirs["coef"], rtol=1e-7)
    np.testing.assert_allclose(ours["std_error"], theirs["se(coef)"], rtol=1e-7)
    np.testing.assert_allclose(ours["statistic"], theirs["z"], rtol=1e-7)


SMALL = pd.DataFrame(
    {
        "years": [1.0, 2, 3, 4, 5, 6, 7, 8],
        "died": [1, 1, 0, 1, 0, 1, 0, 0],
        "age": [61, 45, 70, 52, 58, 66, 49, 63],
        "group": ["high"] * 4 + ["low"] * 4,
    }
)


def reason(frame: pd.DataFrame, predictors: list[str], key: str) -> str:
    found = cox(frame, "years", "died", predictors)
    estimate = found.terms[key].estimate
    assert isinstance(estimate, NotEstimable)
    assert found.to_frame()["note"].str.contains("not estimable").any()
    return estimate.reason


def test_a_coefficient_that_has_no_estimate_has_a_reason() -> None:
    nobody = SMALL.assign(died=0)
    assert reason(nobody, ["age"], "age") == "nobody had the event"
    one_arm = SMALL.assign(died=[1, 1, 0, 1, 0, 0, 0, 0])
    assert reason(one_arm, ["group", "age"], "group=low") == "nobody with low had the event"
    other_arm = SMALL.assign(died=[0, 0, 0, 0, 0, 1, 1, 1])
    reordered = SMALL["group"].map({"high": "b", "low": "a"})
    assert (
        reason(other_arm.assign(group=reordered, years=1.0), ["group"], "group=b")
        == "nobody with b had the event"
    )
    assert reason(SMALL.assign(x=3), ["x", "age"], "x") == "it has the same value in everybody"
    twice = SMALL.assign(months=SMALL["age"] * 12)
    assert reason(twice, ["age", "months"], "months") == "the other predictors determine it"
    early = SMALL.assign(years=SMALL["years"].where(SMALL["died"] == 1, 0.5), x=SMALL["died"] == 0)
    assert reason(early, ["x", "age"], "x") == (
        "it has the same value in all who were at risk when somebody had the event"
    )
    perfect = SMALL.assign(died=1, x=-SMALL["years"])
    assert reason(perfect, ["x"], "x") == "the event and it are completely separated"


@pytest.mark.parametrize("penalty", [None, "firth"])
def test_a_model_in_which_no_predictor_varies_has_a_reason(penalty: str | None) -> None:
    frame = study("few").assign(karno=50.0)
    found = cox(frame, "time", "status", ["karno"], penalty=penalty)  # type: ignore[arg-type]
    assert isinstance(found.terms["karno"].estimate, NotEstimable)
    assert isinstance(found.likelihood_ratio, NotEstimable)
    assert found.log_likelihood == found.log_likelihood_null


def test_the_other_coefficients_are_estimated_all_the_same() -> None:
    constant = cox(SMALL.assign(x=3), "years", "died", ["x", "age"])
    alone = cox(SMALL, "years", "died", ["age"])
    assert estimate_of(constant.terms["age"]) == estimate_of(alone.terms["age"])
    separated = cox(SMALL.assign(died=[1, 1, 0, 1, 0, 0, 0, 0]), "years", "died", ["group", "age"])
    assert isinstance(separated.terms["age"].estimate, Estimate)
    assert isinstance(separated.proportional_hazards, NotEstimable)
    assert isinstance(separated.likelihood_ratio, HypothesisTest)


def test_events_per_variable_and_missing_rows_are_counted() -> None:
    frame = SMALL.assign(age=SMALL["age"].where(SMALL["age"] > 45))
    found = cox(frame, "years", "died", ["age", "group"])
    assert (found.n, found.n_events, found.n_missing) == (7, 3, 1)
    assert estimate_of(found.events_per_variable).value == 1.5
    term = found.terms["group=low"]
    assert (term.contrast, term.n1, term.n2) == ("low / high", 4, 3)


def test_bad_input_is_named_all_at_once() -> None:
    with pytest.raises(AnalysisError) as caught:
        cox(SMALL.assign(died=2), "years", "died", ["sex"], ties="exact")  # type: ignore[arg-type]
    text = str(caught.value)
    for part in ("'efron', 'breslow'", "columns sex", "coded 1 and 2"):
        assert part in text
    with pytest.raises(AnalysisError, match="a list of different columns"):
        cox(SMALL, "years", "died", "age")


def test_every_kind_of_column_gives_the_same() -> None:
    wanted = estimate_of(cox(SMALL, "years", "died", ["age"]).terms["age"])
    for kind in ("Int64", "float32", "object"):
        frame = SMALL.astype({"age": kind, "died": "boolean"})
        assert estimate_of(cox(frame, "years", "died", ["age"]).terms["age"]) == wanted


@st.composite
def follow_ups(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(8, 30))
    rows = st.tuples(st.integers(1, 15), st.booleans(), st.integers(-4, 4), st.integers(20, 80))
    frame = pd.DataFrame(
        draw(st.lists(rows, min_size=n, max_size=n)), columns=["days", "died", "x", "age"]
    )
    return frame.assign(days=frame["days"].astype(float))


@given(follow_ups(), st.sampled_from(["wald", "profile"]), st.sampled_from([None, "firth"]))
def test_the_unit_of_time_and_the_order_of_rows_change_nothing(
    frame: pd.DataFrame, interval: str, penalty: str | None
) -> None:
    options = {"interval": interval, "penalty": penalty}
    first = cox(frame, "days", "died", ["x", "age"], **options)  # type: ignore[arg-type]
    turned = frame[::-1].assign(years=frame["days"] / 365.25)
    second = cox(turned, "years", "died", ["x", "age"], **options)  # type: ignore[arg-type]
    for key, statistic in first.terms.items():
        other = second.terms[key].estimate
        if isinstance(statistic.estimate, NotEstimable):
            assert statistic.estimate == other
            continue
        assert isinstance(other, Estimate)
        assert other.value == pytest.approx(statistic.estimate.value, rel=1e-6)
        assert other.conf_low == pytest.approx(statistic.estimate.conf_low, rel=1e-6)
        assert other.conf_high == pytest.approx(statistic.estimate.conf_high, rel=1e-6)


@given(follow_ups())
def test_a_ratio_lies_in_its_interval_and_inverts_with_the_sign_of_its_predictor(
    frame: pd.DataFrame,
) -> None:
    found = cox(frame, "days", "died", ["x"], interval="profile").terms["x"].estimate
    turned = cox(frame.assign(x=-frame["x"]), "days", "died", ["x"]).terms["x"].estimate
    if isinstance(found, Estimate):
        assert isinstance(turned, Estimate)
        assert found.conf_low is not None
        assert found.conf_high is not None
        assert found.conf_low <= found.value <= found.conf_high
        assert found.value == pytest.approx(1 / turned.value, rel=1e-7)


def test_the_input_is_not_changed() -> None:
    before = SMALL.copy(deep=True)
    cox(SMALL, "years", "died", ["age", "group"])
    pd.testing.assert_frame_equal(SMALL, before)


def test_people_are_compared_within_their_stratum_only() -> None:
    frame = study("pbc").dropna(subset=["stage"])
    shifted = frame.assign(time=frame["time"] * frame["stage"].map({1: 1, 2: 9, 3: 0.1, 4: 3}))
    one, other = (
        cox(each, "time", "death", ["bili", "age"], strata="stage").to_frame()
        for each in (frame, shifted)
    )
    np.testing.assert_allclose(one["estimate"], other["estimate"], rtol=1e-9)
    assert one["method"].str.contains("stratified by stage").all()


@pytest.mark.parametrize("penalty", [None, "firth"])
def test_a_single_stratum_changes_nothing(penalty: str | None) -> None:
    frame = study("few").assign(all="everybody")
    plain, stratified = (
        cox(frame, "time", "status", ["karno", "trt"], penalty=penalty, strata=strata)  # type: ignore[arg-type]
        for strata in (None, "all")
    )
    columns = ["estimate", "std_error", "conf_low", "conf_high", "p_value"]
    np.testing.assert_allclose(plain.to_frame()[columns], stratified.to_frame()[columns], rtol=1e-8)
    assert estimate_of(plain.concordance).value == estimate_of(stratified.concordance).value


def test_a_stratum_gets_no_hazard_ratio_and_a_missing_one_is_counted() -> None:
    frame = study("pbc")
    found = cox(frame, "time", "death", ["age", "stage"], strata="stage")
    assert found.n_missing == frame["stage"].isna().sum()
    assert found.terms["stage"].estimate == NotEstimable(
        reason="it has the same value in all who were at risk when somebody had the event",
        measure="hazard_ratio",
    )
    assert isinstance(found.terms["age"].estimate, Estimate)


def test_a_predictor_that_is_constant_within_strata_is_said_to_be_so() -> None:
    data = pd.DataFrame(
        {
            "years": [1.0, 2, 3, 4, 5, 6, 7, 8],
            "died": [1, 0, 1, 1, 1, 0, 1, 0],
            "sex": [0.1] * 4 + [0.7] * 4,
            "site": ["here"] * 4 + ["there"] * 4,
            "marker": [1.0, 3, 2, 5, 1, 2, 4, 3],
        }
    )
    model = cox(data, "years", "died", ["marker", "sex"], strata="site")
    estimate = model.terms["sex"].estimate
    assert isinstance(estimate, NotEstimable)
    assert estimate.reason == (
        "it has the same value in all who were at risk when somebody had the event"
    )


def test_times_ordered_by_the_predictor_have_no_hazard_ratio() -> None:
    order = np.random.default_rng(0).normal(size=68)
    data = pd.DataFrame({"years": np.exp(-order), "died": 1, "marker": order})
    model = cox(data, "years", "died", ["marker"], interval="profile")
    estimate = model.terms["marker"].estimate
    assert isinstance(estimate, NotEstimable)
    assert estimate.reason == "the event and it are completely separated"
