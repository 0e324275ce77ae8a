"""How long did people live without the event? The Kaplan-Meier estimate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray, Labels
from il6report.methods.follow_up import read_follow_up
from il6report.methods.life_table import LifeTable, life_table, log_log_interval, time_of_half
from il6report.methods.options import ArgumentReader, read_times

METHOD = "Kaplan-Meier, log-log interval"
MEDIAN_METHOD = "Kaplan-Meier median, Brookmeyer-Crowley log-log interval"
FOLLOW_UP_METHOD = "reverse Kaplan-Meier median, Brookmeyer-Crowley log-log interval"
EVERYBODY = "all"
"""Label of the only curve where no group was given."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class KaplanMeierResult:
    """Survival curves by group, with their medians and the length of follow-up.

    Parameters
    ----------
    curves : DataFrame
        One row per group and distinct time, from time 0 where nobody has had the event: `group`,
        `time`, `n_at_risk` (just before that time), `n_events`, `n_censored`, `survival` (just
        after it), `conf_low`, `conf_high` (missing where survival is exactly 1 or 0).
    median : mapping of str to Statistic
        Median survival time of each group, in the unit of the time column; infinite where the
        curve stays above one half.
    follow_up : mapping of str to Statistic
        Median follow-up of each group by reverse Kaplan-Meier: how long people would have been
        followed had nobody had the event.
    conf_level : float
        Level of every interval.
    n_missing : int
        Rows left out because time, event or group is missing.
    """

    curves: pd.DataFrame
    median: Mapping[str, Statistic]
    follow_up: Mapping[str, Statistic]
    conf_level: float
    n_missing: int

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels of the curves, reference first."""
        return tuple(self.median)

    def at(self, times: Iterable[float]) -> pd.DataFrame:
        """Read survival off the curves at given times (milestone survival).

        Parameters
        ----------
        times : iterable of float
            In the unit of the time column; zero or later.

        Returns
        -------
        DataFrame
            One row per group and time: `group`, `time`, `n_at_risk` (just before), `n_events`
            (until then), `survival`, `conf_low`, `conf_high`, `note`. Numbers are missing, with the
            reason in `note`, where a time lies beyond the follow-up of the group.
        """
        columns = ["group", "time", "n_at_risk", "n_events", "survival", "conf_low", "conf_high"]
        return self._read_off(times)[[*columns, "note"]]

    def at_risk(self, times: Iterable[float]) -> pd.DataFrame:
        """Count those under observation just before given times: the table under the curves.

        Someone who leaves or has the event exactly at that time still counts, as in R's
        ``summary.survfit`` and in SAS, and unlike the default of lifelines.

        Returns
        -------
        DataFrame
            One row per group and time: `group`, `time`, `n_at_risk`, and `n_events` and
            `n_censored` until then.
        """
        return self._read_off(times)[["group", "time", "n_at_risk", "n_events", "n_censored"]]

    def milestone(self, time: float, *, group: str = EVERYBODY) -> Statistic:
        """Give survival at one time in one group, with its interval, as a statistic.

        Raises
        ------
        AnalysisError
            If there is no such group.
        """
        arguments = ArgumentReader("milestone")
        arguments.option("group", group, self.groups)
        arguments.raise_if_any()
        frame = self._read_off([time])
        row = frame[frame["group"] == group].iloc[0]
        note, survival = str(row["note"]), float(row["survival"])
        measure = "survival_probability"
        if math.isnan(survival):
            estimate = NotEstimable(reason=note, measure=measure)
        elif note:
            estimate = Estimate(measure=measure, value=survival, method=METHOD, no_interval=note)
        else:
            estimate = Estimate(
                measure=measure, value=survival, method=METHOD, conf_low=float(row["conf_low"]),
                conf_high=float(row["conf_high"]), conf_level=self.conf_level,
            )  # fmt: skip
        return Statistic(
            term=f"survival at {time}", estimate=estimate, group1=group,
            n=self.median[group].n, n_events=int(row["n_events"]),
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Give median survival and median follow-up of each group, one row each."""
        return statistics_frame([*self.median.values(), *self.follow_up.values()])

    def _read_off(self, times: Iterable[float]) -> pd.DataFrame:
        wanted = np.asarray(read_times("kaplan_meier", times))
        curves = dict(list(self.curves.groupby("group", observed=True, sort=False)))
        return pd.concat(
            [_read_curve(group, curves[group], wanted) for group in self.groups], ignore_index=True
        )


