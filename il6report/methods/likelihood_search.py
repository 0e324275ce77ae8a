"""Where a likelihood is highest, and how far from there it stays within reach."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from il6report.methods.arguments import BoolArray, FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LikelihoodPoint:
    """The log likelihood and its derivatives at one value of the coefficients.

    Parameters
    ----------
    value : float
        Log likelihood.
    gradient : array of shape (p,)
        Its first derivative.
    curvature : array of shape (p, p)
        Minus its second derivative (the information), or what stands in for it.
    """

    value: float
    gradient: FloatArray
    curvature: FloatArray


Likelihood = Callable[[FloatArray], LikelihoodPoint]

_MAX_STEPS = 100
_MAX_HALVINGS = 20
# Newton's method squares its error: after steps of these sizes none is left. Along a profile only
# the height of the likelihood counts, which is less sensitive still.
_SMALL_STEP = 1e-8
_SMALL_PROFILE_STEP = 1e-6
_SMALL_INNER_STEP = 1e-5
# Where the likelihood gains no more than this while a coefficient still moves by more than that,
# with steps that do not shrink, the maximum lies at infinity. (Steps towards a maximum shrink, even
# those of predictors that are nearly collinear.)
_NO_GAIN = 1e-10
_RUNAWAY_STEP = 1e-3
_NOT_SHRINKING = 0.5
_ROUNDING = 1e-12
# A coefficient of this size per standard deviation is as good as infinite.
_INFINITE = 100.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Maximum:
    """The highest point of a likelihood, or where the search for it ended.

    Parameters
    ----------
    beta : array of shape (p,)
        Coefficients.
    start, point : LikelihoodPoint
        The likelihood where the search began, and at its maximum.
    runaway : array of bool, shape (p,)
        Coefficients that would go on to infinity: the likelihood has no maximum in them.
    """

    beta: FloatArray
    start: LikelihoodPoint
    point: LikelihoodPoint
    runaway: BoolArray


def maximise(
    likelihood: Likelihood,
    start: FloatArray,
    *,
    free: BoolArray | None = None,
    small: float = _SMALL_STEP,
) -> Maximum:
    """Find the maximum of a concave log likelihood by Newton's method with step halving.

    Parameters
    ----------
    likelihood : callable
        Gives value, gradient and curvature at some coefficients, those of predictors of about unit
        spread.
    start : array of shape (p,)
        Where to begin.
    free : array of bool, shape (p,), optional
        Coefficients that may move; the others stay at their start.
    small : float
        The step after which the search ends.
    """
    moving = np.arange(len(start)) if free is None else np.flatnonzero(free)
    first = likelihood(start)
    beta, point, longest = start, first, 0.0
    step = np.zeros(len(start))
    for _ in range(_MAX_STEPS):
        step = np.zeros(len(start))
        step[moving] = _solve(point.curvature[np.ix_(moving, moving)], point.gradient[moving])
        before, previous = point.value, longest
        beta, point = _advance(likelihood, beta, point, step)
        longest = np.abs(step).max(initial=0.0)
        no_gain = point.value - before < _NO_GAIN * (1 + abs(before))
        endless = longest > max(_RUNAWAY_STEP, _NOT_SHRINKING * previous)
        if longest < small or (no_gain and endless):
            break
    return Maximum(beta=beta, start=first, point=point, runaway=np.abs(step) > _RUNAWAY_STEP)


def profile_interval(
    likelihood: Likelihood, maximum: Maximum, term: int, *, drop: float
) -> tuple[float, float]:
    """Find how far one coefficient may move before the profile log likelihood falls by `drop`.

    Parameters
    ----------
    likelihood : callable
        As for `maximise`.
    maximum : Maximum
        Its maximum.
    term : int
        Which coefficient.
    drop : float
        Half the chi-square quantile of the interval.

    Returns
    -------
    tuple of float
        Lower and upper end; infinite where the likelihood never falls so far.
    """
    low, high = (
        math.copysign(math.inf, side)
        if maximum.runaway[term] and maximum.beta[term] * side > 0
        else _profile_end(likelihood, maximum, term, maximum.point.value - drop, side)
        for side in (-1.0, 1.0)
    )
    return low, high


def _solve(curvature: FloatArray, gradient: FloatArray) -> FloatArray:
    try:
        solution = np.linalg.solve(curvature, gradient)
    except np.linalg.LinAlgError:
        solution = np.linalg.lstsq(curvature, gradient)[0]
    return np.asarray(solution, dtype=np.float64)


def _advance(
    likelihood: Likelihood, beta: FloatArray, point: LikelihoodPoint, step: FloatArray
) -> tuple[FloatArray, LikelihoodPoint]:
    """Take the step, or as much of it as does not go downhill."""
    lowest = point.value - _ROUNDING * (1 + abs(point.value))
    for halving in range(_MAX_HALVINGS):
        ahead = beta + step * 0.5**halving
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            reached = likelihood(ahead)
        if reached.value >= lowest:
            return ahead, reached
    return beta, point


def _profile_end(
    likelihood: Likelihood, maximum: Maximum, term: int, target: float, side: float
) -> float:
    """Find where the profile likelihood falls to the target, by Newton's method in a bracket."""
    free = np.arange(len(maximum.beta)) != term
    curvature = maximum.point.curvature
    own, cross = curvature[term, term], curvature[term, free]
    left = own - cross @ _solve(curvature[np.ix_(free, free)], cross)
    drop = maximum.point.value - target
    reach = math.sqrt(2 * drop / left) if left > 0 else _INFINITE
    inside, outside = float(maximum.beta[term]), math.copysign(math.inf, side)
    place, start = inside + side * min(reach, 1.0 + abs(inside)), maximum.beta
    for _ in range(_MAX_STEPS):
        start = np.where(free, start, place)
        found = maximise(likelihood, start, free=free, small=_SMALL_INNER_STEP)
        start, excess = found.beta, found.point.value - target
        slope = float(found.point.gradient[term])
        inside, outside = (place, outside) if excess > 0 else (inside, place)
        if abs(place) > _INFINITE and excess > 0:
            return math.copysign(math.inf, side)
        # Along the profile the derivative is that of the full likelihood: the rest is at its best.
        ahead = place - excess / slope if slope * side < 0 else math.inf * side
        if not min(inside, outside) < ahead < max(inside, outside):
            ahead = (inside + outside) / 2
        if math.isinf(outside):
            farthest = place + side * (1.0 + abs(place - float(maximum.beta[term])))
            ahead = side * min(side * ahead, side * farthest)
        if abs(ahead - place) < _SMALL_PROFILE_STEP * (1 + abs(place)):
            return ahead
        place = ahead
    return place
