"""Hazard ratios of many splits into two groups at once: cut-points, resamples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from il6report.methods.arguments import BoolArray, FloatArray, IntArray

_STEPS = 60
_LONGEST_STEP = 2.0
_SMALL_STEP = 1e-10
# The information that is left where one group holds all events and the ratio runs to infinity.
_NONE_LEFT = 1e-7


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SplitHazards:
    """Log hazard ratios of the second group to the first, one per split.

    Parameters
    ----------
    log_ratio : array of shape (splits,)
        Missing where a ratio runs to infinity (or nobody had the event).
    std_error : array of shape (splits,)
        From the information; missing likewise.
    """

    log_ratio: FloatArray
    std_error: FloatArray


def fit_splits(
    block: IntArray, event: BoolArray, high: BoolArray, *, penalised: bool
) -> SplitHazards:
    """Fit one Cox model per split, with Efron's rule for ties, all of them together.

    With a single yes/no predictor a risk set is two counts, so that Newton's method runs on all
    splits at once.

    Parameters
    ----------
    block : array of int, shape (splits, n)
        Ordinal number of the distinct follow-up time of each row, ascending along the rows.
    event : array of bool, shape (splits, n)
        Whether the row had the event then.
    high : array of bool, shape (splits, n)
        Whether it belongs to the second group.
    penalised : bool
        Whether Firth's penalty keeps every ratio finite.
    """
    at_risk_high, at_risk_low = _risk_counts(block, event, high)
    deaths_high = (event & high).sum(axis=1)
    log_ratio = np.zeros(len(block))
    information = np.zeros(len(block))
    for _ in range(_STEPS):
        hazard = at_risk_high * np.exp(log_ratio)[:, np.newaxis]
        share = hazard / (hazard + at_risk_low)
        variance = share * (1 - share)
        information = variance.sum(axis=1)
        score = deaths_high - share.sum(axis=1)
        known = information > _NONE_LEFT
        if penalised:
            skewness = (variance * (1 - 2 * share)).sum(axis=1)
            score = score + np.divide(
                skewness, 2 * information, out=np.zeros_like(score), where=known
            )
        step = np.divide(score, information, out=np.zeros_like(score), where=known)
        log_ratio = log_ratio + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        if np.abs(step).max(initial=0.0) < _SMALL_STEP:
            break
    estimable = information > _NONE_LEFT
    return SplitHazards(
        log_ratio=np.where(estimable, log_ratio, np.nan),
        std_error=np.sqrt(
            np.divide(1.0, information, out=np.full(len(block), np.nan), where=estimable)
        ),
    )


def _risk_counts(
    block: IntArray, event: BoolArray, high: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Count those at risk at each event in both groups, tied events partly gone (Efron).

    Rows without the event find nobody of the second group at risk: they add nothing to any sum.
    """
    splits = len(block)
    times = int(block.max(initial=0)) + 1
    flat = block + times * np.arange(splits)[:, np.newaxis]

    def by_time(weight: BoolArray) -> FloatArray:
        counts = np.bincount(flat.ravel(), weights=weight.ravel(), minlength=splits * times)
        return counts.astype(np.float64).reshape(splits, times)

    def from_then_on(counts: FloatArray) -> FloatArray:
        return np.add.accumulate(counts[:, ::-1], axis=1)[:, ::-1]

    deaths_high, deaths = by_time(event & high), by_time(event)
    rows = np.arange(splits)[:, np.newaxis]
    earlier = (np.cumsum(deaths, axis=1) - deaths)[rows, block]
    ordinal = np.cumsum(event, axis=1) - 1 - earlier
    partly = np.where(event, ordinal / np.maximum(deaths[rows, block], 1), 0.0)
    at_risk_high = from_then_on(by_time(high))[rows, block]
    at_risk = from_then_on(by_time(np.ones_like(event)))[rows, block]
    high_left = at_risk_high - partly * deaths_high[rows, block]
    low_left = at_risk - at_risk_high - partly * (deaths - deaths_high)[rows, block]
    nobody, somebody = np.zeros_like(high_left), np.ones_like(low_left)
    return np.where(event, high_left, nobody), np.where(event, low_left, somebody)
