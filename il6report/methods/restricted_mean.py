"""How much time did people live without the event, out of the first so much? Restricted means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader
from il6report.methods.follow_up import read_follow_up
from il6report.methods.life_table import LifeTable, life_table, normal_quantile

METHOD = "restricted mean survival time"


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
    area that remains, times d / (n (n - d)). The same numbers come from R's
    ``print(survfit(...), rmean = tau)`` and ``survRM2``. (lifelines' ``return_variance`` gives
    another thing, the variance of single survival times.)

    References
    ----------
    .. [1] Royston P, Parmar MK. BMC Med Res Methodol 2013;13:152. doi:10.1186/1471-2288-13-152

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
    0     6-MP   None      16.1      13.7       18.6
    1  placebo   None       8.4       5.9       10.9
    2  placebo   6-MP      -7.7     -11.2       -4.2
    """
    reader = ColumnReader(data, "restricted_mean_survival")
    reader.conf_level(conf_level)
    if not (0 < tau < math.inf):
        reader.refuse("tau=", "a time above zero", f"{tau}", "Give the horizon, such as 10.")
    labels = reader.labels(group)
    followed = read_follow_up(reader, time, event).among(reader, labels.codes >= 0)
    members = labels.among(followed.complete)
    means: dict[str, Statistic] = {}
    for code, level in enumerate(members.levels):
        chosen = members.codes == code
        times, events = followed.time[chosen], followed.event[chosen]
        if len(times):
            means[level] = Statistic(
                term=time,
                estimate=_mean(life_table(times, events), tau, conf_level, time_unit),
                group1=level,
                n=len(times),
                n_events=int(np.count_nonzero(events & (times <= tau))),
                note=f"out of the first {tau}",
            )
    first, *others = means.values()
    return RestrictedMeanResult(
        means=means,
        differences={
            str(other.group1): _difference(other, first, conf_level, time_unit) for other in others
        },
        tau=tau,
        n_missing=followed.n_missing,
    )


def _mean(table: LifeTable, tau: float, conf_level: float, unit: str) -> Estimate | NotEstimable:
    survival = table.survival()
    if table.time[-1] < tau and survival[-1] > 0:
        return NotEstimable(
            reason=f"follow-up of the group ends before {tau}", measure="survival_time"
        )
    inside = table.time <= tau
    times = np.concatenate(([0.0], table.time[inside], [tau]))
    areas = np.diff(times) * np.append(1.0, survival[inside])
    still_to_come = np.cumsum(areas[:0:-1])[::-1]
    # Nothing is to come once nobody is left, whatever Greenwood's formula says there.
    terms = np.where(still_to_come > 0, table.greenwood_terms()[inside], 0.0)
    variance = float(np.sum(np.where(still_to_come > 0, still_to_come, 0.0) ** 2 * terms))
    value = float(areas.sum())
    if variance == 0:
        nobody = not table.n_events[inside].any()
        return Estimate(
            measure="survival_time", value=value, method=METHOD, unit=unit,
            no_interval="nobody had the event by then" if nobody else "all had it at the same time",
        )  # fmt: skip
    std_error = math.sqrt(variance)
    reach = normal_quantile(conf_level) * std_error
    return Estimate(
        measure="survival_time", value=value, method=METHOD, conf_low=max(value - reach, 0.0),
        conf_high=min(value + reach, tau), conf_level=conf_level, std_error=std_error, unit=unit,
    )  # fmt: skip


def _difference(group: Statistic, reference: Statistic, conf_level: float, unit: str) -> Statistic:
    found, base = group.estimate, reference.estimate
    about = Statistic(
        term=group.term,
        estimate=NotEstimable(reason="one of the means is not known", measure="mean_difference"),
        contrast=f"{group.group1} - {reference.group1}",
        group1=group.group1,
        group2=reference.group1,
        n=(group.n or 0) + (reference.n or 0),
        n1=group.n,
        n2=reference.n,
        n_events=(group.n_events or 0) + (reference.n_events or 0),
        note=group.note,
    )
    if isinstance(found, NotEstimable) or isinstance(base, NotEstimable):
        return about
    if found.std_error is None or base.std_error is None:
        reason = "the spread of one of the means is not known"
        return replace(about, estimate=NotEstimable(reason=reason, measure="mean_difference"))
    value = found.value - base.value
    std_error = math.hypot(found.std_error, base.std_error)
    reach = normal_quantile(conf_level) * std_error
    z = value / std_error
    return replace(
        about,
        estimate=Estimate(
            measure="mean_difference", value=value, method=METHOD, conf_low=value - reach,
            conf_high=value + reach, conf_level=conf_level, std_error=std_error, unit=unit,
        ),
        test=HypothesisTest(statistic=z, p_value=2 * float(ndtr(-abs(z))), method="normal"),
    )  # fmt: skip
