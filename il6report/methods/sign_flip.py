"""The exact test of paired differences that assumes nothing but symmetry under no effect."""

from __future__ import annotations

import numpy as np

from il6report.estimates import HypothesisTest, NotEstimable
from il6report.methods.arguments import FloatArray

# 65,536 sign patterns.
_MOST_PAIRS = 16
# Sums this close, in shares of the largest possible sum, are tied.
_TIE = 1e-9


def sign_flip_test(differences: FloatArray) -> HypothesisTest | NotEstimable:
    """Test whether the signs of paired differences could have fallen like this by chance.

    Parameters
    ----------
    differences : array of float, shape (n,)
        One difference per pair; missing ones are left out.

    Returns
    -------
    HypothesisTest or NotEstimable
        Statistic: the sum of the differences; p-value: the share of all sign patterns whose sum is
        at least as far from zero. With k pairs it is at least 2 / 2^k. Not given for one pair, or
        for more than 16.

    Notes
    -----
    R: `coin::symmetry_test(..., distribution = "exact")`.

    References
    ----------
    .. [1] Fisher RA. The design of experiments. Edinburgh: Oliver and Boyd, 1935, section 21.

    Examples
    --------
    >>> sign_flip_test(np.array([0.4, 0.7, 0.5, 0.2])).p_value
    0.125
    """
    found = differences[~np.isnan(differences)]
    if len(found) <= 1:
        return NotEstimable(reason="fewer than two pairs")
    if len(found) > _MOST_PAIRS:
        return NotEstimable(reason=f"{len(found)} pairs are too many for the exact test")
    pairs = np.arange(len(found))
    signs = 1.0 - 2.0 * (np.arange(2 ** len(found))[:, np.newaxis] >> pairs & 1)
    total = float(found.sum())
    at_least = np.abs(signs @ found) >= abs(total) - _TIE * np.abs(found).sum()
    return HypothesisTest(
        statistic=total, p_value=float(at_least.mean()), method="exact sign-flip test"
    )
