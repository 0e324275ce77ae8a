"""Where a likelihood is highest, and how far from there it stays within reach."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

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

# Steps that go too far, which are taken back, reach numbers that are none.
_too_far = np.errstate(over="ignore", invalid="ignore", divide="ignore")

INFINITE = 100.0
"""A coefficient of this size per standard deviation is as good as infinite."""

_MAX_STEPS = 100
_MAX_HALVINGS = 20
# Newton's method squares its error: after a step of this size none is left.
_SMALL_STEP = 1e-8
_SMALL_PROFILE_STEP = 1e-5
# How much the other coefficients may still raise the likelihood where its profile is followed,
# where its end is found, and where its height is read off.
_NEARLY_BEST = 1e-1
_BEST = 1e-8
_HIGHEST = 1e-9
# Where the likelihood gains no more than this while a coefficient still moves by more than that,
# with steps that do not shrink, the maximum lies at infinity. (Steps towards a maximum shrink, even
# those of predictors that are nearly collinear.)
_NO_GAIN = 1e-10
_RUNAWAY_STEP = 1e-3
_NOT_SHRINKING = 0.5
_ROUNDING = 1e-12


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


@_too_far
def maximise(likelihood: Likelihood, start: FloatArray) -> Maximum:
    """Find the maximum of a concave log likelihood by Newton's method with step halving.

    Parameters
    ----------
    likelihood : callable
        Gives value, gradient and curvature at some coefficients, those of predictors of about unit
        spread.
    start : array of shape (p,)
        Where to begin.
    """
    first = likelihood(start)
    beta, point, longest = start, first, 0.0
    step = np.zeros(len(start))
    for _ in range(_MAX_STEPS):
        step = _solve(point.curvature, point.gradient)
        before, previous = point.value, longest
        beta, point = _advance(likelihood, beta, point, step)
        longest = np.abs(step).max(initial=0.0)
        no_gain = point.value - before < _NO_GAIN * (1 + abs(before))
        endless = longest > max(_RUNAWAY_STEP, _NOT_SHRINKING * previous)
        if longest < _SMALL_STEP or (no_gain and endless):
            break
    return Maximum(beta=beta, start=first, point=point, runaway=np.abs(step) > _RUNAWAY_STEP)


@_too_far
def profile_interval(
    likelihood: Likelihood,
    maximum: Maximum,
    term: int,
    *,
    drop: float,
    infinite: float = INFINITE,
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
    infinite : float
        How far is as good as infinite.

    Returns
    -------
    tuple of float
        Lower and upper end; infinite where the likelihood never falls so far.
    """
    ridge = _Ridge.near(maximum.point, term)
    low, high = (
        math.copysign(math.inf, side)
        if maximum.runaway[term] and maximum.beta[term] * side > 0
        else _profile_end(likelihood, maximum, ridge, term, farthest=side * infinite, drop=drop)
        for side in (-1.0, 1.0)
    )
    return low, high


@_too_far
def profile_height(likelihood: Likelihood, maximum: Maximum, term: int, place: float) -> float:
    """Give the greatest log likelihood with one coefficient held in its place."""
    ridge = _Ridge.near(maximum.point, term)
    found = _profile(likelihood, ridge, maximum.beta, place, term, within=_HIGHEST)
    return -math.inf if found is None else found[1].value


def _solve(curvature: FloatArray, gradient: FloatArray) -> FloatArray:
    if not gradient.size:
        return gradient
    # Called some hundred times for a table: LAPACK itself takes a fifth of what numpy.linalg does.
    *_, solution, singular = lapack.dgesv(curvature, gradient)
    if singular:
        solution = np.linalg.lstsq(curvature, gradient)[0]
    return np.asarray(solution, dtype=np.float64)


