"""Cox's partial likelihood in plain numpy: fast on forty patients and on a million.

Rows are kept from the longest follow-up to the shortest, so that the people at risk at a time are
the first so many rows and every sum over them is a running sum. Second moments over risk sets are
never formed row by row: a person counts in each risk set up to his or her own time, so that their
sum over events is one weighted cross-product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from il6report.methods.arguments import BoolArray, FloatArray
from il6report.methods.likelihood_search import LikelihoodPoint

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RiskSets:
    """What each event saw of those at risk, at one value of the coefficients.

    Parameters
    ----------
    hazard : array of shape (n,)
        Hazard of each row relative to the mean of the predictors.
    total : array of shape (events,)
        Sum of the hazards of those at risk.
    mean : array of shape (p, events)
        Hazard-weighted mean of the predictors over those at risk.
    """

    hazard: FloatArray
    total: FloatArray
    mean: FloatArray


class PartialLikelihood:
    """The partial likelihood of one set of survival data.

    Parameters
    ----------
    time : array of shape (n,)
        Follow-up times.
    event : array of bool, shape (n,)
        Whether it ended in the event.
    x : array of shape (n, p)
        Predictors, best centred and of unit spread: no estimate changes, and the sums are accurate.
    ties : Ties
        How events at the same time are handled.

    Attributes
    ----------
    order : array of int, shape (n,)
        Rows of the input from the longest to the shortest follow-up.
    x : array of shape (p, n)
        Predictors in that order.
    time, event : array of shape (n,)
        Follow-up in that order.
    event_rows : array of int, shape (events,)
        Where the events stand in that order.
    """

    def __init__(self, time: FloatArray, event: BoolArray, x: FloatArray, ties: Ties) -> None:
        self.order = np.argsort(-time, kind="stable")
        self.x = np.stack([column[self.order] for column in x.T]) if x.size else x.T
        self.time = time[self.order]
        self.event = event[self.order]
        # Several events at one time stand beside each other, whoever else left then.
        last_of_time = np.append(np.flatnonzero(self.time[1:] != self.time[:-1]), len(time) - 1)
        self.event_rows = np.flatnonzero(self.event)
        block_of_event = np.searchsorted(last_of_time, self.event_rows)
        starts = np.flatnonzero(np.diff(block_of_event, prepend=-1))
        deaths = np.diff(np.append(starts, len(self.event_rows)))
        self._starts, self._deaths = starts, deaths
        self._last = last_of_time[block_of_event[starts]]
        self._block = np.repeat(np.arange(len(starts)), deaths)
        # The first block of events that a row was still at risk for; one past the end for none.
        self._first_block = np.searchsorted(self._last, np.arange(len(time)))
        self.tied = ties == "efron" and bool((deaths > 1).any())
        ordinal = np.arange(len(self.event_rows)) - starts[self._block]
        self._fraction = ordinal / deaths[self._block] if self.tied else np.zeros(len(ordinal))
        self._x_events = self.x[:, self.event_rows].sum(axis=1)

    def risk_sets(self, beta: FloatArray) -> RiskSets:
        """Sum up who was at risk at each event."""
        hazard = np.exp(beta @ self.x)
        total = self.sum_at_risk(hazard)
        mean = np.empty((len(self.x), len(self.event_rows)))
        for term, predictor in enumerate(self.x):
            mean[term] = self.sum_at_risk(hazard * predictor) / total
        return RiskSets(hazard=hazard, total=total, mean=mean)

    def sum_at_risk(self, values: FloatArray) -> FloatArray:
        """Add up a quantity of the rows over those at risk at each event.

        Of several events at one time, each finds the earlier ones among them still partly there
        (Efron), or wholly (Breslow).
        """
        sums = np.cumsum(values)[self._last][self._block]
        if not self.tied:
            return sums
        of_deaths = np.add.reduceat(values[self.event_rows], self._starts)
        return sums - self._fraction * of_deaths[self._block]

    def lived_through(self, per_event: FloatArray) -> FloatArray:
        """Add up a quantity of the events over those that each row was at risk for."""
        blocks = np.add.reduceat(per_event, self._starts)
        sums = np.append(np.cumsum(blocks[::-1])[::-1], 0.0)[self._first_block]
        if self.tied:
            partly = np.add.reduceat(per_event * self._fraction, self._starts)
            sums[self.event_rows] -= partly[self._block]
        return sums

    def covariance(self, sets: RiskSets, weight: FloatArray) -> FloatArray:
        """Add up the weighted covariance matrices of the predictors over those at risk."""
        exposure = sets.hazard * self.lived_through(weight / sets.total)
        return (self.x * exposure) @ self.x.T - (sets.mean * weight) @ sets.mean.T

    def residuals(self, sets: RiskSets) -> FloatArray:
        """Give predictors of those with the event minus what was expected, shape (p, events)."""
        shared = np.add.reduceat(sets.mean, self._starts, axis=1) / self._deaths
        return self.x[:, self.event_rows] - shared[:, self._block]

    def at(self, beta: FloatArray) -> LikelihoodPoint:
        """Evaluate the log likelihood and its derivatives."""
        return self.at_risk_sets(beta, self.risk_sets(beta))

    def at_risk_sets(self, beta: FloatArray, sets: RiskSets) -> LikelihoodPoint:
        """Evaluate the log likelihood where the risk sets are already known."""
        return LikelihoodPoint(
            value=float(beta @ self._x_events - np.log(sets.total).sum()),
            gradient=self._x_events - sets.mean.sum(axis=1),
            curvature=self.covariance(sets, np.ones(len(self.event_rows))),
        )
