import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.discrimination import roc
from il6report.methods.roc_in_time import time_dependent_roc

people = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.integers(-3, 3)), min_size=6, max_size=40
).map(lambda rows: pd.DataFrame(rows, columns=["years", "died", "marker"]))


def area(frame: pd.DataFrame, at: float) -> Estimate | NotEstimable:
    return time_dependent_roc(frame, "marker", "years", "died", times=[at]).areas[at].estimate


@given(people)
def test_without_censoring_it_is_the_ordinary_area(frame: pd.DataFrame) -> None:
    frame = frame.assign(died=1, early=frame["years"] <= 5)
    found = area(frame, 5)
    if frame["early"].sum() < 2 or (~frame["early"]).sum() < 2:
        return
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(roc(frame, "marker", "early").area.value, abs=1e-12)


@given(people, st.randoms(use_true_random=False))
def test_order_and_unit_change_nothing_and_a_turned_marker_turns_it(
    frame: pd.DataFrame, random: object
) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = area(frame, 5), area(frame.iloc[order].eval("years = years * 12"), 60)
    turned = area(frame.assign(marker=-frame["marker"]), 5)
    if isinstance(one, NotEstimable):
        assert one == other == turned
        return
    assert isinstance(other, Estimate)
    assert isinstance(turned, Estimate)
    assert other.value == pytest.approx(one.value, abs=1e-12)
    assert turned.value == pytest.approx(1 - one.value, abs=1e-12)
    assert (one.conf_low is None) == (other.conf_low is None)
    if one.conf_low is not None and one.conf_high is not None:
        assert 0 <= one.conf_low <= one.value <= one.conf_high <= 1
        assert turned.conf_high == pytest.approx(1 - one.conf_low, abs=1e-9)


def test_the_curve_runs_from_all_positive_to_all_negative_and_has_the_area() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"marker": rng.normal(size=80), "years": rng.exponential(5, 80), "died": rng.random(80) < 1}
    )
    found = time_dependent_roc(frame, "marker", "years", "died", times=[3, 6])
    curve = found.curves[found.curves["time"] == 6]
    ends = curve[["sensitivity", "specificity"]].iloc[[0, -1]].to_numpy()
    np.testing.assert_allclose(ends, [[1, 0], [0, 1]], atol=1e-12)
    under = -np.trapezoid(curve["sensitivity"], 1 - curve["specificity"])
    estimate = found.areas[6].estimate
    assert isinstance(estimate, Estimate)
    assert under == pytest.approx(estimate.value, abs=1e-12)


def test_what_cannot_be_estimated_has_a_reason() -> None:
    frame = pd.DataFrame({"marker": [1, 2, 3, 4], "years": [2, 3, 4, 5], "died": [1, 0, 1, 0]})
    assert area(frame, 1) == NotEstimable(
        reason="nobody has had the event by then", measure="area_under_curve"
    )
    assert area(frame, 9) == NotEstimable(
        reason="nobody is followed further", measure="area_under_curve"
    )
    apart = area(frame.assign(marker=[9, 1, 8, 1]), 4.5)
    assert isinstance(apart, Estimate)
    assert apart.no_interval == "those with and without the event do not overlap"


def test_a_time_must_lie_above_zero() -> None:
    frame = pd.DataFrame({"marker": [1, 2], "years": [2, 3], "died": [1, 0]})
    with pytest.raises(AnalysisError, match="one or more times above zero"):
        time_dependent_roc(frame, "marker", "years", "died", times=[0])
