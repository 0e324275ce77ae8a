"""The largest of several correlated t statistics: what Dunnett's adjustment stands on."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, stdtr, stdtrit
from scipy.stats import chi, multivariate_t, norm

from il6report.methods.arguments import FloatArray

_SCALE_NODES, _FACTOR_NODES = 80, 32
_TAIL = 1e-15
_PRECISION = 1e-9
# Correlations that differ by less are equal.
_SAME = 1e-6
# Points of the lattice for unequal correlations; its error is below 1e-4.
_LATTICE_POINTS = 20_000


def largest_t_sf(bound: float, correlation: FloatArray, df: int) -> float:
    """Probability that any of several t statistics lies outside plus or minus a bound.

    Parameters
    ----------
    bound : float
        Not negative.
    correlation : array, shape (k, k)
        Correlation of the statistics. Equal correlations are integrated: to 6 digits or more at
        one half, that of complete blocks, from 2 degrees of freedom on; to 4 digits with one, or
        at 0.9. Unequal ones take a lattice with a fixed start, to some 4 decimals.
    df : int
        Their common degrees of freedom.

    Notes
    -----
    R: `1 - mvtnorm::pmvt(-bound, bound, df, corr)`.

    References
    ----------
    .. [1] Dunnett CW. J Am Stat Assoc 1955;50:1096-121.
       https://doi.org/10.1080/01621459.1955.10501294

    Examples
    --------
    The two-sided 5 per cent point of four comparisons with 10 degrees of freedom is 2.89.

    >>> equal = np.full((4, 4), 0.5) + np.eye(4) / 2
    >>> print(round(largest_t_sf(2.89, equal, 10), 3))
    0.05
    """
    single = 2 * float(stdtr(df, -bound))
    count = len(correlation)
    if count == 1:
        return single
    shared = correlation[0, 1]
    away = np.abs(correlation - shared)
    if (away[~np.eye(count, dtype=np.bool_)] > _SAME).any():
        edge = np.full(count, bound)
        inside = multivariate_t.cdf(
            edge, shape=correlation, df=df, lower_limit=-edge, maxpts=_LATTICE_POINTS,
            random_state=0,
        )  # fmt: skip
        return min(max(1.0 - float(inside), single), 1.0)
    scale, scale_weight, factor, factor_weight = _quadrature(df)
    reach = (bound * scale / math.sqrt(df))[:, None]
    drift = math.sqrt(shared) * factor[None, :]
    own = math.sqrt(1 - shared)
    outside = ndtr((drift - reach) / own) + ndtr((-drift - reach) / own)
    any_outside = -np.expm1(count * np.log1p(-np.minimum(outside, 1 - _TAIL)))
    return min(max(float(scale_weight @ any_outside @ factor_weight), single), 1.0)


def largest_t_quantile(level: float, correlation: FloatArray, df: int) -> float:
    """Find the bound that all of several t statistics keep with the given probability.

    Notes
    -----
    R: `mvtnorm::qmvt(level, tail = "both.tails", df, corr)`.

    Examples
    --------
    >>> print(round(largest_t_quantile(0.95, np.eye(1), 4), 3))
    2.776
    """
    least = -float(stdtrit(df, (1 - level) / 2))
    most = -float(stdtrit(df, (1 - level) / 2 / len(correlation)))
    if most - least < _TAIL:
        return least
    # The logarithm of the tail is nearly straight between bounds so close to each other.
    log_tail = math.log1p(-level)
    return float(
        brentq(
            lambda bound: math.log(largest_t_sf(bound, correlation, df)) - log_tail,
            least, most, xtol=_PRECISION,
        )
    )  # fmt: skip


@lru_cache(maxsize=16)
def _quadrature(df: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Give nodes and weights over the common scale of the statistics and their shared part."""
    low, high = math.log(chi.ppf(_TAIL, df)), math.log(chi.isf(_TAIL, df))
    log_scale, scale_weight = _grid(low, high, _SCALE_NODES)
    scale = np.exp(log_scale)
    # The statistics may as well all change their sign: half of the shared part tells the other.
    factor, factor_weight = _grid(0.0, float(norm.isf(_TAIL)), _FACTOR_NODES)
    return (
        scale,
        scale_weight * scale * chi.pdf(scale, df),
        factor,
        2 * factor_weight * norm.pdf(factor),
    )


def _grid(low: float, high: float, count: int) -> tuple[FloatArray, FloatArray]:
    """Place the nodes and weights of the quadrature between two ends."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    half = (high - low) / 2
    return low + half * (nodes + 1), half * weights
