from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.restricted_mean import restricted_mean_survival

REFERENCE = Path(__file__).parents[1] / "reference"
WANTED = pd.read_csv(REFERENCE / "survival_restricted_means.csv", dtype={"group": str})
STUDIES = {
    "lung": ("death", "sex"),
    "veteran": ("status", "trt"),
    "colon": ("status", "rx"),
    "pbc": ("death", "sex"),
}
CASES = WANTED[["data", "tau"]].drop_duplicates().to_records(index=False).tolist()


def study(name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"survival_{name}.csv")
    return frame[frame["etype"] == 2] if name == "colon" else frame


@pytest.mark.parametrize(("name", "tau"), CASES)
def test_means_agree_with_r_and_differences_follow(name: str, tau: float) -> None:
    event, group = STUDIES[name]
    found = restricted_mean_survival(study(name), "time", event, group, tau=tau, interval="normal")
    wanted = WANTED.query("data == @name and tau == @tau").set_index("group")
    assert set(found.means) == set(wanted.index)
    for level, statistic in found.means.items():
        estimate = statistic.estimate
        assert isinstance(estimate, Estimate)
        assert estimate.value == pytest.approx(wanted.loc[level, "estimate"], rel=1e-10)
        assert estimate.std_error == pytest.approx(wanted.loc[level, "std_error"], rel=1e-10)
    first = next(iter(found.means))
    for level, statistic in found.differences.items():
        difference = statistic.estimate
        assert isinstance(difference, Estimate)
        value = wanted.loc[level, "estimate"] - wanted.loc[first, "estimate"]
        std_error = np.hypot(wanted.loc[level, "std_error"], wanted.loc[first, "std_error"])
        assert difference.value == pytest.approx(value, rel=1e-8)
        assert difference.std_error == pytest.approx(std_error, rel=1e-10)
        assert difference.conf_high == pytest.approx(value + 1.959963984540054 * std_error)
        assert isinstance(statistic.test, HypothesisTest)
        assert statistic.test.statistic == pytest.approx(value / std_error, rel=1e-8)


FRAME = pd.DataFrame(
    {"years": [1.0, 2, 3, 4, 2, 3, 5, 6], "died": [1, 1, 0, 1, 0, 1, 0, 1], "arm": list("aaaabbbb")}
)


def test_without_censoring_it_is_welchs_t_test_of_the_restricted_times() -> None:
    everybody = FRAME.assign(died=1)
    found = restricted_mean_survival(everybody, "years", "died", "arm", tau=3.5)
    lived = everybody["years"].clip(upper=3.5)
    one, two = (lived[everybody["arm"] == arm] for arm in "ab")
    welch = ttest_ind(two, one, equal_var=False)
    (statistic,) = found.differences.values()
    assert isinstance(statistic.estimate, Estimate)
    assert isinstance(statistic.test, HypothesisTest)
    assert statistic.test.statistic == pytest.approx(welch.statistic, rel=1e-12)
    assert statistic.test.p_value == pytest.approx(welch.pvalue, rel=1e-12)
    assert statistic.test.df == pytest.approx(welch.df, rel=1e-12)
    ends = (statistic.estimate.conf_low, statistic.estimate.conf_high)
    assert ends == pytest.approx(tuple(welch.confidence_interval()), rel=1e-12)
    # The standard error stays Greenwood's, which divides by the size of the group.
    greenwood = np.sqrt(one.var(ddof=0) / 4 + two.var(ddof=0) / 4)
    assert statistic.estimate.std_error == pytest.approx(greenwood, rel=1e-12)


def test_a_horizon_beyond_the_follow_up_is_refused_by_name() -> None:
    censored_early = FRAME.assign(died=[1, 1, 0, 0, 0, 1, 0, 1])
    found = restricted_mean_survival(censored_early, "years", "died", "arm", tau=5)
    assert found.means["a"].estimate == NotEstimable(
        reason="follow-up of the group ends before 5", measure="survival_time"
    )
    assert isinstance(found.means["b"].estimate, Estimate)
    assert isinstance(found.differences["b"].estimate, NotEstimable)
    # Where the curve has come down to 0 nothing is unknown later.
    assert isinstance(
        restricted_mean_survival(FRAME, "years", "died", "arm", tau=50).means["a"].estimate,
        Estimate,
    )


def test_nobody_with_the_event_leaves_no_interval() -> None:
    found = restricted_mean_survival(FRAME, "years", "died", "arm", tau=0.5)
    mean = found.means["a"].estimate
    assert isinstance(mean, Estimate)
    assert (mean.value, mean.no_interval) == (0.5, "nobody had the event by then")
    assert isinstance(found.differences["b"].estimate, NotEstimable)


def test_the_unit_of_time_scales_the_mean() -> None:
    months = FRAME.assign(months=FRAME["years"] * 12)
    first = restricted_mean_survival(FRAME, "years", "died", "arm", tau=3).to_frame()
    second = restricted_mean_survival(months, "months", "died", "arm", tau=36).to_frame()
    np.testing.assert_allclose(first["estimate"] * 12, second["estimate"], rtol=1e-12)
    np.testing.assert_allclose(first["std_error"] * 12, second["std_error"], rtol=1e-12)


@pytest.mark.parametrize("tau", [0, -1, float("inf"), float("nan")])
def test_a_horizon_must_be_a_time(tau: float) -> None:
    with pytest.raises(AnalysisError, match="a time above zero"):
        restricted_mean_survival(FRAME, "years", "died", "arm", tau=tau)
