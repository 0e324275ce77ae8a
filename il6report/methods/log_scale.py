"""Estimates made on the scale of the natural logarithm, put back on their own."""

from __future__ import annotations

import math

from il6report.estimates import Estimate, Measure, NotEstimable

TOO_EXTREME = "it is too extreme to be written; give the predictor a smaller unit"


def from_logarithm(
    measure: Measure,
    log_value: float,
    log_ends: tuple[float, float],
    *,
    std_error: float,
    conf_level: float,
    method: str,
    unit: str = "",
) -> Estimate | NotEstimable:
    """Give an estimate and its interval from their logarithms.

    Parameters
    ----------
    measure : Measure
        One of those in `LOG_SCALE`.
    log_value : float
        Natural logarithm of the estimate.
    log_ends : tuple of float
        Those of the ends of the interval, infinite where the data set none.
    std_error, conf_level, method, unit
        As in `Estimate`; the error is that of the logarithm.

    Returns
    -------
    Estimate or NotEstimable
        Not estimable where no number is as large or as small.
    """
    low, value, high = (exponential(one) for one in (log_ends[0], log_value, log_ends[1]))
    if value == 0 or math.isinf(value):
        return NotEstimable(reason=TOO_EXTREME, measure=measure)
    return Estimate(
        measure=measure, value=value, conf_low=low, conf_high=high, std_error=std_error,
        conf_level=conf_level, method=method, unit=unit,
    )  # fmt: skip


def exponential(logarithm: float) -> float:
    """Raise e to a power; infinite where no number is as large."""
    try:
        return math.exp(logarithm)
    except OverflowError:
        return math.inf
