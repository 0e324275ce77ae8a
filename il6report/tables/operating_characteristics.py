"""What the analysis came to on simulated studies: errors, recovery of the truth, families."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from great_tables import GT

from il6report.analyses.headlines import HEADLINES
from il6report.analyses.operating_characteristics import OperatingCharacteristicsResult
from il6report.estimates import NotEstimable, Statistic
from il6report.notation import MISSING, format_estimate, format_statistic, format_value
from il6report.tables.style import estimate_cell, journal_table, not_available

_WHAT = "Repeated studies"


def error_rates_table(result: OperatingCharacteristicsResult) -> GT:
    """Show, claim by claim, how often a test is wrong without effects and right with them.

    Parameters
    ----------
    result : OperatingCharacteristicsResult
        Rates over simulated studies.

    Returns
    -------
    GT
        One row a claim.
    """
    return _by_claim(
        result,
        "tbl-error-rates",
        {
            "level": ("False positives, %", _rate),
            "power": ("Power, %", _rate),
            "not_estimable": ("Not estimable, %", _plain),
        },
        (
            "False positives: studies without effects in which the test rejects at 5%, the p value "
            "not adjusted for other tests. Power: studies with the calibrated effects in which the "
            "report calls the result significant, after the adjustment that the plan makes in its "
            "family. Not estimable: of the latter studies; such a study rejects nothing. In "
            "brackets: 95% Monte Carlo intervals.",
            result.data_label,
        ),
    )


def recovery_table(result: OperatingCharacteristicsResult) -> GT:
    """Show, claim by claim, the truth, how far the estimates miss it, and how often intervals hold.

    Parameters
    ----------
    result : OperatingCharacteristicsResult
        Bias and coverage over simulated studies.

    Returns
    -------
    GT
        One row a claim that has a true value.
    """
    return _by_claim(
        result,
        "tbl-recovery",
        {
            "truth": ("Truth", _truth),
            "bias": ("Bias", estimate_cell),
            "coverage": ("Coverage, %", _rate_and_error),
            "coverage_null": ("Without effects, %", _rate_and_error),
        },
        (
            "Truth: of the calibrated effects. Bias: of ratios, geometric mean of the estimates "
            "over the truth, 1 where there is none; of correlations and differences, mean of the "
            "estimates less the truth, 0 where there is none; over studies in which there is an "
            "estimate. Coverage: studies whose 95% confidence interval holds the truth, of those "
            "with an interval. In brackets: 95% Monte Carlo interval of the bias, Monte Carlo "
            "standard error of coverage.",
            result.data_label,
        ),
        truth_only=True,
    )


def family_levels_table(result: OperatingCharacteristicsResult) -> GT:
    """Show how often a family of tests rejects anything where nothing is to be found.

    Parameters
    ----------
    result : OperatingCharacteristicsResult
        Family-wise rates over studies without effects.

    Returns
    -------
    GT
        One row a family.
    """
    if not result.available:
        return not_available("tbl-family-levels", _WHAT)
    rows = [
        {
            "family": name,
            "meant": "yes" if key in result.controlled else "no",
            "studies": format_statistic(result.statistics[f"family.{key}"], "n"),
            "level": _rate(result.statistics[f"family.{key}"]),
        }
        for key, name in result.families.items()
    ]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-family-levels",
        labels={
            "family": "Family",
            "meant": "Meant to hold",
            "studies": "Studies",
            "level": "Any false positive, %",
        },
        notes=(
            "After the adjustment that the plan makes. A family is meant to hold its level of 5% "
            "if the plan adjusts it, or if it holds a single test. Where each quantity is a family "
            "of its own, quantities are counted instead of studies; the row below takes them all "
            "together. In brackets: 95% Monte Carlo intervals.",
            result.data_label,
        ),
    )


def _by_claim(
    result: OperatingCharacteristicsResult,
    table_id: str,
    columns: dict[str, tuple[str, Callable[[Statistic], str]]],
    notes: tuple[str, ...],
    *,
    truth_only: bool = False,
) -> GT:
    if not result.available:
        return not_available(table_id, _WHAT)
    rows = [
        {
            "question": headline.question,
            "claim": headline.label,
            **{
                word: cell(result.statistics[f"{word}.{key}"])
                for word, (_, cell) in columns.items()
            },
        }
        for key, headline in HEADLINES.items()
        if headline.has_truth or not truth_only
    ]
    labels = {"claim": "Claim"} | {word: header for word, (header, _) in columns.items()}
    return journal_table(
        pd.DataFrame(rows), table_id=table_id, groups="question", labels=labels, notes=notes
    )


def _rate(statistic: Statistic) -> str:
    """Write a percentage whose sign stands in the header."""
    if isinstance(statistic.estimate, NotEstimable):
        return MISSING
    return estimate_cell(statistic).replace("%", "")


def _rate_and_error(statistic: Statistic) -> str:
    """Write a percentage and its Monte Carlo standard error, for a table with little room."""
    found = statistic.estimate
    if isinstance(found, NotEstimable) or found.std_error is None:
        return MISSING
    return f"{_plain(statistic)} ({format_value(found.std_error, found.measure)})"


def _plain(statistic: Statistic) -> str:
    return format_estimate(statistic.estimate, unit=False).replace("%", "")


def _truth(statistic: Statistic) -> str:
    return format_estimate(statistic.estimate)
