"""How far the headline estimates hold: multiverse, decisions, missing values, assay."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.analyses.sensitivity import HEADLINES, SensitivityResult
from il6report.estimates import Statistic
from il6report.notation import format_number, format_statistic
from il6report.tables.style import count_cell, estimate_cell, journal_table, reasons

NAMES = {
    "ratio": "IL-6, dcSSc with high platelets / controls (ratio)",
    "correlation": "IL-6 and C-reactive protein (correlation)",
    "hazard": "High IL-6 and death in dcSSc (hazard ratio)",
}
"""The headline estimates as tables name them."""


def multiverse_table(result: SensitivityResult) -> GT:
    """Show the range of each headline estimate and how often it agrees with the main analysis.

    Parameters
    ----------
    result : SensitivityResult
        All specifications.

    Returns
    -------
    GT
        One row a headline estimate.
    """
    rows = [
        {
            "estimate": NAMES[name],
            "specifications": count_cell(_of(result, name, "specifications")),
            "median": estimate_cell(_of(result, name, "median")),
            "lowest": estimate_cell(_of(result, name, "lowest")),
            "highest": estimate_cell(_of(result, name, "highest")),
            "same": count_cell(_of(result, name, "same_direction")),
            "clear": count_cell(_of(result, name, "excludes_null")),
        }
        for name in HEADLINES
    ]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-multiverse",
        labels={
            "estimate": "Estimate",
            "specifications": "Estimable",
            "median": "Median",
            "lowest": "Lowest",
            "highest": "Highest",
            "same": "Same direction",
            "clear": "Excludes no effect",
        },
        notes=(
            "Number (per cent) of all combinations of the decisions in which the estimate exists; "
            "of these, the number with the direction of the main analysis, and with a 95% "
            "confidence interval that excludes no effect in that direction. Correlation: of ranks "
            "or of logarithms, by specification.",
            result.data_label,
        ),
    )


def decisions_table(result: SensitivityResult) -> GT:
    """Show the options of each decision and how much of the variation it accounts for.

    Parameters
    ----------
    result : SensitivityResult
        All specifications.

    Returns
    -------
    GT
        One row a decision, grouped by estimate.
    """
    rows: list[dict[str, str]] = []
    shown: list[Statistic] = []
    for name, multiverse in result.multiverses.items():
        for decision in multiverse.decisions:
            share = _of(result, name, f"share.{decision.name}")
            shown.append(share)
            rows.append(
                {
                    "estimate": NAMES[name],
                    "decision": decision.label,
                    "options": "; ".join(decision.options.values()),
                    "share": estimate_cell(share),
                }
            )
    table = journal_table(
        pd.DataFrame(rows),
        table_id="tbl-decisions",
        groups="estimate",
        labels={"decision": "Decision", "options": "Options", "share": "Variance accounted for"},
        notes=(
            "The first option is that of the main analysis. Variance of the estimates (logarithm "
            "of ratios, Fisher's z of correlations) over the specifications that a decision "
            "accounts for beyond all others; the rest lies in combinations of decisions.",
            reasons(shown),
            result.data_label,
        ),
    )
    return table.cols_align(align="left", columns="options")


def robustness_table(result: SensitivityResult) -> GT:
    """Show what missing values and assay error do, and what bounds the hazard ratio.

    Parameters
    ----------
    result : SensitivityResult
        Complete cases, imputation, repeated readings, E-value and detectable hazard ratio.

    Returns
    -------
    GT
        One row an estimate, grouped by what threatens it.
    """
    power = format_number(100 * result.power, decimals=0)
    missing, assay, bounds = "Missing values", "Error of the assay", "Confounding and precision"
    named = {
        "missing.hazard.complete": (missing, "Hazard ratio given age and CRP, complete cases"),
        "missing.hazard.imputed": (missing, "Hazard ratio given age and CRP, imputed"),
        "missing.correlation.complete": (missing, "Correlation with CRP, complete cases"),
        "missing.correlation.imputed": (missing, "Correlation with CRP, imputed"),
        "assay.hazard_ratio": (assay, "Hazard ratio, plates read again"),
        "assay.correlation": (assay, "Correlation with CRP, plates read again"),
        "e_value.estimate": (bounds, "E-value of the hazard ratio"),
        "e_value.limit": (bounds, "E-value of its limit nearer to 1"),
        "detectable.hazard_ratio": (bounds, f"Hazard ratio detectable with {power}% power"),
    }
    rows = [
        {
            "threat": threat,
            "what": what,
            "n": format_statistic(result.statistics[key], "n"),
            "estimate": estimate_cell(result.statistics[key]),
        }
        for key, (threat, what) in named.items()
    ]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-robustness",
        groups="threat",
        labels={"what": "Analysis", "n": "Patients", "estimate": "Estimate (95% CI)"},
        notes=(
            "Hazard ratios: high IL-6 in dcSSc, Cox models with Wald intervals; correlations of "
            "ranks. Imputed: chained equations, pooled by Rubin's rules. Plates read again: draws "
            "of calibration curve and duplicate error, pooled likewise.",
            reasons([result.statistics[key] for key in named]),
            result.data_label,
        ),
    )


def missing_table(result: SensitivityResult) -> GT:
    """Show how many patients lack each variable, and how those who lack any differ.

    Parameters
    ----------
    result : SensitivityResult
        Counts and standardised differences.

    Returns
    -------
    GT
        One row a variable, grouped into counts and differences.
    """
    rows: list[dict[str, str]] = []
    shown: list[Statistic] = []
    names = {**result.labels, **_DERIVED}
    for key, statistic in result.statistics.items():
        kind, _, variable = key.removeprefix("missing.").partition(".")
        if kind == "n":
            cells = {"part": "Missing, n (%)", "value": count_cell(statistic)}
        elif kind == "difference":
            cells = {
                "part": "Standardised difference, patients with any missing value against others",
                "value": estimate_cell(statistic),
            }
            shown.append(statistic)
        else:
            continue
        rows.append({**cells, "what": names[variable]})
    return journal_table(
        pd.DataFrame(rows, columns=["part", "what", "value"]),
        table_id="tbl-missing",
        groups="part",
        labels={"what": "Variable", "value": "Value (95% CI of differences)"},
        notes=(reasons(shown), result.data_label),
    )


_DERIVED = {"any": "Any of these", "log2_il6": "IL-6 (doublings)"}


def _of(result: SensitivityResult, estimate: str, key: str) -> Statistic:
    return result.statistics[f"multiverse.{estimate}.{key}"]
