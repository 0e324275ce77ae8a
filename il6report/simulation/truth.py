"""The true value of each headline claim under the model, against which its interval is judged.

Without effects it is that of no effect. With effects a ratio of geometric means follows from the
parameters. The others have no formula: they are what the same statistic tends to in cohorts so
large that chance hardly matters, with true concentrations and nothing missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from il6report.analyses.followed import EVENT, TIME
from il6report.analyses.headlines import HEADLINES
from il6report.analyses.il6_levels import LEVEL, with_il6_level
from il6report.estimates import LOG_SCALE, NULL_VALUES, Estimate, NotEstimable
from il6report.methods.association import correlate
from il6report.methods.cox_model import cox
from il6report.methods.landmarking import landmark
from il6report.methods.restricted_mean import restricted_mean_survival
from il6report.plan import AnalysisPlan
from il6report.simulation.outcomes import draw_followup, draw_skin_scores
from il6report.simulation.parameters import GroupModel, PatientModel, StudyModel
from il6report.simulation.participants import draw_participants
from il6report.simulation.streams import stream

COHORTS, COHORT_SCALE = 50, 200
"""How many large cohorts, and how many times larger than the study each is."""

_CORRELATED = ("crp_mg_l", "platelets_10e9_l")
_HIGH = "il6_high"
_MODELS: Mapping[str, tuple[str, ...]] = {
    "cox.log2_il6": ("log2_il6",), "cox.il6_high": (_HIGH,), "cox_adjusted.il6_high": (_HIGH,),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """A true value.

    Parameters
    ----------
    value : float
        On the scale of the measure.
    error : float
        Its Monte Carlo standard error, of the logarithm for ratios; 0 where it was not simulated.
    """

    value: float
    error: float = 0.0


def true_values(
    model: StudyModel, plan: AnalysisPlan, *, cohorts: int = COHORTS, scale: int = COHORT_SCALE
) -> dict[str, Truth]:
    """Find the true values of the headline claims.

    Parameters
    ----------
    model : StudyModel
        The data-generating model; its seed decides the large cohorts.
    plan : AnalysisPlan
        The analysis: limits, covariate, horizons.
    cohorts, scale : int
        How many cohorts, and their size in multiples of the study.

    Returns
    -------
    dict of str to Truth
        By ledger identifier. The log-rank test and a selected cut have no value to be true of.
    """
    known = {key: one for key, one in HEADLINES.items() if one.has_truth}
    if model.effect_scale == 0:
        return {key: Truth(value=NULL_VALUES[one.measure]) for key, one in known.items()}
    drawn = pd.DataFrame(
        [dict(_one_cohort(model, plan, number, scale)) for number in range(cohorts)]
    )
    truths = {key: Truth(value=value) for key, value in _true_ratios(model).items()}
    for name in (one for one in known if one in drawn):
        logarithmic = known[name].measure in LOG_SCALE
        values = np.log(drawn[name]) if logarithmic else drawn[name]
        mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(cohorts)
        truths[name] = Truth(value=math.exp(mean) if logarithmic else mean, error=error)
    # Firth's penalty vanishes with size: it estimates what the ordinary model does.
    truths["survival.cox_firth.il6_high"] = truths["survival.cox.il6_high"]
    return truths


def _true_ratios(model: StudyModel) -> dict[str, float]:
    """Give the ratios of geometric mean IL-6 to that of controls, platelet strata included."""
    above = _platelet_score(model)
    strata: dict[str, tuple[GroupModel, float]] = {
        "lcssc": (model.limited, 0.0),
        "dcssc_normal": (model.diffuse, -norm.pdf(above) / norm.cdf(above)),
        "dcssc_high": (model.diffuse, norm.pdf(above) / norm.sf(above)),
    }
    control, _ = model.il6_distribution(model.control)
    together = model.effect_scale * model.correlations["il6", "platelets"]
    ratios: dict[str, float] = {}
    for key, (group, score) in strata.items():
        mean, sd = model.il6_distribution(group)
        ratios[f"circulating_il6.ratio.il6.{key}"] = math.exp(
            mean + sd * together * float(score) - control
        )
    return ratios


def _platelet_score(model: StudyModel) -> float:
    """Give the normal score above which platelets of dcSSc, in whole numbers, are called high."""
    group: PatientModel = model.diffuse
    least = model.high_platelets_above + 0.5
    return math.log(least / group.platelets_median) / group.platelets_sigma


def _one_cohort(
    model: StudyModel, plan: AnalysisPlan, number: int, scale: int
) -> Iterator[tuple[str, float]]:
    seed = int(stream(model.seed, f"truth {number}").integers(2**63))
    large = replace(model, seed=seed, scale=scale)
    everybody = draw_participants(large)
    followup = draw_followup(large, everybody)
    people = _as_analysed(everybody, plan)
    patients = people[people["study_group"] != "control"]
    diffuse = with_il6_level(patients[patients["study_group"] == "dcSSc"])
    diffuse = diffuse.merge(followup, on="participant_id").dropna(subset=[TIME, EVENT])
    yield from _correlations(patients)
    yield from _survival(diffuse, plan)
    yield "skin_score.mixed.adjusted_difference", _skin(large, everybody, followup, people, plan)


def _as_analysed(everybody: pd.DataFrame, plan: AnalysisPlan) -> pd.DataFrame:
    """Give the true concentrations the form that measured ones have in the cohort."""
    il6 = everybody["true_il6_pg_ml"]
    stratum = everybody["sampling_stratum"].fillna("none")
    return everybody.assign(
        analysis_group=everybody["study_group"] + " " + stratum,
        il6_pg_ml=il6.clip(lower=plan.il6_lloq_pg_ml),
        il6_below_quantitation=il6 < plan.il6_lloq_pg_ml,
        log2_il6=np.log2(il6.clip(lower=plan.il6_lloq_pg_ml)),
        il6_high=il6 > plan.il6_high_pg_ml,
    )


def _correlations(patients: pd.DataFrame) -> Iterator[tuple[str, float]]:
    for prefix, held in (("correlation", ()), ("partial", ("analysis_group",))):
        for variable in _CORRELATED:
            found = correlate(
                patients, "il6_pg_ml", variable, adjust_for=held,
                below_limit="il6_below_quantitation",
            )  # fmt: skip
            yield f"acute_phase.{prefix}.{variable}", _value(found.estimate)


def _survival(diffuse: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, float]]:
    for key, exposure in _MODELS.items():
        covariates = plan.survival_covariates if key.startswith("cox_adjusted") else ()
        found = cox(diffuse, TIME, EVENT, [*exposure, *covariates])
        yield f"survival.{key}", _value(found.terms[exposure[0]].estimate)
    later = landmark(diffuse, TIME, EVENT, at=plan.landmark_years).data
    found = cox(later, TIME, EVENT, [_HIGH])
    yield "survival.landmark.il6_high", _value(found.terms[_HIGH].estimate)
    means = restricted_mean_survival(diffuse, TIME, EVENT, LEVEL, tau=plan.restricted_mean_years)
    yield "survival.restricted_mean.difference", _value(means.differences["high"].estimate)


def _skin(
    model: StudyModel, everybody: pd.DataFrame, followup: pd.DataFrame, people: pd.DataFrame,
    plan: AnalysisPlan,
) -> float:  # fmt: skip
    """Score the same patients with and without the change that high IL-6 brings, and subtract."""
    scored = [
        draw_skin_scores(one, everybody, followup).set_index(["participant_id", "visit_month"])
        for one in (model, replace(model, skin_change_il6_high=0.0))
    ]
    change = (scored[0]["mrss"] - scored[1]["mrss"]).xs(plan.skin_horizon_months, level=1)
    early = people["disease_duration_months"] <= plan.early_dcssc_months
    affected = people[early & people["il6_high"] & (people["study_group"] == "dcSSc")]
    return float(change.reindex(affected["participant_id"]).mean())


def _value(estimate: Estimate | NotEstimable) -> float:
    return estimate.value if isinstance(estimate, Estimate) else math.nan
