"""What inhibitors take away, and phospho-proteins in time."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.analyses.cell_culture import PHOSPHO
from il6report.analyses.signalling import INHIBITORS, TARGETS, SignallingResult
from il6report.notation import format_estimate
from il6report.tables.style import estimate_cell, journal_table, not_available, p_cell, reasons


def signalling_table(result: SignallingResult) -> GT:
    """Show the per cent of the induced part that each inhibitor blocked, by target.

    Parameters
    ----------
    result : SignallingResult
        Blockade.

    Returns
    -------
    GT
        One row an inhibitor; a note in place of them without experiments.
    """
    if not result.times:
        return not_available("tbl-signalling", "Phospho-proteins")
    rows = [
        {
            "inhibitor": inhibitor,
            **{
                key: estimate_cell(result.statistics[f"blocked.{key}.{name}"])
                for key in TARGETS.values()
            },
        }
        for inhibitor, name in INHIBITORS.items()
    ]
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-signalling",
        labels={"inhibitor": "Inhibitor", **{key: target for target, key in TARGETS.items()}},
        notes=(
            "Per cent of the part induced by IL-6 with its receptor; Fieller's interval over "
            f"{_lines(result)} donor lines. 0: nothing blocked; 100: back to untreated cells. The "
            "inhibitor of PI3K is the negative control.",
            reasons(list(result.statistics.values())),
            result.data_label,
        ),
    ).tab_spanner(label="Induced part blocked, % (95% CI)", columns=list(TARGETS.values()))


def time_course_table(result: SignallingResult) -> GT:
    """Show phospho-proteins in time after IL-6 with its receptor, as ratios to time zero.

    Parameters
    ----------
    result : SignallingResult
        Time course.

    Returns
    -------
    GT
        One row a time; a note in place of them without experiments.
    """
    if not result.times:
        return not_available("tbl-time-course", "Phospho-proteins")
    rows = [
        {
            "time": str(time),
            **{
                key: estimate_cell(result.statistics[f"time.{key}.{time}"])
                for key in PHOSPHO.values()
            },
            **{
                f"p_{key}": p_cell(result.statistics[f"time.{key}.{time}"], adjusted=True)
                for key in PHOSPHO.values()
            },
        }
        for time in result.times
    ]
    columns = [name for key in PHOSPHO.values() for name in (key, f"p_{key}")]
    labels = {"time": "Minutes"}
    for target, key in PHOSPHO.items():
        labels |= {key: f"{target} (95% CI)", f"p_{key}": "p"}
    return journal_table(
        pd.DataFrame(rows, columns=["time", *columns]),
        table_id="tbl-time-course",
        labels=labels,
        notes=(
            "Phospho-protein over total protein, ratio to time zero of the same line; geometric "
            f"means over {_lines(result)} lines, intervals and p adjusted by Dunnett's method "
            "within each protein.",
            result.data_label,
        ),
    )


def _lines(result: SignallingResult) -> str:
    return format_estimate(result.statistics["lines"].estimate)
