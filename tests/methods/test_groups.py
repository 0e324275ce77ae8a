import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.groups import TwoGroupComparison, TwoGroupMethod, compare_two_groups

METHODS: list[TwoGroupMethod] = [
    "mann_whitney", "welch", "student", "permutation", "censored_lognormal", "peto_peto",
]  # fmt: skip
SAMPLES = st.lists(st.integers(1, 60).map(lambda v: v / 4), min_size=3, max_size=8)


def frame(x1: list[float], x2: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"y": [*x1, *x2], "g": ["a"] * len(x1) + ["b"] * len(x2)})


def estimated(found: TwoGroupComparison) -> Estimate:
    assert isinstance(found.estimate, Estimate)
    return found.estimate


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20)
@given(x1=SAMPLES, x2=SAMPLES)
def test_the_estimate_lies_in_its_interval_and_p_in_its_range(
    method: TwoGroupMethod, x1: list[float], x2: list[float]
) -> None:
    found = compare_two_groups(frame(x1, x2), "y", "g", method=method)
    for estimate in (found.estimate, *found.further):
        if isinstance(estimate, Estimate) and estimate.conf_low is not None:
            assert estimate.conf_high is not None
            slack = 1e-9 * max(abs(estimate.value), 1)
            assert estimate.conf_low <= estimate.value + slack
            assert estimate.value <= estimate.conf_high + slack
    if isinstance(found.test, HypothesisTest):
        assert 0 <= found.test.p_value <= 1


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20)
@given(x1=SAMPLES, x2=SAMPLES, seed=st.integers(0, 99))
def test_neither_row_order_nor_input_changes(
    method: TwoGroupMethod, x1: list[float], x2: list[float], seed: int
) -> None:
    data = frame(x1, x2)
    before = data.copy()
    shuffled = data.sample(frac=1, random_state=seed)
    first = compare_two_groups(data, "y", "g", method=method).to_frame()
    second = compare_two_groups(shuffled, "y", "g", method=method).to_frame()
    pd.testing.assert_frame_equal(first, second, rtol=1e-8, atol=1e-6)
    pd.testing.assert_frame_equal(data, before)


@pytest.mark.parametrize("method", ["mann_whitney", "welch", "student", "permutation"])
@settings(max_examples=20)
@given(x1=SAMPLES, x2=SAMPLES)
def test_exchanging_the_groups_turns_the_difference_round(
    method: TwoGroupMethod, x1: list[float], x2: list[float]
) -> None:
    one = compare_two_groups(frame(x1, x2), "y", "g", method=method, reference="a")
    other = compare_two_groups(frame(x1, x2), "y", "g", method=method, reference="b")
    assume(isinstance(one.estimate, Estimate))
    assert estimated(one).value == pytest.approx(-estimated(other).value, abs=1e-12)
    low, high = estimated(one).conf_low, estimated(other).conf_high
    assert (low is None) == (high is None)
    if low is not None and high is not None:
        assert low == pytest.approx(-high, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_another_unit_rescales_differences_and_leaves_ratios(method: TwoGroupMethod) -> None:
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"y": rng.lognormal(1, 1, 30), "g": ["a", "b", "b"] * 10})
    one = estimated(compare_two_groups(data, "y", "g", method=method))
    other = estimated(compare_two_groups(data.assign(y=data["y"] * 1000), "y", "g", method=method))
    factor = 1000 if one.measure.endswith("difference") else 1
    np.testing.assert_allclose(
        [other.value, other.conf_low, other.conf_high],
        np.array([one.value, one.conf_low, one.conf_high]) * factor,
        rtol=1e-7,
    )


@pytest.mark.parametrize("dtype", ["Int64", "object", "category", "float64"])
def test_the_dtype_of_the_columns_does_not_matter(dtype: str) -> None:
    data = frame([1, 4, 9, 7], [2, 3, 12, 15]).assign(g=[0, 0, 0, 0, 1, 1, 1, 1])
    expected = compare_two_groups(data, "y", "g")
    assert compare_two_groups(data.astype(dtype), "y", "g") == expected


def test_missing_values_are_counted_and_a_repeated_index_does_no_harm() -> None:
    data = frame([1, 4, np.nan, 7], [2, 3, 12, 15]).set_axis([0] * 8)
    found = compare_two_groups(data.assign(g=[*data["g"][:-1], None]), "y", "g")
    assert (found.n1, found.n2, found.n_missing) == (3, 3, 2)
    assert "2 missing" in found.statistic.note


def test_too_few_for_an_exact_interval_is_said_and_not_pretended() -> None:
    found = compare_two_groups(frame([1, 2, 3], [4, 5, 6]), "y", "g", reference="a")
    estimate = estimated(found)
    assert (estimate.value, estimate.conf_low) == (3.0, None)
    assert "too few values" in estimate.no_interval
    assert isinstance(found.test, HypothesisTest)
    assert found.test.p_value == pytest.approx(0.1)


def test_groups_that_do_not_vary_cannot_be_compared_by_means() -> None:
    found = compare_two_groups(frame([2, 2, 2], [5, 5, 5]), "y", "g", method="welch")
    assert isinstance(found.estimate, NotEstimable)
    assert isinstance(found.test, NotEstimable)


def test_a_group_without_a_value_above_the_limit_has_no_ratio_but_a_rank_test() -> None:
    data = frame([3, 3, 3, 3], [3, 4, 9, 12]).assign(below=[1, 1, 1, 1, 1, 0, 0, 0])
    ratio = compare_two_groups(data, "y", "g", method="censored_lognormal", below_limit="below")
    assert isinstance(ratio.estimate, NotEstimable)
    assert ratio.estimate.reason == "no value above the limit in a"
    assert ratio.n_censored == 5
    ranks = compare_two_groups(data, "y", "g", below_limit="below")
    assert estimated(ranks).measure == "probability_of_superiority"
    assert estimated(ranks).value == 14 / 16


def test_the_value_that_stands_for_below_the_limit_does_not_matter_to_ranks() -> None:
    below = [1, 1, 0, 0, 1, 0, 0, 0]
    data = frame([3, 3, 8, 5], [3, 4, 9, 12]).assign(below=below)
    substituted = data.assign(y=data["y"].where(data["below"] == 0, 1.5))
    for method in ("mann_whitney", "peto_peto"):
        one = compare_two_groups(data, "y", "g", method=method, below_limit="below")
        other = compare_two_groups(substituted, "y", "g", method=method, below_limit="below")
        assert one == other


def test_bad_input_is_refused_in_one_sentence_each() -> None:
    data = pd.DataFrame({"y": ["1", "x", "3"], "g": ["a", "b", "c"], "below": [1, 2, 1]})
    with pytest.raises(AnalysisError) as caught:
        compare_two_groups(data, "y", "g", method="welsh", below_limit="below")  # type: ignore[arg-type]
    told = str(caught.value)
    for part in ("Did you mean 'welch'", "3 of 3 values are text", "coded 1 and 2", "2 groups"):
        assert part in told
