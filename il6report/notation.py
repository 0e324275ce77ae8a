"""Numbers into characters: the only module that rounds.

British journal style: a minus sign, "to" inside intervals, p-values to three decimals and never as
zero. A value that cannot be shown to its usual decimals without becoming zero gets more of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from il6report.errors import AnalysisError
from il6report.estimates import (
    CountPercent,
    Estimate,
    HypothesisTest,
    Measure,
    NotEstimable,
    Statistic,
)

Part = Literal[
    "full", "inside", "estimate", "interval", "p", "p_adjusted", "n", "n1", "n2", "n_events", "note"
]
"""What of a statistic to print; see `format_statistic`."""

NOT_ESTIMABLE = "not estimable"
NOT_REACHED = "not reached"
MISSING = "–"
_SMALLEST, _LARGEST = 0.001, 999_999
NBSP = "\N{NO-BREAK SPACE}"

# Decimals of measures that have a natural number of them; concentrations and other quantities with
# a unit are shown to three significant digits.
DECIMALS: dict[Measure, int] = {
    "count": 0,
    "percent": 0,
    "percent_of_studies": 1,
    "n_missing": 0,
    "standardised_difference": 2,
    "probability_of_superiority": 2,
    "cliffs_delta": 2,
    "area_under_curve": 2,
    "log_standard_deviation": 2,
    "epsilon_squared": 2,
    "cramers_v": 2,
    "geometric_mean_ratio": 2,
    "odds_ratio": 2,
    "hazard_ratio": 2,
    "time_ratio": 2,
    "relative_potency": 2,
    "slope_ratio": 2,
    "dilution_slope": 2,
    "pearson_r": 2,
    "spearman_rho": 2,
    "kendall_tau": 2,
    "percent_blocked": 0,
    "weighted_kappa": 2,
    "gwet_ac2": 2,
    "intraclass_correlation": 2,
    "amplification_efficiency": 0,
    "reference_variation": 2,
    "intensity_score": 1,
    "proportional_hazards_correlation": 2,
    "likelihood_ratio_statistic": 2,
    "survival_probability": 2,
    "survival_time": 1,
    "cumulative_incidence": 2,
    "e_value": 2,
    "concordance": 2,
    "risk_difference": 2,
    "events_per_variable": 0,
}

RATIOS: frozenset[Measure] = frozenset({"geometric_mean_ratio", "odds_ratio", "hazard_ratio"})
"""Measures that compare by division: two decimals, and three digits from 10 on."""

PERCENTAGES: frozenset[Measure] = frozenset(
    {"percent", "percent_of_studies", "percent_blocked", "amplification_efficiency"}
)
"""Measures whose estimate is followed by a per cent sign."""

QUANTILES: frozenset[Measure] = frozenset({"median", "lower_quartile", "upper_quartile"})
"""Measures that lie on or half-way between values: one decimal, and none where it is zero."""


def format_number(value: float, *, decimals: int) -> str:
    """Write a number to so many decimals, with a true minus sign.

    Examples
    --------
    >>> format_number(-0.256, decimals=2)
    '−0.26'
    >>> format_number(-0.001, decimals=2)
    '0.00'
    >>> format_number(12345.6, decimals=0)
    '12,346'
    """
    if math.isnan(value):
        raise AnalysisError(
            "a missing number reached the page; it needs NotEstimable and a reason."
        )
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def format_significant(value: float, *, digits: int = 3) -> str:
    """Write a quantity to significant digits, never in exponents.

    Beyond 0.001 and 999,999, where only the fit of an interval strays, the bound is written.

    Examples
    --------
    >>> [format_significant(value) for value in (458.0, 12.34, 3.12, 0.0456, 0.0)]
    ['458', '12.3', '3.12', '0.0456', '0']
    >>> [format_significant(value) for value in (1.6e-13, 5.1e8)]
    ['<0.001', '>999,999']
    """
    if value == 0 or not math.isfinite(value):
        return format_number(value, decimals=0)
    if abs(value) < _SMALLEST:
        return f"<{_SMALLEST}" if value > 0 else f">−{_SMALLEST}"
    if abs(value) > _LARGEST:
        return f">{_LARGEST:,}" if value > 0 else f"<−{_LARGEST:,}"
    leading = math.floor(math.log10(abs(value)))
    return format_number(value, decimals=max(digits - 1 - leading, 0))


def format_log_breaks(breaks: Sequence[float] | Sequence[str]) -> list[str]:
    """Write the labels of a logarithmic axis, without exponents.

    Examples
    --------
    >>> format_log_breaks([1, 10, 100, 1000])
    ['1', '10', '100', '1,000']
    """
    return [format_significant(float(value), digits=1) for value in breaks]


def format_p(p_value: float, *, symbol: bool = True) -> str:
    """Write a p-value to three decimals, rounded and never zero.

    Parameters
    ----------
    p_value : float
        In [0, 1]; anything else is a mistake upstream and raises.
    symbol : bool
        Whether to begin with "p = " or "p < "; a table column needs none.

    Examples
    --------
    >>> [format_p(p, symbol=False) for p in (0.0116, 0.00004, 0.9999, 0.05)]
    ['0.012', '<0.001', '>0.999', '0.050']
    >>> format_p(0.00004).replace(NBSP, " ")
    'p < 0.001'
    """
    if not 0.0 <= p_value <= 1.0:
        raise AnalysisError(f"{p_value} is no p-value.")
    sign, text = "=", f"{p_value:.3f}"
    if p_value < 0.001:  # noqa: PLR2004 - the smallest p-value a journal prints
        sign, text = "<", "0.001"
    elif p_value > 0.999:  # noqa: PLR2004 - and the largest
        sign, text = ">", "0.999"
    if symbol:
        return f"p{NBSP}{sign}{NBSP}{text}"
    return text if sign == "=" else sign + text


def format_value(value: float, measure: Measure) -> str:
    """Write a number to the decimals its measure is usually given.

    Examples
    --------
    >>> [format_value(ratio, "hazard_ratio") for ratio in (0.456, 2.314, 13.05, 512.3)]
    ['0.46', '2.31', '13.1', '512']
    >>> [format_value(age, "median") for age in (57.0, 53.5, 8.25)]
    ['57', '53.5', '8.2']
    """
    if measure in QUANTILES and abs(value) >= 1:
        return format_number(value, decimals=1).removesuffix(".0")
    if measure in RATIOS and abs(value) >= 10:  # noqa: PLR2004 - three digits tell a large ratio
        return format_significant(value)
    if measure in DECIMALS:
        return format_number(value, decimals=DECIMALS[measure])
    return format_significant(value)


def format_interval(estimate: Estimate, *, level: bool = True) -> str:
    """Write a confidence interval, such as "95% CI 1.10 to 3.60".

    Empty where there is none, or where neither end of the interval of a median was reached.
    """
    if estimate.conf_low is None or estimate.conf_high is None:
        return ""
    if math.isinf(estimate.conf_low) and estimate.measure == "survival_time":
        return ""
    ends = [
        NOT_REACHED
        if math.isinf(end) and estimate.measure == "survival_time"
        else format_value(end, estimate.measure)
        for end in (estimate.conf_low, estimate.conf_high)
    ]
    text = f"{ends[0]}{NBSP}to{NBSP}{ends[1]}"
    return f"{100 * estimate.conf_level:g}%{NBSP}CI {text}" if level else text


def format_estimate(estimate: Estimate | NotEstimable, *, unit: bool = True) -> str:
    """Write the point estimate with its unit.

    Examples
    --------
    >>> format_estimate(NotEstimable(reason="no deaths"))
    'not estimable'
    """
    if isinstance(estimate, NotEstimable):
        return NOT_ESTIMABLE
    if math.isinf(estimate.value) and estimate.measure == "survival_time":
        return NOT_REACHED
    text = format_value(estimate.value, estimate.measure)
    if estimate.measure in PERCENTAGES:
        return f"{text}%"
    if not unit or not estimate.unit:
        return text
    return f"{text}%" if estimate.unit == "%" else f"{text}{NBSP}{estimate.unit}"


def format_quartiles(median: float, lower: float, upper: float) -> str:
    """Write a median with its quartiles, such as "53.5 (48 to 65.2)".

    Examples
    --------
    >>> format_quartiles(53.5, 48.0, 65.25).replace(NBSP, " ")
    '53.5 (48 to 65.2)'
    """
    middle, low, high = (format_value(value, "median") for value in (median, lower, upper))
    return f"{middle} ({low}{NBSP}to{NBSP}{high})"


def format_count_percent(count: CountPercent) -> str:
    """Write a count with its per cent, such as "12 (31%)".

    Examples
    --------
    >>> format_count_percent(CountPercent(count=12, total=39)).replace(NBSP, " ")
    '12 (31%)'
    """
    percent = count.percent
    if isinstance(percent, NotEstimable):
        return MISSING
    return f"{count.count}{NBSP}({format_number(percent, decimals=0)}%)"


def format_statistic(statistic: Statistic, part: Part = "full") -> str:
    """Write a statistic, or one part of it, as the report prints it.

    Parameters
    ----------
    statistic : Statistic
        The row to print.
    part : Part
        "full" is estimate, interval and p-value (adjusted where it was adjusted), as in
        "2.31 (95% CI 1.02 to 5.20; p = 0.044)"; "inside" is the same for use inside brackets,
        "2.31, 95% CI 1.02 to 5.20, p = 0.044". "note" is what a reader must know besides.

    Returns
    -------
    str
        Plain text with no-break spaces, without markup.
    """
    match part:
        case "estimate":
            return format_estimate(statistic.estimate)
        case "interval":
            found = statistic.estimate
            return NOT_ESTIMABLE if isinstance(found, NotEstimable) else format_interval(found)
        case "p" | "p_adjusted":
            return _format_test(statistic.test, adjusted=part == "p_adjusted")
        case "n" | "n1" | "n2" | "n_events":
            count = getattr(statistic, part)
            if count is None:
                raise AnalysisError(f"the statistic on {statistic.term} holds no {part}.")
            return format_number(count, decimals=0)
        case "note":
            return statistic.note
        case "full" | "inside":
            shown, *details = _phrases(statistic)
            bracketed = f"{shown} ({'; '.join(details)})" if details else shown
            return bracketed if part == "full" else ", ".join([shown, *details])


def _phrases(statistic: Statistic) -> list[str]:
    """Write the estimate, then its interval and p-value, or why there is none."""
    if isinstance(statistic.estimate, NotEstimable):
        return [NOT_ESTIMABLE, statistic.estimate.reason]
    details = [format_interval(statistic.estimate)]
    if isinstance(statistic.test, HypothesisTest):
        details.append(_format_test(statistic.test, adjusted=statistic.test.p_adjusted is not None))
    return [format_estimate(statistic.estimate), *filter(None, details)]


def _format_test(test: HypothesisTest | NotEstimable | None, *, adjusted: bool) -> str:
    if not isinstance(test, HypothesisTest):
        return NOT_ESTIMABLE
    if not adjusted:
        return format_p(test.p_value)
    if test.p_adjusted is None:
        raise AnalysisError(f"the p-value of {test.method} was not adjusted.")
    return f"adjusted {format_p(test.p_adjusted)}"
