"""Survival by IL-6 looked at in other ways: as time lived, later on, without a cut, in lcSSc."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.analyses.counts import count_of
from il6report.analyses.followed import EVENT, TIME, YEARS
from il6report.analyses.il6_levels import LEVEL, LEVEL_KEYS, difference_of_levels, sizes_by_level
from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, Measure, NotEstimable, Statistic
from il6report.methods.cox_model import CoxResult, cox
from il6report.methods.landmarking import landmark
from il6report.methods.optimism import validate_concordance
from il6report.methods.product_limit import kaplan_meier
from il6report.methods.proportional_hazards import ProportionalHazards
from il6report.methods.restricted_mean import restricted_mean_survival
from il6report.methods.splines import SplineHazardResult, spline_hazard
from il6report.plan import AnalysisPlan

LIMITED = "lcSSc"
RESIDUAL_COLUMNS = ("time", "log_ratio", "trend")
SPLINE_COLUMNS = ("il6_pg_ml", "hazard_ratio", "conf_low", "conf_high")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LimitedSurvival:
    """Survival of patients with lcSSc.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key.
    curve, at_risk : DataFrame
        Kaplan-Meier steps and numbers at risk, for the figure; empty where nobody was followed.
    """

    statistics: dict[str, Statistic]
    curve: pd.DataFrame
    at_risk: pd.DataFrame


def restricted_means(data: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Give the mean years lived out of the first so many, by category, and the difference."""
    found = restricted_mean_survival(
        data, TIME, EVENT, LEVEL, tau=plan.restricted_mean_years, conf_level=plan.conf_level,
        time_unit=YEARS,
    )  # fmt: skip
    for level, key in LEVEL_KEYS.items():
        nobody = NotEstimable(reason=f"no patient with IL-6 {level}", measure="survival_time")
        absent = Statistic(term=TIME, group1=level, n=0, estimate=nobody)
        yield f"restricted_mean.{key}", found.means.get(level, absent)
    missing = difference_of_levels(
        TIME, sizes_by_level(data), reason="all patients are in one IL-6 category"
    )
    difference = found.differences.get("high", missing)
    yield "restricted_mean.difference", replace(difference, contrast="high − not high")


