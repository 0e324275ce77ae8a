"""What all tables share: the stub, the notes, an identifier that never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from great_tables import GT

from il6report.estimates import CountPercent, HypothesisTest, NotEstimable, Statistic
from il6report.notation import (
    MISSING,
    NOT_ESTIMABLE,
    format_count_percent,
    format_estimate,
    format_interval,
    format_p,
)


def journal_table(
    rows: pd.DataFrame,
    *,
    table_id: str,
    labels: Mapping[str, str],
    groups: str | None = None,
    notes: Sequence[str] = (),
) -> GT:
    """Lay out rows of strings as a three-rule table.

    Parameters
    ----------
    rows : DataFrame
        Strings only; the first column not used as `groups` is the stub.
    table_id : str
        Identifier in HTML, such as "tbl-survival".
    labels : mapping of str to str
        Column to its header.
    groups : str, optional
        Column whose values head groups of rows.
    notes : sequence of str
        Notes beneath: methods, abbreviations, what is missing; empty ones are left out.

    Returns
    -------
    GT
        To be extended with spanners where a table needs them.
    """
    stub = next(name for name in rows.columns if name != groups)
    columns = [name for name in rows.columns if name not in {stub, groups}]
    table = (
        GT(rows, id=table_id, rowname_col=stub, groupname_col=groups)
        .tab_stubhead(label=labels[stub])
        .cols_label(cases={name: labels[name] for name in columns})
        .cols_align(align="right", columns=columns)
    )
    for note in notes:
        if note:
            table = table.tab_source_note(note)
    return table


def estimate_cell(statistic: Statistic) -> str:
    """Write estimate and interval for a cell, such as "2.31 (1.02 to 5.20)".

    The header of the column names unit and confidence level.
    """
    if isinstance(statistic.estimate, NotEstimable):
        return NOT_ESTIMABLE
    interval = format_interval(statistic.estimate, level=False)
    shown = format_estimate(statistic.estimate, unit=False)
    return f"{shown} ({interval})" if interval else shown


def p_cell(statistic: Statistic, *, adjusted: bool = False) -> str:
    """Write the p-value of a statistic for a cell; a dash where it has no test."""
    test = statistic.test
    if not isinstance(test, HypothesisTest):
        return MISSING
    p_value = test.p_adjusted if adjusted else test.p_value
    return MISSING if p_value is None else format_p(p_value, symbol=False)


def count_cell(statistic: Statistic) -> str:
    """Write the count behind a per cent for a cell, such as "12 (31%)"; a dash without a count."""
    if statistic.n is None or statistic.n_events is None:
        return MISSING
    return format_count_percent(CountPercent(count=statistic.n_events, total=statistic.n))


def share_cell(statistic: Statistic) -> str:
    """Write the count, the per cent and its interval, such as "12; 31% (19 to 46)"."""
    if statistic.n_events is None or isinstance(statistic.estimate, NotEstimable):
        return NOT_ESTIMABLE
    return f"{statistic.n_events}; {estimate_cell(statistic)}"


def reasons(statistics: Sequence[Statistic]) -> str:
    """List why statistics of a table could not be estimated, as a note; empty where all were."""
    told = [
        f"{one.term} ({one.group1}): {one.estimate.reason}"
        if one.group1
        else f"{one.term}: {one.estimate.reason}"
        for one in statistics
        if isinstance(one.estimate, NotEstimable)
    ]
    return f"Not estimable: {'; '.join(dict.fromkeys(told))}." if told else ""


def not_available(table_id: str, what: str) -> GT:
    """Lay out a table that says that the study holds nothing of the kind."""
    rows = pd.DataFrame({"what": [what], "state": ["not available in these data"]})
    return journal_table(rows, table_id=table_id, labels={"what": "", "state": ""})
