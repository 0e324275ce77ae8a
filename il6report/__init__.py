"""Reproducible reporting on circulating interleukin 6: typed functions feeding a Quarto manuscript.

The names below are loaded on first use, so that `import il6report` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from il6report.assays.dilution import dilution_linearity
    from il6report.assays.elisa import quantify_plates
    from il6report.assays.immunoblot import normalise_bands
    from il6report.assays.immunohistochemistry import score_biopsies
    from il6report.assays.parallelism import fit_parallel_curves
    from il6report.assays.qpcr import relative_expression
    from il6report.assays.standard_curve import fit_standard_curve
    from il6report.cohort.derivation import build_cohort
    from il6report.estimates import (
        CountPercent,
        Estimate,
        HypothesisTest,
        NotEstimable,
        Statistic,
        statistics_frame,
    )
    from il6report.methods.agreement import agreement
    from il6report.methods.association import correlate
    from il6report.methods.bland_altman import bland_altman
    from il6report.methods.block_means import block_means
    from il6report.methods.blocked_contrasts import blocked_contrasts
    from il6report.methods.censored import fit_censored_lognormal
    from il6report.methods.competing_risks import cumulative_incidence
    from il6report.methods.cox import cox
    from il6report.methods.cutpoint import select_cutpoint
    from il6report.methods.description import describe
    from il6report.methods.discrimination import roc
    from il6report.methods.dose_response import dose_response
    from il6report.methods.failure_time import accelerated_failure_time
    from il6report.methods.groups import compare_two_groups
    from il6report.methods.hazard_sensitivity import e_value, minimal_detectable_hazard_ratio
    from il6report.methods.kaplan_meier import kaplan_meier
    from il6report.methods.landmark import landmark
    from il6report.methods.logrank import logrank
    from il6report.methods.mixed_model import mixed_model
    from il6report.methods.multiplicity import adjust_p_values, adjust_tests
    from il6report.methods.optimism import validate_concordance
    from il6report.methods.order_statistics import regression_on_order
    from il6report.methods.paired import compare_paired, compare_to_value
    from il6report.methods.proportions import compare_proportions, estimate_proportion
    from il6report.methods.ratio_of_means import ratio_of_means
    from il6report.methods.restricted_mean import restricted_mean_survival
    from il6report.methods.several_groups import compare_groups
    from il6report.methods.splines import spline_hazard
    from il6report.methods.time_dependent_roc import time_dependent_roc
    from il6report.plan import DEFAULT_PLAN, AnalysisPlan
    from il6report.source import read_study
    from il6report.study import StudyResults, run_study

__all__ = (
    "DEFAULT_PLAN",
    "AnalysisPlan",
    "CountPercent",
    "Estimate",
    "HypothesisTest",
    "NotEstimable",
    "Statistic",
    "StudyResults",
    "accelerated_failure_time",
    "adjust_p_values",
    "adjust_tests",
    "agreement",
    "bland_altman",
    "block_means",
    "blocked_contrasts",
    "build_cohort",
    "compare_groups",
    "compare_paired",
    "compare_proportions",
    "compare_to_value",
    "compare_two_groups",
    "correlate",
    "cox",
    "cumulative_incidence",
    "describe",
    "dilution_linearity",
    "dose_response",
    "e_value",
    "estimate_proportion",
    "fit_censored_lognormal",
    "fit_parallel_curves",
    "fit_standard_curve",
    "kaplan_meier",
    "landmark",
    "logrank",
    "minimal_detectable_hazard_ratio",
    "mixed_model",
    "normalise_bands",
    "quantify_plates",
    "ratio_of_means",
    "read_study",
    "regression_on_order",
    "relative_expression",
    "restricted_mean_survival",
    "roc",
    "run_study",
    "score_biopsies",
    "select_cutpoint",
    "spline_hazard",
    "statistics_frame",
    "time_dependent_roc",
    "validate_concordance",
)

# Public name -> module that defines it; kept equal to the imports above by a test.
_HOMES = {
    "DEFAULT_PLAN": "il6report.plan",
    "AnalysisPlan": "il6report.plan",
    "CountPercent": "il6report.estimates",
    "Estimate": "il6report.estimates",
    "HypothesisTest": "il6report.estimates",
    "NotEstimable": "il6report.estimates",
    "Statistic": "il6report.estimates",
    "StudyResults": "il6report.study",
    "accelerated_failure_time": "il6report.methods.failure_time",
    "adjust_p_values": "il6report.methods.multiplicity",
    "adjust_tests": "il6report.methods.multiplicity",
    "agreement": "il6report.methods.agreement",
    "bland_altman": "il6report.methods.bland_altman",
    "block_means": "il6report.methods.block_means",
    "blocked_contrasts": "il6report.methods.blocked_contrasts",
    "build_cohort": "il6report.cohort.derivation",
    "compare_groups": "il6report.methods.several_groups",
    "compare_paired": "il6report.methods.paired",
    "compare_proportions": "il6report.methods.proportions",
    "compare_to_value": "il6report.methods.paired",
    "compare_two_groups": "il6report.methods.groups",
    "correlate": "il6report.methods.association",
    "cox": "il6report.methods.cox",
    "cumulative_incidence": "il6report.methods.competing_risks",
    "describe": "il6report.methods.description",
    "dilution_linearity": "il6report.assays.dilution",
    "dose_response": "il6report.methods.dose_response",
    "e_value": "il6report.methods.hazard_sensitivity",
    "estimate_proportion": "il6report.methods.proportions",
    "fit_censored_lognormal": "il6report.methods.censored",
    "fit_parallel_curves": "il6report.assays.parallelism",
    "fit_standard_curve": "il6report.assays.standard_curve",
    "kaplan_meier": "il6report.methods.kaplan_meier",
    "landmark": "il6report.methods.landmark",
    "logrank": "il6report.methods.logrank",
    "minimal_detectable_hazard_ratio": "il6report.methods.hazard_sensitivity",
    "mixed_model": "il6report.methods.mixed_model",
    "normalise_bands": "il6report.assays.immunoblot",
    "quantify_plates": "il6report.assays.elisa",
    "ratio_of_means": "il6report.methods.ratio_of_means",
    "read_study": "il6report.source",
    "regression_on_order": "il6report.methods.order_statistics",
    "relative_expression": "il6report.assays.qpcr",
    "restricted_mean_survival": "il6report.methods.restricted_mean",
    "roc": "il6report.methods.discrimination",
    "run_study": "il6report.study",
    "score_biopsies": "il6report.assays.immunohistochemistry",
    "select_cutpoint": "il6report.methods.cutpoint",
    "spline_hazard": "il6report.methods.splines",
    "statistics_frame": "il6report.estimates",
    "time_dependent_roc": "il6report.methods.time_dependent_roc",
    "validate_concordance": "il6report.methods.optimism",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'il6report' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
