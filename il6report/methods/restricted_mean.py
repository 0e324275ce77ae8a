"""How much time did people live without the event, out of the first so much? Restricted means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray
from il6report.methods.follow_up import read_follow_up
from il6report.methods.life_table import life_table

METHOD = "restricted mean survival time"
Interval = Literal["t", "normal"]
"""How intervals and tests are made; see `restricted_mean_survival`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RestrictedMeanResult:
    """Restricted mean survival time by group, and its differences.

    Parameters
    ----------
    means : mapping of str to Statistic
        For each group the mean time lived without the event out of the first `tau`.
    differences : mapping of str to Statistic
        For each group but the first, its mean minus that of the first (above 0: longer), with a
        test.
    tau : float
        The horizon, in the unit of the time column.
    n_missing : int
        Rows left out because time, event or group is missing.
    """

    means: Mapping[str, Statistic]
    differences: Mapping[str, Statistic]
    tau: float
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and one per difference."""
        return statistics_frame([*self.means.values(), *self.differences.values()])


def restricted_mean_survival(
    data: pd.DataFrame,
    time: str,
    event: str,
    group: str,
    *,
    tau: float,
    interval: Interval = "t",
    conf_level: float = 0.95,
    time_unit: str = "",
) -> RestrictedMeanResult:
    """Estimate the mean time lived without the event out of the first `tau`, and its differences.

    It needs no proportional hazards and reads as time: "1.2 of the first 10 years lost".

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    group : str
        Column of the groups; the first is the reference.
    tau : float
        The horizon, in the unit of `time`; to be chosen before seeing the curves.
    interval : {"t", "normal"}
        "t" allows for small groups; "normal" is what R's ``survRM2`` gives, see the notes.
    conf_level : float
        Level of the intervals.
    time_unit : str
        Unit of `time`, such as "years"; stands beside the numbers.

    Returns
    -------
    RestrictedMeanResult
        A group whose follow-up ends before `tau` is `NotEstimable`: the curve is not known there.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or `tau` is not above zero.

    Notes
    -----
    The area under the Kaplan-Meier curve, with Greenwood's variance: for each event the squared
    area that remains, times d / (n (n - d)). Means, differences and standard errors are those of
    R's ``print(survfit(...), rmean = tau)`` and ``survRM2``. (lifelines' ``return_variance`` gives
    another thing, the variance of single survival times.)

    Greenwood's variance divides by the size of the group, so that intervals of the normal
    distribution are too short in small groups: with 10 in each they cover 92 per cent, with 5 less
    than 90. By "t" the variance is multiplied by m / (m - 1), as Kaplan and Meier proposed, where m
    counts those whose time within the horizon is known, and the t distribution has the degrees of
    freedom of Welch. Without censoring before the horizon this is Welch's t test of the restricted
    times; in large groups both are the same. With 5 in each group the interval covers 97 per cent.
    Where nobody in a group had the event there is no interval by either.

    References
    ----------
    .. [1] Royston P, Parmar MK. BMC Med Res Methodol 2013;13:152. doi:10.1186/1471-2288-13-152
    .. [2] Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. doi:10.1080/01621459.1958.10501452

    Examples
    --------
    Freireich's leukaemia trial, weeks of remission on 6-mercaptopurine or placebo:

    >>> mercaptopurine = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34,
    ...                   35]
    >>> placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    >>> trial = pd.DataFrame({
    ...     "weeks": mercaptopurine + placebo,
    ...     "relapse": [1] * 9 + [0] * 12 + [1] * 21,
    ...     "arm": ["6-MP"] * 21 + ["placebo"] * 21,
    ... })
    >>> result = restricted_mean_survival(trial, "weeks", "relapse", "arm", tau=20)
    >>> result.to_frame()[["group1", "group2", "estimate", "conf_low", "conf_high"]].round(1)
        group1 group2  estimate  conf_low  conf_high
    0     6-MP   None      16.1      13.3       18.9
    1  placebo   None       8.4       5.7       11.1
    2  placebo   6-MP      -7.7     -11.4       -4.0
    """
    reader = ColumnReader(data, "restricted_mean_survival")
    reader.conf_level(conf_level)
    reader.option("interval", interval, get_args(Interval))
    reader.number("tau=", tau, "a time above zero", "Give the horizon, such as 10.", above=0)
    reader.text("time_unit=", time_unit, "As 'years'.")
    labels = reader.labels(group)
    followed = read_follow_up(reader, time, event).among(reader, labels.codes >= 0)
    members = labels.among(followed.complete)
    groups: dict[str, _Group] = {}
    for code, level in enumerate(members.levels):
        chosen = members.codes == code
        if chosen.any():
            times, events = followed.time[chosen], followed.event[chosen]
            groups[level] = _group(times, events, level, tau=tau, interval=interval)
    about = _About(term=time, tau=tau, conf_level=conf_level, unit=time_unit)
    first, *others = groups.values()
    return RestrictedMeanResult(
        means={level: about.mean(group) for level, group in groups.items()},
        differences={other.name: about.difference(other, first) for other in others},
        tau=tau,
        n_missing=followed.n_missing,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """The restricted mean of one group; `why_not` tells why it is not known, or its spread."""

    name: str
    n: int
    n_events: int
    value: float = math.nan
    variance: float = math.nan
    # By which an interval widens the variance, and the degrees of freedom it has.
    factor: float = math.nan
    df: float = math.nan
    why_not: str = ""

    @property
    def widened(self) -> float:
        return self.variance * self.factor


def _group(
    times: FloatArray, events: BoolArray, name: str, *, tau: float, interval: Interval
) -> _Group:
    table = life_table(times, events)
    survival = table.survival()
    group = _Group(name=name, n=len(times), n_events=int(np.count_nonzero(events & (times <= tau))))
    if table.time[-1] < tau and survival[-1] > 0:
        return replace(group, why_not=f"follow-up of the group ends before {tau}")
    inside = table.time <= tau
    steps = np.diff(np.concatenate(([0.0], table.time[inside], [tau])))
    areas = steps * np.append(1.0, survival[inside])
    still_to_come = np.cumsum(areas[:0:-1])[::-1]
    # Nothing is to come once nobody is left, whatever Greenwood's formula says there.
    terms = np.where(still_to_come > 0, table.greenwood_terms()[inside], 0.0)
    variance = float(np.sum(np.maximum(still_to_come, 0.0) ** 2 * terms))
    group = replace(group, value=float(areas.sum()))
    if variance == 0:
        nobody = not table.n_events[inside].any()
        why = "nobody had the event by then" if nobody else "all had it at the same time"
        return replace(group, why_not=why)
    if interval == "normal":
        return replace(group, variance=variance, factor=1.0, df=math.inf)
    # Never fewer than two, where there is a variance: the curve was known to `tau` after an event.
    known = int(np.count_nonzero(events | (times >= tau)))
    return replace(group, variance=variance, factor=known / (known - 1), df=known - 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _About:
    """How to report restricted means."""

    term: str
    tau: float
    conf_level: float
    unit: str

    def mean(self, group: _Group) -> Statistic:
        return Statistic(
            term=self.term, estimate=self._mean(group), group1=group.name, n=group.n,
            n_events=group.n_events, note=f"out of the first {self.tau}",
        )  # fmt: skip

    def _mean(self, group: _Group) -> Estimate | NotEstimable:
        if math.isnan(group.value):
            return NotEstimable(reason=group.why_not, measure="survival_time")
        if group.why_not:
            return Estimate(
                measure="survival_time", value=group.value, method=METHOD, unit=self.unit,
                no_interval=group.why_not,
            )  # fmt: skip
        reach = self._reach(group.widened, group.df)
        return Estimate(
            measure="survival_time", value=group.value, method=METHOD,
            conf_low=max(group.value - reach, 0.0), conf_high=min(group.value + reach, self.tau),
            conf_level=self.conf_level, std_error=math.sqrt(group.variance), unit=self.unit,
        )  # fmt: skip

    def difference(self, group: _Group, reference: _Group) -> Statistic:
        two = (group, reference)
        about = Statistic(
            term=self.term,
            estimate=NotEstimable(
                reason="one of the means is not known", measure="mean_difference"
            ),
            contrast=f"{group.name} - {reference.name}",
            group1=group.name,
            group2=reference.name,
            n=group.n + reference.n,
            n1=group.n,
            n2=reference.n,
            n_events=group.n_events + reference.n_events,
            note=f"out of the first {self.tau}",
        )
        if any(math.isnan(one.value) for one in two):
            return about
        if any(one.why_not for one in two):
            reason = "the spread of one of the means is not known"
            return replace(about, estimate=NotEstimable(reason=reason, measure="mean_difference"))
        value = group.value - reference.value
        widened = sum(one.widened for one in two)
        apart = sum(one.widened**2 / one.df for one in two)
        df = widened**2 / apart if apart else math.inf
        reach = self._reach(widened, df)
        statistic = value / math.sqrt(widened)
        return replace(
            about,
            estimate=Estimate(
                measure="mean_difference", value=value, method=METHOD, conf_low=value - reach,
                conf_high=value + reach, conf_level=self.conf_level,
                std_error=math.sqrt(sum(one.variance for one in two)), unit=self.unit,
            ),
            test=HypothesisTest(
                statistic=statistic,
                p_value=2 * float(stdtr(df, -abs(statistic))),
                df=df if math.isfinite(df) else None,
                method="t" if math.isfinite(df) else "normal",
            ),
        )  # fmt: skip

    def _reach(self, variance: float, df: float) -> float:
        return float(stdtrit(df, 0.5 + self.conf_level / 2)) * math.sqrt(variance)
