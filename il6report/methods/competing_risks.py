"""How likely each kind of event is by some time, where one precludes the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray, IntArray, Labels
from il6report.methods.life_table import LifeTable, life_table, normal_quantile
from il6report.methods.options import ArgumentReader, read_times

METHOD = "Aalen-Johansen, log-log interval"
_ROUNDING = 1e-12
EVERYBODY = "all"

_Curve = dict[str, FloatArray | IntArray]
"""The columns of one curve."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CumulativeIncidenceResult:
    """Cumulative incidence of each cause by group.

    Parameters
    ----------
    curves : DataFrame
        One row per group, cause and distinct time: `group`, `cause`, `time`, `n_at_risk` (just
        before), `n_events` (of that cause, at that time), `incidence` (until then), `std_error`,
        `conf_low`, `conf_high` (missing where the incidence is still 0).
    conf_level : float
        Level of the intervals.
    n_missing : int
        Rows left out because time, event or group is missing.
    """

    curves: pd.DataFrame
    conf_level: float
    n_missing: int

    def at(self, times: Iterable[float]) -> pd.DataFrame:
        """Read the incidence off the curves at given times.

        Parameters
        ----------
        times : iterable of float
            In the unit of the time column; zero or later.

        Returns
        -------
        DataFrame
            One row per group, cause and time, with the columns of `curves` but `n_events`, and
            `note`. Numbers are missing, with the reason in `note`, where a time lies beyond the
            follow-up of the group.
        """
        wanted = np.asarray(read_times("cumulative_incidence", times))
        curves = self.curves.groupby(["group", "cause"], observed=True, sort=False)
        return pd.concat([_read_curve(curve, wanted) for _, curve in curves], ignore_index=True)

    def incidence(self, time: float, cause: str, *, group: str = EVERYBODY) -> Statistic:
        """Give the incidence of a cause by one time in one group, as a statistic.

        Raises
        ------
        AnalysisError
            If there is no such group or cause.
        """
        arguments = ArgumentReader("incidence")
        for column, value in (("group", group), ("cause", cause)):
            arguments.option(column, value, self.curves[column].unique().tolist())
        arguments.raise_if_any()
        frame = self.at([time])
        row = frame[(frame["group"] == group) & (frame["cause"] == cause)].iloc[0]
        return Statistic(term=f"{cause} by {time}", estimate=self._estimate(row), group1=group)

    def to_frame(self) -> pd.DataFrame:
        """Give the incidence of each cause at the end of follow-up, one row per group and cause."""
        last = self.curves.groupby(["group", "cause"], observed=True, sort=False).tail(1)
        return statistics_frame(
            self.incidence(time, cause, group=group)
            for time, cause, group in zip(
                last["time"].tolist(), last["cause"], last["group"], strict=True
            )
        )

    def _estimate(self, row: pd.Series) -> Estimate | NotEstimable:
        if row["note"]:
            return NotEstimable(reason=str(row["note"]), measure="cumulative_incidence")
        value, std_error = float(row["incidence"]), float(row["std_error"])
        if pd.isna(row["conf_low"]):
            return Estimate(
                measure="cumulative_incidence", value=value, method=METHOD,
                no_interval="nobody had had it" if value == 0 else "everybody had had it",
            )  # fmt: skip
        return Estimate(
            measure="cumulative_incidence", value=value, method=METHOD, std_error=std_error,
            conf_low=float(row["conf_low"]), conf_high=float(row["conf_high"]),
            conf_level=self.conf_level,
        )  # fmt: skip