def kaplan_meier(
    data: pd.DataFrame,
    time: str,
    event: str,
    *,
    group: str | None = None,
    conf_level: float = 0.95,
    time_unit: str = "",
) -> KaplanMeierResult:
    """Estimate the share still free of the event at any time, in each group.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 (or True) where the event was observed and 0 where follow-up ended
        without it.
    group : str, optional
        Column of the groups; one curve each. The order is that of a categorical column, else
        ascending.
    conf_level : float
        Level of the intervals, pointwise.
    time_unit : str
        Unit of `time`, such as "years"; stands beside the medians.

    Returns
    -------
    KaplanMeierResult
        Curves, medians, follow-up; survival and numbers at risk at chosen times.

    Raises
    ------
    AnalysisError
        If a column is missing, the event is not coded 0/1, or a time is not above zero.

    Notes
    -----
    Intervals are symmetric on the scale log(-log(survival)): they never leave [0, 1] and keep
    their level with few events, where the plain interval does not. The interval of the median is
    the set of times at which the interval of the curve covers one half [2]_. The same numbers come
    from R's ``survfit(Surv(time, event) ~ group, conf.type = "log-log")`` and, for the follow-up,
    from ``survfit(Surv(time, 1 - event) ~ group, ...)`` [3]_.

    References
    ----------
    .. [1] Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. doi:10.1080/01621459.1958.10501452
    .. [2] Brookmeyer R, Crowley J. Biometrics 1982;38:29-41. doi:10.2307/2530286
    .. [3] Schemper M, Smith TL. Control Clin Trials 1996;17:343-6.
           doi:10.1016/0197-2456(96)00075-X

    Examples
    --------
    The 6-mercaptopurine arm of Freireich's leukaemia trial, weeks of remission:

    >>> remission = pd.DataFrame({
    ...     "weeks": [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
    ...     "relapse": [1] * 9 + [0] * 12,
    ... })
    >>> fit = kaplan_meier(remission, "weeks", "relapse", time_unit="weeks")
    >>> fit.at([10, 20])[["time", "n_at_risk", "survival", "conf_low", "conf_high"]].round(3)
       time  n_at_risk  survival  conf_low  conf_high
    0    10         15     0.753     0.503      0.889
    1    20          8     0.627     0.368      0.805
    >>> fit.median["all"].estimate.value
    23.0
    """
    reader = ColumnReader(data, "kaplan_meier")
    reader.conf_level(conf_level)
    reader.text("time_unit=", time_unit, "As 'years'.")
    if group is None:
        labels = Labels(codes=np.zeros(len(data), dtype=np.int64), levels=(EVERYBODY,))
    else:
        labels = reader.labels(group)
    followed = read_follow_up(reader, time, event).among(reader, labels.codes >= 0)
    present = labels.among(followed.complete)
    members = {
        level: present.codes == code
        for code, level in enumerate(present.levels)
        if present.counts[code]
    }
    curves: list[dict[str, FloatArray]] = []
    median: dict[str, Statistic] = {}
    follow_up: dict[str, Statistic] = {}
    for name, chosen in members.items():
        times, events = followed.time[chosen], followed.event[chosen]
        table = life_table(times, events)
        curve = _curve(table, conf_level)
        curves.append(curve)
        about = Statistic(
            term=time,
            estimate=_median(curve, MEDIAN_METHOD, conf_level, time_unit, "the event"),
            group1=name,
            n=len(times),
            n_events=int(np.count_nonzero(events)),
        )
        median[name] = about
        follow_up[name] = replace(
            about,
            term=f"follow-up ({time})",
            estimate=_median(
                _curve(_reverse(table), conf_level),
                FOLLOW_UP_METHOD,
                conf_level,
                time_unit,
                "censoring",
            ),
        )
    return KaplanMeierResult(
        curves=_tidy(dict(zip(members, curves, strict=True))),
        median=median,
        follow_up=follow_up,
        conf_level=conf_level,
        n_missing=followed.n_missing,
    )


