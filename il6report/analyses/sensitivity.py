"""How far do the headline estimates hold if other defensible choices had been made?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.analyses.assay_error import carry_assay_error
from il6report.analyses.headline_fits import People, correlation_fit, hazard_fit, ratio_fit
from il6report.analyses.missing_values import describe_missing, imputed_crp, missing_patterns
from il6report.analyses.multiverse import Multiverse, describe_multiverse, explore
from il6report.analyses.survival import SurvivalResult
from il6report.assays.elisa import SerumResult
from il6report.assays.repeated_reading import read_again
from il6report.cohort.cohort import Cohort
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.hazard_sensitivity import e_value, minimal_detectable_hazard_ratio
from il6report.plan import AnalysisPlan

HEADLINES: Mapping[str, Measure] = {
    "ratio": "geometric_mean_ratio",
    "correlation": "spearman_rho",
    "hazard": "hazard_ratio",
}
"""The estimates whose decisions are varied."""

MAIN_HAZARD = "cox.il6_high"
_FITS = {"ratio": ratio_fit, "correlation": correlation_fit, "hazard": hazard_fit}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SensitivityResult:
    """How robust the headline estimates are.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key: `multiverse.<estimate>...`, `missing...`, `assay...`, `e_value...`,
        `detectable.hazard_ratio`.
    multiverses : mapping of str to Multiverse
        Headline estimate to all its specifications, for figure and table.
    patterns : DataFrame
        What is missing together, for the figure; counts only.
    labels : mapping of str to str
        Variable to its label with unit.
    power : float
        Power behind the detectable hazard ratio.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    multiverses: Mapping[str, Multiverse]
    patterns: pd.DataFrame
    labels: Mapping[str, str]
    power: float
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def examine_sensitivity(
    cohort: Cohort,
    serum: SerumResult,
    elisa_plates: pd.DataFrame,
    survival: SurvivalResult,
    plan: AnalysisPlan,
) -> SensitivityResult:
    """Vary the decisions, complete what is missing, and carry the error of the assay.

    Parameters
    ----------
    cohort : Cohort
        Everybody with a serum IL-6.
    serum : SerumResult
        How the concentrations were read.
    elisa_plates : DataFrame
        The wells they were read from.
    survival : SurvivalResult
        Holds the main hazard ratio.
    plan : AnalysisPlan
        The decisions and their options.

    Returns
    -------
    SensitivityResult
        Every specification of three estimates, and what bounds the main one.
    """
    people = _people(cohort, serum, plan)
    multiverses = {
        name: explore(name, measure, plan.multiverse[name], _FITS[name](people, plan))
        for name, measure in HEADLINES.items()
    }
    patients = cohort.participants[cohort.participants["disease_subset"] != "control"]
    readings = read_again(elisa_plates, serum, "il6", plan, rng=np.random.default_rng(plan.seed))
    main = survival.statistics[MAIN_HAZARD]
    statistics = {
        **{
            f"multiverse.{name}.{key}": statistic
            for name, multiverse in multiverses.items()
            for key, statistic in describe_multiverse(multiverse)
        },
        **dict(_bounds(main, cohort, plan)),
        **{f"missing.{key}": one for key, one in describe_missing(patients, plan)},
        **dict(_with_and_without_imputation(multiverses)),
        **{
            f"assay.{key}": one
            for key, one in carry_assay_error(cohort.participants, readings, plan)
        },
    }
    return SensitivityResult(
        statistics=statistics,
        multiverses=multiverses,
        patterns=missing_patterns(patients),
        labels=cohort.labels,
        power=plan.power,
        data_label=cohort.description.label,
    )


def _people(cohort: Cohort, serum: SerumResult, plan: AnalysisPlan) -> People:
    il6 = serum.samples[serum.samples["analyte"] == "il6"]
    flagged = il6.loc[il6["flag"] != "", "sample_id"]
    # Imputations are drawn person by person: the order of the files must not matter.
    frame = cohort.participants.sort_values("participant_id", ignore_index=True)
    return People(
        frame=frame.assign(flagged=frame["participant_id"].isin(flagged)),
        log2_crp=imputed_crp(frame, plan),
    )


def _bounds(main: Statistic, cohort: Cohort, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Say how strong confounding would have to be, and what effect could have been found."""
    if isinstance(main.estimate, Estimate):
        found = e_value(main.estimate)
        explained = {"estimate": found.estimate.estimate, "limit": found.limit.estimate}
    else:
        nothing = NotEstimable(reason=main.estimate.reason, measure="e_value")
        explained = dict.fromkeys(("estimate", "limit"), nothing)
    for key, estimate in explained.items():
        yield f"e_value.{key}", replace(main, estimate=estimate, test=None, note="")
    patients = cohort.participants
    entered = patients[patients["disease_subset"] == "dcSSc"].dropna(
        subset=["il6_high", "followup_years", "death_observed"]
    )
    share = float(entered["il6_high"].astype(float).mean()) if len(entered) else 0.0
    detectable: Estimate | NotEstimable = NotEstimable(
        reason="all patients are in one IL-6 category", measure="hazard_ratio"
    )
    if 0 < share < 1:
        detectable = minimal_detectable_hazard_ratio(
            int(entered["death_observed"].sum()),
            share=share,
            power=plan.power,
            alpha=1 - plan.conf_level,
        )
    yield "detectable.hazard_ratio", replace(main, estimate=detectable, test=None, note="")


def _with_and_without_imputation(
    multiverses: Mapping[str, Multiverse],
) -> Iterator[tuple[str, Statistic]]:
    for option in ("complete", "imputed"):
        yield (
            f"missing.hazard.{option}",
            multiverses["hazard"].one(covariates="age_crp", missing=option),
        )
        yield f"missing.correlation.{option}", multiverses["correlation"].one(missing=option)
