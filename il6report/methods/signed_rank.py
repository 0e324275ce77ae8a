"""The signed-rank test of one sample of differences, with the estimate that belongs to it."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtri
from scipy.stats import norm

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.arguments import FloatArray
from il6report.methods.ranks import average_ranks

# From this many on, the normal approximation is used, as by R.
_EXACT_BELOW = 50
# A difference of two values carries the rounding of both and its own.
_ROUNDINGS = 4


def without_rounding(differences: FloatArray, largest: float) -> FloatArray:
    """Make differences equal that differ by the rounding of the values they were made of.

    Parameters
    ----------
    differences : array of float, shape (n,)
        1.1 less 0.8 is not 2.3 less 2.0 in binary digits, and ranks would take them for untied.
    largest : float
        Size of the largest value.

    Returns
    -------
    array of float, shape (n,)
        Of every run of sizes without a gap the least; zero where that is a rounding error.
    """
    rounding = _ROUNDINGS * np.finfo(np.float64).eps * largest
    order = np.argsort(np.abs(differences))
    sizes = np.append(0.0, np.abs(differences)[order])
    begins = np.append(True, np.diff(sizes) > rounding)
    least = sizes[begins][np.cumsum(begins) - 1][1:]
    settled = np.empty(differences.size)
    settled[order] = np.copysign(least, differences[order])
    return settled


def signed_rank_test(differences: FloatArray) -> HypothesisTest | NotEstimable:
    """Test whether differences lie symmetrically about zero. R: `wilcox.test(differences)`.

    The statistic is the sum of the ranks of the positive ones. Exact below 50 without ties and
    zeros, else the normal approximation with correction for ties and continuity, zeros left out.
    """
    seen = differences[differences != 0]
    n = seen.size
    if n == 0:
        return NotEstimable(reason="all differences are zero")
    ranks = average_ranks(np.abs(seen))
    statistic = float(ranks[seen > 0].sum())
    if _is_exact(differences):
        tail = _exact_cdf(n)[int(min(statistic, n * (n + 1) / 2 - statistic))]
        return HypothesisTest(
            statistic=statistic, p_value=min(1.0, 2 * float(tail)), method="exact signed-rank test"
        )
    deviation = max(abs(statistic - n * (n + 1) / 4) - 0.5, 0.0)
    return HypothesisTest(
        statistic=statistic,
        p_value=2 * float(norm.sf(deviation / math.sqrt(_variance(np.abs(seen))))),
        method="signed-rank test, normal approximation with continuity correction",
    )


def pseudo_median(differences: FloatArray, *, conf_level: float, unit: str) -> Estimate:
    """Estimate the median of the averages of every two differences, each with itself included.

    The interval holds the shifts that the signed-rank test does not reject. R: `wilcox.test(
    differences, conf.int = TRUE)`, whose `tol.root` limits its agreement outside the exact case.
    Memory grows with the square of the number of differences.
    """
    n = differences.size
    upper = np.triu_indices(n)
    averages = np.sort(((differences[:, None] + differences) / 2)[upper])
    exact = _is_exact(differences)
    rank = _exact_rank(n, conf_level) if exact else _normal_rank(differences, conf_level)
    ends = (float(averages[rank - 1]), float(averages[-rank])) if rank > 0 else (None, None)
    return Estimate(
        measure="median_difference",
        value=float(np.median(averages)),
        conf_low=ends[0],
        conf_high=ends[1],
        conf_level=conf_level,
        method="Hodges-Lehmann pseudo-median with "
        + ("exact" if exact else "normal")
        + " signed-rank interval",
        unit=unit,
        no_interval="" if rank > 0 else "too few pairs for an interval of this confidence level",
    )


def _is_exact(differences: FloatArray) -> bool:
    sizes = np.abs(differences)
    untied = np.unique(sizes).size == sizes.size
    return differences.size < _EXACT_BELOW and untied and bool((sizes > 0).all())


def _variance(values: FloatArray) -> float:
    """Give the variance of the statistic, corrected for ties among the values ranked."""
    n = values.size
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    return n * (n + 1) * (2 * n + 1) / 24 - float((counts**3 - counts).sum()) / 48


@lru_cache(maxsize=64)
def _exact_cdf(n: int) -> FloatArray:
    """Give P(statistic <= v) under symmetry for v from 0 on."""
    counts = np.zeros(n * (n + 1) // 2 + 1)
    counts[0] = 1.0
    for rank in range(1, n + 1):
        counts[rank:] += counts[:-rank].copy()
    return np.cumsum(counts) / 2.0**n


def _exact_rank(n: int, conf_level: float) -> int:
    """Give the rank of the average that is the exact lower limit; 0 where there is none."""
    return int(np.searchsorted(_exact_cdf(n), (1 - conf_level) / 2 * (1 - 1e-12)))


def _normal_rank(differences: FloatArray, conf_level: float) -> int:
    """Give the rank of the lower limit by the normal approximation; 0 where there is none."""
    n = differences.size
    z = float(ndtri((1 + conf_level) / 2))
    reach = 0.5 + z * math.sqrt(max(_variance(differences), 0.0))
    return max(math.floor(n * (n + 1) / 4 - reach) + 1, 0)
