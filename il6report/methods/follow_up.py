"""Follow-up as every survival method reads it: a time above zero and whether the event happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

    def among(self, reader: ColumnReader, *observed: BoolArray) -> FollowUp:
        """Keep the rows in which all else is observed as well, and raise what the reader noted.

        Parameters
        ----------
        reader : ColumnReader
            Has read everything by now.
        *observed : array of bool, one per row of the data
            Rows in which something else is there.

        Raises
        ------
        AnalysisError
            If anything was wrong with a column, or no row is left.
        """
        complete = np.logical_and.reduce((self.complete, *observed))
        if not reader.problems and not complete.any():
            reader.refuse(
                "data",
                "at least one row without missing values",
                f"{len(complete)} rows, each with something missing",
                "Leave out the column that nobody has.",
            )
        reader.raise_if_any()
        kept = complete[self.complete]
        return FollowUp(time=self.time[kept], event=self.event[kept], complete=complete)


def read_follow_up(reader: ColumnReader, time: str, event: str) -> FollowUp:
    """Read time and event, and keep the rows that have both; what is wrong waits in the reader.

    Parameters
    ----------
    reader : ColumnReader
        Reads the columns and collects what is wrong with them.
    time, event : str
        Columns of the follow-up (above zero) and of the event (1 happened, 0 censored).
    """
    times, events = reader.positive(time), reader.indicator(event)
    observed = ~(np.isnan(times) | np.isnan(events))
    return FollowUp(time=times[observed], event=events[observed] > 0, complete=observed)
