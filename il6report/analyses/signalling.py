"""Through which pathway does IL-6 trans-signalling act on fibroblasts?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from il6report.analyses.cell_culture import (
    PHOSPHO,
    PROTEINS,
    TRANS,
    UNTREATED,
    CellCulture,
    count,
    fold_over,
    per_donor,
    top_dose,
)
from il6report.analyses.families import adjust_by_plan
from il6report.estimates import Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.block_comparisons import blocked_contrasts
from il6report.methods.mean_ratio import RatioMethod, ratio_of_means
from il6report.plan import AnalysisPlan

INHIBITORS: Mapping[str, str] = {
    "JAK2 inhibitor": "jak2", "STAT3 inhibitor": "stat3", "MEK inhibitor": "mek",
    "PI3K inhibitor": "pi3k", "anti-IL-6R": "anti_il6r", "sgp130Fc": "sgp130fc",
}  # fmt: skip
"""Inhibitor to its word in ledger identifiers; PI3K is the negative control."""
TARGETS: Mapping[str, str] = {"collagen I": PROTEINS["collagen I"], **PHOSPHO}
"""What the inhibitors were to block."""
METHODS: Mapping[str, RatioMethod] = {"blocked": "fieller", "bootstrap": "bootstrap"}
"""Word in ledger identifiers to the interval of the per cent blocked."""
_FEWEST_LINES = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SignallingResult:
    """Phospho-proteins in time, and what inhibitors take away.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key, in the order of the report.
    times : tuple of int
        Minutes of the time course after zero.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    times: tuple[int, ...]
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def compare_signalling(
    culture: CellCulture, plan: AnalysisPlan, *, data_label: str
) -> SignallingResult:
    """Estimate the induced phospho-proteins, their course, and the per cent each inhibitor blocks.

    Parameters
    ----------
    culture : CellCulture
        Blots; without them only the counts are given.
    plan : AnalysisPlan
        Confidence level, families of tests and seed.
    data_label : str
        "Simulated data", or empty.

    Returns
    -------
    SignallingResult
        100 per cent: the inhibitor undid the stimulus; 0: it did nothing.
    """
    lines = len(culture.donors)
    statistics = {"lines": count("donor lines", lines)}
    times: tuple[int, ...] = ()
    if culture.available:
        for target, key in PHOSPHO.items():
            statistics[f"induced.{key}"] = _induced(culture, target, plan)
        times = _times(culture)
        for target, key in PHOSPHO.items():
            statistics |= dict(_course(culture, target, key, times, plan))
        for target, key in TARGETS.items():
            statistics |= dict(_blocked(culture, target, key, plan))
    return SignallingResult(
        statistics=adjust_by_plan("signalling", statistics, plan),
        times=times,
        data_label=data_label,
    )


def _at_standard_time(culture: CellCulture, target: str) -> pd.DataFrame:
    """Keep the lanes lysed when untreated cells were, at the highest dose."""
    ratios = culture.ratios_of(target)
    standard = ratios.loc[ratios["condition"] == UNTREATED, "time_min"]
    return top_dose(ratios[ratios["time_min"].isin(standard.unique())])


def _induced(culture: CellCulture, target: str, plan: AnalysisPlan) -> Statistic:
    values = per_donor(_at_standard_time(culture, target))
    pair = values[values["condition"].isin([UNTREATED, TRANS])]
    if pair["condition"].nunique() < 2:  # noqa: PLR2004 - a comparison needs two
        return _missing(target, "the condition was not tested", "geometric_mean_ratio")
    found = blocked_contrasts(
        pair, "ratio", "condition", "donor_id", reference=UNTREATED, adjust="none", scale="log",
        conf_level=plan.conf_level,
    )  # fmt: skip
    return replace(found.contrasts[0], term=target)


def _times(culture: CellCulture) -> tuple[int, ...]:
    phospho = culture.bands.ratios[culture.bands.ratios["target"].isin(PHOSPHO)]
    course = phospho[phospho["condition"] == TRANS]
    return tuple(sorted(int(time) for time in course["time_min"].unique() if time > 0))


def _course(
    culture: CellCulture, target: str, key: str, times: tuple[int, ...], plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    ratios = culture.ratios_of(target)
    course = ratios[ratios["condition"] == TRANS]
    values = per_donor(course.assign(condition=course["time_min"].astype(str)))
    rows: dict[str | None, Statistic] = {}
    if "0" in set(values["condition"]) and times:
        found = blocked_contrasts(
            values, "ratio", "condition", "donor_id", reference="0", scale="log",
            conf_level=plan.conf_level,
        )  # fmt: skip
        rows = {row.group1: row for row in found.contrasts}
    for time in times:
        missing = _missing(target, "no lanes at time zero", "geometric_mean_ratio")
        yield f"time.{key}.{time}", replace(rows.get(str(time), missing), term=target)


def _blocked(
    culture: CellCulture, target: str, key: str, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    folds = fold_over(per_donor(_at_standard_time(culture, target)), UNTREATED)
    for inhibitor, name in INHIBITORS.items():
        term = f"{target}, {inhibitor}"
        both = pd.DataFrame()
        if {TRANS, inhibitor} <= set(folds):
            both = folds[[TRANS, inhibitor]].dropna()
        if len(both) < _FEWEST_LINES:
            statistic = _missing(
                term, "fewer than three lines with and without the inhibitor", "percent_blocked"
            )
            yield f"blocked.{key}.{name}", statistic
            yield f"bootstrap.{key}.{name}", statistic
            continue
        parts = pd.DataFrame(
            {"taken away": both[TRANS] - both[inhibitor], "induced": both[TRANS] - 1}
        )
        for prefix, method in METHODS.items():
            estimate = ratio_of_means(
                parts, "taken away", "induced", method=method, conf_level=plan.conf_level,
                seed=plan.seed,
            )  # fmt: skip
            yield (
                f"{prefix}.{key}.{name}",
                Statistic(term=term, group1=inhibitor, n=len(both), estimate=estimate),
            )


def _missing(term: str, reason: str, measure: Measure) -> Statistic:
    return Statistic(term=term, n=0, estimate=NotEstimable(reason=reason, measure=measure))
