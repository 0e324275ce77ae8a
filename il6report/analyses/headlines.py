"""The claims a reader takes away from the report, and what each of them estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from il6report.estimates import Measure

NO_EFFECT = "a test without an effect to be true of"
"""Why some claims have a level and a power, but neither coverage nor bias."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """One claim.

    Parameters
    ----------
    question, label : str
        Which part of the report it belongs to, and what it estimates, as tables name them.
    measure : Measure
        Scale of the estimate.
    unit : str
        Its unit; empty for a pure number.
    has_truth : bool
        Whether the model gives it a true value; a test alone, or a cut that the data chose, has
        none.
    """

    question: str
    label: str
    measure: Measure
    unit: str = ""
    has_truth: bool = True


_IL6, _ACUTE, _SKIN, _DEATH = "IL-6 in serum", "Acute phase", "Skin", "Survival in dcSSc"
_RATIO: Measure = "geometric_mean_ratio"
_RHO: Measure = "spearman_rho"
_HAZARD: Measure = "hazard_ratio"

HEADLINES: Mapping[str, Headline] = {
    "circulating_il6.ratio.il6.lcssc": Headline(
        question=_IL6, label="IL-6, lcSSc / controls", measure=_RATIO
    ),
    "circulating_il6.ratio.il6.dcssc_normal": Headline(
        question=_IL6, label="IL-6, dcSSc with normal platelets / controls", measure=_RATIO
    ),
    "circulating_il6.ratio.il6.dcssc_high": Headline(
        question=_IL6, label="IL-6, dcSSc with high platelets / controls", measure=_RATIO
    ),
    "acute_phase.correlation.crp_mg_l": Headline(
        question=_ACUTE, label="IL-6 and CRP, all patients", measure=_RHO
    ),
    "acute_phase.partial.crp_mg_l": Headline(
        question=_ACUTE, label="IL-6 and CRP, within strata", measure=_RHO
    ),
    "acute_phase.correlation.platelets_10e9_l": Headline(
        question=_ACUTE, label="IL-6 and platelets, all patients", measure=_RHO
    ),
    "acute_phase.partial.platelets_10e9_l": Headline(
        question=_ACUTE, label="IL-6 and platelets, within strata", measure=_RHO
    ),
    "skin_score.mixed.adjusted_difference": Headline(
        question=_SKIN, label="Skin score at 3 years, high − not high IL-6",
        measure="mean_difference", unit="points",
    ),
    "survival.cox.log2_il6": Headline(
        question=_DEATH, label="Hazard ratio per doubling of IL-6", measure=_HAZARD
    ),
    "survival.cox.il6_high": Headline(
        question=_DEATH, label="Hazard ratio of high IL-6", measure=_HAZARD
    ),
    "survival.cox_adjusted.il6_high": Headline(
        question=_DEATH, label="Hazard ratio of high IL-6 given age", measure=_HAZARD
    ),
    "survival.cox_firth.il6_high": Headline(
        question=_DEATH, label="Hazard ratio of high IL-6, Firth's penalty", measure=_HAZARD
    ),
    "survival.landmark.il6_high": Headline(
        question=_DEATH, label="Hazard ratio of high IL-6 after the landmark", measure=_HAZARD
    ),
    "survival.restricted_mean.difference": Headline(
        question=_DEATH, label="Mean years lived, high − not high IL-6",
        measure="mean_difference", unit="years",
    ),
    "survival.logrank": Headline(
        question=_DEATH, label="Log-rank test of high IL-6", measure=_HAZARD, has_truth=False
    ),
    "survival.cut.apparent": Headline(
        question=_DEATH, label="Cut chosen by the data, corrected p", measure=_HAZARD,
        has_truth=False,
    ),
}  # fmt: skip
"""Ledger identifier to the claim, in the order of the report."""
