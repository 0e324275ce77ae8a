"""IL-6 against the acute phase, over all patients and within sampling strata."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.analyses.acute_phase import AcutePhaseResult
from il6report.notation import format_statistic
from il6report.tables.style import estimate_cell, journal_table, p_cell, reasons


def acute_phase_table(result: AcutePhaseResult) -> GT:
    """Show the rank correlation of IL-6 with each variable, pooled and within strata.

    Parameters
    ----------
    result : AcutePhaseResult
        Correlations.

    Returns
    -------
    GT
        One row a variable; the difference between the two columns is what the sampling does.
    """
    rows: list[dict[str, str]] = []
    for variable in result.variables:
        pooled = result.statistics[f"correlation.{variable}"]
        within = result.statistics[f"partial.{variable}"]
        rows.append(
            {
                "variable": result.labels[variable],
                "n": format_statistic(pooled, "n"),
                "pooled": estimate_cell(pooled),
                "pooled_p": p_cell(pooled, adjusted=True),
                "within": estimate_cell(within),
                "within_p": p_cell(within, adjusted=True),
            }
        )
    return (
        journal_table(
            pd.DataFrame(rows),
            table_id="tbl-acute-phase",
            labels={
                "variable": "Variable",
                "n": "n",
                "pooled": "ρ (95% CI)",
                "pooled_p": "p",
                "within": "ρ (95% CI)",
                "within_p": "p",
            },
            notes=(
                "Spearman's ρ; IL-6 below the limit of quantitation shares the lowest rank.",
                "Within strata: partial rank correlation given the sampling stratum (lcSSc; "
                "dcSSc with normal and with high platelets).",
                "p: adjusted by Holm's method within each column.",
                reasons(list(result.statistics.values())),
                result.data_label,
            ),
        )
        .tab_spanner(label="All patients", columns=["pooled", "pooled_p"])
        .tab_spanner(label="Within sampling strata", columns=["within", "within_p"])
    )
