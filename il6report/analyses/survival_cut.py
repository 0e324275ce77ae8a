"""What a cut of IL-6 chosen by these deaths would have shown, and how much of it is the choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.analyses.followed import EVENT, TIME
from il6report.estimates import CountPercent, Estimate, NotEstimable, Statistic
from il6report.methods.cutpoint import CutpointResult, select_cutpoint
from il6report.plan import AnalysisPlan

MARKER, UNIT = "il6_pg_ml", "pg/mL"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CutPanel:
    """Every admissible cut of IL-6, and the one that the data would choose.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key.
    cuts : DataFrame
        Each admissible cut: `cut`, `statistic` (standardised log-rank), `hazard_ratio`,
        `conf_low`, `conf_high`, not corrected for looking at all of them.
    chosen : DataFrame
        How often resamples chose each cut: `cut`, `n_resamples`, `percent`.
    selected_pg_ml : float or NotEstimable
        The cut the data choose.
    """

    statistics: dict[str, Statistic]
    cuts: pd.DataFrame
    chosen: pd.DataFrame
    selected_pg_ml: float | NotEstimable


def examine_cuts(data: pd.DataFrame, plan: AnalysisPlan) -> CutPanel:
    """Look at every cut of IL-6, select the best, and correct it for having been selected.

    Parameters
    ----------
    data : DataFrame
        Patients with dcSSc who were followed.
    plan : AnalysisPlan
        Smallest group, number of resamples and of permutations, seed.

    Returns
    -------
    CutPanel
        Values below the limit of quantitation share the limit, so no cut falls below it.
    """
    found = select_cutpoint(
        data, MARKER, TIME, EVENT,
        min_fraction=plan.cut_min_fraction, n_bootstrap=plan.cut_resamples, seed=plan.seed,
        n_permutations=plan.cut_permutations, conf_level=plan.conf_level,
    )  # fmt: skip
    return CutPanel(
        statistics=dict(_statistics(found, plan)),
        cuts=found.cuts[["cut", "statistic", "hazard_ratio", "conf_low", "conf_high"]].dropna(),
        chosen=_chosen(found),
        selected_pg_ml=found.cut,
    )


def _statistics(found: CutpointResult, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    apparent = found.apparent
    yield "cut.selected", replace(apparent, estimate=_selected(found, plan), test=None, note="")
    untestable = isinstance(apparent.estimate, NotEstimable)
    yield "cut.apparent", replace(apparent, test=None) if untestable else apparent
    yield "cut.corrected", found.corrected
    shares = {"uncorrected": found.significant_uncorrected, "corrected": found.significant}
    for word, share in shares.items():
        yield f"cut.significant_{word}", _share(share)


def _selected(found: CutpointResult, plan: AnalysisPlan) -> Estimate | NotEstimable:
    """Give the cut with the middle part of those that the resamples choose."""
    if isinstance(found.cut, NotEstimable):
        return replace(found.cut, measure="cut_point")
    tail = (1 - plan.conf_level) / 2
    low, high = np.quantile(found.bootstrap["cut"], [tail, 1 - tail])
    return Estimate(
        measure="cut_point", value=found.cut, conf_low=float(low), conf_high=float(high),
        conf_level=plan.conf_level, unit=UNIT,
        method="maximally selected log-rank statistic; bootstrap centiles",
    )  # fmt: skip


def _share(share: CountPercent) -> Statistic:
    percent = share.percent
    estimate = (
        percent
        if isinstance(percent, NotEstimable)
        else Estimate(
            measure="percent", value=percent, method="bootstrap",
            no_interval="a share of resamples",
        )
    )  # fmt: skip
    return Statistic(
        term="resamples with p < 0.05", n=share.total, n_events=share.count, estimate=estimate
    )


def _chosen(found: CutpointResult) -> pd.DataFrame:
    counts = found.bootstrap["cut"].value_counts().sort_index()
    return pd.DataFrame(
        {
            "cut": counts.index.to_numpy(dtype=float),
            "n_resamples": counts.to_numpy(dtype=int),
            "percent": 100.0 * counts.to_numpy(dtype=float) / max(len(found.bootstrap), 1),
        }
    )
