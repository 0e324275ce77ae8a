import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.association import Correlation, CorrelationMethod, correlate

METHODS: list[CorrelationMethod] = ["spearman", "pearson", "kendall"]
PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=5, max_size=14)


def frame(seed: int = 1, n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    stratum = np.repeat(["a", "b"], n // 2)
    shift = np.where(stratum == "a", 0.0, 3.0)
    x = rng.normal(size=n) + shift
    return pd.DataFrame({"x": x, "y": 0.5 * x + rng.normal(size=n) + shift, "stratum": stratum})


def value(found: Correlation) -> float:
    assert isinstance(found.estimate, Estimate)
    return found.estimate.value


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30)
@given(pairs=PAIRS)
def test_a_coefficient_stays_inside_its_interval_and_scale(
    method: CorrelationMethod, pairs: list[tuple[int, int]]
) -> None:
    data = pd.DataFrame(pairs, columns=["x", "y"])
    found = correlate(data, "x", "y", method=method)
    if isinstance(found.estimate, Estimate):
        assert -1 <= found.estimate.value <= 1
        if found.estimate.conf_low is not None and found.estimate.conf_high is not None:
            assert -1 <= found.estimate.conf_low <= found.estimate.value + 1e-12
            assert found.estimate.value - 1e-12 <= found.estimate.conf_high <= 1
    if isinstance(found.test, HypothesisTest):
        assert 0 <= found.test.p_value <= 1
        assert np.isfinite(found.test.statistic)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30)
@given(pairs=PAIRS)
def test_the_two_columns_may_change_places(
    method: CorrelationMethod, pairs: list[tuple[int, int]]
) -> None:
    data = pd.DataFrame(pairs, columns=["x", "y"])
    one, other = (correlate(data, *names, method=method) for names in (("x", "y"), ("y", "x")))
    if isinstance(one.estimate, Estimate):
        assert value(one) == pytest.approx(value(other), abs=1e-12)


def test_a_partial_correlation_is_that_of_pingouin() -> None:
    data = frame().assign(z=np.random.default_rng(2).normal(size=40))
    ours = correlate(data, "x", "y", method="partial", adjust_for=["z"])
    theirs = pingouin.partial_corr(data, "x", "y", "z").iloc[0]
    assert value(ours) == pytest.approx(theirs["r"], rel=1e-9)
    assert isinstance(ours.test, HypothesisTest)
    assert ours.test.p_value == pytest.approx(theirs["p_val"], rel=1e-6)


def test_within_strata_the_difference_between_strata_does_not_count() -> None:
    data = frame()
    crude = correlate(data, "x", "y", method="pearson")
    within = correlate(data, "x", "y", method="partial", adjust_for=["stratum"])
    centred = data[["x", "y"]] - data.groupby("stratum")[["x", "y"]].transform("mean")
    assert value(within) == pytest.approx(centred.corr().loc["x", "y"], rel=1e-9)
    assert value(crude) > value(within)
    assert "adjusted for stratum" in within.statistic.note


def test_pairs_of_unknown_order_do_not_count_for_kendall() -> None:
    data = pd.DataFrame({"x": [2.0, 5.0, 1.0, 4.0], "below": [0, 1, 0, 0], "y": [1, 9, 2, 3]})
    found = correlate(data, "x", "y", method="kendall", below_limit="below")
    # Below 5 may be anything against 2, 1 and 4: only three of six pairs are decided in x.
    assert value(found) == pytest.approx((-1 + 1 + 1) / np.sqrt(3 * 6))
    assert found.n_censored == 1


def test_what_stands_for_below_the_limit_does_not_matter() -> None:
    data = frame().assign(below=lambda d: d["x"] < 1)
    limited = data.assign(x=data["x"].clip(lower=1))
    substituted = data.assign(x=data["x"].where(~data["below"], 0.5))
    found = [
        correlate(one, "x", "y", below_limit="below", method=method)
        for one in (limited, substituted)
        for method in ("spearman", "kendall")
    ]
    assert found[0] == found[2]
    assert found[1] == found[3]


def test_a_perfect_order_has_no_interval_but_an_exact_p_value() -> None:
    found = correlate(pd.DataFrame({"x": range(5), "y": range(5)}), "x", "y")
    assert isinstance(found.estimate, Estimate)
    assert (found.estimate.value, found.estimate.no_interval) == (1.0, "the association is perfect")
    assert isinstance(found.test, HypothesisTest)
    assert found.test.p_value == pytest.approx(2 / 120)


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_goes_together_with_nothing(method: CorrelationMethod) -> None:
    found = correlate(pd.DataFrame({"x": [1.1] * 6, "y": range(6)}), "x", "y", method=method)
    assert isinstance(found.estimate, NotEstimable)
    assert isinstance(found.test, NotEstimable)


def test_options_that_do_not_fit_together_are_refused() -> None:
    data = frame().assign(below=0)
    for options, part in (
        ({"method": "partial"}, "what to hold constant"),
        ({"method": "kendall", "adjust_for": ["stratum"]}, "hold it constant"),
        ({"method": "pearson", "below_limit": "below"}, "method for censored values"),
        ({"adjust_for": ["x"]}, "different columns"),
    ):
        with pytest.raises(AnalysisError, match=part):
            correlate(data, "x", "y", **options)  # type: ignore[arg-type]
