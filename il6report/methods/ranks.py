"""Ranks of values, equal ones sharing their mean rank."""

from __future__ import annotations

import numpy as np

from il6report.methods.arguments import FloatArray


def average_ranks(values: FloatArray) -> FloatArray:
    """Give the rank of every value, from 1 for the lowest; equal values share their mean rank.

    The same as `scipy.stats.rankdata`, in half the time: ties need no stable order. R: `rank`.

    Examples
    --------
    >>> average_ranks(np.array([10.0, 20.0, 10.0, 5.0]))
    array([2.5, 4. , 2.5, 1. ])
    """
    order = np.argsort(values)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ranks = np.empty(len(values))
    if len(first) == len(values):
        ranks[order] = np.arange(1.0, len(values) + 1)
        return ranks
    ends = np.append(first[1:], len(values))
    ranks[order] = np.repeat((first + 1 + ends) / 2, ends - first)
    return ranks
