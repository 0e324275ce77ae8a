"""The skin score by IL-6 category, and the difference between the categories in several ways."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from great_tables import GT

from il6report.analyses.il6_levels import LEVEL_KEYS, level_titles
from il6report.analyses.skin_score import SkinScoreResult
from il6report.estimates import Statistic
from il6report.notation import format_number, format_statistic
from il6report.tables.style import estimate_cell, journal_table, p_cell, reasons

_SCORED = "% of those scored at both ends (95% CI)"
_DIFFERENCES = {
    "mixed.adjusted_difference": ("Points, high − not high", "Mixed model, given score at start"),
    "ancova.adjusted_difference": ("Points, high − not high", "Analysis of covariance, last score"),
    "mixed_survivors.adjusted_difference": (
        "Points, high − not high",
        "Mixed model, those alive at the end",
    ),
    "mixed.change_difference": ("Points, high − not high", "Mixed model, difference in change"),
    "worst_rank.superiority": ("Probability of the better course", "Ranks, death worst"),
}


def skin_score_table(result: SkinScoreResult) -> GT:
    """Show attendance, model means and changes that matter by IL-6 category.

    Parameters
    ----------
    result : SkinScoreResult
        Skin scores of patients with early dcSSc.

    Returns
    -------
    GT
        One column a category.
    """
    end = result.horizon_months
    mcid = format_number(result.mcid_points, decimals=0 if result.mcid_points.is_integer() else 1)
    named: dict[str, tuple[str, str, Callable[[Statistic], str]]] = {
        "n.{}": ("Attendance", "Patients", _counted),
        "died.{}": ("Attendance", f"Died within {end} months", _counted),
        "scored_last.{}": ("Attendance", f"Scored at {end} months", _counted),
        "missed.{}": ("Attendance", "Due visits missed, % (95% CI)", estimate_cell),
        "mixed.mean_start.{}": ("Model mean (95% CI)", "At sampling, points", estimate_cell),
        "mixed.mean_end.{}": ("Model mean (95% CI)", f"At {end} months, points", estimate_cell),
        "mixed.change.{}": ("Model mean (95% CI)", "Change, points", estimate_cell),
        "worsened.{}": (_SCORED, f"Worse by {mcid} points or more", estimate_cell),
        "improved.{}": (_SCORED, f"Better by {mcid} points or more", estimate_cell),
        "beyond_error.{}": (_SCORED, "Change beyond error of scoring", estimate_cell),
    }
    rows = [
        {
            "what": what,
            "about": about,
            **{word: cell(result.statistics[key.format(word)]) for word in LEVEL_KEYS.values()},
        }
        for key, (about, what, cell) in named.items()
    ]
    shown = [result.statistics[key.format(word)] for key in named for word in LEVEL_KEYS.values()]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-skin-score",
        groups="about",
        labels={"what": "", **_headers(result)},
        notes=(
            "Mixed model with a random intercept and slope for each patient; intervals by "
            "Satterthwaite's degrees of freedom. Shares: Wilson intervals. Beyond error of "
            "scoring: a change that repeated scoring of unchanged skin exceeds once in 20 times, "
            "given whether one assessor or two gave the scores.",
            reasons(shown),
            result.data_label,
        ),
    )


def skin_difference_table(result: SkinScoreResult) -> GT:
    """Show the difference between the categories by each analysis.

    Parameters
    ----------
    result : SkinScoreResult
        Skin scores of patients with early dcSSc.

    Returns
    -------
    GT
        One row an analysis. Points above 0: more skin involvement with high IL-6.
    """
    rows = [
        {
            "measure": measure,
            "analysis": analysis,
            "n": format_statistic(result.statistics[key], "n"),
            "high": format_statistic(result.statistics[key], "n1"),
            "difference": estimate_cell(result.statistics[key]),
            "p": p_cell(result.statistics[key]),
        }
        for key, (measure, analysis) in _DIFFERENCES.items()
    ]
    worst = result.statistics["worst_rank.superiority"].note
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-skin-difference",
        groups="measure",
        labels={
            "analysis": f"Analysis, to {result.horizon_months} months",
            "n": "Patients",
            "high": "of them high",
            "difference": "Estimate (95% CI)",
            "p": "p",
        },
        notes=(
            "Points above 0: more skin involvement with high IL-6. Probability that a patient with "
            "high IL-6 had the better course than one without: below 0.5, worse with high IL-6"
            + (f"; {worst}." if worst else "."),
            reasons([result.statistics[key] for key in _DIFFERENCES]),
            result.data_label,
        ),
    )


def _counted(statistic: Statistic) -> str:
    return format_statistic(statistic, "estimate")


def _headers(result: SkinScoreResult) -> dict[str, str]:
    titles = level_titles(result.il6_high_pg_ml)
    return {word: titles[level] for level, word in LEVEL_KEYS.items()}
