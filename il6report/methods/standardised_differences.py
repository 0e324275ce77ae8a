"""How far apart two groups are, in standard deviations."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import nctdtrinc, ndtri

from il6report.estimates import Estimate, NotEstimable
from il6report.methods.arguments import FloatArray, IntArray

_Difference = Estimate | NotEstimable
_ALIKE = NotEstimable(reason="nobody differs from anybody", measure="standardised_difference")
_APART = NotEstimable(
    reason="no spread within the groups, which differ", measure="standardised_difference"
)


def standardised_mean_difference(
    x1: FloatArray, x2: FloatArray, *, conf_level: float
) -> Estimate | NotEstimable:
    """Estimate the difference between two means in standard deviations.

    The standard deviation is the root of the mean of the two variances [1]_. The interval comes
    from the noncentral t distribution, exact for equal variances and equally large groups.

    References
    ----------
    .. [1] Austin PC. Stat Med 2009;28:3083-107. https://doi.org/10.1002/sim.3697
    """
    n1, n2 = x1.size, x2.size
    if min(n1, n2) < 2:  # noqa: PLR2004 - no variance of one value
        return NotEstimable(
            reason="fewer than two observed in a group", measure="standardised_difference"
        )
    difference = float(x1.mean() - x2.mean())
    spread = math.sqrt((float(x1.var(ddof=1)) + float(x2.var(ddof=1))) / 2)
    if spread == 0:
        return _APART if difference else _ALIKE
    value = difference / spread
    scale = math.sqrt(1 / n1 + 1 / n2)
    tail, df = (1 - conf_level) / 2, n1 + n2 - 2
    ends = [float(nctdtrinc(df, p, value / scale)) * scale for p in (1 - tail, tail)]
    return Estimate(
        measure="standardised_difference",
        value=value,
        conf_low=ends[0],
        conf_high=ends[1],
        conf_level=conf_level,
        method="standardised mean difference with noncentral t interval",
    )


def standardised_level_difference(
    counts1: IntArray, counts2: IntArray, *, conf_level: float
) -> Estimate | NotEstimable:
    """Estimate the distance between two groups' shares of the levels of a category.

    The Mahalanobis distance of the shares without the first level [1]_; with two levels it is the
    difference between the shares of the second in standard deviations and has a sign. The interval
    is the usual large-sample one and is rough below some 20 per group.

    References
    ----------
    .. [1] Yang D, Dalton JE. SAS Global Forum 2012;335.
    """
    n1, n2 = int(counts1.sum()), int(counts2.sum())
    if min(n1, n2) == 0:
        return NotEstimable(reason="nobody observed in a group", measure="standardised_difference")
    keep = (counts1 + counts2 > 0).nonzero()[0][1:]
    p1, p2 = counts1[keep] / n1, counts2[keep] / n2
    difference = p1 - p2
    if not difference.any():
        return _ALIKE if keep.size == 0 else _level_estimate(0.0, n1, n2, conf_level)
    covariance = (_multinomial(p1) + _multinomial(p2)) / 2
    if np.linalg.matrix_rank(covariance) < keep.size:
        return _APART
    value = math.sqrt(float(difference @ np.linalg.solve(covariance, difference)))
    if keep.size == 1:
        value = math.copysign(value, float(difference[0]))
    return _level_estimate(value, n1, n2, conf_level)


def _level_estimate(value: float, n1: int, n2: int, conf_level: float) -> Estimate:
    error = math.sqrt((n1 + n2) / (n1 * n2) + value**2 / (2 * (n1 + n2)))
    reach = float(ndtri((1 + conf_level) / 2)) * error
    return Estimate(
        measure="standardised_difference",
        value=value,
        conf_low=value - reach,
        conf_high=value + reach,
        conf_level=conf_level,
        std_error=error,
        method="standardised difference in shares with large-sample interval",
    )


def _multinomial(shares: FloatArray) -> FloatArray:
    return np.diag(shares) - np.outer(shares, shares)