def cumulative_incidence(
    data: pd.DataFrame,
    time: str,
    event: str,
    *,
    group: str | None = None,
    censored: str = "0",
    conf_level: float = 0.95,
) -> CumulativeIncidenceResult:
    """Estimate how likely each kind of event is by some time, where one precludes the others.

    One minus Kaplan-Meier, with deaths from other causes censored, answers for a world without
    other causes and is too high for this one.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the first event or to the end of follow-up; above zero, any unit.
    event : str
        Column of what happened first: numbers or text, `censored` where nothing did.
    group : str, optional
        Column of the groups.
    censored : str
        What stands in `event`, written as text, where follow-up ended without an event.
    conf_level : float
        Level of the intervals, pointwise.

    Returns
    -------
    CumulativeIncidenceResult
        Curves, and the incidence at chosen times.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or nobody had any event.

    Notes
    -----
    Incidence and standard error (infinitesimal jackknife) are those of R's ``survfit`` with a
    factor as status; the interval is symmetric for log(-log(incidence)), as in ``cmprsk``'s and
    SAS's practice, and stays within [0, 1].

    References
    ----------
    .. [1] Putter H, Fiocco M, Geskus RB. Stat Med 2007;26:2389-430. doi:10.1002/sim.2712

    Examples
    --------
    >>> people = pd.DataFrame({
    ...     "years": [1.0, 2, 3, 4, 5, 6],
    ...     "first": ["ILD", "none", "death", "ILD", "death", "none"],
    ... })
    >>> found = cumulative_incidence(people, "years", "first", censored="none")
    >>> found.at([5])[["cause", "incidence", "conf_low", "conf_high"]].round(2)
       cause  incidence  conf_low  conf_high
    0    ILD       0.38      0.05       0.73
    1  death       0.42      0.06       0.77
    """
    reader = ColumnReader(data, "cumulative_incidence")
    reader.conf_level(conf_level)
    times, kinds = reader.positive(time), reader.labels(event)
    if group is None:
        labels = Labels(codes=np.zeros(len(data), dtype=np.int64), levels=(EVERYBODY,))
    else:
        labels = reader.labels(group)
    censored = reader.text("censored=", censored, "As '0' where 0 stands for no event.")
    if reader.holds(event) and not set(kinds.levels) - {censored}:
        reader.refuse(
            f"{event!r}", "at least one kind of event", "none",
            f"Say what stands for the end of follow-up, such as censored={censored!r}.",
        )  # fmt: skip
    observed = ~np.isnan(times) & (kinds.codes >= 0) & (labels.codes >= 0)
    if not reader.problems and not observed.any():
        reader.refuse("data", "a row without missing values", "none", "Leave out a column.")
    reader.raise_if_any()
    nothing = kinds.levels.index(censored) if censored in kinds.levels else -1
    happened = kinds.codes != nothing
    names: list[tuple[str, str]] = []
    curves: list[_Curve] = []
    for code, level in enumerate(labels.levels):
        rows = observed & (labels.codes == code)
        if not rows.any():
            continue
        every = life_table(times[rows], happened[rows])
        for kind, cause in enumerate(kinds.levels):
            if kind != nothing:
                of_cause = life_table(times[rows], kinds.codes[rows] == kind).n_events
                names.append((level, cause))
                curves.append(_curve(every, of_cause, conf_level))
    lengths = [len(curve["time"]) for curve in curves]
    group, cause = np.repeat(np.array(names, dtype=object), lengths, axis=0).T
    columns = {name: np.concatenate([one[name] for one in curves]) for name in curves[0]}
    return CumulativeIncidenceResult(
        curves=pd.DataFrame({"group": group, "cause": cause, **columns}),
        conf_level=conf_level,
        n_missing=int(np.count_nonzero(~observed)),
    )


def _read_curve(curve: pd.DataFrame, times: FloatArray) -> pd.DataFrame:
    known = curve["time"].to_numpy()
    last = np.searchsorted(known, times, side="right")
    at_risk = np.append(curve["n_at_risk"].to_numpy(), 0)[np.searchsorted(known, times)]
    beyond = times > known[-1]
    # Before the first time nobody has had any event.
    first = {"incidence": 0.0, "std_error": 0.0, "conf_low": np.nan, "conf_high": np.nan}
    columns = {
        name: np.where(beyond, np.nan, np.append(start, curve[name].to_numpy())[last])
        for name, start in first.items()
    }
    return pd.DataFrame(
        {
            "group": curve["group"].iloc[0], "cause": curve["cause"].iloc[0], "time": times,
            "n_at_risk": at_risk, **columns,
            "note": np.where(beyond, "beyond the follow-up of the group", ""),
        }
    )  # fmt: skip


def _curve(every: LifeTable, of_cause: FloatArray, conf_level: float) -> _Curve:
    survival = np.append(1.0, every.survival()[:-1])
    incidence = np.cumsum(survival * of_cause / every.n_at_risk)
    # A sum of many shares that are everybody is one only to within rounding.
    incidence[incidence > 1 - _ROUNDING] = 1.0
    std_error = np.sqrt(_jackknife_variance(every, of_cause, survival, incidence))
    inside = (incidence > 0) & (incidence < 1)
    log = np.log(incidence, out=np.full(len(incidence), np.nan), where=inside)
    spread = normal_quantile(conf_level) * std_error / (incidence * log + ~inside)
    return {
        "time": every.time,
        "n_at_risk": every.n_at_risk.astype(np.int64),
        "n_events": of_cause.astype(np.int64),
        "incidence": incidence,
        "std_error": std_error,
        "conf_low": np.exp(log * np.exp(-spread)),
        "conf_high": np.exp(log * np.exp(spread)),
    }


def _jackknife_variance(
    every: LifeTable, of_cause: FloatArray, survival: FloatArray, incidence: FloatArray
) -> FloatArray:
    """Sum up the squared influence of each person on the incidence at each time.

    The influence of someone who left at u on the incidence F(t) at a later t is linear in F(t),
    with an intercept and a slope that only depend on u and on how he or she left, so that running
    sums give it at all times.
    """
    n, events = every.n_at_risk, every.n_events
    left = n - events
    gone = np.divide(1.0, left, out=np.zeros_like(n), where=left > 0)
    survived = np.cumsum(events / n * gone)
    lived = np.cumsum(survival * of_cause / n**2)
    stayed = np.cumsum(survival * of_cause / n * np.append(0.0, survived[:-1]))
    # How people leave: with this cause, with another, without an event.
    ways = (
        (of_cause, survival / n, gone),
        (events - of_cause, 0.0, gone),
        (every.n_censored, 0.0, 0.0),
    )
    variance = (left - every.n_censored) * (stayed - lived) ** 2
    for count, gain, loss in ways:
        slope = survived - loss
        intercept = gain - lived + stayed - slope * incidence
        variance = variance + (
            np.cumsum(count * intercept**2)
            + 2 * incidence * np.cumsum(count * intercept * slope)
            + incidence**2 * np.cumsum(count * slope**2)
        )
    return np.maximum(variance, 0.0)
