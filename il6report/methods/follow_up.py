"""Follow-up as every survival method reads it: a time above zero and whether the event happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FollowUp:
    """Times and events of those in whom everything needed was observed.

    Parameters
    ----------
    time : array of shape (n,)
        Time to the event or to the end of follow-up, in the unit of the data.
    event : array of bool, shape (n,)
        Whether the event happened at that time.
    complete : array of bool, one per row of the data
        Which rows these are.
    """

    time: FloatArray
    event: BoolArray
    complete: BoolArray

    @property
    def n(self) -> int:
        """How many were followed."""
        return len(self.time)

    @property
    def n_events(self) -> int:
        """How many had the event."""
        return int(np.count_nonzero(self.event))

    @property
    def n_missing(self) -> int:
        """How many rows of the data were left out because something was missing."""
        return len(self.complete) - self.n


def read_follow_up(
    reader: ColumnReader, time: str, event: str, *beside: FloatArray | NDArray[np.integer]
) -> FollowUp:
    """Read time and event, keep the complete rows, and raise everything the reader has noted.

    Parameters
    ----------
    reader : ColumnReader
        Reads the columns and collects what is wrong with them.
    time, event : str
        Columns of the follow-up (above zero) and of the event (1 happened, 0 censored).
    *beside : array
        What else a row must have: numbers (missing as NaN) or codes of labels (missing below zero).

    Raises
    ------
    AnalysisError
        If a column is missing or holds something else, or no row is complete.
    """
    times, events = reader.positive(time), reader.indicator(event)
    complete = ~(np.isnan(times) | np.isnan(events))
    for values in beside:
        complete &= values >= 0 if np.issubdtype(values.dtype, np.integer) else ~np.isnan(values)
    if not reader.problems and not complete.any():
        reader.refuse(
            "data",
            "at least one row without missing values",
            f"{len(complete)} rows, each with something missing",
            "Leave out the column that nobody has.",
        )
    reader.raise_if_any()
    if complete.all():
        return FollowUp(time=times, event=events > 0, complete=complete)
    return FollowUp(time=times[complete], event=events[complete] > 0, complete=complete)
