"""Coefficients of a Cox model, and why those that have no estimate have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from il6report.methods.arguments import BoolArray, FloatArray, IntArray
from il6report.methods.design import DesignColumn
from il6report.methods.firth import PenalisedLikelihood
from il6report.methods.follow_up import FollowUp
from il6report.methods.likelihood_search import INFINITE, Likelihood, Maximum, maximise
from il6report.methods.partial_likelihood import PartialLikelihood, Ties

# Share of its own information that a predictor must keep once the others are known.
_INDEPENDENT = 1e-9
# Information per event on a predictor of unit spread that is a rounding error.
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoxFit:
    """A fitted Cox model, in predictors of unit standard deviation.

    Parameters
    ----------
    kept : array of int
        Positions of the terms that are in the model; the others say nothing of their own.
    scale : array of shape (kept,)
        Standard deviations by which the predictors were divided.
    partial : PartialLikelihood
        The likelihood without penalty.
    likelihood : callable
        The likelihood that was maximised.
    maximum : Maximum
        Where it is highest; the search for it began where all coefficients are 0.
    covariance : array of shape (kept, kept)
        Of the coefficients; missing where a coefficient is infinite.
    reasons : mapping of int to str
        Terms without an estimate, by position, and why.
    """

    kept: IntArray
    scale: FloatArray
    partial: PartialLikelihood
    likelihood: Likelihood
    maximum: Maximum
    covariance: FloatArray
    reasons: Mapping[int, str]


def fit_cox(
    followed: FollowUp,
    x: FloatArray,
    terms: tuple[DesignColumn, ...],
    *,
    ties: Ties,
    penalised: bool,
    strata: IntArray | None = None,
) -> CoxFit:
    """Fit a Cox model to people some of whom had the event.

    Parameters
    ----------
    followed : FollowUp
        Times and events; at least one event.
    x : array of shape (n, p)
        Predictors, without missing values.
    terms : tuple of DesignColumn
        What they are.
    ties : Ties
        How events at the same time are handled.
    penalised : bool
        Whether Firth's penalty is added.
    strata : array of int, shape (n,), optional
        Strata, each with a baseline hazard of its own.
    """

    def likelihood_of(columns: FloatArray) -> PartialLikelihood:
        return PartialLikelihood(followed.time, followed.event, columns, ties, strata)

    varies = x.max(axis=0) > x.min(axis=0)
    reasons = {int(j): "it has the same value in everybody" for j in np.flatnonzero(~varies)}
    kept = np.flatnonzero(varies)
    partial = likelihood_of(x if varies.all() else x[:, kept])
    information = partial.at(np.zeros(len(kept))).curvature
    independent = _independent(information, _ROUNDING * followed.n_events)
    if not independent.all():
        for position in np.flatnonzero(~independent):
            reasons[int(kept[position])] = (
                "the other predictors determine it"
                if information[position, position] > _INDEPENDENT * followed.n_events
                else "it has the same value in all who were at risk when somebody had the event"
            )
        kept = kept[independent]
        partial = likelihood_of(x[:, kept])
    likelihood = PenalisedLikelihood(partial).at if penalised else partial.at
    maximum = maximise(likelihood, np.zeros(len(kept)))
    if np.ptp(maximum.beta @ partial.x) > INFINITE:
        # No hazards differ so much; of predictors that are nearly the same, coefficients may.
        endless = maximum.runaway | (np.abs(maximum.beta) > INFINITE)
        maximum = replace(maximum, runaway=endless)
    for position in np.flatnonzero(maximum.runaway):
        term = int(kept[position])
        reasons[term] = _why_infinite(terms[term], x, term, followed.event)
    finite = np.flatnonzero(~maximum.runaway)
    covariance = np.full((len(kept), len(kept)), np.nan)
    block = np.ix_(finite, finite)
    # Standard errors are those of the likelihood without the penalty.
    point = partial.at(maximum.beta) if penalised else maximum.point
    covariance[block] = np.linalg.inv(point.curvature[block])
    return CoxFit(
        kept=kept,
        scale=partial.scale,
        partial=partial,
        likelihood=likelihood,
        maximum=maximum,
        covariance=covariance,
        reasons=reasons,
    )


def _independent(information: FloatArray, rounding: float) -> BoolArray:
    """Tell which predictors say something that those before them do not, as R's coxph does."""
    kept: list[int] = []
    independent = np.zeros(len(information), dtype=np.bool_)
    own = information.diagonal()
    for term in range(len(own)):
        among, cross = np.ix_(kept, kept), information[kept, term]
        explained = cross @ np.linalg.solve(information[among], cross) if kept else 0.0
        if own[term] - explained > max(_INDEPENDENT * own[term], rounding):
            kept.append(term)
    independent[kept] = True
    return independent


def _why_infinite(term: DesignColumn, x: FloatArray, column: int, event: BoolArray) -> str:
    values = x[:, column]
    if term.level is None:
        return "the event and it are completely separated"
    if not event[values == 1].any():
        return f"nobody with {term.level} had the event"
    if not event[values == 0].any():
        return f"all events are in {term.level}"
    return f"{term.level} and the event are completely separated"
