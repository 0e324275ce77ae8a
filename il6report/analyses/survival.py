"""Do patients with diffuse disease and high circulating IL-6 live less long?

The continuous view comes first; the dichotomy at the planned cut follows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from il6report.analyses.counts import count_of
from il6report.analyses.families import adjust_by_plan
from il6report.analyses.followed import EVENT, TIME, followed_patients
from il6report.analyses.il6_levels import LEVEL, LEVEL_KEYS
from il6report.analyses.survival_checks import (
    LIMITED,
    after_landmark,
    concordances,
    fit_spline,
    hazard_residuals,
    limited_survival,
    penalised,
    restricted_means,
    spline_curve,
    spline_statistics,
)
from il6report.analyses.survival_cut import CutPanel, examine_cuts
from il6report.cohort.cohort import Cohort
from il6report.errors import AnalysisError
from il6report.estimates import Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.cox_model import CoxResult, cox
from il6report.methods.logrank_test import logrank
from il6report.methods.product_limit import KaplanMeierResult, kaplan_meier
from il6report.methods.proportional_hazards import ProportionalHazards
from il6report.plan import AnalysisPlan


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SurvivalResult:
    """Survival of patients with diffuse disease by circulating IL-6.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key, in the order of the report.
    curves, at_risk : DataFrame
        Kaplan-Meier steps and numbers at risk by IL-6 category, for the figure.
    limited_curve, limited_at_risk : DataFrame
        The same of all patients with lcSSc.
    spline : DataFrame
        Hazard ratio along IL-6 against the limit of quantitation: `il6_pg_ml`, `hazard_ratio`,
        `conf_low`, `conf_high`.
    residuals : DataFrame
        Scaled Schoenfeld residuals of high IL-6 in the adjusted model: `time`, `log_ratio`,
        `trend`.
    cut_panel : CutPanel
        Every cut of IL-6, and the one that the data would choose.
    covariates : mapping of str to str
        Predictor of the adjusted model to its label.
    milestones_years : tuple of int
        Times at which survival is given, years from blood sampling.
    restricted_mean_years, landmark_years : float
        Horizon of the mean time lived, and where survivors are analysed again.
    il6_high_pg_ml : float
        The planned cut, pg/mL.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    curves: pd.DataFrame
    at_risk: pd.DataFrame
    limited_curve: pd.DataFrame
    limited_at_risk: pd.DataFrame
    spline: pd.DataFrame
    residuals: pd.DataFrame
    cut_panel: CutPanel
    covariates: Mapping[str, str]
    milestones_years: tuple[int, ...]
    restricted_mean_years: float
    landmark_years: float
    il6_high_pg_ml: float
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def compare_survival(cohort: Cohort, plan: AnalysisPlan) -> SurvivalResult:
    """Compare survival from blood sampling between high and not high IL-6 in diffuse disease.

    IL-6 is known at time zero for everybody, so nobody is classified by what happened later.

    Parameters
    ----------
    cohort : Cohort
        Patients with dcSSc, an IL-6 concentration and follow-up after sampling enter.
    plan : AnalysisPlan
        Holds the cut for high IL-6, the covariate and the times.

    Returns
    -------
    SurvivalResult
        Hazard ratios above 1 mean higher mortality with higher IL-6. IL-6 enters the continuous
        model as log2 of the concentration, taken as flat below the limit of quantitation.

    Raises
    ------
    AnalysisError
        If no patient with dcSSc was followed.
    """
    data = _survival_data(cohort)
    curves = kaplan_meier(
        data, TIME, EVENT, group=LEVEL, conf_level=plan.conf_level, time_unit="years"
    )
    everybody = kaplan_meier(data, TIME, EVENT, conf_level=plan.conf_level, time_unit="years")
    adjusted = _cox(data, ["il6_high", *plan.survival_covariates], plan)
    spline, panel = fit_spline(data, plan), examine_cuts(data, plan)
    limited = limited_survival(followed_patients(cohort, LIMITED), plan)
    statistics = {
        "n_events": _deaths(data, "dcSSc"),
        **{
            f"n_events.{key}": _deaths(data[data[LEVEL] == level], level)
            for level, key in LEVEL_KEYS.items()
        },
        "follow_up": everybody.follow_up["all"],
        **dict(_curve_statistics(curves, plan)),
        "logrank": _logrank(data, plan),
        "cox.log2_il6": _cox(data, ["log2_il6"], plan).terms["log2_il6"],
        **dict(_model_statistics(_cox(data, ["il6_high"], plan), "cox")),
        **dict(_model_statistics(adjusted, "cox_adjusted")),
        "events_per_variable": adjusted.events_per_variable,
        "proportional_hazards.il6_high": _proportionality(adjusted),
        **dict(penalised(data, plan)),
        **dict(restricted_means(data, plan)),
        **dict(after_landmark(data, plan)),
        **dict(spline_statistics(spline, data)),
        **dict(concordances(data, plan)),
        **panel.statistics,
        **limited.statistics,
    }
    times = [time for time in plan.at_risk_years if time <= data[TIME].max()]
    return SurvivalResult(
        statistics=adjust_by_plan("survival", statistics, plan),
        curves=curves.curves,
        at_risk=curves.at_risk(times),
        limited_curve=limited.curve,
        limited_at_risk=limited.at_risk,
        spline=spline_curve(spline),
        residuals=hazard_residuals(adjusted),
        cut_panel=panel,
        covariates={name: cohort.labels[name] for name in plan.survival_covariates},
        milestones_years=plan.survival_milestones_years,
        restricted_mean_years=plan.restricted_mean_years,
        landmark_years=plan.landmark_years,
        il6_high_pg_ml=plan.il6_high_pg_ml,
        data_label=cohort.description.label,
    )


