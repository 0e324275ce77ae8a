import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.product_limit import KaplanMeierResult, kaplan_meier

REFERENCE = Path(__file__).parents[1] / "reference"
GROUPS = {"lung": "sex", "veteran": "celltype", "colon": "rx", "pbc": "stage"}
EVENTS = {"lung": "death", "veteran": "status", "colon": "status", "pbc": "death"}


def study(name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"survival_{name}.csv")
    return frame[frame["etype"] == 2] if name == "colon" else frame


def expected(table: str, name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"survival_{table}.csv", dtype={"group": str})
    return frame[frame["data"] == name].drop(columns="data").reset_index(drop=True)


def fit(name: str) -> KaplanMeierResult:
    return kaplan_meier(study(name), "time", EVENTS[name], group=GROUPS[name])


@pytest.mark.parametrize("name", GROUPS)
def test_curves_agree_with_r(name: str) -> None:
    found = fit(name).curves.query("time > 0").astype({"group": str})
    wanted = expected("curves", name)
    merged = wanted.merge(found, on=["group", "time"], suffixes=("_r", ""), validate="1:1")
    assert len(merged) == len(wanted) == len(found)
    for column in wanted.columns.drop(["group", "time"]):
        np.testing.assert_allclose(
            merged[column].astype(float), merged[f"{column}_r"], rtol=1e-9, atol=1e-14
        )


@pytest.mark.parametrize("name", GROUPS)
def test_medians_and_follow_up_agree_with_r(name: str) -> None:
    found = fit(name)
    for row in expected("medians", name).itertuples():
        for statistic, ends in (
            (found.median[row.group], (row.median, row.conf_low, row.conf_high)),
            (found.follow_up[row.group], (row.follow_up, row.follow_up_low, row.follow_up_high)),
        ):
            estimate = statistic.estimate
            assert isinstance(estimate, Estimate)
            reached = [
                math.nan if math.isinf(value) else value
                for value in (estimate.value, estimate.conf_low, estimate.conf_high)
            ]
            assert reached == pytest.approx(ends, rel=1e-12, nan_ok=True)
            assert (statistic.n, statistic.n_events) == (row.n, row.n_events)


@pytest.mark.parametrize("name", GROUPS)
def test_milestones_and_numbers_at_risk_agree_with_r(name: str) -> None:
    times = [50, 100, 200, 365.25, 700]
    wanted = expected("milestones", name)
    at = fit(name).at(times).merge(wanted, on=["group", "time"], suffixes=("", "_r"))
    assert len(at) == len(wanted)
    # Before the first event R prints an interval from 1 to 1; there is none.
    at.loc[at["survival"] == 1, ["conf_low_r", "conf_high_r"]] = np.nan
    for column in ("n_at_risk", "survival", "conf_low", "conf_high"):
        assert at[column].tolist() == pytest.approx(
            at[f"{column}_r"].tolist(), rel=1e-9, nan_ok=True
        )
    at_risk = fit(name).at_risk(times).merge(wanted, on=["group", "time"], suffixes=("", "_r"))
    assert at_risk["n_at_risk"].tolist() == at_risk["n_at_risk_r"].tolist()


def test_the_curve_of_lifelines_is_the_same() -> None:
    lung = study("lung")
    theirs = KaplanMeierFitter().fit(lung["time"], lung["death"])
    ours = kaplan_meier(lung, "time", "death").curves
    np.testing.assert_allclose(
        ours["survival"], theirs.survival_function_["KM_estimate"], rtol=1e-12
    )
    band = theirs.confidence_interval_.iloc[1:]
    np.testing.assert_allclose(ours["conf_low"][1:], band["KM_estimate_lower_0.95"], rtol=1e-9)
    np.testing.assert_allclose(ours["conf_high"][1:], band["KM_estimate_upper_0.95"], rtol=1e-9)


def test_what_cannot_be_read_off_has_its_reason() -> None:
    frame = pd.DataFrame({"years": [2.0, 3.0, 4.0, 5.0], "died": [0, 1, 1, 0]})
    curve = kaplan_meier(frame, "years", "died")
    before, inside, beyond = (curve.milestone(time).estimate for time in (1, 3, 6))
    assert isinstance(before, Estimate)
    assert (before.value, before.no_interval) == (1.0, "nobody had had the event")
    assert isinstance(inside, Estimate)
    assert inside.value == pytest.approx(2 / 3)
    assert beyond == NotEstimable(
        reason="beyond the follow-up of the group", measure="survival_probability"
    )
    everybody = kaplan_meier(frame.assign(died=1), "years", "died").milestone(9).estimate
    assert isinstance(everybody, Estimate)
    assert everybody.value == 0


def test_a_curve_without_events_has_no_median() -> None:
    frame = pd.DataFrame({"years": [2.0, 3.0], "died": [0, 0]})
    result = kaplan_meier(frame, "years", "died")
    assert isinstance(result.median["all"].estimate, NotEstimable)
    assert result.to_frame()["note"][0] == "not estimable: the event was never observed"


def test_rows_with_something_missing_are_counted() -> None:
    frame = pd.DataFrame(
        {"years": [2.0, None, 4.0, 5.0], "died": [1, 1, None, 0], "arm": ["a", "a", "b", None]}
    )
    result = kaplan_meier(frame, "years", "died", group="arm")
    assert (result.groups, result.n_missing) == (("a",), 3)


def test_bad_input_is_named() -> None:
    frame = pd.DataFrame({"years": [0.0, -1.0, 4.0], "died": [1, 2, 2]})
    with pytest.raises(AnalysisError) as caught:
        kaplan_meier(frame, "years", "died")
    text = str(caught.value)
    assert "2 zero or negative of 3" in text
    assert "coded 1 and 2" in text
    with pytest.raises(AnalysisError, match="at least one row without missing values"):
        kaplan_meier(frame.assign(died=[None] * 3, years=[1.0, 2, 3]), "years", "died")
    good = kaplan_meier(frame.abs().assign(years=1.0, died=1), "years", "died")
    with pytest.raises(AnalysisError, match="at or above zero"):
        good.at([-1])
    with pytest.raises(AnalysisError, match="'all'"):
        good.milestone(1, group="high")


follow_ups = st.lists(
    st.tuples(st.integers(1, 20).map(lambda days: days / 2), st.booleans()), min_size=1, max_size=40
)


@given(follow_ups)
def test_a_curve_never_rises_and_stays_in_its_interval(rows: list[tuple[float, bool]]) -> None:
    frame = pd.DataFrame(rows, columns=["years", "died"])
    curve = kaplan_meier(frame, "years", "died").curves
    assert (np.diff(curve["survival"]) <= 0).all()
    inside = curve.dropna()
    assert (inside["conf_low"] <= inside["survival"]).all()
    assert (inside["survival"] <= inside["conf_high"]).all()
    assert curve["n_events"].sum() + curve["n_censored"].sum() == len(frame)


@given(follow_ups, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_unit_of_time_change_nothing(
    rows: list[tuple[float, bool]], random: object
) -> None:
    frame = pd.DataFrame(rows, columns=["years", "died"])
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 99)).assign(  # type: ignore[attr-defined]
        days=lambda one: one["years"] * 365.25
    )
    first = kaplan_meier(frame, "years", "died").curves
    second = kaplan_meier(shuffled, "days", "died").curves
    pd.testing.assert_frame_equal(first.drop(columns="time"), second.drop(columns="time"))
