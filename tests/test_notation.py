import pytest
from hypothesis import given
from hypothesis import strategies as st

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic
from il6report.notation import (
    NBSP,
    format_estimate,
    format_number,
    format_p,
    format_significant,
    format_statistic,
)

RATIO = Estimate(measure="hazard_ratio", value=2.314, conf_low=1.02, conf_high=5.198, method="Cox")
TEST = HypothesisTest(statistic=2.0, p_value=0.0441, p_adjusted=0.1323, method="Wald")


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_a_statistic_is_printed_interval_before_p_value() -> None:
    row = Statistic(term="il6_high", estimate=RATIO, test=TEST, n=39)
    assert plain(format_statistic(row)) == "2.31 (95% CI 1.02 to 5.20; adjusted p = 0.132)"
    assert plain(format_statistic(row, "p")) == "p = 0.044"
    assert format_statistic(row, "n") == "39"


def test_what_is_not_there_is_not_printed() -> None:
    with pytest.raises(AnalysisError, match="holds no n_events"):
        format_statistic(Statistic(term="il6_high", estimate=RATIO), "n_events")


def test_what_could_not_be_estimated_is_printed_with_its_reason() -> None:
    row = Statistic(term="il6_high", estimate=NotEstimable(reason="no deaths"))
    assert format_statistic(row) == "not estimable (no deaths)"


def test_a_median_that_was_not_reached_is_said_so() -> None:
    reached = Estimate(
        measure="survival_time", value=float("inf"), conf_low=8.0, conf_high=float("inf"),
        method="Kaplan-Meier", unit="years",
    )  # fmt: skip
    assert format_estimate(reached) == "not reached"
    row = Statistic(term="all", estimate=reached)
    assert plain(format_statistic(row, "interval")) == "95% CI 8.0 to not reached"


def test_an_impossible_p_value_never_reaches_the_page() -> None:
    with pytest.raises(AnalysisError):
        format_p(1.01)


@given(st.floats(0, 1))
def test_a_p_value_is_never_printed_as_zero_or_one(p_value: float) -> None:
    assert format_p(p_value, symbol=False) not in {"0.000", "1.000"}


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_number_is_printed_within_half_its_last_decimal(value: float, decimals: int) -> None:
    text = format_number(value, decimals=decimals)
    assert "-" not in text
    read = float(text.replace(",", "").replace("−", "-"))
    assert read == pytest.approx(value, abs=0.5001 * 10**-decimals)


@given(st.floats(1e-3, 1e6 - 1))
def test_a_quantity_keeps_three_significant_digits(value: float) -> None:
    assert float(format_significant(value).replace(",", "")) == pytest.approx(value, rel=0.005)
