"""Is circulating IL-6, or its soluble receptor, higher in systemic sclerosis than in controls?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from il6report.analyses.families import adjust_by_plan
from il6report.assays.elisa import SerumResult
from il6report.cohort.cohort import Cohort
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.groups import TwoGroupMethod, compare_two_groups
from il6report.methods.proportions import compare_proportions
from il6report.methods.single_proportion import estimate_proportion
from il6report.plan import ANALYSIS_GROUPS, GROUP_KEYS, AnalysisPlan

CONTROL = ANALYSIS_GROUPS[0]
CATEGORY_KEYS = ("undetectable", "low", "high")
"""Words of the three IL-6 categories in ledger identifiers, from the lowest."""
COMPARISONS: Mapping[str, tuple[TwoGroupMethod, Measure]] = {
    "ratio": ("censored_lognormal", "geometric_mean_ratio"),
    "rank": ("mann_whitney", "probability_of_superiority"),
}
"""Word in ledger identifiers to the method against controls and what it measures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Analyte:
    """Where an analyte stands in the cohort.

    Parameters
    ----------
    value, below : str
        Columns of the concentration and of whether it lies below the limit of quantitation.
    unit : str
        Unit of the concentration.
    """

    value: str
    below: str
    unit: str


ANALYTES: Mapping[str, Analyte] = {
    "il6": Analyte(value="il6_pg_ml", below="il6_below_quantitation", unit="pg/mL"),
    "sil6r": Analyte(value="sil6r_ng_ml", below="sil6r_below_quantitation", unit="ng/mL"),
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CirculatingIl6Result:
    """IL-6 and its soluble receptor in serum, by group.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key, in the order of the report.
    points : DataFrame
        What the figure draws: `analyte`, `group`, `value`, `below_quantitation`, sorted by value
        within group; no identifiers.
    means : DataFrame
        Geometric means with intervals: `analyte`, `group`, `value`, `conf_low`, `conf_high`.
    categories : tuple of str
        Labels of the three IL-6 categories, from the lowest.
    il6_lloq_pg_ml, il6_high_pg_ml : float
        Limits drawn in the figure, pg/mL.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    points: pd.DataFrame
    means: pd.DataFrame
    categories: tuple[str, ...]
    il6_lloq_pg_ml: float
    il6_high_pg_ml: float
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def compare_circulating_il6(
    cohort: Cohort, serum: SerumResult, plan: AnalysisPlan
) -> CirculatingIl6Result:
    """Compare circulating IL-6 and soluble IL-6 receptor of each group with controls.

    Values below the limit of quantitation stay left-censored throughout.

    Parameters
    ----------
    cohort : Cohort
        Participants with a serum IL-6.
    serum : SerumResult
        How well the plates were read.
    plan : AnalysisPlan
        Limits, confidence level and families of tests.

    Returns
    -------
    CirculatingIl6Result
        Ratios above 1 and probabilities of superiority above 0.5 mean higher concentrations than in
        controls.
    """
    people = cohort.participants
    statistics = dict(_assay(serum))
    for key, analyte in ANALYTES.items():
        statistics |= dict(_quantifiable(people, key, analyte, plan))
        statistics |= dict(_geometric_means(people, key, analyte, plan))
        for prefix in COMPARISONS:
            statistics |= dict(_against_controls(people, prefix, key, analyte, plan))
    statistics |= dict(_categories(people, plan))
    statistics |= dict(_above_reference(people, plan))
    statistics = adjust_by_plan("circulating_il6", statistics, plan)
    return CirculatingIl6Result(
        statistics=statistics,
        points=_points(people),
        means=_means(statistics),
        categories=tuple(people["il6_category"].cat.categories),
        il6_lloq_pg_ml=plan.il6_lloq_pg_ml,
        il6_high_pg_ml=plan.il6_high_pg_ml,
        data_label=cohort.description.label,
    )


def _assay(serum: SerumResult) -> Iterator[tuple[str, Statistic]]:
    for key in ANALYTES:
        curves = serum.curves[serum.curves["analyte"] == key]
        samples = serum.samples[serum.samples["analyte"] == key]
        yield f"assay.plates.{key}", _count(f"plates of {key}", len(curves))
        yield f"assay.samples.{key}", _count(f"samples of {key}", len(samples))
        flags = serum.flags[serum.flags["analyte"] == key].set_index("flag")["n"]
        for flag in ("duplicate_cv", "reassayed_diluted"):
            count = int(flags.get(flag, 0))
            yield f"assay.{flag}.{key}", _count(f"{flag} of {key}", count, total=len(samples))
        yield (
            f"assay.cv.{key}",
            Statistic(
                term=f"coefficient of variation of duplicates, {key}",
                n=len(samples),
                estimate=Estimate(
                    measure="median",
                    value=float(samples["cv_percent"].median()),
                    unit="%",
                    method="median of the duplicates' coefficients of variation",
                    no_interval="describes these plates",
                ),
            ),
        )


def _count(term: str, count: int, *, total: int | None = None) -> Statistic:
    return Statistic(
        term=term,
        n=count if total is None else total,
        estimate=Estimate(
            measure="count", value=float(count), method="count", no_interval="a count"
        ),
    )


def _groups(people: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for group, key in GROUP_KEYS.items():
        yield group, key, people[people["analysis_group"] == group]


def _quantifiable(
    people: pd.DataFrame, key: str, analyte: Analyte, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    for group, group_key, members in _groups(people):
        measured = members[members[analyte.value].notna()]
        above = int((~measured[analyte.below].astype(bool)).sum())
        yield (
            f"quantifiable.{key}.{group_key}",
            _share(f"{analyte.value} quantifiable", group, above, len(measured), plan),
        )


def _share(term: str, group: str, count: int, total: int, plan: AnalysisPlan) -> Statistic:
    estimate = estimate_proportion(count, total, conf_level=plan.conf_level)
    return Statistic(term=term, group1=group, n=total, n_events=count, estimate=estimate)


def _geometric_means(
    people: pd.DataFrame, key: str, analyte: Analyte, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    for group, group_key, members in _groups(people):
        if members[analyte.value].notna().any():
            fit = fit_censored_lognormal(
                members, analyte.value, analyte.below, conf_level=plan.conf_level, unit=analyte.unit
            )
            statistic = replace(fit.geometric_mean, group1=group)
        else:
            statistic = _nobody(analyte.value, "geometric_mean", group)
        yield f"geometric_mean.{key}.{group_key}", statistic


def _nobody(term: str, measure: Measure, group: str) -> Statistic:
    reason = f"fewer than two participants measured in {group}"
    return Statistic(term=term, group1=group, estimate=NotEstimable(reason=reason, measure=measure))


def _against_controls(
    people: pd.DataFrame, prefix: str, key: str, analyte: Analyte, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    method, measure = COMPARISONS[prefix]
    for group, group_key in GROUP_KEYS.items():
        if group == CONTROL:
            continue
        pair = people[people["analysis_group"].isin([group, CONTROL])]
        sizes = pair.loc[pair[analyte.value].notna(), "analysis_group"].value_counts()
        small = next((one for one in (CONTROL, group) if sizes.get(one, 0) < 2), None)  # noqa: PLR2004
        if small is not None:
            yield f"{prefix}.{key}.{group_key}", _nobody(analyte.value, measure, small)
            continue
        yield (
            f"{prefix}.{key}.{group_key}",
            compare_two_groups(
                pair,
                analyte.value,
                "analysis_group",
                method=method,
                reference=CONTROL,
                below_limit=analyte.below,
                conf_level=plan.conf_level,
            ).statistic,
        )


def _categories(people: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    labels = people["il6_category"].cat.categories
    for group, group_key, members in _groups(people):
        known = members["il6_category"].dropna()
        for label, category in zip(labels, CATEGORY_KEYS, strict=True):
            yield (
                f"category.{category}.{group_key}",
                _share(
                    f"il6_category {label}", group, int((known == label).sum()), len(known), plan
                ),
            )
    patients = people[people["analysis_group"] != CONTROL]
    yield "categories", _categories_test(patients, plan)


def _categories_test(patients: pd.DataFrame, plan: AnalysisPlan) -> Statistic:
    """Ask whether the mix of categories differs between the groups of patients."""
    known = patients.dropna(subset=["il6_category", "analysis_group"])
    if known["il6_category"].nunique() < 2 or known["analysis_group"].nunique() < 2:  # noqa: PLR2004
        reason = "all patients are in one category or one group"
        estimate = NotEstimable(reason=reason, measure="cramers_v")
        return Statistic(term="il6_category", n=len(known), estimate=estimate)
    return compare_proportions(
        known, "il6_category", "analysis_group", method="fisher", conf_level=plan.conf_level
    ).statistic


def _above_reference(people: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    analyte = ANALYTES["il6"]
    controls = people[people["analysis_group"] == CONTROL]
    if controls[analyte.value].notna().any():
        limit = fit_censored_lognormal(
            controls, analyte.value, analyte.below, unit=analyte.unit,
            centiles=[plan.upper_reference_centile], conf_level=plan.conf_level,
        ).centiles[0]  # fmt: skip
    else:
        limit = _nobody(analyte.value, "median", CONTROL)
    yield "upper_reference", replace(limit, group1=CONTROL)
    for group, group_key, members in _groups(people):
        if group == CONTROL:
            continue
        term = "il6_pg_ml above the controls' upper reference limit"
        if isinstance(limit.estimate, NotEstimable):
            reason = f"no upper reference limit: {limit.estimate.reason}"
            estimate = NotEstimable(reason=reason, measure="percent")
            yield (
                f"above_reference.{group_key}",
                Statistic(term=term, group1=group, n=len(members), estimate=estimate),
            )
            continue
        values = members[analyte.value].dropna()
        above = int((values > limit.estimate.value).sum())
        yield (
            f"above_reference.{group_key}",
            replace(
                _share(term, group, above, len(values), plan),
                note="the limit is taken as known; its own uncertainty is not in the interval",
            ),
        )


def _points(people: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "analyte": key,
                "group": people["analysis_group"],
                "value": people[analyte.value],
                "below_quantitation": people[analyte.below].astype(bool),
            }
        ).dropna(subset=["group", "value"])
        for key, analyte in ANALYTES.items()
    ]
    return pd.concat(parts).sort_values(["analyte", "group", "value"], ignore_index=True)


def _means(statistics: Mapping[str, Statistic]) -> pd.DataFrame:
    rows = [
        {
            "analyte": key.split(".")[1],
            "group": one.group1,
            "value": one.estimate.value,
            "conf_low": one.estimate.conf_low,
            "conf_high": one.estimate.conf_high,
        }
        for key, one in statistics.items()
        if key.startswith("geometric_mean.") and isinstance(one.estimate, Estimate)
    ]
    frame = pd.DataFrame(rows, columns=["analyte", "group", "value", "conf_low", "conf_high"])
    return frame.assign(group=pd.Categorical(frame["group"], ANALYSIS_GROUPS, ordered=True))
