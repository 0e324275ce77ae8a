import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.statistics import power_under_cph

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.hazard_sensitivity import e_value, minimal_detectable_hazard_ratio


def ratio(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(
        measure="hazard_ratio", value=value, conf_low=low, conf_high=high, method="Cox model",
        no_interval="" if low else "none",
    )  # fmt: skip


def values(found: Estimate, *, rare: bool) -> list[float]:
    return e_value(found, rare=rare).to_frame()["estimate"].tolist()


def test_e_values_are_the_published_ones() -> None:
    # VanderWeele and Ding 2017: RR 3.9 (1.8 to 8.7) has E-values 7.26 and 3.0.
    assert values(ratio(3.9, 1.8, 8.7), rare=True) == pytest.approx([7.26, 3.0], abs=0.005)
    # By hand: HR 0.56 of a common event is a risk ratio of 0.6700.
    assert values(ratio(0.56, 0.46, 0.69), rare=False)[0] == pytest.approx(2.35, abs=0.005)


def test_an_interval_with_one_in_it_needs_no_confounding() -> None:
    assert values(ratio(1.5, 0.8, 3), rare=True)[1] == 1
    assert isinstance(e_value(ratio(1.5, None, None)).limit.estimate, NotEstimable)


@given(value=st.floats(1.01, 50), rare=st.booleans())
def test_a_ratio_and_its_inverse_have_the_same_e_value(*, value: float, rare: bool) -> None:
    up = values(ratio(value, value / 1.001, value * 2), rare=rare)
    down = values(ratio(1 / value, 0.5 / value, 1.001 / value), rare=rare)
    assert up == pytest.approx(down, rel=1e-9)
    assert up[0] >= up[1] >= 1


def test_only_hazard_ratios_are_taken() -> None:
    with pytest.raises(
        AnalysisError, match=r"an estimate of a hazard ratio, above zero; found one of mean"
    ):
        e_value(Estimate(measure="mean", value=1, method="mean", no_interval="none"))


@pytest.mark.parametrize(("n", "power"), [(20, 0.8), (40, 0.9), (100, 0.5)])
def test_the_detectable_ratio_has_the_power_that_lifelines_computes(n: int, power: float) -> None:
    found = minimal_detectable_hazard_ratio(2 * n, share=0.5, power=power)
    assert isinstance(found, Estimate)
    # lifelines uses the other group's weights of the same formula; in equal groups they agree for
    # ratios near 1.
    near = minimal_detectable_hazard_ratio(2_000_000 * n, share=0.5, power=power)
    assert isinstance(near, Estimate)
    theirs = power_under_cph(1_000_000 * n, 1_000_000 * n, 1, 1, near.value, alpha=0.05)
    assert theirs == pytest.approx(power, rel=1e-3)
    assert found.value > near.value > 1


def test_what_cannot_be_detected_has_a_reason() -> None:
    assert isinstance(minimal_detectable_hazard_ratio(0, share=0.5), NotEstimable)
    with pytest.raises(AnalysisError) as caught:
        minimal_detectable_hazard_ratio(5, share=0, power=1, alpha=2)
    assert len(caught.value.problems) == 3


def test_what_was_not_estimated_has_no_e_value_for_the_same_reason() -> None:
    none = NotEstimable(reason="nobody had the event", measure="hazard_ratio")
    found = e_value(none)
    expected = NotEstimable(reason="nobody had the event", measure="e_value")
    assert (found.estimate.estimate, found.limit.estimate) == (expected, expected)


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf])
def test_no_ratio_is_zero_negative_or_infinite(value: float) -> None:
    ratio = Estimate(measure="hazard_ratio", value=value, method="Cox model", no_interval="none")
    with pytest.raises(AnalysisError, match="a hazard ratio, above zero"):
        e_value(ratio)
