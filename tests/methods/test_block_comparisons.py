import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.block_comparisons import BlockedContrasts, blocked_contrasts
from il6report.methods.blocks import block_means
from il6report.methods.simultaneous import largest_t_quantile, largest_t_sf

REFERENCE = Path(__file__).parents[1] / "reference"
IMMER = pd.read_csv(REFERENCE / "laboratory_immer.csv")
DUNNETT = pd.read_csv(REFERENCE / "laboratory_dunnett.csv")
# multcomp's own lattice is good to some 2e-7 where blocks are incomplete, ours to 1e-4.
DESIGNS = {"complete": (IMMER, 1e-7), "incomplete": (IMMER.drop(index=[2, 16]), 1e-3)}


def contrasts(data: pd.DataFrame, **options: str) -> BlockedContrasts:
    return blocked_contrasts(data, "Y1", "Var", "Loc", reference="M", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("design", DESIGNS)
def test_contrasts_agree_with_multcomp(design: str) -> None:
    data, adjusted = DESIGNS[design]
    wanted = DUNNETT[DUNNETT["design"] == design].reset_index(drop=True)
    found = contrasts(data).to_frame().iloc[:4]
    assert found["contrast"].tolist() == wanted["contrast"].tolist()
    for column in ("estimate", "std_error", "statistic", "df", "p_value"):
        assert found[column].tolist() == pytest.approx(wanted[column].tolist(), rel=1e-9), column
    for column in ("p_adjusted", "conf_low", "conf_high"):
        assert found[column].tolist() == pytest.approx(wanted[column].tolist(), rel=adjusted), (
            column
        )


def test_sign_flips_agree_with_r() -> None:
    wanted = pd.read_csv(REFERENCE / "laboratory_sign_flip.csv").set_index("variety")["p_value"]
    found = contrasts(IMMER, adjust="none").permutation
    assert {row.group1: row.test.p_value for row in found} == wanted.to_dict()  # type: ignore[union-attr]


def test_one_comparison_is_the_paired_t_test() -> None:
    pair = IMMER[IMMER["Var"].isin(["M", "T"])]
    row = contrasts(pair).contrasts[0]
    wide = pair.pivot_table(index="Loc", columns="Var", values="Y1")
    difference = wide["T"] - wide["M"]
    statistic = difference.mean() / difference.sem()
    assert isinstance(row.test, HypothesisTest)
    assert row.test.statistic == pytest.approx(statistic, rel=1e-12)
    assert row.test.df == 5
    assert row.test.p_adjusted == pytest.approx(row.test.p_value, rel=1e-12)


def test_the_log_scale_gives_ratios() -> None:
    found = contrasts(IMMER, scale="log").contrasts[0]
    logged = contrasts(IMMER.assign(Y1=np.log(IMMER["Y1"]))).contrasts[0]
    assert isinstance(found.estimate, Estimate)
    assert isinstance(logged.estimate, Estimate)
    assert found.estimate.measure == "geometric_mean_ratio"
    assert found.estimate.value == pytest.approx(np.exp(logged.estimate.value), rel=1e-12)
    assert found.estimate.conf_high == pytest.approx(np.exp(logged.estimate.conf_high), rel=1e-12)
    assert found.contrast == "P / M"


def test_lanes_are_not_taken_for_blocks() -> None:
    lanes = pd.concat([IMMER, IMMER, IMMER], ignore_index=True)
    with pytest.raises(AnalysisError, match=r"90 rows in 30 cells, up to 3 in one.*block_means"):
        contrasts(lanes)
    averaged = block_means(lanes, "Y1", "Var", "Loc")
    assert contrasts(averaged).contrasts[2].n == 6
    pd.testing.assert_frame_equal(contrasts(averaged).to_frame(), contrasts(IMMER).to_frame())
    assert set(averaged["n_readings"]) == {3}


def test_an_experiment_with_more_lanes_weighs_no_more() -> None:
    lanes = pd.DataFrame(
        {"donor": "a", "condition": "x", "experiment": [1, 1, 1, 2], "ratio": [1.0, 1.0, 1.0, 4.0]}
    )
    found = block_means(lanes, "ratio", "condition", "donor", experiment="experiment", scale="log")
    assert found["ratio"].tolist() == pytest.approx([2.0])
    assert found["n_experiments"].tolist() == [2]


def test_means_come_in_the_order_of_the_readings_with_the_columns_they_had() -> None:
    readings = pd.DataFrame(
        {
            "donor": pd.Categorical(["b", "a", "b", None, "b", "a"]),
            "dose": pd.array([3, 3, 1, 1, 3, None], dtype="Int64"),
            "ratio": [1.0, 2.0, 4.0, 5.0, 3.0, 6.0],
        },
        index=[7] * 6,
    )
    found = block_means(readings, "ratio", "dose", "donor")
    wanted = {"donor": ["b", "a", "b"], "dose": [3, 3, 1], "ratio": [2.0, 2.0, 4.0]}
    assert {name: found[name].tolist() for name in wanted} == wanted
    assert found["n_readings"].tolist() == [2, 1, 1]
    assert found[["donor", "dose"]].dtypes.equals(readings[["donor", "dose"]].dtypes)
    assert block_means(readings.assign(ratio=np.nan), "ratio", "dose", "donor").empty


def test_one_block_gives_an_estimate_without_test() -> None:
    row = contrasts(IMMER[IMMER["Loc"] == "C"]).contrasts[0]
    assert isinstance(row.estimate, Estimate)
    assert row.estimate.no_interval == "one block only"
    assert row.test == NotEstimable(reason="one block only")


def test_blocks_that_hardly_vary_are_still_tested_and_identical_ones_are_not() -> None:
    flat = IMMER.assign(Y1=np.where(IMMER["Var"] == "T", 2.0, 1.0))
    assert contrasts(flat).contrasts[0].test == NotEstimable(reason="no variation between blocks")


def test_missing_outcomes_are_counted() -> None:
    data = IMMER.copy()
    data.loc[3, "Y1"] = np.nan
    found = contrasts(data)
    assert found.n_missing == 1
    assert [row.n for row in found.contrasts] == [6, 6, 5, 6]


def test_an_unknown_reference_and_parts_that_do_not_hang_together_are_refused() -> None:
    with pytest.raises(AnalysisError, match="expected one of 'M', 'P', 'S', 'T', 'V'; found 'Q'"):
        blocked_contrasts(IMMER, "Y1", "Var", "Loc", reference="Q")
    apart = IMMER[(IMMER["Loc"] == "C") == IMMER["Var"].isin(["M", "P"])]
    with pytest.raises(AnalysisError, match="hang together in parts only"):
        contrasts(apart)


@given(arrays(float, (6, 3), elements=st.floats(-5, 5)), st.floats(-100, 100))
def test_a_shift_of_a_block_changes_nothing(values: np.ndarray, shift: float) -> None:
    cells = list(itertools.product(range(6), "abc"))
    data = pd.DataFrame(cells, columns=["block", "condition"]).assign(y=values.ravel())
    moved = data.assign(y=data["y"] + np.where(data["block"] == 2, shift, 0.0))
    before, after = (
        blocked_contrasts(one, "y", "condition", "block", reference="a", adjust="none").contrasts
        for one in (data, moved)
    )
    for old, new in zip(before, after, strict=True):
        assert isinstance(old.estimate, Estimate)
        assert isinstance(new.estimate, Estimate)
        assert new.estimate.value == pytest.approx(old.estimate.value, abs=1e-10)


def test_the_largest_t_lies_between_one_and_bonferroni() -> None:
    correlation = np.full((5, 5), 0.5) + np.eye(5) / 2
    for df in (1, 4, 40):
        for bound in (0.0, 1.5, 3.0, 40.0):
            single = largest_t_sf(bound, np.eye(1), df)
            assert single <= largest_t_sf(bound, correlation, df) <= min(5 * single, 1) + 1e-12
    critical = largest_t_quantile(0.95, correlation, 10)
    assert largest_t_sf(critical, correlation, 10) == pytest.approx(0.05, rel=1e-9)


def test_conditions_may_be_numbers() -> None:
    blots = pd.DataFrame(
        {"block": list("abcd") * 2, "ng_ml": [0] * 4 + [50] * 4,
         "ratio": [1.0, 1.4, 0.8, 1.1, 2.1, 2.5, 1.9, 2.0]}
    )  # fmt: skip
    found = blocked_contrasts(blots, "ratio", "ng_ml", "block", reference=0)
    assert found.contrasts[0].contrast == "50 - 0"


def test_one_condition_is_compared_with_nothing() -> None:
    blots = pd.DataFrame({"block": list("abc"), "condition": "IL-6", "ratio": [1.0, 1.4, 0.8]})
    with pytest.raises(AnalysisError, match="two or more conditions with values; found 1"):
        blocked_contrasts(blots, "ratio", "condition", "block", reference="IL-6")


def test_an_interval_of_a_ratio_may_have_no_upper_end() -> None:
    blots = pd.DataFrame(
        {"block": list("ab") * 2, "condition": ["a"] * 2 + ["b"] * 2, "ratio": [1.0, 1, 1, 1e12]}
    )
    found = blocked_contrasts(
        blots, "ratio", "condition", "block", reference="a", scale="log", conf_level=0.999
    )
    assert found.contrasts[0].estimate.conf_high == math.inf