def _survival_data(cohort: Cohort) -> pd.DataFrame:
    followed = followed_patients(cohort, "dcSSc")
    if followed.empty:
        raise AnalysisError(
            "survival: no patient with dcSSc has both a serum IL-6 and follow-up; check "
            "study_group in participants.csv and the participant_id of followup.csv."
        )
    return followed


def _deaths(data: pd.DataFrame, group: str) -> Statistic:
    return count_of(EVENT, int(data[EVENT].sum()), among=len(data), group=group)


def _curve_statistics(
    curves: KaplanMeierResult, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    for level, key in LEVEL_KEYS.items():
        if level not in curves.groups:
            yield f"median.{key}", _absent(TIME, level, "survival_time")
            for years in plan.survival_milestones_years:
                yield _milestone_key(years, key), _absent(TIME, level, "survival_probability")
            continue
        yield f"median.{key}", curves.median[level]
        for years in plan.survival_milestones_years:
            yield _milestone_key(years, key), curves.milestone(years, group=level)


def _milestone_key(years: int, key: str) -> str:
    return f"survival_{years}y.{key}"


def _absent(term: str, level: str, measure: Measure) -> Statistic:
    estimate = NotEstimable(reason=f"no patient with IL-6 {level}", measure=measure)
    return Statistic(term=term, group1=level, n=0, estimate=estimate)


def _logrank(data: pd.DataFrame, plan: AnalysisPlan) -> Statistic:
    if data[LEVEL].nunique() < len(LEVEL_KEYS):
        reason = "all patients are in one IL-6 category"
        return Statistic(
            term=LEVEL, n=len(data), estimate=NotEstimable(reason=reason, measure="hazard_ratio")
        )
    return logrank(data, TIME, EVENT, LEVEL, conf_level=plan.conf_level).statistic


def _cox(data: pd.DataFrame, predictors: list[str], plan: AnalysisPlan) -> CoxResult:
    return cox(data, TIME, EVENT, predictors, interval="profile", conf_level=plan.conf_level)


def _model_statistics(model: CoxResult, prefix: str) -> Iterator[tuple[str, Statistic]]:
    for term, statistic in model.terms.items():
        contrast = "high / not high" if term == "il6_high" else statistic.contrast
        yield f"{prefix}.{term}", replace(statistic, contrast=contrast)


def _proportionality(model: CoxResult) -> Statistic:
    found = model.proportional_hazards
    if isinstance(found, ProportionalHazards) and "il6_high" in found.predictors:
        return replace(found.predictors["il6_high"], n=model.n)
    reason = found.reason if isinstance(found, NotEstimable) else "IL-6 does not vary"
    return Statistic(
        term="il6_high",
        n=model.n,
        n_events=model.n_events,
        estimate=NotEstimable(reason=reason, measure="proportional_hazards_correlation"),
    )
