"""Order statistics of all differences between two samples, without writing them all down.

The Hodges-Lehmann estimate and its interval are such order statistics. Half a million values in
each group have 250 thousand million differences; they are found by counting in sorted samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from il6report.methods.arguments import FloatArray, IntArray

# Differences that are written down at once; some 30 megabytes at most.
_AT_ONCE = 1_000_000


def pairwise_order_statistics(x1: FloatArray, x2: FloatArray, ranks: Sequence[int]) -> list[float]:
    """Find the k-th smallest of all differences between two samples.

    Parameters
    ----------
    x1, x2 : array of float
        The samples; a difference is a value of `x1` minus one of `x2`.
    ranks : sequence of int
        Each k, from 1 for the smallest to `len(x1) * len(x2)`.

    Returns
    -------
    list of float
        The differences of those ranks.

    Examples
    --------
    >>> pairwise_order_statistics(np.array([1.0, 5.0]), np.array([0.0, 1.0]), [1, 4])
    [0.0, 5.0]
    """
    first, weights1 = np.unique(x1, return_counts=True)
    second, weights2 = np.unique(x2, return_counts=True)
    if first.size * second.size <= _AT_ONCE:
        differences = np.subtract.outer(first, second).ravel()
        weights = np.multiply.outer(weights1, weights2).ravel()
        return [_weighted_order_statistic(differences, weights, rank) for rank in ranks]
    return [_by_counting(first, weights1, second, weights2, rank) for rank in ranks]


def _weighted_order_statistic(values: FloatArray, weights: IntArray, rank: int) -> float:
    order = np.argsort(values, kind="stable")
    return float(values[order[np.searchsorted(np.cumsum(weights[order]), rank)]])


def _by_counting(
    first: FloatArray, weights1: IntArray, second: FloatArray, weights2: IntArray, rank: int
) -> float:
    """Halve an interval that holds the difference until what it holds can be written down."""
    # Pairs of value i of the first sample with a difference of at most d: those values of the
    # second that are at least first[i] - d.
    above = np.append(np.cumsum(weights2[::-1])[::-1], 0)

    def starts(limit: float) -> IntArray:
        return np.searchsorted(second, first - limit)

    def count(start: IntArray) -> int:
        return int(weights1 @ above[start])

    low, high = _bracket(first, second, rank / (weights1.sum() * weights2.sum()))
    while count(starts(low)) >= rank:
        low -= high - low
    while count(starts(high)) < rank:
        high += high - low
    begin, end = starts(low), starts(high)
    while (begin - end).sum() > _AT_ONCE:
        middle = low + (high - low) / 2
        if not low < middle < high:
            return high
        start = starts(middle)
        if count(start) >= rank:
            high, end = middle, start
        else:
            low, begin = middle, start
    held = begin - end
    left = np.repeat(np.arange(first.size), held)
    right = np.arange(left.size) - np.repeat(np.cumsum(held) - held, held) + end[left]
    return _weighted_order_statistic(
        first[left] - second[right], weights1[left] * weights2[right], rank - count(begin)
    )


def _bracket(first: FloatArray, second: FloatArray, fraction: float) -> tuple[float, float]:
    """Guess an interval around a quantile of the differences from evenly spaced values."""
    thin = [
        values[np.linspace(0, values.size - 1, min(values.size, 500)).astype(np.int64)]
        for values in (first, second)
    ]
    differences = np.subtract.outer(thin[0], thin[1])
    low, high = np.quantile(differences, [max(fraction - 0.01, 0), min(fraction + 0.01, 1)])
    return (float(low), float(high)) if low < high else (float(low) - 1, float(high) + 1)