def _curve(table: LifeTable, conf_level: float) -> dict[str, FloatArray]:
    survival = table.survival()
    low, high = log_log_interval(survival, table.log_variance(), conf_level)
    return {
        "time": table.time,
        "n_at_risk": table.n_at_risk,
        "n_events": table.n_events,
        "n_censored": table.n_censored,
        "survival": survival,
        "conf_low": low,
        "conf_high": high,
    }


def _reverse(table: LifeTable) -> LifeTable:
    """Let leaving be the event and the event be leaving."""
    return LifeTable(
        time=table.time,
        n_at_risk=table.n_at_risk,
        n_events=table.n_censored,
        n_censored=table.n_events,
    )


def _median(
    curve: dict[str, FloatArray], method: str, conf_level: float, unit: str, what: str
) -> Estimate | NotEstimable:
    if curve["n_events"].sum() == 0:
        return NotEstimable(reason=f"{what} was never observed", measure="survival_time")
    low, middle, high = (
        time_of_half(curve["time"], curve[name]) for name in ("conf_low", "survival", "conf_high")
    )
    if low > middle:
        return Estimate(
            measure="survival_time", value=middle, method=method, unit=unit,
            no_interval="too few events before the curve ends",
        )  # fmt: skip
    return Estimate(
        measure="survival_time", value=middle, method=method, conf_low=low, conf_high=high,
        conf_level=conf_level, unit=unit,
    )  # fmt: skip


def _tidy(curves: dict[str, dict[str, FloatArray]]) -> pd.DataFrame:
    """Put the curves below each other, each beginning at time 0 with everybody at risk."""
    columns: dict[str, object] = {
        "group": pd.Categorical(list(curves), categories=list(curves)).repeat(
            [1 + len(one["time"]) for one in curves.values()]
        )
    }
    counts = ("n_at_risk", "n_events", "n_censored")
    for name in ("time", *counts, "survival", "conf_low", "conf_high"):
        # Each part is dropped as soon as it is joined: a million people fill much memory.
        parts = [part for one in curves.values() for part in (_at_start(name, one), one.pop(name))]
        columns[name] = np.concatenate(
            parts, dtype=np.int64 if name in counts else np.float64, casting="unsafe"
        )
    return pd.DataFrame(columns, copy=False)


def _at_start(name: str, curve: dict[str, FloatArray]) -> FloatArray:
    match name:
        case "n_at_risk":
            return curve["n_at_risk"][:1]
        case "survival":
            return np.ones(1)
        case "conf_low" | "conf_high":
            return np.full(1, np.nan)
        case _:
            return np.zeros(1)


def _read_curve(group: str, curve: pd.DataFrame, times: FloatArray) -> pd.DataFrame:
    known = curve["time"].to_numpy()
    last = np.searchsorted(known, times, side="right") - 1
    next_one = np.searchsorted(known, times, side="left")
    survival = curve["survival"].to_numpy()[last]
    # A curve that has come down to 0 stays there; any other ends with its follow-up.
    beyond = (times > known[-1]) & (survival > 0)
    reasons = {
        "beyond the follow-up of the group": beyond,
        "nobody was left without the event": survival == 0,
        "nobody had had the event": survival == 1,
    }
    return pd.DataFrame(
        {
            "group": group,
            "time": times,
            "n_at_risk": np.append(curve["n_at_risk"].to_numpy(), 0)[next_one],
            "n_events": curve["n_events"].to_numpy().cumsum()[last],
            "n_censored": curve["n_censored"].to_numpy().cumsum()[last],
            "survival": np.where(beyond, np.nan, survival),
            "conf_low": np.where(beyond, np.nan, curve["conf_low"].to_numpy()[last]),
            "conf_high": np.where(beyond, np.nan, curve["conf_high"].to_numpy()[last]),
            "note": np.select(list(reasons.values()), list(reasons), default=""),
        }
    )
