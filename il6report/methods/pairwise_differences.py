"""Order statistics of all differences between two samples, without writing them all down.

The Hodges-Lehmann estimate and its interval are such order statistics. Half a million values in
each group have 250 thousand million differences; they are found by counting in sorted samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from il6report.methods.arguments import FloatArray, IntArray

# Differences that are written down where all of them are, and where a search has found their place.
_ALL = 1_000_000
_FEW = 100_000

# The count between two differences is nearly proportional to their distance: a guess this much to
# either side of the proportional one nearly always encloses what is sought.
_MARGIN = 0.02
_STRAIGHTER = 0.5


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
    if first.size * second.size <= _ALL:
        differences = np.subtract.outer(first, second).ravel()
        weights = np.multiply.outer(weights1, weights2).ravel()
        return _weighted_order_statistics(differences, weights, ranks)
    counted = _Counted(first=first, second=second, weights1=weights1, weights2=weights2)
    found: dict[int, float] = {}
    for rank in sorted(set(ranks)):
        if rank not in found:
            # The two ranks about a median lie so close together that one search finds both.
            found |= counted.find([rank, rank + 1] if rank + 1 in ranks else [rank])
    return [found[rank] for rank in ranks]


def _weighted_order_statistics(
    values: FloatArray, weights: IntArray, ranks: Sequence[int]
) -> list[float]:
    order = np.argsort(values)
    return values[order[np.searchsorted(np.cumsum(weights[order]), ranks)]].tolist()


class _Counted:
    """Differences of two sorted samples, counted but not written down."""

    def __init__(
        self, *, first: FloatArray, second: FloatArray, weights1: IntArray, weights2: IntArray
    ) -> None:
        self.first, self.second = first, second
        self.weights1, self.weights2 = weights1, weights2
        # Entry j: how many values of the second sample are at least its j-th.
        self.above = np.append(np.cumsum(weights2[::-1])[::-1], 0)
        self.total = int(weights1.sum()) * int(weights2.sum())

    def starts(self, limit: float) -> IntArray:
        """Give for each value of the first sample where differences of at most `limit` begin."""
        return np.searchsorted(self.second, self.first - limit)

    def count(self, starts: IntArray) -> int:
        """Count the differences from those places on."""
        return int(self.weights1 @ self.above[starts])

    def find(self, ranks: list[int]) -> dict[int, float]:
        """Narrow an interval that holds the differences until what it holds can be written down."""
        low, high = _bracket(self.first, self.second, ranks[0] / self.total)
        begin, end = self.starts(low), self.starts(high)
        before, until = self.count(begin), self.count(end)
        while before >= ranks[0]:
            low -= high - low
            begin = self.starts(low)
            before = self.count(begin)
        while until < ranks[-1]:
            high += high - low
            end = self.starts(high)
            until = self.count(end)
        margin = _MARGIN
        while int((begin - end).sum()) > _FEW:
            share = min(max((ranks[0] - before) / (until - before) + margin, 0.01), 0.99)
            middle = low + (high - low) * share
            if not low < middle < high:
                return dict.fromkeys(ranks, high)
            start = self.starts(middle)
            held = self.count(start)
            if ranks[0] <= held < ranks[-1]:
                return self.find(ranks[:1]) | self.find(ranks[1:])
            if held >= ranks[-1]:
                high, end, until = middle, start, held
            else:
                low, begin, before = middle, start, held
            # The narrower the interval, the straighter is the count inside it.
            margin *= -_STRAIGHTER
        return dict(zip(ranks, self._written(begin, end, before, ranks), strict=True))

    def _written(
        self, begin: IntArray, end: IntArray, before: int, ranks: list[int]
    ) -> list[float]:
        held = begin - end
        left = np.repeat(np.arange(self.first.size), held)
        right = np.arange(left.size) - np.repeat(np.cumsum(held) - held, held) + end[left]
        return _weighted_order_statistics(
            self.first[left] - self.second[right],
            self.weights1[left] * self.weights2[right],
            [rank - before for rank in ranks],
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
