"""The Peto-Peto test of groups in which low values are only known to lie below a limit."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from il6report.estimates import HypothesisTest, NotEstimable
from il6report.methods.arguments import BoolArray, FloatArray, IntArray


def peto_peto_test(
    values: FloatArray, censored: BoolArray, codes: IntArray, groups: int
) -> HypothesisTest | NotEstimable:
    """Test whether groups with left-censored values have the same distribution.

    Values are read from the highest down, so that a value below its limit is censored as in
    survival analysis; each value is weighted by the share of values that lie at or below the next
    higher one. Several limits are allowed. R: `survdiff(Surv(max(y) - y, !censored) ~ group,
    rho = 1)`, as NADA2 does.

    Parameters
    ----------
    values : array of float, shape (n,)
        Values; where censored, the limit.
    censored : array of bool, shape (n,)
        Which lie below the value given.
    codes : array of int, shape (n,)
        Group of each value, from 0.
    groups : int
        How many groups there are.

    Returns
    -------
    HypothesisTest or NotEstimable
        Chi-square on `groups - 1` degrees of freedom.
    """
    levels = np.unique(values[~censored])[::-1]
    if levels.size == 0:
        return NotEstimable(reason="every value lies below the limit")
    at_risk = np.empty((groups, levels.size))
    found = np.empty((groups, levels.size))
    for code in range(groups):
        member = codes == code
        at_risk[code] = np.searchsorted(np.sort(values[member]), levels, side="right")
        seen = np.sort(values[member & ~censored])
        found[code] = np.searchsorted(seen, levels, "right") - np.searchsorted(seen, levels, "left")
    n, d = at_risk.sum(axis=0), found.sum(axis=0)
    weight = np.append(1.0, np.cumprod(1 - d / n)[:-1])
    difference = (weight * (found - at_risk * d / n)).sum(axis=1)
    spread = weight**2 * d * (n - d) / (np.maximum(n - 1, 1) * n**2)
    variance = np.diag((at_risk * n * spread).sum(axis=1)) - (at_risk * spread) @ at_risk.T
    rest = slice(0, groups - 1)
    if np.linalg.matrix_rank(variance[rest, rest]) < groups - 1:
        return NotEstimable(reason="too few different values above the limit")
    statistic = float(difference[rest] @ np.linalg.solve(variance[rest, rest], difference[rest]))
    return HypothesisTest(
        statistic=statistic,
        p_value=float(chi2.sf(statistic, groups - 1)),
        df=groups - 1,
        method="Peto-Peto test for left-censored values",
    )


def pairs_won_censored(
    values1: FloatArray, censored1: BoolArray, values2: FloatArray, censored2: BoolArray
) -> float:
    """Count the pairs in which the first group has the larger value, undecided ones half.

    A pair is undecided where the values are equal, both are below their limits, or one is below a
    limit that is higher than the other.
    """

    def wins(seen: FloatArray, others: FloatArray, below: FloatArray) -> int:
        lower = np.searchsorted(np.sort(others), seen, side="left")
        under = np.searchsorted(np.sort(below), seen, side="right")
        return int(lower.sum() + under.sum())

    seen1, below1 = values1[~censored1], values1[censored1]
    seen2, below2 = values2[~censored2], values2[censored2]
    won, lost = wins(seen1, seen2, below2), wins(seen2, seen1, below1)
    return won + (values1.size * values2.size - won - lost) / 2


def join_below_highest_limit(values: FloatArray, censored: BoolArray) -> FloatArray:
    """Give all values below the highest limit one and the same lowest value.

    That is all which ranks can use without assuming a distribution.
    """
    if not censored.any():
        return values
    limit = values[censored].max()
    return np.where(censored | (values < limit), min(values.min(), limit) - 1, values)
