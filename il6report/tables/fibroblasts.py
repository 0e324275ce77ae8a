"""Matrix proteins and their RNA under IL-6 and its receptor, side by side; what n counts."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.analyses.cell_culture import CONDITIONS, DONOR_GROUPS, PROTEINS
from il6report.analyses.fibroblasts import GENES, FibroblastsResult
from il6report.notation import MISSING, format_estimate, format_statistic
from il6report.tables.style import estimate_cell, journal_table, not_available, p_cell, reasons


def fibroblasts_table(result: FibroblastsResult) -> GT:
    """Show every protein, and beneath it its transcripts, as ratios to untreated cells.

    Parameters
    ----------
    result : FibroblastsResult
        Comparisons.

    Returns
    -------
    GT
        One row a protein or transcript; a note in place of them without experiments.
    """
    if result.points.empty:
        return not_available("tbl-fibroblasts", "Experiments with fibroblasts")
    rows: list[dict[str, str]] = []
    for protein, key in PROTEINS.items():
        named = [("protein", f"protein.{key}")]
        named += [(f"{gene}, RNA", f"rna.{gene.lower()}") for gene in GENES[protein]]
        for label, prefix in named:
            trans = result.statistics[f"{prefix}.trans"]
            rows.append(
                {
                    "protein": protein,
                    "what": label,
                    **{
                        name: estimate_cell(result.statistics[f"{prefix}.{name}"])
                        for name in CONDITIONS.values()
                    },
                    "p": p_cell(trans, adjusted=True),
                }
            )
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-fibroblasts",
        groups="protein",
        labels={
            "what": "Quantity",
            **{name: f"{condition} (95% CI)" for condition, name in CONDITIONS.items()},
            "p": "p, IL-6 + sIL-6R",
        },
        notes=(
            "Ratio to untreated cells of the same donor line; geometric means over "
            f"{_lines(result)} lines, IL-6 at its highest dose. Intervals and p adjusted by "
            "Dunnett's method within each row.",
            reasons(list(result.statistics.values())),
            result.data_label,
        ),
    )


def dose_table(result: FibroblastsResult) -> GT:
    """Show what the receptor adds, the exact test and the dose of half the effect, by protein.

    Parameters
    ----------
    result : FibroblastsResult
        Comparisons.

    Returns
    -------
    GT
        One row a protein; a note in place of them without experiments.
    """
    if result.points.empty:
        return not_available("tbl-dose", "Experiments with fibroblasts")
    rows = [
        {
            "what": protein,
            "receptor": estimate_cell(result.statistics[f"receptor.{key}"]),
            "receptor_p": p_cell(result.statistics[f"receptor.{key}"], adjusted=True),
            "exact_p": p_cell(result.statistics[f"exact.{key}.trans"], adjusted=True),
            "ec50": estimate_cell(result.statistics[f"ec50.{key}"]),
            "ec50_p": p_cell(result.statistics[f"ec50.{key}"], adjusted=True),
        }
        for protein, key in PROTEINS.items()
    ]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-dose",
        labels={
            "what": "Protein",
            "receptor": "Ratio to IL-6 alone (95% CI)",
            "receptor_p": "p",
            "exact_p": "Exact p against untreated",
            "ec50": "EC50, ng/mL (95% CI)",
            "ec50_p": "p",
        },
        notes=(
            f"IL-6 with its receptor; {_lines(result)} donor lines. p: adjusted over the proteins "
            "by Holm's method; exact p: sign flips of the lines. EC50: dose of half the effect, "
            "and p of no response to dose; ∞: the data set no upper end.",
            reasons(
                [result.statistics[f"{name}.{key}"] for key in PROTEINS.values()
                 for name in ("receptor", "ec50")]
            ),
            result.data_label,
        ),
    )  # fmt: skip


def design_table(result: FibroblastsResult) -> GT:
    """Show what n counts in the experiments, and what it costs to count something else.

    Parameters
    ----------
    result : FibroblastsResult
        Counts, and false-positive rates by simulation.

    Returns
    -------
    GT
        One row a unit; a note in place of them without experiments.
    """
    if result.points.empty:
        return not_available("tbl-design", "Experiments with fibroblasts")
    lines = ", ".join(
        f"{format_estimate(result.statistics[f'lines.{key}'].estimate)} {group}"
        for group, key in DONOR_GROUPS.items()
    )
    repeats, by_line = (
        result.statistics[f"false_positives.{name}"] for name in ("repeats", "lines")
    )
    rows = [
        {
            "unit": "Donor line: the unit of analysis",
            "n": f"{format_statistic(by_line, 'n')} ({lines})",
            "false": estimate_cell(by_line),
        },
        {
            "unit": "Independent experiment: averaged inside its line",
            "n": format_statistic(repeats, "n"),
            "false": estimate_cell(repeats),
        },
        {
            "unit": "Band: averaged inside its experiment",
            "n": format_estimate(result.statistics["bands"].estimate),
            "false": MISSING,
        },
    ]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-design",
        labels={"unit": "Unit", "n": "n", "false": "False positives if counted, % (95% CI)"},
        notes=(
            "False positives: simulated studies in which a stimulus that does nothing has p < "
            "0.05, with the variation between and within lines seen here. They should be 5%. A "
            "dash: not simulated.",
            reasons([repeats, by_line]),
            result.data_label,
        ),
    )


def _lines(result: FibroblastsResult) -> str:
    return format_statistic(result.statistics["false_positives.lines"], "n")
