import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.fisher import fisher_test
from il6report.methods.proportions import compare_proportions
from il6report.methods.single_proportion import ProportionMethod, estimate_proportion


def rows(table: list[list[int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"level": level, "group": "abcdef"[group]}
            for level, line in enumerate(table)
            for group, count in enumerate(line)
            for _ in range(count)
        ]
    )


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.sampled_from(["wilson", "exact"]))  # fmt: skip
def test_a_proportion_lies_in_its_interval(
    counted: tuple[int, int], method: ProportionMethod
) -> None:
    found = estimate_proportion(*counted, method=method)
    assert isinstance(found, Estimate)
    assert found.conf_low is not None
    assert found.conf_high is not None
    assert 0 <= found.conf_low <= found.value <= found.conf_high <= 100


def test_nobody_has_no_proportion_and_too_many_are_refused() -> None:
    assert isinstance(estimate_proportion(0, 0), NotEstimable)
    with pytest.raises(AnalysisError, match="found 5 of 4"):
        estimate_proportion(5, 4)
    with pytest.raises(AnalysisError, match=r"whole count .* found 1\.5 of 3"):
        estimate_proportion(1.5, 3)  # pyright: ignore[reportArgumentType] - what is refused


@given(st.lists(st.integers(0, 8), min_size=4, max_size=4).filter(any))
def test_fishers_test_of_four_cells_is_the_sum_over_one_margin(cells: list[int]) -> None:
    table = np.array(cells).reshape(2, 2)
    n, first, column = table.sum(), table[0].sum(), table[:, 0].sum()
    support = np.arange(max(0, first + column - n), min(first, column) + 1)
    likely = hypergeom.pmf(support, n, column, first)
    observed = hypergeom.pmf(table[0, 0], n, column, first)
    expected = likely[likely <= observed * (1 + 1e-7)].sum()
    assert fisher_test(table, seed=0).p_value == pytest.approx(expected, rel=1e-9)


def test_many_random_tables_come_close_to_listing_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.array([[5, 2, 1], [1, 4, 3], [2, 2, 8]])
    listed = fisher_test(table, seed=1).p_value
    monkeypatch.setattr("il6report.methods.fisher._LISTED", 1)
    drawn = fisher_test(table, seed=1)
    assert "20000 random tables" in drawn.method
    assert drawn.p_value == pytest.approx(listed, abs=0.01)
    assert drawn == fisher_test(table, seed=1)


def test_exchanging_groups_inverts_the_odds_ratio() -> None:
    data = rows([[9, 3], [4, 8]])
    one = compare_proportions(data, "level", "group", reference="a").estimate
    other = compare_proportions(data, "level", "group", reference="b").estimate
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert one.value == pytest.approx(1 / other.value, rel=1e-6)
    assert one.value > 1


def test_the_event_may_be_named() -> None:
    data = rows([[9, 3], [4, 8]])
    one = compare_proportions(data, "level", "group", event=1)
    other = compare_proportions(data, "level", "group", event=0)
    assert one.levels == ("1", "0")
    assert one.counts == ((4, 8), (9, 3))
    assert other.counts == ((9, 3), (4, 8))
    assert isinstance(one.further[0], Estimate)
    assert one.further[0].value == pytest.approx(8 / 11 - 4 / 13)


def test_an_empty_cell_leaves_test_and_risk_difference() -> None:
    found = compare_proportions(rows([[0, 5], [6, 2]]), "level", "group")
    assert isinstance(found.estimate, NotEstimable)
    assert isinstance(found.test, HypothesisTest)
    assert isinstance(found.further[0], Estimate)


def test_small_expected_counts_are_told() -> None:
    found = compare_proportions(rows([[2, 1, 3], [4, 4, 1]]), "level", "group", method="chi2")
    assert "6 of 6 expected counts below 5: prefer fisher" in found.statistic.note
    assert isinstance(found.estimate, Estimate)
    assert found.estimate.measure == "cramers_v"


def test_one_level_and_a_trend_of_three_are_refused() -> None:
    with pytest.raises(AnalysisError, match="two levels or more"):
        compare_proportions(rows([[3, 4]]), "level", "group")
    with pytest.raises(AnalysisError, match="two levels for a trend"):
        compare_proportions(rows([[1, 1], [1, 1], [1, 1]]), "level", "group", method="trend")


def test_the_interval_of_groups_more_alike_than_chance_ends_at_the_estimate() -> None:
    counts = {("a", 0): 20, ("a", 1): 20, ("a", 2): 20, ("b", 0): 20, ("b", 1): 20, ("b", 2): 20,
              ("c", 0): 20, ("c", 1): 21, ("c", 2): 20}  # fmt: skip
    frame = pd.DataFrame([key for key, n in counts.items() for _ in range(n)], columns=["g", "y"])
    found = compare_proportions(frame, "y", "g", method="chi2").estimate
    assert isinstance(found, Estimate)
    assert 0 == found.conf_low < found.value == found.conf_high
