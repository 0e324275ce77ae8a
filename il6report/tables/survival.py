"""Survival by IL-6 category and the models of the hazard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
from great_tables import GT

from il6report.analyses.il6_levels import LEVEL_KEYS, level_titles
from il6report.analyses.survival import SurvivalResult
from il6report.estimates import Statistic
from il6report.notation import MISSING, format_significant, format_statistic
from il6report.tables.style import estimate_cell, journal_table, p_cell, reasons

_SHOWN = ("n_events", "median", "survival_", "restricted_mean", "lcssc.survival_", "lcssc.median")


def survival_table(result: SurvivalResult) -> GT:
    """Show deaths, median survival and survival at the milestones by IL-6 category.

    Parameters
    ----------
    result : SurvivalResult
        Survival of patients with dcSSc.

    Returns
    -------
    GT
        One column a category.
    """
    rows = [
        {
            "what": "Patients",
            **_across(result, "n_events.{}", lambda one: format_statistic(one, "n")),
            "lcssc": format_statistic(result.statistics["lcssc.n_events"], "n"),
        },
        {
            "what": "Deaths",
            **_across(result, "n_events.{}", lambda one: format_statistic(one, "n_events")),
            "lcssc": format_statistic(result.statistics["lcssc.n_events"], "n_events"),
        },
        {
            "what": "Median survival, years (95% CI)",
            **_across(result, "median.{}", estimate_cell),
            "lcssc": estimate_cell(result.statistics["lcssc.median"]),
        },
    ]
    for years in result.milestones_years:
        cells = _across(result, f"survival_{years}y.{{}}", estimate_cell)
        cells["lcssc"] = estimate_cell(result.statistics[f"lcssc.survival_{years}y"])
        rows.append({"what": f"Survival at {years} years (95% CI)", **cells})
    horizon = format_significant(result.restricted_mean_years, digits=2)
    lived = _across(result, "restricted_mean.{}", estimate_cell)
    rows.append({"what": f"Mean years lived of the first {horizon} (95% CI)", **lived})
    table = pd.DataFrame(rows)
    table["lcssc"] = table["lcssc"].fillna(MISSING)
    return journal_table(
        table,
        table_id="tbl-survival",
        labels={"what": "", **_headers(result), "lcssc": "lcSSc"},
        notes=(
            "Kaplan-Meier estimates from blood sampling; log-log intervals, for the median those "
            "of Brookmeyer and Crowley.",
            "lcSSc is shown for comparison and enters no analysis of dcSSc.",
            reasons(
                [
                    _named(result, one)
                    for key, one in result.statistics.items()
                    if key.startswith(_SHOWN)
                ]
            ),
            result.data_label,
        ),
    ).tab_spanner(label="dcSSc", columns=list(LEVEL_KEYS.values()))


def hazard_table(result: SurvivalResult) -> GT:
    """Show the hazard ratio of IL-6, continuous first, then at the planned cut.

    Parameters
    ----------
    result : SurvivalResult
        Survival of patients with dcSSc.

    Returns
    -------
    GT
        One row a coefficient; above 1 means higher mortality.
    """
    covariates = result.covariates
    adjusted = f"Adjusted for {' and '.join(covariates.values()).lower()}"
    named = {
        "cox.log2_il6": ("Continuous", "IL-6, per doubling"),
        "cox.il6_high": ("High against not high", "Crude"),
        "cox_firth.il6_high": ("High against not high", "Crude, Firth's penalty"),
        "cox_adjusted.il6_high": ("High against not high", adjusted),
        "cox_adjusted_firth.il6_high": ("High against not high", f"{adjusted}, Firth's penalty"),
        **{f"cox_adjusted.{name}": ("Covariate", label) for name, label in covariates.items()},
    }
    rows = [
        {
            "model": model,
            "what": what,
            "n": format_statistic(result.statistics[key], "n"),
            "deaths": format_statistic(result.statistics[key], "n_events"),
            "ratio": estimate_cell(result.statistics[key]),
            "p": p_cell(result.statistics[key]),
        }
        for key, (model, what) in named.items()
    ]
    per_coefficient = format_statistic(result.statistics["events_per_variable"], "estimate")
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-hazard",
        groups="model",
        labels={
            "what": "Predictor",
            "n": "Patients",
            "deaths": "Deaths",
            "ratio": "Hazard ratio (95% CI)",
            "p": "p",
        },
        notes=(
            "Cox models with Efron's method for ties; intervals and p from the profile "
            "likelihood, penalised where Firth's method is named. Above 1: higher mortality. "
            "Continuous IL-6 is taken as flat below the limit of quantitation.",
            f"Adjusted model: {per_coefficient} deaths per coefficient.",
            reasons([result.statistics[key] for key in named]),
            result.data_label,
        ),
    )


def _across(result: SurvivalResult, key: str, cell: Callable[[Statistic], str]) -> dict[str, str]:
    return {word: cell(result.statistics[key.format(word)]) for word in LEVEL_KEYS.values()}


def _named(result: SurvivalResult, statistic: Statistic) -> Statistic:
    """Call a statistic and its group what the rows and columns call them."""
    titles = level_titles(result.il6_high_pg_ml)
    group = titles.get(str(statistic.group1), statistic.group1)
    at_a_time = statistic.term.startswith("survival at ")
    term = f"{statistic.term} years" if at_a_time else statistic.term
    return replace(statistic, term=term, group1=group)


def _headers(result: SurvivalResult) -> dict[str, str]:
    titles = level_titles(result.il6_high_pg_ml)
    return {word: titles[level] for level, word in LEVEL_KEYS.items()}
