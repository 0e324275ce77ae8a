"""Who is still under observation at a landmark, with the clock set to zero there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader
from il6report.methods.follow_up import read_follow_up


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LandmarkResult:
    """The people at risk after a landmark, and what became of the others.

    Parameters
    ----------
    data : DataFrame
        The rows of those still under observation after the landmark, their time counted from it.
        The one result that holds patient rows: they are what the next analysis is made of.
    at : float
        The landmark, in the unit of the time column.
    n_at_risk : int
        Rows of `data`.
    n_events, n_censored : int
        Left out because the event, or the end of follow-up, came at the landmark or before.
    n_missing : int
        Rows left out because time or event is missing.
    """

    data: pd.DataFrame
    at: float
    n_at_risk: int
    n_events: int
    n_censored: int
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give the counts, one row each."""
        counts = {
            "at risk after the landmark": self.n_at_risk,
            "event until the landmark": self.n_events,
            "end of follow-up until the landmark": self.n_censored,
        }
        return statistics_frame(
            Statistic(
                term=term,
                estimate=Estimate(
                    measure="count", value=count, method="landmark", no_interval="a count"
                ),
                note=f"landmark at {self.at}",
            )
            for term, count in counts.items()
        )


def landmark(data: pd.DataFrame, time: str, event: str, *, at: float) -> LandmarkResult:
    """Keep those still under observation at a landmark, and count their time from there.

    For a predictor that becomes known only with time, such as the skin score at 3 years: whoever
    has it must have lived until then, and to count that time would make the predictor look
    protective (immortal time).

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    at : float
        The landmark, in the unit of `time`, fixed in advance.

    Returns
    -------
    LandmarkResult
        The rows for the next analysis, and the counts of those left out.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, the landmark is not above zero, or nobody
        is left after it.

    Notes
    -----
    R: none; `transform(subset(data, time > at), time = time - at)`.

    References
    ----------
    .. [1] Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-9.
           doi:10.1200/JCO.1983.1.11.710

    Examples
    --------
    >>> people = pd.DataFrame({"years": [1.0, 3.0, 5.0, 8.0], "died": [1, 0, 1, 0]})
    >>> later = landmark(people, "years", "died", at=3)
    >>> later.data["years"].tolist(), later.n_events, later.n_censored
    ([2.0, 5.0], 1, 1)
    """
    reader = ColumnReader(data, "landmark")
    reader.number("at=", at, "a time above zero", "Give the landmark, such as 3.", above=0)
    followed = read_follow_up(reader, time, event).among(reader)
    later = followed.time > at
    if not later.any():
        reader.refuse(
            "at=", "a landmark that somebody outlived", "nobody", "Choose an earlier landmark."
        )
        reader.raise_if_any()
    rows = np.flatnonzero(followed.complete)[later]
    kept = data.iloc[rows].copy()
    kept[time] = followed.time[later] - at
    earlier = int(np.count_nonzero(followed.event & ~later))
    return LandmarkResult(
        data=kept,
        at=at,
        n_at_risk=len(rows),
        n_events=earlier,
        n_censored=followed.n - len(rows) - earlier,
        n_missing=followed.n_missing,
    )
