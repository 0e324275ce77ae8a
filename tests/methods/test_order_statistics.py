import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from il6report.estimates import Estimate, NotEstimable
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.order_statistics import plotting_positions, regression_on_order


def sample(n: int, limits: tuple[float, ...], seed: int = 1) -> pd.DataFrame:
    y = np.exp(np.random.default_rng(seed).normal(1, 0.8, n))
    limit = np.resize(limits, n)
    return pd.DataFrame({"y": np.maximum(y, limit), "below": y < limit})


@pytest.mark.parametrize("limits", [(2.0,), (1.0, 3.0)])
def test_it_stands_beside_the_likelihood(limits: tuple[float, ...]) -> None:
    frame = sample(400, limits)
    likely = fit_censored_lognormal(frame, "y", "below").geometric_mean.estimate
    ordered = regression_on_order(frame, "y", "below").geometric_mean.estimate
    assert isinstance(likely, Estimate)
    assert isinstance(ordered, Estimate)
    assert ordered.value == pytest.approx(likely.value, rel=0.02)


def test_without_values_below_limits_the_means_are_the_usual_ones() -> None:
    frame = sample(30, (0.001,))
    found = regression_on_order(frame, "y", "below")
    assert isinstance(found.mean.estimate, Estimate)
    assert found.mean.estimate.value == pytest.approx(frame["y"].mean())
    positions = plotting_positions(np.arange(5.0), np.zeros(5, dtype=np.bool_))
    np.testing.assert_allclose(positions, np.arange(1, 6) / 6)


@given(st.integers(0, 10_000), st.sampled_from([(2.0,), (1.0, 3.0), (0.5, 2.0, 4.0)]))
def test_positions_are_shares_and_rise_with_the_values(
    seed: int, limits: tuple[float, ...]
) -> None:
    frame = sample(25, limits, seed)
    y, censored = frame["y"].to_numpy(), frame["below"].to_numpy()
    found = plotting_positions(y, censored)
    assert ((found > 0) & (found < 1)).all()
    above = found[~censored][np.argsort(y[~censored])]
    assert (np.diff(above) > 0).all()


def test_one_value_above_the_limit_is_not_enough() -> None:
    frame = pd.DataFrame({"y": [3.0, 3.0, 5.0], "below": [1, 1, 0]})
    assert isinstance(regression_on_order(frame, "y", "below").mean.estimate, NotEstimable)
