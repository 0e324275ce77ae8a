"""How well a marker tells who will have had an event by some time, with follow-up of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray, IntArray
from il6report.methods.follow_up import FollowUp, read_follow_up
from il6report.methods.life_table import LifeTable, life_table, normal_quantile

METHOD = "cumulative/dynamic area under the ROC curve, weighted for censoring"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TimeDependentRoc:
    """How well a marker tells who has had the event by given times.

    Parameters
    ----------
    areas : mapping of float to Statistic
        By time: how often of someone who had the event until then and someone still free of it,
        the former has the higher marker.
    curves : DataFrame
        One row per time and cut: `time`, `cut` (positive lies above it), `sensitivity`,
        `specificity` (fractions), from the lowest cut to the highest.
    n_missing : int
        Rows left out because marker, time or event is missing.
    """

    areas: Mapping[float, Statistic]
    curves: pd.DataFrame
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give the area at each time, one row each."""
        return statistics_frame(self.areas.values())


def time_dependent_roc(
    data: pd.DataFrame,
    marker: str,
    time: str,
    event: str,
    *,
    times: Sequence[float],
    conf_level: float = 0.95,
) -> TimeDependentRoc:
    """Estimate how well a marker tells who will have had the event by given times.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    marker : str
        Numeric column, measured at time 0; higher values are taken to speak for an earlier event.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    times : sequence of float
        When to look, in the unit of `time`.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    TimeDependentRoc
        Areas from 0 to 1, 0.5 for a marker that tells nothing; not estimable where nobody has had
        the event by then or nobody is followed further.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or a time is not above zero.

    Notes
    -----
    Those with the event until then are compared with those followed beyond; each of the former
    counts for the others who had left before his or her event (inverse probability of censoring
    [1]_). Censoring must not depend on the marker. The area is that of R's ``timeROC::timeROC(
    weighting = "marginal")``; the standard error is the infinitesimal jackknife, with the
    estimation of the weights in it, and the interval is symmetric on the logit scale.

    References
    ----------
    .. [1] Uno H, Cai T, Tian L, Wei LJ. J Am Stat Assoc 2007;102:527-37.
       doi:10.1198/016214507000000149
    .. [2] Blanche P, Dartigues JF, Jacqmin-Gadda H. Stat Med 2013;32:5381-97. doi:10.1002/sim.5958

    Examples
    --------
    >>> patients = pd.DataFrame({
    ...     "il6_pg_ml": [22.0, 9.0, 14.0, 5.0, 12.0, 4.0, 3.2, 6.0, 8.0, 3.5],
    ...     "years": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ...     "died": [1, 1, 0, 1, 1, 0, 1, 0, 0, 0],
    ... })
    >>> found = time_dependent_roc(patients, "il6_pg_ml", "years", "died", times=[5])
    >>> found.to_frame()[["n", "n_events", "estimate", "conf_low", "conf_high"]].round(2)
        n  n_events  estimate  conf_low  conf_high
    0  10         4      0.89      0.48       0.99
    """
    reader = ColumnReader(data, "time_dependent_roc")
    reader.conf_level(conf_level)
    values = reader.numbers(marker)
    wanted = reader.numbers_in(
        "times=", times, "one or more times above zero", "As [5, 10].", least=1, above=0
    )
    followed = read_follow_up(reader, time, event).among(reader, ~np.isnan(values))
    people = _People.of(followed, values[followed.complete])
    looks = {one: people.look(one) for one in wanted}
    curves = [look.curve().assign(time=one) for one, look in looks.items() if look.possible]
    columns = ["time", "cut", "sensitivity", "specificity"]
    return TimeDependentRoc(
        areas={
            one: Statistic(
                term=marker,
                contrast=f"event by {one}: yes − no",
                n=followed.n,
                n1=int(look.is_case.sum()),
                n2=int(look.is_control.sum()),
                n_events=int(look.is_case.sum()),
                estimate=look.area(conf_level),
                note=f"{followed.n_missing} missing" if followed.n_missing else "",
            )
            for one, look in looks.items()
        },
        curves=pd.concat(curves, ignore_index=True)[columns]
        if curves
        else pd.DataFrame(columns=columns, dtype=np.float64),
        n_missing=followed.n_missing,
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _People:
    """Markers and follow-up, and how people leave; those who leave at a time leave after events."""

    marker: FloatArray
    time: FloatArray
    event: BoolArray
    table: LifeTable

    @classmethod
    def of(cls, followed: FollowUp, marker: FloatArray) -> _People:
        table = life_table(followed.time, followed.event)
        return cls(marker=marker, time=followed.time, event=followed.event, table=table)

    @property
    def could_leave(self) -> FloatArray:
        return self.table.n_at_risk - self.table.n_events

    def still_here(self) -> FloatArray:
        """Give the probability of not having left before each time of the table."""
        stay = np.ones(len(self.table.time))
        np.divide(
            self.could_leave - self.table.n_censored, self.could_leave, out=stay,
            where=self.could_leave > 0,
        )  # fmt: skip
        return np.append(1.0, np.cumprod(stay)[:-1])

    def look(self, at: float) -> _Look:
        case = self.event & (self.time <= at)
        row = np.searchsorted(self.table.time, self.time)
        return _Look(
            people=self,
            row=row,
            is_case=case,
            is_control=self.time > at,
            weight=np.where(case, 1 / self.still_here()[row], 0.0),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Look:
    """Who has had the event by one time (cases), with weights, and who is still free of it."""

    people: _People
    row: IntArray
    is_case: BoolArray
    is_control: BoolArray
    weight: FloatArray

    @property
    def possible(self) -> bool:
        return bool(self.is_case.any() and self.is_control.any())

    def area(self, conf_level: float) -> Estimate | NotEstimable:
        measure = "area_under_curve"
        if not self.possible:
            reason = (
                "nobody is followed further"
                if self.is_case.any()
                else "nobody has had the event by then"
            )
            return NotEstimable(reason=reason, measure=measure)
        beaten = self._beaten_controls()
        total = float(self.weight.sum())
        value = min(float(self.weight @ beaten) / total, 1.0)
        std_error = float(np.linalg.norm(self._influence(beaten, value, total)))
        if not 0 < value < 1 or self.is_case.sum() == 1 or self.is_control.sum() == 1:
            reason = (
                "those with and without the event do not overlap"
                if not 0 < value < 1
                else "one person on one side"
            )
            return Estimate(measure=measure, value=value, method=METHOD, no_interval=reason)
        reach = normal_quantile(conf_level) * std_error / (value * (1 - value))
        return Estimate(
            measure=measure,
            value=value,
            conf_low=float(expit(logit(value) - reach)),
            conf_high=float(expit(logit(value) + reach)),
            conf_level=conf_level,
            std_error=std_error,
            method=METHOD,
        )

    def curve(self) -> pd.DataFrame:
        values, place = np.unique(self.people.marker, return_inverse=True)
        cuts = np.concatenate([[-np.inf], (values[1:] + values[:-1]) / 2, [np.inf]])
        cases = np.append(0.0, np.cumsum(np.bincount(place, self.weight)))
        controls = np.append(0.0, np.cumsum(np.bincount(place, self.is_control)))
        return pd.DataFrame(
            {
                "cut": cuts,
                "sensitivity": 1 - cases / cases[-1],
                "specificity": controls / controls[-1],
            }
        )

    def _beaten_controls(self) -> FloatArray:
        """Give the share of controls whose marker each person's exceeds, ties counting half."""
        controls = np.sort(self.people.marker[self.is_control])
        lower, not_higher = (
            np.searchsorted(controls, self.people.marker, side=side) for side in ("left", "right")
        )
        return (lower + not_higher) / 2 / len(controls)

    def _influence(self, beaten: FloatArray, value: float, total: float) -> FloatArray:
        """Give the derivative of the area with respect to the weight of each person."""
        pull = self.weight * (beaten - value) / total
        _, place = np.unique(self.people.marker, return_inverse=True)
        weights = np.bincount(place, self.weight)
        above = total - np.cumsum(weights) + weights / 2
        as_control = np.where(
            self.is_control, (above[place] / total - value) / self.is_control.sum(), 0.0
        )
        return pull + as_control + self._influence_through_weights(pull)

    def _influence_through_weights(self, pull: FloatArray) -> FloatArray:
        """Follow how each person's staying or leaving changes the weights of later cases."""
        table, could_leave = self.people.table, self.people.could_leave
        by_time = np.bincount(self.row, pull, minlength=len(table.time))
        later = by_time.sum() - np.cumsum(by_time)
        stayed = could_leave - table.n_censored
        per_person = np.divide(later, stayed, out=np.zeros(len(later)), where=stayed > 0)
        share = np.divide(
            table.n_censored, could_leave, out=np.zeros(len(later)), where=could_leave > 0
        )
        lived = np.cumsum(per_person * share)
        lived_before = np.append(0.0, lived[:-1])
        left = per_person[self.row] - lived[self.row]
        return np.where(self.people.event, -lived_before[self.row], left)
