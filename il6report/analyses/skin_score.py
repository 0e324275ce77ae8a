"""Is the skin worse 3 years on in early diffuse disease with high circulating IL-6?

Patients die before the 3 years are over, and more of them may do so in one category than in the
other. The question is therefore asked in several ways that treat death differently.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.analyses.counts import count_of, share_of
from il6report.analyses.families import adjust_by_plan
from il6report.analyses.il6_levels import (
    LEVEL,
    LEVEL_KEYS,
    difference_of_levels,
    sizes_by_level,
    with_il6_level,
)
from il6report.analyses.skin_course import (
    ADJUSTED,
    COURSE,
    UNIT,
    SkinCourse,
    course_means,
    fit_course,
)
from il6report.cohort.cohort import Cohort
from il6report.estimates import NotEstimable, Statistic, statistics_frame
from il6report.methods.groups import compare_two_groups
from il6report.methods.linear_model import linear_model
from il6report.plan import AnalysisPlan

_MONTHS_PER_YEAR = 12
_HIGHEST_SCORE = 51
# Changes beyond this many standard deviations of a difference are rare by error alone: 5 per cent.
_RARE = 1.959963984540054


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SkinScoreResult:
    """The modified Rodnan skin score to 3 years in early dcSSc by circulating IL-6.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key, in the order of the report.
    lines : DataFrame
        Scores of single patients for the figure: `line` (a number without meaning), `level`,
        `month`, `mrss`, `last_before_death`.
    means : DataFrame
        Model means with intervals: `level`, `month`, `mean`, `conf_low`, `conf_high`; empty where
        there is no model.
    scored : DataFrame
        Patients with a score at each planned visit: `level`, `month`, `n_scored`.
    horizon_months : int
        The last planned visit.
    early_months : float
        Disease duration up to which dcSSc is early, months.
    mcid_points : float
        Change that matters to a patient, points.
    il6_high_pg_ml : float
        The planned cut, pg/mL.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    lines: pd.DataFrame
    means: pd.DataFrame
    scored: pd.DataFrame
    horizon_months: int
    early_months: float
    mcid_points: float
    il6_high_pg_ml: float
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def compare_skin_scores(cohort: Cohort, plan: AnalysisPlan) -> SkinScoreResult:
    """Compare the skin score to 3 years between high and not high IL-6 in early dcSSc.

    Parameters
    ----------
    cohort : Cohort
        Patients with early dcSSc and a known IL-6 category enter.
    plan : AnalysisPlan
        Says what early is, when skin is scored, and what change matters.

    Returns
    -------
    SkinScoreResult
        Differences in points: above 0 means more skin involvement with high IL-6. The probability
        of superiority is that of the better course: below 0.5 means worse with high IL-6.
    """
    patients, visits = _patients(cohort, plan), _visits(cohort, plan)
    visits = visits.merge(
        patients[["participant_id", LEVEL, "high", "baseline", "died"]], on="participant_id"
    )
    later = visits[visits["visit_month"] > 0].dropna(subset=["baseline"])
    course = fit_course(visits, COURSE, plan)
    adjusted = fit_course(later, ADJUSTED, plan)
    statistics = {
        "n": count_of("patients", len(patients), among=len(patients)),
        **dict(_attendance(patients, visits, plan)),
        **dict(_course_statistics(course)),
        "mixed.adjusted_difference": adjusted.difference_at_horizon(),
        "ancova.adjusted_difference": _ancova(patients, plan),
        "mixed_survivors.adjusted_difference": fit_course(
            later[~later["died"]], ADJUSTED, plan
        ).difference_at_horizon(),
        "worst_rank.superiority": _worst_rank(patients, plan),
        **dict(_changes(patients, plan)),
    }
    return SkinScoreResult(
        statistics=adjust_by_plan("skin_score", statistics, plan),
        lines=_lines(visits),
        means=course_means(course, plan),
        scored=_scored(visits, plan),
        horizon_months=plan.skin_horizon_months,
        early_months=plan.early_dcssc_months,
        mcid_points=plan.mrss_mcid_points,
        il6_high_pg_ml=plan.il6_high_pg_ml,
        data_label=cohort.description.label,
    )


def _visits(cohort: Cohort, plan: AnalysisPlan) -> pd.DataFrame:
    """Give the scores up to the horizon, and the share of it that has passed."""
    scores = cohort.skin_scores
    within = scores[scores["visit_month"] <= plan.skin_horizon_months]
    return within.assign(stage=within["visit_month"] / plan.skin_horizon_months)


def _patients(cohort: Cohort, plan: AnalysisPlan) -> pd.DataFrame:
    """Give one row per patient: score and assessor at both ends, change, and death in between."""
    everybody = cohort.participants
    early = with_il6_level(everybody[everybody["early_dcssc"].fillna(value=False)])
    horizon = plan.skin_horizon_months
    by_visit = cohort.skin_scores.set_index(["visit_month", "participant_id"])
    ends = {"baseline": 0, "last": horizon}
    for name, month in ends.items():
        at = by_visit[by_visit.index.get_level_values(0) == month].droplevel(0)
        early[name] = early["participant_id"].map(at["mrss"])
        early[f"{name}_assessor"] = early["participant_id"].map(at["assessor_id"])
    followed = _MONTHS_PER_YEAR * early["followup_years"]
    return early.assign(
        high=early["il6_high"].astype(float),
        change=early["last"] - early["baseline"],
        followed_months=followed,
        died=(early["death_observed"] == 1) & (followed < horizon),
    ).sort_values("participant_id", ignore_index=True)


