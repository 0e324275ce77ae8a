"""Cells of a raw file into values of the types that the codebook states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from il6report.cohort.codebook import Variable
from il6report.errors import Problem, name_rows


def decode_table(
    text: pd.DataFrame, variables: Sequence[Variable], problems: list[Problem]
) -> pd.DataFrame:
    """Turn the cells of a raw file into values of the types its codebook states.

    Parameters
    ----------
    text : DataFrame
        The file, all cells as text.
    variables : sequence of Variable
        The columns it should have.
    problems : list of Problem
        What is wrong is added here.

    Returns
    -------
    DataFrame
        The described columns that are there; undecodable cells are missing.
    """
    file = f"raw/{variables[0].file}.csv"
    names = [one.name for one in variables]
    header = [str(name) for name in text]
    missing = [name for name in names if name not in text]
    if missing:
        hint = (
            "The cells seem to be separated by semicolons: export with commas."
            if any(";" in name for name in header)
            else "Add the columns, with blank cells where nothing is known."
        )
        problems.append(
            Problem(
                where=f"{file}, header",
                expected=f"the columns {', '.join(missing)}",
                found="none of that name",
                remedy=hint,
            )
        )
    extra = [name for name in header if name not in names]
    if extra:
        problems.append(
            Problem(
                where=f"{file}, header",
                expected="columns that the codebook describes",
                found=f"also {', '.join(extra)}",
                remedy="Describe them in codebook.csv or take them out; check the spelling.",
            )
        )
    decoded = {
        one.name: _decode_column(text[one.name].str.strip(), one, file, problems)
        for one in variables
        if one.name in text
    }
    return pd.DataFrame(decoded, index=text.index)


def _decode_column(
    text: pd.Series, variable: Variable, file: str, problems: list[Problem]
) -> pd.Series:
    blank = text == ""
    if variable.type == "string":
        return text.mask(blank)
    values = pd.to_numeric(text.mask(blank), errors="coerce").astype("float64")
    bad = values.isna() & ~blank
    whole = variable.type == "integer"
    if whole:
        bad |= values.notna() & (values % 1 != 0)
    if bad.any():
        problems.append(
            Problem(
                where=f"{file}, column {variable.name}, {name_rows(np.flatnonzero(bad))}",
                expected="a whole number" if whole else "a number",
                found=f"something else in {int(bad.sum())} of {len(text)} cells",
                remedy="Write numbers with a decimal point and without unit; leave missing values "
                "blank.",
            )
        )
        values = values.mask(bad)
    complete = whole and not variable.missing_allowed and values.notna().all()
    return values.astype("int64") if complete else values
