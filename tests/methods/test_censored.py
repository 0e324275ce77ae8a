import lifelines
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.log_scale import TOO_EXTREME

ENDS = ["estimate", "conf_low", "conf_high"]


def study(n: int = 60, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.where(np.arange(n) % 3 == 0, "control", "dcSSc")
    value = np.exp(rng.normal(1 + 0.9 * (group == "dcSSc"), 1.0))
    return pd.DataFrame(
        {
            "il6": np.maximum(value, 3.12),
            "below": value < 3.12,
            "group": group,
            "age": rng.normal(50, 10, n),
        }
    )


def value(estimate: Estimate | NotEstimable) -> float:
    assert isinstance(estimate, Estimate)
    return estimate.value


def test_the_fit_is_that_of_lifelines() -> None:
    data = study()
    ours = fit_censored_lognormal(data, "il6", "below", predictors=["age"])
    theirs = lifelines.LogNormalAFTFitter().fit_left_censoring(
        data.assign(seen=~data["below"])[["il6", "seen", "age"]], "il6", "seen"
    )
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, rel=1e-6)
    slope = float(theirs.params_[("mu_", "age")])
    assert np.log(value(ours.ratios[0].estimate)) == pytest.approx(slope, abs=1e-4)


def test_without_censoring_interval_and_p_value_are_those_of_the_t_test() -> None:
    data = study().assign(below=False)
    fit = fit_censored_lognormal(data, "il6", "below")
    y = np.log(data["il6"])
    estimate, margin = fit.geometric_mean.estimate, 2.0009953780882694 * y.sem()
    assert isinstance(estimate, Estimate)
    assert estimate.value == pytest.approx(np.exp(y.mean()), rel=1e-9)
    assert estimate.conf_low == pytest.approx(np.exp(y.mean() - margin), rel=1e-8)
    assert estimate.conf_high == pytest.approx(np.exp(y.mean() + margin), rel=1e-8)


def test_the_fiftieth_centile_is_the_geometric_mean() -> None:
    fit = fit_censored_lognormal(study(), "il6", "below", centiles=[50, 97.5], unit="pg/mL")
    mean, median, upper = (one.estimate for one in (fit.geometric_mean, *fit.centiles))
    assert isinstance(mean, Estimate)
    assert isinstance(median, Estimate)
    assert isinstance(upper, Estimate)
    assert median.value == pytest.approx(mean.value, rel=1e-12)
    assert median.conf_low == pytest.approx(mean.conf_low, rel=1e-7)
    assert upper.value > mean.value
    assert {mean.unit, median.unit, upper.unit} == {"pg/mL"}


def test_the_spread_of_nearly_equal_values_keeps_its_digits() -> None:
    wide = study()
    near = wide.assign(il6=1000 * wide["il6"] ** 1e-6)
    far, close = (
        np.log(fit_censored_lognormal(one, "il6", "below").to_frame().iloc[-1][ENDS].astype(float))
        for one in (wide, near)
    )
    # The logarithm of 1000 has seven digits before those that are compared.
    assert (close - np.log(1e-6)).tolist() == pytest.approx(far.tolist(), abs=1e-6)


def test_interval_and_test_agree_on_the_null() -> None:
    for seed in range(20):
        ratio = fit_censored_lognormal(study(24, seed), "il6", "below", predictors=["group"])
        row = ratio.ratios[0]
        assert isinstance(row.estimate, Estimate)
        assert isinstance(row.test, HypothesisTest)
        assert row.estimate.excludes_null is (row.test.p_value < 0.05)


@pytest.mark.parametrize(
    ("below", "values", "reason"),
    [
        ([True] * 4, [3, 3, 3, 3], "every value lies below the limit"),
        ([True, True, True, False], [3, 3, 3, 9], "too few different values"),
        ([True, False, False, False], [3, 9, 9, 9], "too few different values"),
    ],
)
def test_what_the_values_cannot_tell_is_not_estimable(
    below: list[bool], values: list[float], reason: str
) -> None:
    fit = fit_censored_lognormal(pd.DataFrame({"y": values, "b": below}), "y", "b", centiles=[97.5])
    for row in (fit.geometric_mean, fit.sigma, *fit.centiles):
        assert isinstance(row.estimate, NotEstimable)
        assert reason in row.estimate.reason
    assert fit.log_likelihood is None


def test_a_group_that_was_never_seen_above_the_limit_is_named() -> None:
    data = study()
    below = data["below"] | (data["group"] == "control")
    fit = fit_censored_lognormal(data.assign(below=below), "il6", "below", predictors=["group"])
    assert fit.ratios[0].estimate == NotEstimable(
        reason="no value above the limit in control", measure="geometric_mean_ratio"
    )


def test_centiles_beside_predictors_and_zero_values_are_refused_together() -> None:
    data = study().assign(il6=0.0)
    with pytest.raises(AnalysisError) as caught:
        fit_censored_lognormal(data, "il6", "below", predictors=["group"], centiles=[97.5, 120])
    for part in ("60 zero or negative", "between 0 and 100", "no predictors beside them"):
        assert part in str(caught.value)


@pytest.mark.parametrize("conf_level", [0.5, 0.95, 0.999])
def test_without_limits_the_interval_of_three_values_is_that_of_t(conf_level: float) -> None:
    frame = pd.DataFrame(
        {"y": [2.0, 3.0, 7.0], "below": False, "arm": pd.Categorical(["a", "a", "b"])}
    )
    fit = fit_censored_lognormal(frame, "y", "below", predictors=["arm"], conf_level=conf_level)
    a, b = np.log([2.0, 3.0]), np.log(7.0)
    reach = stats.t.isf((1 - conf_level) / 2, 1) * a.std(ddof=1) * np.sqrt(1.5)
    ratio = fit.ratios[0].estimate
    assert isinstance(ratio, Estimate)
    assert ratio.conf_low is not None
    assert ratio.conf_high is not None
    assert np.log(ratio.conf_low) == pytest.approx(b - a.mean() - reach, rel=1e-8)
    assert np.log(ratio.conf_high) == pytest.approx(b - a.mean() + reach, rel=1e-8)


def test_a_predictor_in_too_large_a_unit_is_told() -> None:
    data = study().assign(pg=lambda d: d["il6"] * 1e-9)
    row = fit_censored_lognormal(data, "il6", "below", predictors=["pg"]).ratios[0]
    assert row.estimate == NotEstimable(reason=TOO_EXTREME, measure="geometric_mean_ratio")