def _attendance(
    patients: pd.DataFrame, visits: pd.DataFrame, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    """Count patients, deaths, those scored at the end, and visits missed while under follow-up."""
    months = [month for month in plan.skin_visit_months if month > 0]
    made = visits[visits["visit_month"].isin(months)]
    for level, key in LEVEL_KEYS.items():
        group = patients[patients[LEVEL] == level]
        n, died = len(group), int(group["died"].sum())
        scored = int(group["last"].notna().sum())
        due = sum(int((group["followed_months"] >= month).sum()) for month in months)
        missed = max(due - int((made[LEVEL] == level).sum()), 0)
        yield f"n.{key}", count_of("patients", n, among=n, group=level)
        yield f"died.{key}", count_of("died before the last visit", died, among=n, group=level)
        yield (
            f"scored_last.{key}",
            count_of("scored at the last visit", scored, among=n, group=level),
        )
        yield (
            f"missed.{key}",
            share_of("visits missed", missed, among=due, conf_level=plan.conf_level, group=level),
        )


def _course_statistics(course: SkinCourse) -> Iterator[tuple[str, Statistic]]:
    for level, key in LEVEL_KEYS.items():
        yield f"mixed.mean_start.{key}", course.mean_at(0.0, level)
        yield f"mixed.mean_end.{key}", course.mean_at(1.0, level)
        yield f"mixed.change.{key}", course.change(level)
    yield "mixed.change_difference", course.change_difference()
    yield "mixed.residual_deviation", course.residual_deviation()


def _ancova(patients: pd.DataFrame, plan: AnalysisPlan) -> Statistic:
    """Compare the last scores given the first, among those who have both."""
    complete = patients.dropna(subset=["baseline", "last"])
    sizes = sizes_by_level(complete)
    if min(sizes.values()) == 0:
        return difference_of_levels(
            "mrss", sizes, reason="a category has nobody scored at the last visit"
        )
    found = linear_model(complete, "last", ["baseline", "high"], conf_level=plan.conf_level)
    row = found.terms["high"]
    if isinstance(row.estimate, NotEstimable):
        return difference_of_levels("mrss", sizes, reason=row.estimate.reason)
    return replace(
        difference_of_levels("mrss", sizes),
        estimate=replace(row.estimate, measure="mean_difference", unit=UNIT),
        test=row.test,
    )


def _worst_rank(patients: pd.DataFrame, plan: AnalysisPlan) -> Statistic:
    """Compare improvement by ranks; death is worse than any change, the earlier the worse."""
    horizon = plan.skin_horizon_months
    until_death = patients["followed_months"].where(patients["died"])
    outcome = (-patients["change"]).where(
        ~patients["died"], until_death - horizon - _HIGHEST_SCORE - 1
    )
    ranked = patients.assign(improvement=outcome).dropna(subset=["improvement"])
    sizes = sizes_by_level(ranked)
    if min(sizes.values()) < 2:  # noqa: PLR2004 - ranks compare two patients with two
        reason = "fewer than two patients of a category died or were scored at the last visit"
        return difference_of_levels(
            "mrss", sizes, reason=reason, measure="probability_of_superiority"
        )
    found = compare_two_groups(
        ranked, "improvement", LEVEL, reference="not high", conf_level=plan.conf_level
    )
    share = next(one for one in found.further if one.measure == "probability_of_superiority")
    return replace(
        found.statistic,
        estimate=share,
        contrast="P(high better than not high)",
        note=f"{int(ranked['died'].sum())} deaths rank worst, the earlier the worse",
    )


def _changes(patients: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Count changes that matter, and those that error of scoring alone would seldom give."""
    scored = patients.dropna(subset=["change"])
    same = scored["baseline_assessor"] == scored["last_assessor"]
    deviation = np.where(same, plan.mrss_same_assessor_sd, plan.mrss_other_assessor_sd)
    error = _RARE * math.sqrt(2) * deviation
    counted = {
        "worsened": scored["change"] >= plan.mrss_mcid_points,
        "improved": scored["change"] <= -plan.mrss_mcid_points,
        "beyond_error": scored["change"].abs() > error,
    }
    yield "same_assessor", count_of("scored by one assessor", int(same.sum()), among=len(scored))
    for level, key in LEVEL_KEYS.items():
        group = scored[LEVEL] == level
        for name, holds in counted.items():
            yield (
                f"{name}.{key}",
                share_of(
                    name,
                    int((holds & group).sum()),
                    among=int(group.sum()),
                    conf_level=plan.conf_level,
                    group=level,
                ),
            )


def _lines(visits: pd.DataFrame) -> pd.DataFrame:
    """Give each patient a number that says nothing of who it is: the order of the scores."""
    scores = visits.pivot_table(index=["participant_id", LEVEL], columns="visit_month",
                                values="mrss", observed=True)  # fmt: skip
    order = scores.sort_values(list(scores.columns)).reset_index()["participant_id"]
    numbers = pd.Series(range(len(order)), index=order.to_numpy())
    last = visits.groupby("participant_id")["visit_month"].transform("max")
    return (
        pd.DataFrame(
            {
                "line": visits["participant_id"].map(numbers),
                "level": visits[LEVEL].astype(str),
                "month": visits["visit_month"],
                "mrss": visits["mrss"],
                "last_before_death": visits["died"] & (visits["visit_month"] == last),
            }
        )
        .sort_values(["line", "month"])
        .reset_index(drop=True)
    )


def _scored(visits: pd.DataFrame, plan: AnalysisPlan) -> pd.DataFrame:
    counts = [
        (level, month, int(((visits[LEVEL] == level) & (visits["visit_month"] == month)).sum()))
        for level in LEVEL_KEYS
        for month in plan.skin_visit_months
    ]
    return pd.DataFrame(counts, columns=["level", "month", "n_scored"])
