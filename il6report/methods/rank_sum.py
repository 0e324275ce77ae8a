"""The rank-sum test of two samples, with the estimates that belong to it."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import norm

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.arguments import FloatArray
from il6report.methods.pairwise_differences import pairwise_order_statistics

# From this many in a group on, the normal approximation is used, as by R.
_EXACT_BELOW = 50
# An end of Newcombe's interval lies further than this from the estimate.
_BESIDE = 1e-12


def rank_sum_test(x1: FloatArray, x2: FloatArray, won: float) -> HypothesisTest | NotEstimable:
    """Test whether values of one group tend to exceed those of the other.

    The statistic `won` is the number of pairs in which the first group has the larger value, ties
    counting half (R's W). Exact below 50 in each group without ties, else the normal approximation
    with correction for ties and continuity. R: `wilcox.test(x1, x2)`.
    """
    n1, n2 = x1.size, x2.size
    n, ties = n1 + n2, _ties(np.concatenate([x1, x2]))
    if _few(n1, n2) and ties == 0:
        tail = _exact_cdf(n1, n2)[int(min(won, n1 * n2 - won))]
        return HypothesisTest(
            statistic=won, p_value=min(1.0, 2 * float(tail)), method="exact rank-sum test"
        )
    variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)))
    if variance <= 0:
        return NotEstimable(reason="all values are equal")
    deviation = max(abs(won - n1 * n2 / 2) - 0.5, 0.0)
    return HypothesisTest(
        statistic=won,
        p_value=2 * float(norm.sf(deviation / math.sqrt(variance))),
        method="rank-sum test, normal approximation with continuity correction",
    )


def hodges_lehmann(
    x1: FloatArray, x2: FloatArray, *, conf_level: float, unit: str
) -> Estimate | NotEstimable:
    """Estimate by how much values of the first group lie above those of the second.

    The median of all differences between a member of the one and a member of the other group, with
    the interval of all shifts that the rank-sum test does not reject. R: `wilcox.test(x1, x2,
    conf.int = TRUE)`, whose `tol.root` limits its agreement outside the exact case.
    """
    n1, n2 = x1.size, x2.size
    pairs = n1 * n2
    exact = _few(n1, n2) and _ties(np.concatenate([x1, x2])) == 0
    rank = _exact_rank(n1, n2, conf_level) if exact else _normal_rank(x1, x2, conf_level)
    middle = [(pairs + 1) // 2, pairs // 2 + 1]
    ends = [rank, pairs + 1 - rank] if rank > 0 else []
    found = pairwise_order_statistics(x1, x2, middle + ends)
    kind = "exact" if exact else "normal"
    return Estimate(
        measure="median_difference",
        value=(found[0] + found[1]) / 2,
        conf_low=found[2] if ends else None,
        conf_high=found[3] if ends else None,
        conf_level=conf_level,
        method=f"Hodges-Lehmann estimate with {kind} rank-sum interval",
        unit=unit,
        no_interval="" if ends else "too few values for an interval of this confidence level",
    )


def superiority(u: float, n1: int, n2: int, *, conf_level: float) -> tuple[Estimate, Estimate]:
    """Estimate how often a member of the first group has the larger value.

    Parameters
    ----------
    u : float
        Pairs won by the first group, ties counting half.
    n1, n2 : int
        Members of the groups.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    tuple of Estimate
        The probability of superiority, from 0 to 1 with 0.5 for no difference, and Cliff's delta,
        which is twice that minus 1. The interval is Newcombe's method 5, which stays inside the
        scale and has a width where the groups do not overlap at all [1]_.

    References
    ----------
    .. [1] Newcombe RG. Stat Med 2006;25:559-73. https://doi.org/10.1002/sim.2324
    """
    found = u / (n1 * n2)
    z = float(ndtri((1 + conf_level) / 2))
    half = (n1 + n2) / 2 - 1

    def distance(theta: float) -> float:
        spread = (
            theta * (1 - theta) * (1 + half * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
        )
        return abs(theta - found) - z * math.sqrt(spread / (n1 * n2))

    low = 0.0 if found == 0 else brentq(distance, 0, found - _BESIDE, xtol=1e-14)
    high = 1.0 if found == 1 else brentq(distance, found + _BESIDE, 1, xtol=1e-14)
    method = "share of pairs with Newcombe's interval"
    return (
        Estimate(
            measure="probability_of_superiority",
            value=found,
            conf_low=low,
            conf_high=high,
            conf_level=conf_level,
            method=method,
        ),
        Estimate(
            measure="cliffs_delta",
            value=2 * found - 1,
            conf_low=2 * low - 1,
            conf_high=2 * high - 1,
            conf_level=conf_level,
            method=method,
        ),
    )


def pairs_won(x1: FloatArray, x2: FloatArray) -> float:
    """Count the pairs in which the first group has the larger value, ties counting half."""
    first, second = np.sort(x1), np.sort(x2)
    lower = np.searchsorted(second, first, side="left").sum()
    not_higher = np.searchsorted(second, first, side="right").sum()
    return (float(lower) + float(not_higher)) / 2


def _ties(values: FloatArray) -> float:
    """Give the sum of t³ - t over groups of t equal values."""
    ordered = np.sort(values)
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    if first.size == values.size:
        return 0.0
    counts = np.diff(np.append(first, values.size)).astype(np.float64)
    return float((counts**3 - counts).sum())


def _few(n1: int, n2: int) -> bool:
    return n1 < _EXACT_BELOW and n2 < _EXACT_BELOW


@lru_cache(maxsize=64)
def _exact_cdf(n1: int, n2: int) -> FloatArray:
    """Give P(U <= u) under no difference for u from 0 to half of all pairs.

    The counts are the coefficients of a Gaussian binomial; one factor at a time is multiplied in
    and one divided out.
    """
    short, long = sorted((n1, n2))
    counts = np.zeros(n1 * n2 // 2 + 1)
    counts[0] = 1.0
    for step in range(1, short + 1):
        counts[long + step :] -= counts[: -(long + step)].copy()
        padding = -counts.size % step
        counts = np.pad(counts, (0, padding)).reshape(-1, step).cumsum(axis=0).ravel()
        counts = counts[: n1 * n2 // 2 + 1]
    return np.cumsum(counts) / math.comb(n1 + n2, n1)


def _exact_rank(n1: int, n2: int, conf_level: float) -> int:
    """Give the rank of the difference that is the exact lower limit; 0 where there is none."""
    tail = (1 - conf_level) / 2
    return int(np.searchsorted(_exact_cdf(n1, n2), tail * (1 - 1e-12)))


def _normal_rank(x1: FloatArray, x2: FloatArray, conf_level: float) -> int:
    """Give the rank of the lower limit by the normal approximation; 0 where there is none.

    Shifted by anything but one of the differences, the samples are tied only within themselves.
    """
    n1, n2 = x1.size, x2.size
    n = n1 + n2
    variance = n1 * n2 / 12 * (n + 1 - (_ties(x1) + _ties(x2)) / (n * (n - 1)))
    z = float(ndtri((1 + conf_level) / 2))
    return max(math.floor(n1 * n2 / 2 - 0.5 - z * math.sqrt(max(variance, 0.0))) + 1, 0)
