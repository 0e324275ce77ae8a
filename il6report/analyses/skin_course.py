"""Mixed models of the skin score: its course by IL-6 category, and the difference at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from il6report.analyses.il6_levels import LEVEL, LEVEL_KEYS, difference_of_levels
from il6report.errors import AnalysisError
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic
from il6report.methods.mixed_effects import MixedModel, mixed_model
from il6report.plan import AnalysisPlan

COURSE = "mrss ~ stage * high"
"""Score by the share of the horizon that has passed: a line for each category."""

ADJUSTED = "mrss ~ baseline * stage + stage * high"
"""Scores after sampling, given the score at sampling."""

UNIT = "points"
_FEWEST_VISITS = 3
_FEWEST_PATIENTS = 2


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SkinCourse:
    """A mixed model of the skin score, or why there is none.

    Parameters
    ----------
    model : MixedModel or NotEstimable
        Score by time and IL-6 category, with a random intercept and slope for each patient.
    sizes : mapping of str to int
        Patients in the model by IL-6 category.
    note : str
        Whether the random slope had to be left out.
    """

    model: MixedModel | NotEstimable
    sizes: Mapping[str, int]
    note: str = ""

    def mean_at(self, stage: float, level: str) -> Statistic:
        """Give the mean score of a category when this share of the horizon has passed."""
        high = float(level == "high")
        weights = {"Intercept": 1.0, "stage": stage, "high": high, "stage:high": stage * high}
        return self._about(weights, "mean", level)

    def change(self, level: str) -> Statistic:
        """Give the mean change of a category over the whole horizon."""
        weights = {"stage": 1.0, "stage:high": float(level == "high")}
        return self._about(weights, "mean_difference", level)

    def change_difference(self) -> Statistic:
        """Give the difference between the categories in change over the whole horizon."""
        return self._about({"stage:high": 1.0}, "mean_difference")

    def difference_at_horizon(self) -> Statistic:
        """Give the difference between the categories when the whole horizon has passed."""
        return self._about({"high": 1.0, "stage:high": 1.0}, "mean_difference")

    def residual_deviation(self) -> Statistic:
        """Give the standard deviation of scores around each patient's line."""
        measure: Measure = "standard_deviation"
        n = sum(self.sizes.values())
        if isinstance(self.model, NotEstimable):
            return Statistic(term="mrss", n=n, estimate=replace(self.model, measure=measure))
        value = self.model.variance_components["residual"] ** 0.5
        estimate = Estimate(
            measure=measure, value=value, method="linear mixed model (REML)", unit=UNIT,
            no_interval="compared with published errors of scoring",
        )  # fmt: skip
        return Statistic(term="mrss", n=n, estimate=estimate)

    def _about(
        self, weights: Mapping[str, float], measure: Measure, level: str | None = None
    ) -> Statistic:
        """Estimate something of one category, or compare both and test that."""
        if level is None:
            about = difference_of_levels("mrss", self.sizes)
        else:
            about = Statistic(
                term="mrss",
                group1=level,
                n=self.sizes[level],
                estimate=NotEstimable(reason="", measure=measure),
            )
        if isinstance(self.model, NotEstimable):
            return replace(about, estimate=replace(self.model, measure=measure))
        found = self.model.effects.combine(weights, term="mrss")
        return replace(
            about,
            estimate=_in_points(found.estimate, measure),
            test=found.test if level is None else None,
            note=self.note,
        )


def fit_course(visits: pd.DataFrame, formula: str, plan: AnalysisPlan) -> SkinCourse:
    """Fit a mixed model of the skin score.

    Parameters
    ----------
    visits : DataFrame
        One row per patient and visit: `participant_id`, `il6_level`, `mrss`, `stage` (share of the
        horizon that has passed), `high` (0 or 1), `baseline`.
    formula : str
        `COURSE` or `ADJUSTED`.
    plan : AnalysisPlan
        Confidence level.

    Returns
    -------
    SkinCourse
        With a random intercept only, and a note, where the data cannot tell a random slope from it.
    """
    people = visits.drop_duplicates("participant_id")[LEVEL]
    sizes = {level: int((people == level).sum()) for level in LEVEL_KEYS}
    reason = _why_not(visits, sizes)
    if reason:
        return SkinCourse(model=NotEstimable(reason=reason), sizes=sizes)
    try:
        model = _fit(visits, formula, plan, "~stage")
        if model.separable:
            return SkinCourse(model=model, sizes=sizes)
        return SkinCourse(
            model=_fit(visits, formula, plan, None),
            sizes=sizes,
            note="random intercept only: the data cannot tell a random slope from it",
        )
    except AnalysisError:
        reason = "the scores do not determine the mixed model"
        return SkinCourse(model=NotEstimable(reason=reason), sizes=sizes)


def course_means(course: SkinCourse, plan: AnalysisPlan) -> pd.DataFrame:
    """Give the model means with intervals at the planned visits, for the figure."""
    columns = ["level", "month", "mean", "conf_low", "conf_high"]
    return pd.DataFrame(list(_means(course, plan)), columns=columns)


def _means(
    course: SkinCourse, plan: AnalysisPlan
) -> Iterator[tuple[str, int, float, float | None, float | None]]:
    for level in LEVEL_KEYS:
        for month in plan.skin_visit_months:
            found = course.mean_at(month / plan.skin_horizon_months, level).estimate
            if isinstance(found, Estimate):
                yield level, month, found.value, found.conf_low, found.conf_high


def _in_points(estimate: Estimate | NotEstimable, measure: Measure) -> Estimate | NotEstimable:
    if isinstance(estimate, NotEstimable):
        return replace(estimate, measure=measure)
    return replace(estimate, measure=measure, unit=UNIT)


def _fit(visits: pd.DataFrame, formula: str, plan: AnalysisPlan, effects: str | None) -> MixedModel:
    return mixed_model(
        visits, formula, groups="participant_id", re_formula=effects, conf_level=plan.conf_level
    )


def _why_not(visits: pd.DataFrame, sizes: Mapping[str, int]) -> str:
    for level, size in sizes.items():
        if size < _FEWEST_PATIENTS:
            return f"fewer than two patients with IL-6 {level} have skin scores"
    if visits["stage"].nunique() < _FEWEST_VISITS:
        return "skin was scored at fewer than three visits"
    if len(visits) <= 2 * sum(sizes.values()):
        return "too few patients had their skin scored more than twice"
    return ""
