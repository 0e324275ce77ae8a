"""What the assays accept: the columns they name, numbers that are numbers, no reading twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from il6report.errors import AnalysisError, AssayError, Problem
from il6report.methods.arguments import ColumnReader

_SHOWN = 3


def read_table(
    data: pd.DataFrame,
    function: str,
    *,
    columns: Sequence[object],
    numbers: Collection[str],
    once: Sequence[str] = (),
    may_be_empty: bool = False,
) -> pd.DataFrame:
    """Give a copy of a table of readings in which every column is of one plain kind.

    Parameters
    ----------
    data : DataFrame
        The readings; never changed.
    function : str
        Name of the public function that reads; begins every message.
    columns : sequence of str
        Columns that must be there.
    numbers : collection of str
        Those that hold numbers, whatever their dtype; they become floats.
    once : sequence of str
        Columns that together name a reading; rows in which one of them is missing or blank are not
        looked at.
    may_be_empty : bool
        Whether a table without rows is an answer: a study may have no sections or blots.

    Raises
    ------
    AnalysisError
        If a column is missing, there are no rows, or a column of numbers holds text or infinity.
    AssayError
        If a reading is there twice.
    """
    reader = ColumnReader(data, function)
    missing = {name for name in columns if isinstance(name, str) and not reader.holds(name)}
    if missing:
        raise AnalysisError.missing_columns(function, missing, [str(name) for name in data])
    for name in columns:
        reader.series(name)
    values = {name: reader.numbers(name) for name in numbers}
    if len(data) or not may_be_empty:
        reader.raise_if_any()
    categorical = {
        str(name): "object"
        for name, dtype in data.dtypes.items()
        if isinstance(dtype, pd.CategoricalDtype) and name not in values
    }
    table = data.astype(categorical).assign(**values).reset_index(drop=True)
    _refuse_doubles(table, function, list(once))
    return table


def _refuse_doubles(table: pd.DataFrame, function: str, keys: list[str]) -> None:
    if not keys:
        return
    blank = table[keys].isna() | (table[keys] == "")
    named = table.loc[~blank.any(axis=1), keys]
    twice = named[named.duplicated()].drop_duplicates()
    if len(twice):
        shown = [" ".join(map(str, row)) for row in twice.head(_SHOWN).itertuples(index=False)]
        more = " and others" if len(twice) > _SHOWN else ""
        raise AssayError(
            Problem(
                where=f"{function}({', '.join(keys)})",
                expected="every reading once",
                found=f"{len(twice)} there several times: {', '.join(shown)}{more}",
                remedy="Remove the copies; a repeated measurement has a well or lane of its own.",
            )
        )
