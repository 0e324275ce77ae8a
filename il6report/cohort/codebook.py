"""What every variable of every file means: label, unit, type, range and allowed values.

`codebook.csv` beside this module says what the analyses need. A study carries its own copy, where
it may narrow or widen a range or describe further columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from il6report.errors import Problem, name_rows

Kind = Literal["string", "integer", "number"]

COLUMNS: tuple[str, ...] = (
    "file", "name", "label", "unit", "type", "minimum", "maximum", "allowed_values",
    "missing_allowed", "description",
)  # fmt: skip
KEYS: dict[str, tuple[str, ...]] = {
    "participants": ("participant_id",),
    "elisa_plates": ("plate_id", "well"),
    "skin_scores": ("participant_id", "visit_month"),
    "followup": ("participant_id",),
    "biopsies": ("biopsy_id", "stain", "cell_type", "rater_id"),
    "immunoblots": ("blot_id", "lane", "target"),
    "qpcr": ("plate_id", "well"),
}
"""The columns that identify a row of each raw file; its keys are the raw files of a study."""
OPTIONAL = frozenset({"biopsies", "immunoblots", "qpcr"})
"""Files a study may lack, those of the laboratory; its questions then say so."""

OWN_CODEBOOK = Path(__file__).with_name("codebook.csv")


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """One column of one file.

    Parameters
    ----------
    file, name : str
        File without folder and ending, and column.
    label, unit, description : str
        As tables and figures print them; the unit is empty for a pure number or a name.
    type : {"string", "integer", "number"}
        How its values are written.
    minimum, maximum : float or None
        Range of plausible values.
    allowed_values : tuple of str
        All values there are, in their order; empty where the range or nothing limits them.
    missing_allowed : bool
        Whether a cell may be blank.
    """

    file: str
    name: str
    label: str
    unit: str
    type: Kind
    minimum: float | None
    maximum: float | None
    allowed_values: tuple[str, ...]
    missing_allowed: bool
    description: str


def read_variables(codebook: pd.DataFrame) -> tuple[Variable, ...]:
    """Turn the rows of a codebook into variables.

    Parameters
    ----------
    codebook : DataFrame
        One row per variable with the columns of `COLUMNS`, all of them text.

    Returns
    -------
    tuple of Variable
        In the order of the rows.

    Examples
    --------
    >>> next(one.unit for one in own_variables() if one.name == "crp_mg_l")
    'mg/L'
    """
    return tuple(
        Variable(
            file=row["file"], name=row["name"], label=row["label"], unit=row["unit"],
            type=row["type"], minimum=_number(row["minimum"]), maximum=_number(row["maximum"]),
            allowed_values=tuple(filter(None, row["allowed_values"].split("|"))),
            missing_allowed=row["missing_allowed"] == "yes", description=row["description"],
        )
        for row in codebook.to_dict("records")
    )  # fmt: skip


@cache
def own_variables() -> tuple[Variable, ...]:
    """Give the variables that the analyses need, from the codebook of the package."""
    return read_variables(own_codebook())


def own_codebook() -> pd.DataFrame:
    """Give the codebook of the package as text, one row per variable."""
    return pd.read_csv(OWN_CODEBOOK, dtype=str, keep_default_na=False)


def labels_with_units(codebook: pd.DataFrame) -> dict[str, str]:
    """Map each variable to its label with unit, as tables and axes print it.

    Examples
    --------
    >>> labels_with_units(own_codebook())["platelets_10e9_l"]
    'Platelets (10⁹/L)'
    """
    return {
        one.name: f"{one.label} ({one.unit.replace('^9', '⁹')})" if one.unit else one.label
        for one in read_variables(codebook)
    }


def codebook_problems(codebook: pd.DataFrame) -> list[Problem]:
    """Say what of a study's codebook does not fit the analyses.

    Parameters
    ----------
    codebook : DataFrame
        With the columns of `COLUMNS`, all of them text.
    """
    problems: list[Problem] = []
    described = {(row["file"], row["name"]): row for row in codebook.to_dict("records")}
    for needed in own_variables():
        row = described.get((needed.file, needed.name))
        wanted = f"type {needed.type}, unit {needed.unit or 'none'}"
        if row is None and needed.file in OPTIONAL:
            continue
        if row is None:
            found, remedy = "no such row", "Describe the variable, and add it to its file."
        elif (row["type"], row["unit"]) != (needed.type, needed.unit):
            found = f"type {row['type']}, unit {row['unit'] or 'none'}"
            remedy = "Convert the column to the expected unit and say so in the codebook."
        else:
            continue
        where = f"codebook.csv, {needed.file}.{needed.name}"
        problems.append(Problem(where=where, expected=wanted, found=found, remedy=remedy))
    return problems + _cell_problems(codebook)


def _cell_problems(codebook: pd.DataFrame) -> list[Problem]:
    allowed = {"type": get_args(Kind), "missing_allowed": ("yes", "no")}
    wrong = {
        (name, f"one of {', '.join(options)}"): ~codebook[name].isin(options)
        for name, options in allowed.items()
    }
    for end in ("minimum", "maximum"):
        values = pd.to_numeric(codebook[end], errors="coerce")
        wrong[end, "a number or a blank"] = values.isna() & (codebook[end] != "")
    return [
        Problem(
            where=f"codebook.csv, column {name}, {name_rows(np.flatnonzero(bad))}",
            expected=expected,
            found=f"something else in {int(bad.sum())} of {len(codebook)} cells",
            remedy="Correct the codebook.",
        )
        for (name, expected), bad in wrong.items()
        if bad.any()
    ]


def _number(text: str) -> float | None:
    return float(text) if text else None
