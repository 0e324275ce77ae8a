"""Null distributions of Spearman's and Kendall's coefficients, and tau with censored values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau, norm
from scipy.stats import t as student_t

from il6report.estimates import HypothesisTest, NotEstimable
from il6report.methods.arguments import BoolArray, FloatArray

# The whole distribution of Spearman's coefficient is written down up to so many pairs.
_ALL_ORDERS_UP_TO = 9
_SERIES_UP_TO = 1290
_ROWS_AT_ONCE = 200

PERFECT = 1 - 1e-12
"""From this absolute value on, a coefficient is taken for one."""


def spearman_test(rho: float, n: int, *, tied: bool) -> HypothesisTest | NotEstimable:
    """Test Spearman's coefficient.

    Exact up to 9 pairs, by an Edgeworth series up to 1290, both without ties and with the sum of
    squared rank differences as statistic; else by t on n - 2 degrees of freedom. R:
    `cor.test(method = "spearman")`.
    """
    if tied or n > _SERIES_UP_TO:
        return t_test(rho, n - 2, "Spearman's rho")
    total = (n**3 - n) // 3
    distance = math.floor(total * (1 - rho) / 2 + 0.5)
    nearer = min(distance, total - distance)
    if n <= _ALL_ORDERS_UP_TO:
        tail, how = float((_all_distances(n) <= nearer).mean()), "exact"
    else:
        tail, how = _series_tail(nearer, n), "Edgeworth series"
    return HypothesisTest(
        statistic=distance, p_value=min(1.0, 2 * tail), method=f"Spearman's rho, {how}"
    )


def t_test(r: float, df: int, name: str) -> HypothesisTest | NotEstimable:
    """Test a correlation coefficient by the t distribution."""
    if abs(r) >= PERFECT:
        return NotEstimable(reason="the association is perfect")
    t = r * math.sqrt(df / (1 - r * r))
    return HypothesisTest(
        statistic=t,
        df=df,
        p_value=2 * float(student_t.sf(abs(t), df)),
        method=f"{name}, t distribution",
    )


@lru_cache(maxsize=16)
def _all_distances(n: int) -> FloatArray:
    """Give the sum of squared rank differences of every order of n values."""
    orders = np.array(list(permutations(range(n))), dtype=np.float64)
    return ((orders - np.arange(n)) ** 2).sum(axis=1)


def _series_tail(distance: int, n: int) -> float:
    """Give P(sum of squared rank differences <= distance) by an Edgeworth series.

    Best DJ, Roberts DE. Appl Stat 1975;24:377-9. https://doi.org/10.2307/2347111 (AS 89).
    """
    b = 1 / n
    x = (1 - 6 * (distance + 1) * b / (n * n - 1)) * math.sqrt(n - 1)
    y = x * x
    high = 0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y)
    middle = 0.0879 + 0.0151 * b - y * high
    low = -0.0758 + b * (0.1033 + 0.3932 * b) - y * b * middle
    series = x * b * (0.2274 + b * (0.2531 + 0.1745 * b) + y * low)
    return min(max(series * math.exp(-y / 2) + float(norm.sf(x)), 0.0), 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tau:
    """Kendall's tau-b of values of which some lie below limits.

    Parameters
    ----------
    value : float
        Concordant less discordant pairs over the geometric mean of the pairs decided in each
        variable.
    std_error : float
        Leave-one-out (jackknife) standard error of the inverse hyperbolic tangent of `value`.
    score : float
        Concordant less discordant pairs.
    score_variance : float
        Variance of the score over all orders of one variable.
    """

    value: float
    std_error: float
    score: float
    score_variance: float


def kendall_tau(
    x: FloatArray, y: FloatArray, x_censored: BoolArray, y_censored: BoolArray
) -> Tau | None:
    """Compute tau-b, its permutation variance and its jackknife standard error.

    Two values are ordered only where it is known which is larger: not where they are equal, both
    below their limits, or one is below a limit that is higher than the other. The variance of the
    score holds for any such partial order [1]_; without censoring it is Kendall's, corrected for
    ties. None where no pair is decided.

    References
    ----------
    .. [1] Daniels HE. Biometrika 1944;33:129-35. https://doi.org/10.1093/biomet/33.2.129
    """
    n = x.size
    sums = np.zeros((5, n))
    for start in range(0, n, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        a, b = _order(x, x_censored, rows), _order(y, y_censored, rows)
        for place, scores in enumerate((a * b, a * a, b * b, a, b)):
            sums[place, rows] = scores.sum(axis=1)
    agreeing, decided_x, decided_y, above_x, above_y = sums
    total, pairs_x, pairs_y = agreeing.sum() / 2, decided_x.sum() / 2, decided_y.sum() / 2
    if not (pairs_x and pairs_y):
        return None
    variance = (above_x @ above_x - 2 * pairs_x) * (above_y @ above_y - 2 * pairs_y) / (
        n * (n - 1) * (n - 2)
    ) + 2 * pairs_x * pairs_y / (n * (n - 1))
    left_out = (total - agreeing) / np.sqrt(
        np.maximum((pairs_x - decided_x) * (pairs_y - decided_y), 1)
    )
    spread = np.arctanh(np.clip(left_out, -1 + 1e-12, 1 - 1e-12))
    error = math.sqrt((n - 1) / n * float(((spread - spread.mean()) ** 2).sum()))
    return Tau(
        value=float(total / math.sqrt(pairs_x * pairs_y)),
        std_error=error,
        score=float(total),
        score_variance=float(variance),
    )


def kendall_p_value(tau: Tau, x: FloatArray, y: FloatArray, *, exact: bool) -> float:
    """Give the two-sided p-value of tau: exact, or by the normal approximation. R: `cor.test`."""
    if exact:
        return float(kendalltau(x, y, method="exact").pvalue)
    return 2 * float(norm.sf(abs(tau.score) / math.sqrt(tau.score_variance)))


def _order(values: FloatArray, censored: BoolArray, rows: slice) -> NDArray[np.int64]:
    """Give, for some rows against all, 1 where the row is larger, -1 where smaller, else 0."""
    one, one_censored = values[rows, None], censored[rows, None]
    larger = (one > values) | (censored & (one >= values))
    smaller = (one < values) | (one_censored & (one <= values))
    return (larger & ~one_censored).astype(np.int64) - (smaller & ~censored)
