"""Cuts of one marker in the data, and the best cut in many resamples of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtr

from il6report.estimates import NotEstimable
from il6report.methods.arguments import BoolArray, FloatArray, IntArray
from il6report.methods.follow_up import FollowUp
from il6report.methods.life_table import normal_quantile
from il6report.methods.maximal_selection import (
    admissible_cuts,
    lausen_1994,
    logrank_scores,
    select_cuts,
)
from il6report.methods.split_hazard import SplitHazards, fit_splits

CUT_COLUMNS = (
    "cut", "n_low", "n_high", "n_events_low", "n_events_high", "statistic", "hazard_ratio",
    "std_error", "conf_low", "conf_high",
)  # fmt: skip
BOOTSTRAP_COLUMNS = ("cut", "log_ratio", "log_ratio_in_data", "p_value", "p_corrected")

# So many numbers at a time are held in memory, however many cuts or resamples there are.
_CELLS = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sample:
    """A marker and a follow-up, in ascending order of time.

    Parameters
    ----------
    marker : array of shape (n,)
        Values of the marker.
    block : array of int, shape (n,)
        Ordinal number of the distinct follow-up time.
    event : array of bool, shape (n,)
        Whether the event happened then.
    """

    marker: FloatArray
    block: IntArray
    event: BoolArray

    @classmethod
    def sorted_by_time(cls, marker: FloatArray, followed: FollowUp) -> Self:
        """Put the people in the order of their follow-up."""
        order = np.argsort(followed.time, kind="stable")
        time = followed.time[order]
        return cls(
            marker=marker[order],
            block=np.cumsum(np.diff(time, prepend=time[0]) > 0, dtype=np.int64),
            event=followed.event[order],
        )

    def fit_cuts(self, cuts: FloatArray, *, penalised: bool) -> SplitHazards:
        """Fit the hazard ratio of those above to those up to each cut."""
        parts = [
            fit_splits(
                np.broadcast_to(self.block, (len(some), len(self.block))),
                np.broadcast_to(self.event, (len(some), len(self.event))),
                self.marker > some[:, np.newaxis],
                penalised=penalised,
            )
            for some in _batches(cuts, len(self.marker))
        ]
        return SplitHazards(
            log_ratio=np.concatenate([part.log_ratio for part in parts]),
            std_error=np.concatenate([part.std_error for part in parts]),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SelectedCut:
    """The best cut in the data.

    Parameters
    ----------
    cut, statistic : float
        The highest value of the low group, and the standardised log-rank statistic there.
    scores, marker : array of shape (n,)
        Log-rank scores and values in ascending order of the marker.
    admissible : array of bool, shape (1, n - 1)
        Where the marker may be cut.
    by_cut : array of shape (n - 1,)
        The statistic of each admissible cut.
    """

    cut: float
    statistic: float
    scores: FloatArray
    marker: FloatArray
    admissible: BoolArray
    by_cut: FloatArray


def select_in_data(sample: Sample, min_fraction: float) -> SelectedCut | NotEstimable:
    """Find the best cut, or say why there is none."""
    order = np.argsort(sample.marker, kind="stable")
    marker = sample.marker[order]
    admissible = admissible_cuts(marker[np.newaxis], min_fraction)
    if not sample.event.any():
        return NotEstimable(reason="nobody had the event", measure="hazard_ratio")
    if not admissible.any():
        return NotEstimable(
            reason=f"no value of the marker leaves a share of {min_fraction} on either side",
            measure="hazard_ratio",
        )
    scores = logrank_scores(sample.block[np.newaxis], sample.event[np.newaxis])[0, order]
    found = select_cuts(scores[np.newaxis], admissible)
    return SelectedCut(
        cut=float(marker[found.below[0] - 1]),
        statistic=float(found.statistic[0]),
        scores=scores,
        marker=marker,
        admissible=admissible,
        by_cut=found.by_cut[0],
    )


def tabulate_cuts(sample: Sample, selection: SelectedCut, conf_level: float) -> pd.DataFrame:
    """Give every admissible cut with its hazard ratio, one row each."""
    below = np.flatnonzero(selection.admissible[0]) + 1
    cuts = selection.marker[below - 1]
    fits = sample.fit_cuts(cuts, penalised=False)
    reach = normal_quantile(conf_level) * fits.std_error
    with_event = np.sort(sample.marker[sample.event])
    events_low = np.searchsorted(with_event, cuts, side="right")
    columns = (
        cuts, below, len(sample.marker) - below, events_low, len(with_event) - events_low,
        selection.by_cut[below - 1], np.exp(fits.log_ratio), fits.std_error,
        np.exp(fits.log_ratio - reach), np.exp(fits.log_ratio + reach),
    )  # fmt: skip
    return pd.DataFrame(dict(zip(CUT_COLUMNS, columns, strict=True)))


def bootstrap_selection(
    sample: Sample, min_fraction: float, n_bootstrap: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Repeat the selection in resamples of the people; leave out those that cannot be cut."""
    n = len(sample.marker)
    parts: list[pd.DataFrame] = []
    for some in _batches(np.zeros(n_bootstrap), n):
        # Drawn positions in ascending order are again in the order of time.
        drawn = np.sort(rng.integers(0, n, size=(len(some), n)), axis=1)
        parts.append(_select_in_resamples(sample, drawn, min_fraction))
    frame = pd.concat(parts, ignore_index=True)
    distinct, which = np.unique(frame["cut"].to_numpy(), return_inverse=True)
    frame["log_ratio_in_data"] = (
        sample.fit_cuts(distinct, penalised=True).log_ratio[which] if len(distinct) else np.nan
    )
    return frame.dropna().reset_index(drop=True)[list(BOOTSTRAP_COLUMNS)]


def _select_in_resamples(sample: Sample, drawn: IntArray, min_fraction: float) -> pd.DataFrame:
    ordered = np.argsort(sample.marker[drawn], axis=1, kind="stable")
    values = np.take_along_axis(sample.marker[drawn], ordered, axis=1)
    admissible = admissible_cuts(values, min_fraction)
    usable = admissible.any(axis=1) & sample.event[drawn].any(axis=1)
    kept, admissible = drawn[usable], admissible[usable]
    block, event = sample.block[kept], sample.event[kept]
    scores = np.take_along_axis(logrank_scores(block, event), ordered[usable], axis=1)
    found = select_cuts(scores, admissible)
    cut = values[usable][np.arange(len(kept)), found.below - 1]
    fits = fit_splits(block, event, sample.marker[kept] > cut[:, np.newaxis], penalised=True)
    return pd.DataFrame(
        {
            "cut": cut,
            "log_ratio": fits.log_ratio,
            "p_value": 2 * ndtr(-found.statistic),
            "p_corrected": lausen_1994(found.statistic, admissible),
        }
    )


def _batches(values: FloatArray, n: int) -> Iterator[FloatArray]:
    rows = max(1, _CELLS // max(n, 1))
    for start in range(0, len(values), rows):
        yield values[start : start + rows]
