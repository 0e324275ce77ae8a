"""Survival by IL-6 in other ways, and what a cut chosen by the data would have shown."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from great_tables import GT

from il6report.analyses.survival import SurvivalResult
from il6report.notation import format_significant, format_statistic
from il6report.tables.style import estimate_cell, journal_table, p_cell, reasons

_LABELS = {"what": "", "n": "Patients", "deaths": "Deaths", "found": "Estimate (95% CI)", "p": "p"}


def survival_checks_table(result: SurvivalResult) -> GT:
    """Show the time lived, the hazard after a landmark, the spline and the concordance.

    Parameters
    ----------
    result : SurvivalResult
        Survival of patients with dcSSc, and of those with lcSSc.

    Returns
    -------
    GT
        One row an analysis.
    """
    horizon = format_significant(result.restricted_mean_years, digits=2)
    start = format_significant(result.landmark_years, digits=1)
    named = {
        "restricted_mean.difference": (
            "Years lived, high − not high", f"Out of the first {horizon} years"
        ),
        "landmark.il6_high": (
            "Hazard ratio, high / not high", f"From {start} years on, Firth's penalty"
        ),
        "spline.association": (
            "Continuous IL-6, spline", "Hazard ratio, 75th / 25th centile"
        ),
        "spline.nonlinearity": (
            "Continuous IL-6, spline", "Departure from a line, likelihood ratio"
        ),
        "concordance.apparent": ("Concordance of the adjusted model", "In these patients"),
        "concordance.corrected": ("Concordance of the adjusted model", "Less optimism"),
        "lcssc.cox.log2_il6": ("lcSSc", "Hazard ratio per doubling of IL-6"),
    }  # fmt: skip
    return journal_table(
        _rows(result, named),
        table_id="tbl-survival-checks",
        groups="about",
        labels=_LABELS,
        notes=(
            "Years lived: area between the Kaplan-Meier curves, t interval. Spline of log2 IL-6, "
            "restricted cubic, flat below the limit of quantitation. Concordance: 0.5 is no better "
            "than chance.",
            reasons([result.statistics[key] for key in named]),
            result.data_label,
        ),
    )


def cut_point_table(result: SurvivalResult) -> GT:
    """Show the planned cut beside the one the data would choose, before and after correction.

    Parameters
    ----------
    result : SurvivalResult
        Survival of patients with dcSSc.

    Returns
    -------
    GT
        Hazard ratios above 1: higher mortality above the cut.
    """
    planned = format_significant(result.il6_high_pg_ml, digits=2)
    named = {
        "cox.il6_high": ("Planned cut", f"Hazard ratio above {planned} pg/mL"),
        "cut.selected": ("Cut selected by the data", "Cut, pg/mL (middle of resampled cuts)"),
        "cut.apparent": ("Cut selected by the data", "Hazard ratio, p corrected for selection"),
        "cut.corrected": ("Cut selected by the data", "Hazard ratio less optimism"),
        "cut.significant_uncorrected": (
            "Resamples in which the best cut has p below 0.05", "Selection forgotten"
        ),
        "cut.significant_corrected": (
            "Resamples in which the best cut has p below 0.05", "Selection allowed for"
        ),
    }  # fmt: skip
    rows = _rows(result, named)
    resampled = rows["about"].str.startswith("Resamples").to_numpy()
    rows.loc[resampled, ["n", "deaths"]] = ""
    return journal_table(
        rows,
        table_id="tbl-cut-point",
        groups="about",
        labels=_LABELS,
        notes=(
            "Selected cut: largest log-rank statistic over all admissible cuts; its p by "
            "permutation. Optimism and resampled cuts by bootstrap. Resamples repeat patients and "
            "separate more than new data would: their shares are upper limits.",
            reasons([result.statistics[key] for key in named]),
            result.data_label,
        ),
    )


def _rows(result: SurvivalResult, named: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    rows: list[dict[str, str]] = []
    for key, (about, what) in named.items():
        one = result.statistics[key]
        deaths = "" if one.n_events is None else format_statistic(one, "n_events")
        rows.append(
            {
                "what": what,
                "about": about,
                "n": format_statistic(one, "n"),
                "deaths": deaths,
                "found": estimate_cell(one),
                "p": p_cell(one),
            }
        )
    return pd.DataFrame(rows)
