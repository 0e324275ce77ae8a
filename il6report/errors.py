"""What can go wrong, grouped by the stage at which it is noticed.

Every message is written for the person who reads it: where, what was expected, what was found, the
way out. A stage collects all its problems before it raises. Counts and identifiers are named, a
patient's values never.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from numbers import Number
from typing import Self

# More columns than this are not all listed; more groups than this are hardly groups, but values.
_SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong, told so that its reader can mend it.

    Parameters
    ----------
    where : str
        The place: file, row and column, or the function and its argument.
    expected : str
        What would have been right.
    found : str
        What was there; counts and identifiers, no patient's values.
    remedy : str
        What to do now.
    """

    where: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}; found {self.found}. {self.remedy}"


def name_rows(positions: Iterable[int], *, at_most: int = 5) -> str:
    """Name rows of a file as a spreadsheet counts them: the header is row 1.

    Parameters
    ----------
    positions : iterable of int
        Rows of the data, counted from 0.
    at_most : int
        How many to name before the rest is only counted.

    Examples
    --------
    >>> name_rows([0]), name_rows([0, 3, 4], at_most=2)
    ('row 2', 'rows 2, 5 and 1 more')
    """
    rows = [int(position) + 2 for position in positions]
    named = ", ".join(str(row) for row in rows[:at_most])
    more = f" and {len(rows) - at_most} more" if len(rows) > at_most else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"


def tell_kind(found: object) -> str:
    """Write a word or a number as it is, and of anything else only its kind.

    A column given in place of its name holds patients' values, which no message shows.

    Examples
    --------
    >>> tell_kind("weeks"), tell_kind(4), tell_kind([51, 63])
    ("'weeks'", '4', 'something of type list')
    """
    if isinstance(found, str):
        return repr(found)
    if found is None or isinstance(found, Number):
        return f"{found}"
    return f"something of type {type(found).__name__}"


class Il6ReportError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    *problems : Problem or str
        Everything that is wrong, in the order in which a reader should mend it.
    """

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = problems
        super().__init__(*problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        listed = "\n".join(f"  {number}. {text}" for number, text in enumerate(self.problems, 1))
        return f"{len(self.problems)} problems:\n{listed}"

    @classmethod
    def raise_if_any(cls, problems: Iterable[Problem | str]) -> None:
        """Raise one error that holds all problems; do nothing where there are none."""
        found = tuple(problems)
        if found:
            raise cls(*found)


class DataError(Il6ReportError):
    """A file of the study is missing, unreadable or not what the codebook says."""


class AssayError(Il6ReportError, ValueError):
    """Readings of an instrument cannot be turned into quantities."""


class CohortError(Il6ReportError):
    """Participants, visits and samples do not fit together."""


class PlanError(Il6ReportError, ValueError):
    """The analysis plan contradicts itself."""


class AnalysisError(Il6ReportError, ValueError):
    """A function was asked for something that its data or arguments do not allow."""

    @classmethod
    def unknown_option(cls, where: str, found: object, allowed: Collection[str]) -> Self:
        """Name the allowed options, the nearest one first among them.

        Examples
        --------
        >>> print(AnalysisError.unknown_option("correlate(method=)", "tao", ("tau", "rho")))
        correlate(method=): expected one of 'tau', 'rho'; found 'tao'. Did you mean 'tau'?
        """
        options = ", ".join(repr(option) for option in allowed)
        if len(allowed) > _SHOWN:
            options = f"{len(allowed)} others"
        near = difflib.get_close_matches(found, allowed, n=1) if isinstance(found, str) else []
        remedy = f"Did you mean {near[0]!r}?" if near else "Choose one of them."
        return cls(
            Problem(
                where=where, expected=f"one of {options}", found=tell_kind(found), remedy=remedy
            )
        )

    @classmethod
    def missing_columns(
        cls, where: str, missing: Collection[str], available: Collection[str]
    ) -> Self:
        """Name the columns that are not there, and those that are."""
        listed = ", ".join(sorted(missing))
        near = [m for name in missing for m in difflib.get_close_matches(name, available, n=1)]
        hint = f"Did you mean {', '.join(repr(name) for name in near)}? " if near else ""
        shown = ", ".join(str(name) for name in list(available)[:_SHOWN])
        if len(available) > _SHOWN:
            shown += f" and {len(available) - _SHOWN} more"
        return cls(
            Problem(
                where=where,
                expected=f"the columns {listed}",
                found=f"columns {shown}",
                remedy=f"{hint}Give the name of a column of the data.",
            )
        )


class ClaimError(Il6ReportError):
    """A sentence quotes a statistic that does not exist, or none of its wordings holds."""


class RenderError(Il6ReportError):
    """A document could not be turned into a file."""