def penalised(data: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Give the hazard ratio of high IL-6 by Firth's method, crude and adjusted."""
    for prefix, covariates in (("cox_firth", ()), ("cox_adjusted_firth", plan.survival_covariates)):
        model = cox(
            data, TIME, EVENT, ["il6_high", *covariates], penalty="firth",
            conf_level=plan.conf_level,
        )  # fmt: skip
        yield f"{prefix}.il6_high", replace(model.terms["il6_high"], contrast="high / not high")


def after_landmark(data: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Give the hazard ratio of high IL-6 among those alive and followed at the landmark."""
    at = plan.landmark_years
    later = data[data[TIME] > at]
    deaths = int(later[EVENT].sum())
    yield "landmark.n_events", count_of("deaths after the landmark", deaths, among=len(later))
    if later.empty:
        nobody = NotEstimable(reason="nobody was followed beyond the landmark",
                              measure="hazard_ratio")  # fmt: skip
        yield "landmark.il6_high", Statistic(term="il6_high", n=0, estimate=nobody)
        return
    remaining = landmark(data, TIME, EVENT, at=at).data
    model = cox(remaining, TIME, EVENT, ["il6_high"], penalty="firth", conf_level=plan.conf_level)
    yield "landmark.il6_high", replace(model.terms["il6_high"], contrast="high / not high")


def fit_spline(data: pd.DataFrame, plan: AnalysisPlan) -> SplineHazardResult | NotEstimable:
    """Fit the hazard along log2 IL-6; flat below the limit of quantitation, its reference."""
    try:
        return spline_hazard(
            data, "log2_il6", TIME, EVENT, knots=plan.spline_knots,
            reference=math.log2(plan.il6_lloq_pg_ml), conf_level=plan.conf_level,
        )  # fmt: skip
    except AnalysisError:
        return NotEstimable(reason="IL-6 has too few different values for a spline")


def spline_statistics(
    spline: SplineHazardResult | NotEstimable, data: pd.DataFrame
) -> Iterator[tuple[str, Statistic]]:
    """Give the hazard ratio across the middle half of IL-6, and the test of the shape."""
    if isinstance(spline, NotEstimable):
        about = Statistic(term="log2_il6", n=len(data), estimate=spline)
        for key in ("spline.association", "spline.nonlinearity"):
            yield key, about
        return
    yield "spline.association", spline.association
    shape = spline.nonlinearity
    if isinstance(shape.test, HypothesisTest):
        bend = Estimate(
            measure="likelihood_ratio_statistic", value=shape.test.statistic,
            method="restricted cubic spline against a straight line",
            no_interval="a test statistic",
        )  # fmt: skip
        shape = replace(shape, estimate=bend)
    yield "spline.nonlinearity", shape


def spline_curve(spline: SplineHazardResult | NotEstimable) -> pd.DataFrame:
    """Give the curve by concentration, for the figure; empty where there is none."""
    if isinstance(spline, NotEstimable) or spline.curve.empty:
        return pd.DataFrame(columns=list(SPLINE_COLUMNS))
    curve = spline.curve.assign(il6_pg_ml=np.exp2(spline.curve["value"]))
    return curve[list(SPLINE_COLUMNS)]


def concordances(data: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Give how well the adjusted model orders patients, here and to be expected elsewhere."""
    found = validate_concordance(
        data, TIME, EVENT, ["il6_high", *plan.survival_covariates],
        n_bootstrap=plan.concordance_resamples, seed=plan.seed, conf_level=plan.conf_level,
    )  # fmt: skip
    yield "concordance.apparent", found.apparent
    yield "concordance.corrected", found.corrected


def hazard_residuals(model: CoxResult) -> pd.DataFrame:
    """Give the scaled Schoenfeld residuals of high IL-6 and their trend, for the figure.

    Each residual is a noisy picture of the log hazard ratio at the time of a death. The trend is
    the line in Kaplan-Meier time that the score test judges.
    """
    found = model.proportional_hazards
    if not isinstance(found, ProportionalHazards) or "il6_high" not in found.keys:
        return pd.DataFrame(columns=list(RESIDUAL_COLUMNS))
    frame = found.scaled_schoenfeld.rename(columns={"il6_high": "log_ratio"})
    if frame["transformed_time"].nunique() < 2:  # noqa: PLR2004 - a line needs two places
        return pd.DataFrame(columns=list(RESIDUAL_COLUMNS))
    line = np.polynomial.Polynomial.fit(frame["transformed_time"], frame["log_ratio"], 1)
    return frame.assign(trend=line(frame["transformed_time"]))[list(RESIDUAL_COLUMNS)]


def limited_survival(limited: pd.DataFrame, plan: AnalysisPlan) -> LimitedSurvival:
    """Describe survival in lcSSc, and relate it to continuous IL-6."""
    deaths = int(limited[EVENT].sum())
    statistics = {"lcssc.n_events": count_of(EVENT, deaths, among=len(limited), group=LIMITED)}
    milestones = {f"lcssc.survival_{years}y": years for years in plan.survival_milestones_years}
    if limited.empty:
        reason = "nobody with lcSSc was followed"
        statistics["lcssc.median"] = _nobody(reason, "survival_time")
        statistics |= dict.fromkeys(milestones, _nobody(reason, "survival_probability"))
        statistics["lcssc.cox.log2_il6"] = _nobody(reason, "hazard_ratio")
        return LimitedSurvival(statistics=statistics, curve=pd.DataFrame(), at_risk=pd.DataFrame())
    curve = kaplan_meier(
        limited.assign(group=LIMITED), TIME, EVENT, group="group", conf_level=plan.conf_level,
        time_unit=YEARS,
    )  # fmt: skip
    statistics["lcssc.median"] = curve.median[LIMITED]
    for key, years in milestones.items():
        statistics[key] = curve.milestone(years, group=LIMITED)
    model = cox(limited, TIME, EVENT, ["log2_il6"], interval="profile", conf_level=plan.conf_level)
    statistics["lcssc.cox.log2_il6"] = replace(model.terms["log2_il6"], group1=LIMITED)
    times = [time for time in plan.at_risk_years if time <= limited[TIME].max()]
    return LimitedSurvival(statistics=statistics, curve=curve.curves, at_risk=curve.at_risk(times))


def _nobody(reason: str, measure: Measure) -> Statistic:
    estimate = NotEstimable(reason=reason, measure=measure)
    return Statistic(term=TIME, group1=LIMITED, n=0, estimate=estimate)
