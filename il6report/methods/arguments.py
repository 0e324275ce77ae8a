"""What the methods accept: columns that are there, numbers that are numbers, events coded 0/1.

Every public method reads its columns through a `ColumnReader`, so that all of them refuse the same
mistakes in the same words, all at once, and count missing values the same way. Rows are addressed
by position: a duplicated index does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from il6report.errors import AnalysisError, Problem
from il6report.methods.options import ArgumentReader

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

_CONVERT = "Convert the column first, such as with pandas.to_numeric."
# Squares of sums of larger numbers are infinite; the code of a missing value may be so large.
_LARGEST = 1e75
# More groups than this are not listed: the column is hardly one of groups.
_MANY_GROUPS = 10


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Labels:
    """A grouping column: the level of every row.

    Parameters
    ----------
    codes : array of int, shape (n_rows,)
        Position of the row's level in `levels`; -1 where it is missing.
    levels : tuple of str
        The groups, in order.
    """

    codes: IntArray
    levels: tuple[str, ...]

    @property
    def counts(self) -> IntArray:
        """Rows of each level."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    def where(self, rows: BoolArray) -> Labels:
        """Give the labels missing outside some rows, and only the levels found in them."""
        codes = np.where(rows, self.codes, -1)
        used = np.bincount(codes[codes >= 0], minlength=len(self.levels)) > 0
        position = np.append(np.where(used, np.cumsum(used) - 1, -1), -1)
        kept = tuple(self.levels[code] for code in used.nonzero()[0])
        return Labels(codes=position[codes], levels=kept)

    def among(self, rows: BoolArray) -> Labels:
        """Give the labels of some rows, the levels unchanged."""
        return Labels(codes=self.codes[rows], levels=self.levels)


