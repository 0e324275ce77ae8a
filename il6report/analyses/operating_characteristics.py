"""How often would the claims of this report be right, were the study repeated many times?

Performance measures follow the ADEMP scheme of Morris, White and Crowther (Stat Med 2019;38:
2074-102, doi:10.1002/sim.8086); each has the Monte Carlo error that the number of studies leaves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

import pandas as pd
from scipy.stats import norm

from il6report.analyses.beyond_accepted import TOGETHER, is_controlled, name_beyond
from il6report.analyses.headlines import HEADLINES, NO_EFFECT
from il6report.estimates import (
    LOG_SCALE,
    CountPercent,
    Estimate,
    Measure,
    NotEstimable,
    Statistic,
    statistics_frame,
)
from il6report.methods.single_proportion import estimate_proportion
from il6report.plan import AnalysisPlan
from il6report.source import RepeatedStudies

NULL, CALIBRATED = 0.0, 1.0
"""Effect scales of the two scenarios."""

_RATE: Measure = "percent_of_studies"
_ABSENT = "the analysis was not repeated for these data"
Row = Mapping[str, float]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OperatingCharacteristicsResult:
    """How the analysis performs on studies whose truth is known.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key: `level.<claim>`, `power.<claim>`, `coverage.<claim>`,
        `coverage_null.<claim>`, `truth.<claim>`, `bias.<claim>`, `not_estimable.<claim>`,
        `family.<name>`, and those that the text names.
    families : mapping of str to str
        Key of a family to its name, in the order of the plan.
    controlled : frozenset of str
        Keys of those that are meant to hold their level: adjusted, or of a single test.
    provenance : mapping of str to str
        Command, seed and version of the run.
    accepted_level_percent, accepted_coverage_percent : float
        Beyond which a claim is named.
    data_label : str
        "Simulated data": here it always is.
    """

    statistics: Mapping[str, Statistic]
    families: Mapping[str, str]
    controlled: frozenset[str]
    provenance: Mapping[str, str]
    accepted_level_percent: float
    accepted_coverage_percent: float
    data_label: str = "Simulated data"

    @property
    def available(self) -> bool:
        """Whether the study comes with repeated ones."""
        return bool(self.provenance)

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def describe_operating_characteristics(
    repeated: RepeatedStudies, plan: AnalysisPlan
) -> OperatingCharacteristicsResult:
    """Turn the counts of repeated studies into level, power, coverage and bias.

    Parameters
    ----------
    repeated : RepeatedStudies
        From `il6report.source.read_repeated_studies`.
    plan : AnalysisPlan
        Families of tests, confidence level, and what level and coverage are accepted.

    Returns
    -------
    OperatingCharacteristicsResult
        Bias of a ratio is the geometric mean of its estimates over the truth, that of another
        estimate its mean less the truth. Without repeated studies nothing is estimable.
    """
    rows = {
        (float(row["effect_scale"]), str(row["kind"]), str(row["id"])): cast("Row", row)
        for row in repeated.counts.to_dict("records")
    }
    families = {
        _key(f"{family.name}{together}"): f"{family.name}{together}"
        for family in plan.families
        for together in ("", TOGETHER)
        if (NULL, "family", f"{family.name}{together}") in rows
    }
    statistics = {
        **dict(_sizes(rows, repeated.provenance)),
        **{
            f"{word}.{claim}": statistic
            for claim in HEADLINES
            for word, statistic in _performance(claim, rows, plan)
        },
        **{
            f"family.{key}": _rate(
                name, rows.get((NULL, "family", name)), "n_rejected_adjusted", plan
            )
            for key, name in families.items()
        },
    }
    return OperatingCharacteristicsResult(
        statistics=statistics | dict(name_beyond(statistics, families, plan)),
        families=families,
        controlled=frozenset(key for key, name in families.items() if is_controlled(name, plan)),
        provenance=repeated.provenance,
        accepted_level_percent=plan.accepted_level_percent,
        accepted_coverage_percent=plan.accepted_coverage_percent,
    )


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _sizes(
    rows: Mapping[tuple[float, str, str], Row], provenance: Mapping[str, str]
) -> Iterator[tuple[str, Statistic]]:
    for word, scale in (("null", NULL), ("calibrated", CALIBRATED)):
        sizes = [int(row["n_studies"]) for (at, kind, _), row in rows.items()
                 if at == scale and kind == "claim"]  # fmt: skip
        yield f"studies.{word}", _count(f"simulated studies, {word}", max(sizes, default=0))
    laboratory = [int(row["n_studies"]) for (at, kind, _), row in rows.items()
                  if at == NULL and kind == "family"]  # fmt: skip
    yield "studies.laboratory", _count("studies with a laboratory", min(laboratory, default=0))
    for word in ("permutations", "cohorts", "cohort_scale"):
        yield f"run.{word}", _count(word, int(provenance.get(word, 0)))


def _count(term: str, number: int) -> Statistic:
    estimate = Estimate(measure="count", value=float(number), method="count", no_interval="a count")
    return Statistic(term=term, n=number, estimate=estimate)


def _performance(
    claim: str, rows: Mapping[tuple[float, str, str], Row], plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    label = HEADLINES[claim].label
    null, real = (rows.get((scale, "claim", claim)) for scale in (NULL, CALIBRATED))
    yield "level", _rate(label, null, "n_rejected", plan)
    yield "power", _rate(label, real, "n_rejected_adjusted", plan)
    for word, row in (("coverage_null", null), ("coverage", real)):
        yield word, _rate(label, row, "n_covered", plan, among="n_intervals")
    yield "truth", _truth(claim, real, plan)
    yield "bias", _bias(claim, real, plan)
    missing = None
    if real is not None:
        missing = {**real, "n_missing": real["n_studies"] - real["n_estimated"]}
    yield "not_estimable", _rate(label, missing, "n_missing", plan)


def _rate(
    term: str, row: Row | None, counted: str, plan: AnalysisPlan, *, among: str = "n_studies"
) -> Statistic:
    """Give a share of studies, per cent, with its Monte Carlo interval and standard error."""
    total = 0 if row is None or math.isnan(row[among]) else int(row[among])
    if row is None or total == 0:
        reason = _ABSENT if row is None else "nothing here could be right or wrong"
        return Statistic(term=term, n=0, estimate=NotEstimable(reason=reason, measure=_RATE))
    found = CountPercent(count=int(row[counted]), total=total)
    estimate = estimate_proportion(found.count, found.total, conf_level=plan.conf_level)
    if isinstance(estimate, Estimate):
        error = math.sqrt(estimate.value * (100 - estimate.value) / total)
        estimate = replace(estimate, measure=_RATE, std_error=error)
    return Statistic(term=term, n=total, n_events=found.count, estimate=estimate)


def _truth(claim: str, row: Row | None, plan: AnalysisPlan) -> Statistic:
    headline = HEADLINES[claim]
    if row is None or math.isnan(row["truth"]):
        estimate = NotEstimable(reason=_ABSENT if row is None else NO_EFFECT,
                                measure=headline.measure)  # fmt: skip
        return Statistic(term=headline.label, n=0, estimate=estimate)
    exact = row["truth_error"] == 0
    shift = _reach(plan) * row["truth_error"]
    ends = [_moved(row["truth"], by, headline.measure) for by in (-shift, shift)]
    known = Estimate(
        measure=headline.measure, value=row["truth"], unit=headline.unit,
        method="parameters of the simulation" if exact else "large simulated cohorts",
        conf_low=None if exact else ends[0], conf_high=None if exact else ends[1],
        conf_level=plan.conf_level, std_error=row["truth_error"],
        no_interval="built into the simulation" if exact else "",
    )  # fmt: skip
    return Statistic(term=headline.label, n=int(row["n_studies"]), estimate=known)


def _bias(claim: str, row: Row | None, plan: AnalysisPlan) -> Statistic:
    headline = HEADLINES[claim]
    ratio = headline.measure in LOG_SCALE
    about = Statistic(
        term=headline.label,
        contrast="mean estimate / truth" if ratio else "mean estimate − truth",
        n=0,
        estimate=NotEstimable(reason=_ABSENT, measure=headline.measure),
    )
    if row is None:
        return about
    if math.isnan(row["truth"]) or row["n_estimated"] < 2:  # noqa: PLR2004 - an error needs two
        return replace(about, estimate=NotEstimable(reason=NO_EFFECT, measure=headline.measure))
    n = int(row["n_estimated"])
    error = math.hypot(row["std_dev"] / math.sqrt(n), row["truth_error"])
    shift = row["mean"] - (math.log(row["truth"]) if ratio else row["truth"])
    ends = [shift + sign * _reach(plan) * error for sign in (-1, 0, 1)]
    low, value, high = (math.exp(end) if ratio else end for end in ends)
    estimate = Estimate(
        measure=headline.measure, value=value, conf_low=low, conf_high=high,
        conf_level=plan.conf_level, std_error=error, method="mean over simulated studies",
        unit=headline.unit,
    )  # fmt: skip
    return replace(about, n=n, estimate=estimate)


def _reach(plan: AnalysisPlan) -> float:
    return float(norm.isf((1 - plan.conf_level) / 2))


def _moved(value: float, by: float, measure: Measure) -> float:
    return value * math.exp(by) if measure in LOG_SCALE else value + by
