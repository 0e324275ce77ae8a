"""Fisher's exact test of tables of any shape."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln
from scipy.stats import random_table

from il6report.estimates import HypothesisTest
from il6report.methods.arguments import FloatArray, IntArray

# So many ways to fill half of the rows of a table are listed; beyond, tables are drawn.
_LISTED = 1_000_000
_DRAWN = 20_000

# As in R, tables this little more probable than the observed one count as equally probable.
_SLACK = 1e-7


def fisher_test(table: IntArray, *, seed: int) -> HypothesisTest:
    """Test independence given both margins: two rows and columns or more. R: `fisher.test`.

    The p-value is the probability of all tables that are at most as probable as the observed one,
    whose probability is the statistic.
    Larger tables are divided into an upper and a lower half of rows; every way to fill each half
    is listed, and halves that fit each other are joined by their probability. Where there are too
    many ways, 20 000 tables are drawn from `seed`.
    """
    if table.shape[1] > table.shape[0]:
        table = table.T
    observed = -float(gammaln(table + 1.0).sum())
    p_value, method = _exact_p_value(table), "Fisher's exact test"
    if p_value is None:
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        drawn = random_table(rows, columns, seed=seed).rvs(_DRAWN)
        likely = -gammaln(drawn + 1.0).sum(axis=(1, 2))
        extreme = int((likely <= observed + _SLACK).sum())
        p_value, method = (extreme + 1) / (_DRAWN + 1), f"{method}, {_DRAWN} random tables"
    probability = math.exp(observed + _log_constant(table))
    return HypothesisTest(statistic=probability, p_value=p_value, method=method)


def _exact_p_value(table: IntArray) -> float | None:
    """Join the two halves of the rows of a table; None where there are too many."""
    columns = table.sum(axis=0)
    middle = table.shape[0] // 2
    first, second = _fillings(table[:middle], columns), _fillings(table[middle:], columns)
    if first is None or second is None:
        return None
    (sums, upper), (rests, lower) = first, second
    keys, rest_keys = _keys(sums, columns), _keys(columns - rests, columns)
    order = np.lexsort((lower, rest_keys))
    rest_keys, lower = rest_keys[order], lower[order]
    constant = _log_constant(table)
    limit = -float(gammaln(table + 1.0).sum()) + math.log1p(_SLACK)
    before = np.append(0.0, np.cumsum(np.exp(lower + constant / 2)))
    # Among the lower halves that fit, those whose joint probability stays below the limit come
    # first.
    starts = np.searchsorted(rest_keys, keys, side="left")
    ends = np.searchsorted(rest_keys, keys, side="right")
    last = _first_above(lower, starts, ends, limit - upper)
    p_value = float((np.exp(upper + constant / 2) * (before[last] - before[starts])).sum())
    return min(p_value, 1.0)


def _log_constant(table: IntArray) -> float:
    """Give the part of the log-probability that all tables with these margins share."""
    margins = np.append(table.sum(axis=1), table.sum(axis=0))
    return float(gammaln(margins + 1.0).sum() - gammaln(table.sum() + 1.0))


def _first_above(
    values: FloatArray, starts: IntArray, ends: IntArray, limits: FloatArray
) -> IntArray:
    """Search many sorted stretches of one array at once, by halving."""
    low, high = starts.copy(), ends.copy()
    while (low < high).any():
        middle = (low + high) // 2
        open_ = low < high
        below = open_ & (values[np.minimum(middle, values.size - 1)] <= limits)
        low = np.where(below, middle + 1, low)
        high = np.where(open_ & ~below, middle, high)
    return low


def _fillings(rows: IntArray, columns: IntArray) -> tuple[IntArray, FloatArray] | None:
    """List every way to fill some rows: their column sums and log-probabilities but a constant."""
    sums, logs = np.zeros((1, columns.size), dtype=np.int64), np.zeros(1)
    for total in rows.sum(axis=1).tolist():
        parts = _compositions(total, columns)
        if sums.shape[0] * parts.shape[0] > _LISTED:
            return None
        joined = (sums[:, None, :] + parts[None, :, :]).reshape(-1, columns.size)
        weights = (logs[:, None] - gammaln(parts + 1.0).sum(axis=1)[None, :]).ravel()
        fits = (joined <= columns).all(axis=1)
        sums, logs = joined[fits], weights[fits]
    return sums, logs


def _compositions(total: int, limits: IntArray) -> IntArray:
    """List every way to write a total as a sum of parts that stay within limits."""
    grid = np.zeros((1, 0), dtype=np.int64)
    for limit in limits[:-1].tolist():
        steps = np.arange(min(limit, total) + 1)
        grid = np.column_stack([np.repeat(grid, steps.size, axis=0), np.tile(steps, grid.shape[0])])
        grid = grid[grid.sum(axis=1) <= total]
    last = total - grid.sum(axis=1)
    return np.column_stack([grid, last])[last <= limits[-1]]


def _keys(sums: IntArray, columns: IntArray) -> IntArray:
    """Give each vector of column sums one number."""
    return sums @ np.append(1, np.cumprod(columns[:-1] + 1))
