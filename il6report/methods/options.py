"""What the methods accept beside columns: numbers, counts, seeds, words, lists; checked in one way.

A wrong argument is told by its kind only where it might hold data: whoever gives a column of
patients in place of its name does not find their values in the message.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, TypeGuard, TypeVar

import numpy as np
import pandas as pd

from il6report.errors import AnalysisError, Problem, tell_kind

_COLUMNS = "a list of different columns"

Item = TypeVar("Item")
Option = TypeVar("Option", bound=str)


class ArgumentReader:
    """Read arguments of a public function, collecting everything that is wrong.

    Parameters
    ----------
    function : str
        Name of the public function; begins every message.

    Examples
    --------
    >>> arguments = ArgumentReader("landmark")
    >>> arguments.number("at=", "3", "a time above zero", "Give it, such as 3.", above=0)
    nan
    >>> arguments.raise_if_any()
    Traceback (most recent call last):
        ...
    il6report.errors.AnalysisError: landmark(at=): expected a time above zero; found '3'. Give it, such as 3.
    """  # noqa: E501 - a message is one line

    def __init__(self, function: str) -> None:
        self.function = function
        self.problems: list[Problem | str] = []

    def refuse(self, argument: str, expected: str, found: str, remedy: str) -> None:
        """Note a problem; `raise_if_any` raises it together with all others."""
        where = f"{self.function}({argument})"
        self.problems.append(Problem(where=where, expected=expected, found=found, remedy=remedy))

    def raise_if_any(self) -> None:
        """Raise one AnalysisError that holds every problem noted so far."""
        AnalysisError.raise_if_any(self.problems)

    def option(self, argument: str, found: object, allowed: Sequence[Option]) -> Option:
        """Read an option; where it is unknown the first, after naming the allowed and nearest."""
        if isinstance(found, str) and found in allowed:
            return allowed[allowed.index(found)]
        error = AnalysisError.unknown_option(f"{self.function}({argument}=)", found, allowed)
        self.problems.extend(error.problems)
        return allowed[0]

    def text(self, argument: str, found: object, remedy: str) -> str:
        """Read text, such as a unit; empty where it is none."""
        if isinstance(found, str):
            return found
        self.refuse(argument, "text", tell_kind(found), remedy)
        return ""

    def flag(self, argument: str, found: object) -> None:
        """Refuse what is neither True nor False: even the word no counts as yes."""
        if not isinstance(found, bool | np.bool_):
            self.refuse(argument, "True or False", tell_kind(found), "As True.")

    def number(
        self, argument: str, found: object, expected: str, remedy: str,
        *, above: float = -math.inf, below: float = math.inf,
    ) -> float:  # fmt: skip
        """Read a number strictly between two limits; not a number where it is none."""
        if is_number(found) and above < found < below:
            return float(found)
        self.refuse(argument, expected, tell_kind(found), remedy)
        return math.nan

    def numbers_in(
        self, argument: str, found: object, expected: str, remedy: str,
        *, least: int = 0, above: float = -math.inf, below: float = math.inf,
        closed: bool = False,
    ) -> list[float]:  # fmt: skip
        """Read a list of numbers between two limits, the lower one excluded unless it is closed."""
        if not _is_list(found):
            self.refuse(argument, expected, tell_kind(found), remedy)
            return []
        given = list(found)
        numbers = [
            one
            for one in given
            if is_number(one) and (above < one < below or (closed and one == above))
        ]
        if len(numbers) < max(len(given), least):
            others = f"{len(given) - len(numbers)} others of {len(given)}"
            self.refuse(argument, expected, others if given else "none", remedy)
        return numbers

    def count(self, argument: str, found: object, *, least: int, remedy: str) -> None:
        """Refuse what is no whole number, or one too small."""
        if isinstance(found, bool) or not isinstance(found, Integral) or found < least:
            expected = f"a whole number, {least} or more"
            self.refuse(argument, expected, tell_kind(found), remedy)

    def numbers_by_name(
        self, argument: str, found: object, *, above: float = -math.inf
    ) -> dict[str, float]:
        """Read a mapping of names to numbers above a limit; an empty one where it is none."""
        given = dict(found) if isinstance(found, Mapping) else {None: None}
        numbers = {
            name: one
            for name, one in given.items()
            if isinstance(name, str) and is_number(one) and above < one < math.inf
        }
        if len(numbers) == len(given):
            return numbers
        expected = "a mapping of names to numbers" + (" above zero" if above == 0 else "")
        self.refuse(argument, expected, tell_kind(found), "As {'il6': 3.12}.")
        return {}

    def seed(self, seed: object) -> None:
        """Refuse a seed that would not give the same random numbers again."""
        self.count("seed=", seed, least=0, remedy="The same seed gives the same result again.")

    def listed(self, argument: str, found: Iterable[Item], remedy: str) -> list[Item]:
        """Read a list; an empty one where it is none."""
        if _is_list(found):
            return list(found)
        self.refuse(argument, "a list", tell_kind(found), remedy)
        return []

    def names(self, argument: str, found: object, *, if_none: str = "") -> tuple[str, ...]:
        """Read a list of different columns, in its order; `if_none` tells the way out of none."""
        # A column of the data is none: whoever gives one meant to name it.
        names = tuple(found) if _is_list(found) and not isinstance(found, pd.Series) else None
        if names is None or not all(isinstance(name, Hashable) for name in names):
            self.refuse(argument, _COLUMNS, tell_kind(found), "As ['age_years'].")
            return ()
        if len(set(names)) < len(names):
            self.refuse(argument, _COLUMNS, "one named twice", "Name each column once.")
            return ()
        if if_none and not names:
            self.refuse(argument, "one or more columns", "none", if_none)
        return names

    def conf_level(self, conf_level: object) -> None:
        """Refuse a confidence level outside (0, 1)."""
        self.number(
            "conf_level=", conf_level, "a number between 0 and 1", "0.95 is usual.",
            above=0, below=1,
        )  # fmt: skip

    def limits(self, argument: str, limits: object) -> None:
        """Refuse two limits of which the lower does not come first."""
        pair = list(limits) if isinstance(limits, list | tuple | np.ndarray) else []
        numbers = [one for one in pair if is_number(one)]
        if len(pair) != 2 or len(numbers) != 2 or not numbers[0] < numbers[1]:  # noqa: PLR2004
            found = " and ".join(map(tell_kind, pair)) or tell_kind(limits)
            expected = "a lower and then an upper limit"
            self.refuse(argument, expected, found, "As (80, 120) per cent.")


def read_times(function: str, times: object) -> list[float]:
    """Read the times at which curves are read off.

    Raises
    ------
    AnalysisError
        If they are no list of numbers at or above zero.
    """
    arguments = ArgumentReader(function)
    given = arguments.numbers_in(
        "times", times, "one or more times, each a number at or above zero", "As [5, 10].",
        least=1, above=0, closed=True,
    )  # fmt: skip
    arguments.raise_if_any()
    return given


def is_number(found: object) -> TypeGuard[float]:
    """Whether it is a number of any kind, and not True or False."""
    return not isinstance(found, bool) and isinstance(found, Real)


def _is_list(found: object) -> TypeGuard[Iterable[Any]]:
    """Whether it has members in an order: a set has none."""
    return isinstance(found, list | tuple | range | Iterator | np.ndarray | pd.Index | pd.Series)
