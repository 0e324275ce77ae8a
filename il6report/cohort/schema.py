"""What a valid row is: one pandera schema per raw file, built from the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import pandas as pd
import pandera.errors
import pandera.pandas as pa
from pandera.config import config_context

from il6report.cohort.codebook import KEYS, Variable
from il6report.errors import Problem, name_rows


def build_schema(file: str, variables: Iterable[Variable]) -> pa.DataFrameSchema:
    """Build the schema of a raw file.

    Parameters
    ----------
    file : str
        Such as "participants".
    variables : iterable of Variable
        Those of the codebook; the ones of other files are passed over.

    Returns
    -------
    pandera.DataFrameSchema
        Ranges, allowed values and missing cells of each column. A column that is absent is not its
        business: `il6report.source` has told.
    """
    columns = {
        one.name: pa.Column(
            checks=list(_checks(one)), nullable=one.missing_allowed, required=False, name=one.name
        )
        for one in variables
        if one.file == file
    }
    return pa.DataFrameSchema(columns, name=file)


def table_problems(file: str, table: pd.DataFrame, variables: Sequence[Variable]) -> list[Problem]:
    """Say everything that is wrong with the rows of a raw file.

    Parameters
    ----------
    file : str
        Such as "participants".
    table : DataFrame
        As read by `il6report.source`.
    variables : sequence of Variable
        From the codebook of the study.
    """
    problems = _duplicates(file, table)
    try:
        # Said explicitly, because a shell variable can switch pandera off.
        with config_context(validation_enabled=True):
            build_schema(file, variables).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        problems += _translate(file, errors.failure_cases, variables, len(table))
    return problems


def _checks(variable: Variable) -> Iterable[pa.Check]:
    allowed = variable.allowed_values
    if variable.type == "string":
        if allowed:
            yield pa.Check.isin(list(allowed))
        return
    if allowed:
        yield pa.Check.isin([float(one) for one in allowed])
    if variable.minimum is not None:
        yield pa.Check.ge(variable.minimum)
    if variable.maximum is not None:
        yield pa.Check.le(variable.maximum)


def _translate(
    file: str, failures: pd.DataFrame, variables: Sequence[Variable], n_rows: int
) -> list[Problem]:
    """Put pandera's failure cases, which hold patients' values, into words that do not."""
    known = {one.name: one for one in variables if one.file == file}
    problems: list[Problem] = []
    for (column, blank), cases in failures.assign(
        blank=failures["check"] == "not_nullable"
    ).groupby(["column", "blank"], sort=False):
        variable = known[str(column)]
        rows = sorted({int(cast("int", index)) for index in cases["index"]})
        problems.append(
            Problem(
                where=f"raw/{file}.csv, column {column}, {name_rows(rows)}",
                expected="a value in every row" if blank else _expectation(variable),
                found=f"{'a blank' if blank else 'something else'} in {len(rows)} of {n_rows}",
                remedy="Fill it in, or leave the row out." if blank else _way_out(variable),
            )
        )
    return problems


def _expectation(variable: Variable) -> str:
    if variable.allowed_values:
        return f"one of {', '.join(variable.allowed_values)}"
    ends = (("at least", variable.minimum), ("at most", variable.maximum))
    limits = " and ".join(f"{word} {end:g}" for word, end in ends if end is not None)
    return f"{limits} {variable.unit}".strip()


def _way_out(variable: Variable) -> str:
    if variable.allowed_values:
        return "Check the spelling, capitals included."
    unit = f" and that their unit is {variable.unit}" if variable.unit else ""
    return f"Check the values{unit}."


def _duplicates(file: str, table: pd.DataFrame) -> list[Problem]:
    key = [name for name in KEYS[file] if name in table]
    if len(key) < len(KEYS[file]):
        return []
    repeated = table.duplicated(key, keep=False) & table[key].notna().all(axis="columns")
    if not repeated.any():
        return []
    identifiers = table.loc[repeated, key].drop_duplicates().astype(str).agg(" ".join, axis=1)
    return [
        Problem(
            where=f"raw/{file}.csv, column {' and '.join(key)}, "
            f"{name_rows(repeated.to_numpy().nonzero()[0])}",
            expected=f"one row for each {' and '.join(key)}",
            found=f"several for {', '.join(identifiers.head(5))}",
            remedy="Keep the right one of them.",
        )
    ]
