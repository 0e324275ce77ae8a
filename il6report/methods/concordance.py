"""How often the one who has the event earlier had the higher predicted risk: Harrell's C."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from il6report.estimates import Estimate, NotEstimable
from il6report.methods.arguments import BoolArray, FloatArray, IntArray
from il6report.methods.life_table import normal_quantile

METHOD = "Harrell's C, infinitesimal jackknife"

# Predictions closer than this are the same prediction: equal rows of a large product may differ in
# the last bit.
_SAME_RISK = 1e-10

# Counts of people, and positions among them: half the memory of the usual integers.
_COUNTS = np.int32
CountArray = NDArray[np.int32]
AnyIntArray = NDArray[np.signedinteger[Any]]

# Up to so many people a table of all pairs is faster than counting in n log n steps.
_FEW = 250


def harrell_concordance(
    time: FloatArray,
    event: BoolArray,
    risk: FloatArray,
    *,
    conf_level: float,
    strata: IntArray | None = None,
) -> Estimate | NotEstimable:
    """Estimate the probability that of two people the one at higher risk has the event first.

    A pair counts where it is known who had the event first; someone censored at the time of an
    event outlived it; two events at one time do not count; equal risks count one half.

    Parameters
    ----------
    time : array of shape (n,)
        Follow-up times.
    event : array of bool, shape (n,)
        Whether it ended in the event.
    risk : array of shape (n,)
        Predicted risk on any scale; higher means an earlier event.
    conf_level : float
        Level of the interval, symmetric on the logit scale; the standard error is on the plain one.
    strata : array of int, shape (n,), optional
        Only people of one stratum are compared.

    Notes
    -----
    Value and standard error are those of R's ``survival::concordance``. Time and memory grow as
    n log n.

    References
    ----------
    .. [1] Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-87.
           doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    """
    parts = [slice(None)] if strata is None else [strata == one for one in np.unique(strata)]
    counts = [_count(time[rows], event[rows], risk[rows]) for rows in parts]
    concordant, comparable = (np.concatenate(side) for side in zip(*counts, strict=True))
    pairs = comparable.sum() / 2
    if pairs == 0:
        return NotEstimable(
            reason="in no pair of people is it known who had the event first", measure="concordance"
        )
    value = float(concordant.sum() / 2 / pairs)
    std_error = float(np.linalg.norm(concordant - value * comparable) / pairs)
    if not 0 < value < 1 or std_error == 0:
        return Estimate(
            measure="concordance", value=value, method=METHOD, std_error=std_error,
            no_interval="every pair is ordered alike",
        )  # fmt: skip
    reach = normal_quantile(conf_level) * std_error / (value * (1 - value))
    low, high = (float(expit(logit(value) + side * reach)) for side in (-1, 1))
    return Estimate(
        measure="concordance", value=value, method=METHOD, conf_low=low, conf_high=high,
        conf_level=conf_level, std_error=std_error,
    )  # fmt: skip


def _count(time: FloatArray, event: BoolArray, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    return (_count_directly if len(time) <= _FEW else _count_by_order)(time, event, risk)


def _count_directly(
    time: FloatArray, event: BoolArray, risk: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Count for each person the concordant (ties one half) and the comparable pairs it is in."""
    own_time, own_risk = time[event][:, np.newaxis], risk[event][:, np.newaxis]
    outlived = (own_time < time) | ((own_time == time) & ~event)
    difference = own_risk - risk
    order = np.where(np.abs(difference) > _SAME_RISK, np.sign(difference), 0.0)
    agrees = np.where(outlived, (1 + order) / 2, 0.0)
    concordant, comparable = agrees.sum(axis=0), outlived.sum(axis=0, dtype=np.float64)
    concordant[event] += agrees.sum(axis=1)
    comparable[event] += outlived.sum(axis=1)
    return concordant, comparable


def _count_by_order(
    time: FloatArray, event: BoolArray, risk: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Count the same in n log n steps; the people come in another order."""
    # From the longest follow-up to the shortest, at equal times the censored first: those known to
    # outlive an event stand before all events of its time.
    order = np.lexsort((event, -time))
    time, event = time[order], event[order]
    ranks = _ranks(risk[order])
    del order
    position = np.arange(len(time), dtype=_COUNTS)
    new_time = np.append(True, time[1:] != time[:-1])
    first_event = event & np.append(True, new_time[1:] | ~event[:-1])
    outlived_by = np.maximum.accumulate(np.where(first_event, position, 0))[event]
    lower, equal = count_before(ranks, outlived_by, ranks[event])
    concordant, comparable = np.zeros(len(time)), np.zeros(len(time))
    concordant[event] = lower + equal / 2
    comparable[event] = outlived_by

    # The same pairs seen from the one who outlives the other: the events that come after.
    events_until = np.cumsum(event, dtype=_COUNTS)
    until = np.where(event, events_until[_last_of_run(new_time)], events_until)
    of_events = ranks[event]
    lower, equal = count_before(of_events, until, ranks)
    frequency = np.bincount(of_events, minlength=int(ranks.max()) + 1).astype(_COUNTS)
    at_or_below = np.cumsum(frequency, dtype=_COUNTS)
    after = len(of_events) - until
    later_equal = frequency[ranks] - equal
    later_lower = at_or_below[ranks] - frequency[ranks] - lower
    concordant += after - later_lower - later_equal / 2
    comparable += after
    return concordant, comparable


def _ranks(risk: FloatArray) -> CountArray:
    order = np.argsort(risk)
    ordered = risk[order]
    ranks = np.empty(len(risk), dtype=_COUNTS)
    ranks[order] = np.cumsum(np.diff(ordered, prepend=ordered[0]) > _SAME_RISK, dtype=_COUNTS)
    return ranks


def _last_of_run(starts: BoolArray) -> IntArray:
    """Give for each position the last one of its run."""
    last = np.append(np.flatnonzero(starts)[1:] - 1, len(starts) - 1)
    return last[np.cumsum(starts) - 1]


def count_before(
    values: AnyIntArray, ends: AnyIntArray, thresholds: AnyIntArray
) -> tuple[AnyIntArray, AnyIntArray]:
    """Count among the first so many values those below a threshold, and those equal to it.

    A wavelet matrix: the values are sorted by one bit after the other, from the highest, and every
    query follows its own stretch of them. All queries are answered together in n log n steps.

    Parameters
    ----------
    values : array of int, shape (n,)
        Not negative.
    ends : array of int, shape (q,)
        How many of the values each query looks at.
    thresholds : array of int, shape (q,)
        Not negative; what the values are compared with.
    """
    top = max(int(values.max(initial=0)), int(thresholds.max(initial=0)))
    left, right = np.zeros_like(ends), ends
    below = np.zeros_like(ends)
    for bit in reversed(range(top.bit_length())):
        is_one = (values >> bit & 1).astype(np.bool_)
        zeros_before = np.zeros(len(values) + 1, dtype=_COUNTS)
        np.cumsum(~is_one, out=zeros_before[1:])
        zeros = zeros_before[-1]
        zeros_left, zeros_right = zeros_before[left], zeros_before[right]
        one = (thresholds >> bit & 1).astype(np.bool_)
        below[one] += (zeros_right - zeros_left)[one]
        left = np.where(one, zeros + left - zeros_left, zeros_left)
        right = np.where(one, zeros + right - zeros_right, zeros_right)
        del zeros_left, zeros_right, one
        values = np.concatenate((values[~is_one], values[is_one]))
    return below, right - left