def _advance(
    likelihood: Likelihood, beta: FloatArray, point: LikelihoodPoint, step: FloatArray
) -> tuple[FloatArray, LikelihoodPoint]:
    """Take the step, or as much of it as does not go downhill."""
    lowest = point.value - _ROUNDING * (1 + abs(point.value))
    for halving in range(_MAX_HALVINGS):
        ahead = beta + step * 0.5**halving
        reached = likelihood(ahead)
        if reached.value >= lowest and np.isfinite(reached.gradient).all():
            return ahead, reached
    return beta, point


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Ridge:
    """The profile likelihood of one coefficient, from a point near it.

    Parameters
    ----------
    gain : float
        How much higher the best other coefficients lie.
    value, slope, curvature : float
        The profile, its derivative, and minus its second derivative.
    step : array of shape (p,)
        To the best other coefficients.
    tangent : array of shape (p,)
        How all coefficients change with this one along the profile.
    """

    gain: float
    value: float
    slope: float
    curvature: float
    step: FloatArray
    tangent: FloatArray

    @classmethod
    def near(cls, point: LikelihoodPoint, term: int) -> _Ridge:
        """Look up to the profile from a point, by its derivatives."""
        held, right = point.curvature.copy(), np.zeros((len(point.gradient), 2))
        held[term], right[:, 0] = 0.0, point.gradient
        held[term, term], right[term] = 1.0, (0.0, 1.0)
        step, tangent = _solve(held, right).T
        gain = float(point.gradient @ step) / 2
        return cls(
            gain=gain,
            value=point.value + gain,
            slope=float(point.gradient @ tangent),
            curvature=float(point.curvature[term] @ tangent),
            step=step,
            tangent=tangent,
        )

    def follow(self, beta: FloatArray, place: float, term: int) -> FloatArray:
        """Go to the best others, and on along the profile."""
        return beta + self.step + self.tangent * (place - beta[term])

    def distance(self, fall: float, drop: float, side: float) -> float:
        """Estimate how far on the profile has fallen by `drop`, where it has by `fall`."""
        if self.slope * side >= 0 or fall <= 0:
            return math.inf
        return (math.sqrt(2 * drop) - math.sqrt(2 * fall)) * math.sqrt(2 * fall) / abs(self.slope)


def _profile_end(
    likelihood: Likelihood,
    maximum: Maximum,
    ridge: _Ridge,
    term: int,
    *,
    farthest: float,
    drop: float,
) -> float:
    """Find where the profile likelihood falls to the target, in a bracket, from the ridge on top.

    The root of twice the fall is nearly a straight line in the coefficient: Newton's method on it
    takes a few steps, each of which takes the other coefficients along [1]_.

    References
    ----------
    .. [1] Venzon DJ, Moolgavkar SH. Appl Stat 1988;37:87-94. doi:10.2307/2347496
    """
    best, target = float(maximum.beta[term]), maximum.point.value - drop
    side = math.copysign(1.0, farthest)
    beta = maximum.beta
    reach = math.sqrt(2 * drop / ridge.curvature) if ridge.curvature > 0 else math.inf
    place, inside, outside = best, best, math.copysign(math.inf, side)
    ahead = best + side * min(reach, 2.0 + abs(best))
    for _ in range(_MAX_STEPS):
        found = _profile(likelihood, ridge, beta, ahead, term, within=_NEARLY_BEST)
        if found is None:
            outside, ahead = ahead, (place + ahead) / 2
            continue
        (beta, ridge), place = found, ahead
        excess = ridge.value - target
        if side * place > abs(farthest) and excess > 0:
            return math.copysign(math.inf, side)
        if ridge.gain < abs(excess) / 2:
            inside, outside = (place, outside) if excess > 0 else (inside, place)
        ahead = place + side * ridge.distance(drop - excess, drop, side)
        if not min(inside, outside) < ahead < max(inside, outside):
            ahead = (inside + outside) / 2
        if math.isinf(outside):
            next_place = place + side * (1.0 + abs(place - best))
            ahead = side * min(side * ahead, side * next_place)
        if abs(ahead - place) < _SMALL_PROFILE_STEP * (1 + abs(place)) and ridge.gain < _BEST:
            return ahead
    return place


def _profile(
    likelihood: Likelihood,
    ridge: _Ridge,
    beta: FloatArray,
    place: float,
    term: int,
    *,
    within: float,
) -> tuple[FloatArray, _Ridge] | None:
    """Come near the best other coefficients; None where the likelihood is not a number.

    The search begins along the ridge, or with the other coefficients where they were.
    """
    ahead = ridge.follow(beta, place, term)
    point = likelihood(ahead)
    if not math.isfinite(point.value):
        ahead = np.where(np.arange(len(beta)) == term, place, beta)
        point = likelihood(ahead)
    if not math.isfinite(point.value):
        return None
    beta, ridge = ahead, _Ridge.near(point, term)
    for _ in range(_MAX_STEPS):
        if ridge.gain < within:
            break
        before = beta
        beta, point = _advance(likelihood, beta, point, ridge.step)
        if beta is before:
            break
        ridge = _Ridge.near(point, term)
    return beta, ridge
