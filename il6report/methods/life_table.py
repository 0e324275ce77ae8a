"""Counts at each distinct time of follow-up, and the product-limit estimate they give."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from il6report.methods.arguments import BoolArray, FloatArray

# Survival within this of one half counts as one half, as in R: a curve that rests at one half has
# its median in the middle of the rest, whatever the last bit of the product says.
_HALF_TOLERANCE = 2.0**-26


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LifeTable:
    """What happened at each distinct time, in ascending order.

    Parameters
    ----------
    time : array of shape (m,)
        Distinct times of follow-up.
    n_at_risk, n_events, n_censored : array of shape (m,)
        Under observation just before that time; had the event, left without it at that time.
    """

    time: FloatArray
    n_at_risk: FloatArray
    n_events: FloatArray
    n_censored: FloatArray

    def survival(self) -> FloatArray:
        """Give the product-limit estimate just after each time."""
        return np.multiply.accumulate(1.0 - self.n_events / self.n_at_risk)

    def log_variance(self) -> FloatArray:
        """Give Greenwood's variance of the logarithm of survival; infinite once nobody is left."""
        return np.cumsum(self.greenwood_terms())

    def greenwood_terms(self) -> FloatArray:
        """Give the summands of Greenwood's formula; infinite where the last one had the event."""
        left = self.n_at_risk - self.n_events
        terms = np.full(len(left), np.inf)
        np.divide(self.n_events, self.n_at_risk * left, out=terms, where=left > 0)
        return terms


def life_table(time: FloatArray, event: BoolArray) -> LifeTable:
    """Count who is at risk, has the event or leaves at each distinct time.

    Parameters
    ----------
    time : array of shape (n,)
        Follow-up times.
    event : array of bool, shape (n,)
        Whether it ended in the event.
    """
    # Two plain sorts are several times faster than one argsort of a million rows.
    ordered, deaths = np.sort(time), np.sort(time[event])
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    distinct = ordered[first]
    leaving = np.diff(np.append(first, len(ordered)))
    before = np.append(np.searchsorted(deaths, distinct, side="left"), len(deaths))
    n_events = np.diff(before)
    return LifeTable(
        time=distinct,
        n_at_risk=(len(ordered) - first).astype(np.float64),
        n_events=n_events.astype(np.float64),
        n_censored=(leaving - n_events).astype(np.float64),
    )


def log_log_interval(
    survival: FloatArray, log_variance: FloatArray, conf_level: float
) -> tuple[FloatArray, FloatArray]:
    """Give the interval of survival that is symmetric on the scale log(-log(survival)).

    It never leaves [0, 1]. Where survival is exactly 1 or 0 the scale is infinite and there is no
    interval: both ends are missing, as in R.

    References
    ----------
    Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data, 2nd ed. Wiley, 2002.
    doi:10.1002/9781118032985
    """
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(survival, out=np.full(len(survival), np.nan), where=inside)
    spread = normal_quantile(conf_level) * np.sqrt(np.where(inside, log_variance, np.nan))
    return (
        np.exp(log_survival * np.exp(-spread / log_survival)),
        np.exp(log_survival * np.exp(spread / log_survival)),
    )


def time_of_half(time: FloatArray, curve: FloatArray) -> float:
    """Find when a falling curve reaches one half; infinite where it never does.

    Where it rests at exactly one half, the middle of the rest, as in R.
    """
    reached = np.flatnonzero(curve < 0.5 + _HALF_TOLERANCE)
    if len(reached) == 0:
        return math.inf
    first = reached[0]
    later = np.flatnonzero(curve[first:] < curve[first])
    if abs(curve[first] - 0.5) < _HALF_TOLERANCE and len(later):
        return float(time[first] + time[first + later[0]]) / 2
    return float(time[first])


def normal_quantile(conf_level: float) -> float:
    """Give the normal quantile of a two-sided interval, such as 1.96 for 0.95."""
    return float(ndtri(0.5 + conf_level / 2))
