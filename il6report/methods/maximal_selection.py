"""The cut of a marker that separates survival most, and how surprising that is by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from il6report.methods.arguments import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Selection:
    """The best cut of each sample.

    Parameters
    ----------
    statistic : array of shape (samples,)
        Largest absolute standardised log-rank statistic over the admissible cuts.
    below : array of int, shape (samples,)
        How many rows lie at or below the cut where it is largest.
    by_cut : array of shape (samples, n - 1)
        The statistic with so many rows (1 to n - 1) below; missing where no cut is admissible.
    """

    statistic: FloatArray
    below: IntArray
    by_cut: FloatArray


def logrank_scores(block: IntArray, event: BoolArray) -> FloatArray:
    """Give each row its log-rank score: events minus the hazard it lived through.

    Parameters
    ----------
    block : array of int, shape (samples, n)
        Ordinal number of the distinct follow-up time, ascending along the rows.
    event : array of bool, shape (samples, n)
        Whether the row had the event then.

    References
    ----------
    .. [1] Hothorn T, Lausen B. Comput Stat Data Anal 2003;43:121-37.
           doi:10.1016/S0167-9473(02)00225-6
    """
    n = block.shape[1]
    # Every row's number of rows at or before its time: the position after the last of its block.
    is_last = np.append(block[:, 1:] != block[:, :-1], np.ones((len(block), 1), np.bool_), axis=1)
    position = np.where(is_last, np.arange(n), n)
    last = np.minimum.accumulate(position[:, ::-1], axis=1)[:, ::-1]
    hazard = np.cumsum(event / (n - last), axis=1)
    return event - np.take_along_axis(hazard, last, axis=1)


def select_cuts(scores: FloatArray, admissible: BoolArray) -> Selection:
    """Find the cut with the largest standardised statistic in each sample.

    Parameters
    ----------
    scores : array of shape (samples, n)
        Log-rank scores in ascending order of the marker.
    admissible : array of bool, shape (samples or 1, n - 1)
        Whether the marker may be cut with so many rows (1 to n - 1) below.
    """
    n = scores.shape[1]
    below = np.arange(1, n)
    total = scores.sum(axis=1, keepdims=True)
    squares = n * (scores**2).sum(axis=1, keepdims=True) - total**2
    spread = np.sqrt(below * (n - below) / (n**2 * (n - 1)) * np.maximum(squares, 0.0))
    distance = np.abs(np.cumsum(scores, axis=1)[:, :-1] - below / n * total)
    ratio = np.divide(distance, spread, out=np.zeros_like(distance), where=spread > 0)
    by_cut = np.where(admissible, ratio, np.nan)
    best = np.argmax(np.where(admissible, ratio, -1.0), axis=1)
    return Selection(
        statistic=np.take_along_axis(by_cut, best[:, np.newaxis], axis=1)[:, 0],
        below=best + 1,
        by_cut=by_cut,
    )


def admissible_cuts(marker: FloatArray, min_fraction: float) -> BoolArray:
    """Tell between which rows of ascending markers a cut may lie.

    Where the marker changes, with at least the given fraction of rows on either side.

    Parameters
    ----------
    marker : array of shape (samples, n)
        Ascending along the rows.
    min_fraction : float
        Smallest share of the rows in a group.
    """
    n = marker.shape[1]
    below = np.arange(1, n)
    low, high = max(1, math.floor(n * min_fraction)), math.floor(n * (1 - min_fraction))
    return (marker[:, 1:] != marker[:, :-1]) & (below >= low) & (below <= high)


def lausen_1992(statistic: float, min_fraction: float) -> float:
    """Bound the p-value of a maximally selected statistic in a large sample.

    References
    ----------
    .. [1] Lausen B, Schumacher M. Biometrics 1992;48:73-85. doi:10.2307/2532740
    """
    if statistic < 1:
        return 1.0
    density = math.exp(-(statistic**2) / 2) / math.sqrt(2 * math.pi)
    odds = 2 * math.log((1 - min_fraction) / min_fraction)
    p = 4 * density / statistic + density * (statistic - 1 / statistic) * odds
    return min(max(p, 0.0), 1.0)


def lausen_1994(statistic: FloatArray, admissible: BoolArray) -> FloatArray:
    """Bound the p-value of a maximally selected statistic by an improved Bonferroni inequality.

    Parameters
    ----------
    statistic : array of shape (samples,)
        Largest statistic of each sample.
    admissible : array of bool, shape (samples or 1, n - 1)
        The cuts over which it is the largest.

    References
    ----------
    .. [1] Lausen B, Sauerbrei W, Schumacher M. In: Dirschedl P, Ostermann R, eds. Computational
           Statistics. Physica, 1994:483-96. doi:10.1007/978-3-642-57991-2_37
    """
    n = admissible.shape[1] + 1
    below = np.where(admissible, np.arange(1, n), 0)
    before = np.maximum.accumulate(below, axis=1)
    before = np.concatenate((np.zeros((len(before), 1), before.dtype), before[:, :-1]), axis=1)
    pair = admissible & (before > 0)
    overlap = np.divide(
        before * (n - below), (n - before) * below, out=np.ones(pair.shape), where=pair
    )
    t = np.sqrt(1 - overlap)
    bend = statistic[:, np.newaxis] ** 2 / 4 - 1
    steps = np.exp(-(statistic**2) / 2) / np.pi * (t - bend * t**3 / 6).sum(axis=1)
    return np.clip(2 * ndtr(-statistic) + steps, 0.0, 1.0)


def permutation_p_value(
    scores: FloatArray,
    admissible: BoolArray,
    statistic: float,
    *,
    n_permutations: int,
    rng: np.random.Generator,
) -> float:
    """Give the share of random pairings of marker and survival that separate as much or more.

    Exact for any sample size but for the finite number of permutations; the observed pairing counts
    as one of them.
    """
    rows = max(1, 2_000_000 // scores.size)
    as_extreme = 0
    for start in range(0, n_permutations, rows):
        shuffled = np.tile(scores, (min(rows, n_permutations - start), 1))
        rng.permuted(shuffled, axis=1, out=shuffled)
        found = select_cuts(shuffled, admissible).statistic
        as_extreme += int(np.count_nonzero(found >= statistic * (1 - 1e-9)))
    return (1 + as_extreme) / (1 + n_permutations)
