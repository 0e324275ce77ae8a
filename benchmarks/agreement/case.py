"""A statistic that R computes too, and where R's values are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

REFERENCE = Path(__file__).parents[2] / "tests" / "reference"

Row = Mapping[str, float | int | str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A result of this package that R is asked for as well.

    Parameters
    ----------
    function : str
        The call, as a user would write it.
    data : str
        Name of the published data set.
    row : mapping
        The result, in the vocabulary of result frames.
    """

    function: str
    data: str
    row: Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """One number, twice.

    Parameters
    ----------
    case, column : str
        Which result, and which of its columns.
    function, data, r : str
        Our call, the data set, and R's call.
    ours, theirs : float
        The two values.
    """

    case: str
    column: str
    function: str
    data: str
    r: str
    ours: float
    theirs: float


@cache
def read_data(name: str) -> pd.DataFrame:
    """Read a published data set that lies beside the reference values."""
    return pd.read_csv(REFERENCE / f"{name}.csv")


def read_reference(name: str) -> pd.DataFrame:
    """Read R's values: one row per case and column."""
    return pd.read_csv(REFERENCE / f"{name}.csv")


def agreements(name: str, cases: Mapping[str, Case]) -> list[Agreement]:
    """Put our values beside those that one R script wrote.

    Raises
    ------
    KeyError
        If R was asked for something that no case computes, or the other way round.
    """
    reference = read_reference(name)
    unmatched = set(cases) ^ set(reference["case"])
    if unmatched:
        raise KeyError(f"{name}.csv and its cases differ in {', '.join(sorted(unmatched))}")
    return [
        Agreement(
            case=case,
            column=column,
            function=cases[case].function,
            data=cases[case].data,
            r=r,
            ours=float(str(cases[case].row[column])),
            theirs=theirs,
        )
        for case, column, theirs, r in reference.itertuples(index=False)
    ]