class ColumnReader(ArgumentReader):
    """Read columns of a frame as clean arrays, collecting everything that is wrong.

    Parameters
    ----------
    data : DataFrame
        Long data, one row per unit; never changed.
    function : str
        Name of the public function that reads; begins every message.

    Examples
    --------
    >>> frame = pd.DataFrame({"il6_pg_ml": [3.4, None, 12.0], "group": ["a", "a", "b"]})
    >>> reader = ColumnReader(frame, "compare_two_groups")
    >>> reader.numbers("il6_pg_ml")
    array([ 3.4,  nan, 12. ])
    >>> reader.labels("group").levels
    ('a', 'b')
    >>> reader.raise_if_any()
    """

    def __init__(self, data: pd.DataFrame, function: str) -> None:
        super().__init__(function)
        self.data = data
        if not hasattr(data, "columns"):
            self.refuse(
                "data", "a pandas DataFrame", f"{type(data).__name__}",
                "Make one, such as pandas.DataFrame({'il6_pg_ml': [3.4, 12.0]}).",
            )  # fmt: skip
            self.raise_if_any()
        if len(data) == 0:
            self.refuse("data", "at least one row", "none", "Check how the data were selected.")

    def numbers(self, column: str) -> FloatArray:
        """Read a numeric column of any dtype; missing values become NaN.

        Integer, nullable, boolean and categorical columns and object columns of numbers give the
        same answer. Text is refused even where it looks like numbers, and so are infinity and
        numbers so large that their squares are not finite.
        """
        return self._numbers(column, "a column of numbers", _CONVERT)

    def positive(self, column: str) -> FloatArray:
        """Read a numeric column whose values must lie above zero; missing values become NaN."""
        values = self.numbers(column)
        wrong = int((values <= 0).sum())
        if wrong:
            self.refuse(
                f"{column!r}", "numbers above zero", f"{wrong} zero or negative of {len(values)}",
                "Correct them, or leave the rows out and say so.",
            )  # fmt: skip
        return values

    def indicator(self, column: str) -> FloatArray:
        """Read a yes/no column coded 1/0 or True/False; missing values become NaN.

        Any other coding is refused: a guess would turn deaths into survivors.
        """
        expected = "0 and 1, where 1 means that it happened"
        values = self._numbers(column, expected, f"Recode it, such as data[{column!r}] == 'yes'.")
        observed = values[~np.isnan(values)]
        other = int(((observed != 0) & (observed != 1)).sum())
        if other:
            coded_1_2 = bool(np.isin(observed, (1.0, 2.0)).all())
            hint = " (coded 1 and 2)" if coded_1_2 else ""
            self.refuse(
                f"{column!r}", expected, f"{other} other values of {len(values)}{hint}",
                f"Recode it first, such as data[{column!r}] == {2 if coded_1_2 else 1}.",
            )  # fmt: skip
        return values

    def labels(self, column: str) -> Labels:
        """Read a grouping column as text labels; missing values have the code -1.

        The order is that of a categorical column, else ascending; levels nobody has are dropped.
        Numbers that are whole carry no decimals, whatever dtype they are kept in.
        """
        series = self.series(column)
        if series is None:
            return Labels(codes=np.full(len(self.data), -1), levels=())
        if isinstance(series.dtype, pd.CategoricalDtype):
            codes, levels = series.cat.codes.to_numpy(), list(series.cat.categories)
            order = list(range(len(levels)))
        else:
            try:
                codes, uniques = pd.factorize(series)
            except TypeError:
                self.refuse(
                    f"{column!r}", "one name or number in each cell", "cells that hold several",
                    "Make a column of what they have in common.",
                )  # fmt: skip
                return Labels(codes=np.full(len(self.data), -1), levels=())
            levels = list(uniques)
            order = _ascending(levels)
        used = np.bincount(codes[codes >= 0], minlength=len(levels)) > 0
        order = [index for index in order if used[index]]
        position = np.full(len(levels) + 1, -1)
        position[order] = np.arange(len(order))
        names = tuple(_label(levels[index]) for index in order)
        if len(set(names)) < len(names):
            self.refuse(
                f"{column!r}", "each group written in one way",
                f"{len(names) - len(set(names))} both as a number and as text",
                "Write it as text throughout, such as with astype(str).",
            )  # fmt: skip
        return Labels(codes=position[codes], levels=names)

    def groups(
        self, column: str, observed: BoolArray, *, number: int | None = None, members: int = 2
    ) -> Labels:
        """Read a grouping column and refuse a wrong number of groups, or groups too small.

        Parameters
        ----------
        column : str
            The grouping column.
        observed : array of bool
            Rows in which everything else is there.
        number : int, optional
            How many groups the method compares; two or more where absent.
        members : int
            How many observed members each group needs.

        Returns
        -------
        Labels
            The label of every row, missing where the row is not observed.
        """
        every = self.labels(column)
        if self.problems and not observed.any():
            # Another column could not be read, which has been said: judge the groups by themselves.
            observed = np.ones(len(self.data), dtype=np.bool_)
        labels = Labels(codes=np.where(observed, every.codes, -1), levels=every.levels)
        groups = len(labels.levels)
        enough = (labels.counts >= members).all()
        if self.holds(column) and not (enough and (groups == number if number else groups > 1)):
            found = ", ".join(
                f"{level} ({n})" for level, n in zip(labels.levels, labels.counts, strict=True)
            )
            if groups > _MANY_GROUPS:
                found = f"{groups} groups, the smallest of {labels.counts.min()}"
            self.refuse(
                f"{column!r}",
                f"{number or 'two or more'} groups of at least {members} observed",
                found or "no group",
                "Leave out or join small groups, and drop rows of other groups.",
            )
        return labels

    def level(self, argument: str, found: object, labels: Labels) -> int:
        """Find the position of a level; the first where none is named."""
        return 0 if found is None else self.named_level(argument, found, labels)

    def named_level(self, argument: str, found: object, labels: Labels) -> int:
        """Find the position of a level that has to be named."""
        if not labels.levels:
            return 0
        level = _label(found) if pd.api.types.is_scalar(found) else found
        return labels.levels.index(self.option(argument.removesuffix("="), level, labels.levels))

    def holds(self, column: object) -> bool:
        """Whether the data have a column of that name."""
        try:
            return column in self.data.columns
        except TypeError:  # what has no hash is no name
            return False

    def series(self, column: object) -> pd.Series | None:
        """Give a column as it is; none where there is not one of that name, which is noted."""
        if not self.holds(column):
            if isinstance(column, str):
                error = AnalysisError.missing_columns(
                    self.function, [column], [str(name) for name in self.data.columns]
                )
                self.problems.extend(error.problems)
            else:
                self.problems.append(
                    Problem(
                        where=self.function, expected="the name of a column",
                        found=f"something of type {type(column).__name__}",
                        remedy="Name it as text, such as 'age_years'.",
                    )
                )  # fmt: skip
            return None
        series = self.data[column]
        if isinstance(series, pd.DataFrame):
            self.refuse(
                f"{column!r}", "one column of that name", f"{series.shape[1]}", "Rename the others."
            )
            return None
        return series

    def _numbers(self, column: str, expected: str, remedy: str) -> FloatArray:
        """Read a column of numbers, telling what was expected where it is none."""
        series = self.series(column)
        if series is None:
            return np.full(len(self.data), np.nan)
        if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biuf":
            # No other missing values than NaN: to look for them takes longer than many a test.
            values = series.to_numpy(dtype=np.float64)
        elif pd.api.types.is_numeric_dtype(series.dtype) and series.dtype.kind != "c":
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            values = self._numbers_from_objects(series.astype(object), column, expected, remedy)
        too_large = int(np.count_nonzero(np.abs(values) > _LARGEST))
        if too_large:
            infinite = int(np.count_nonzero(np.isinf(values)))
            what = f"{infinite} infinite" if infinite else f"{too_large} above {_LARGEST} in size"
            self.refuse(
                f"{column!r}", "finite numbers", f"{what} of {len(values)}",
                "Give what is unknown as missing.",
            )  # fmt: skip
            return np.full(len(values), np.nan)
        return values

    def _numbers_from_objects(
        self, series: pd.Series, column: str, expected: str, remedy: str
    ) -> FloatArray:
        missing = series.isna().to_numpy()
        numeric = np.fromiter((isinstance(value, Real | Decimal) for value in series), np.bool_)
        others = series[~numeric & ~missing]
        if len(others):
            first = others.iloc[0]
            kind = "text" if isinstance(first, str) else f"of type {type(first).__name__}"
            if isinstance(first, pd.Timestamp | pd.Timedelta):
                remedy = "Count the time between two dates, as (end - start).dt.days / 365.25."
            found = f"{len(others)} of {len(series)} values are {kind}"
            self.refuse(f"{column!r}", expected, found, remedy)
            return np.full(len(series), np.nan)
        return series.where(~missing, np.nan).to_numpy(dtype=np.float64)


def _label(level: object) -> str:
    """Write a level as text, so that 1, 1.0 and a nullable 1 are the same group."""
    if isinstance(level, float) and level.is_integer():
        return str(int(level))
    return str(level)


def _ascending(levels: list[object]) -> list[int]:
    """Give the positions of levels in order: numbers by size, anything else by its text."""
    numbers = [level for level in levels if isinstance(level, int | float | np.number)]
    if len(numbers) == len(levels):
        return [int(index) for index in np.argsort(np.array(numbers, dtype=np.float64))]
    return sorted(range(len(levels)), key=lambda index: _label(levels[index]))
