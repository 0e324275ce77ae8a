"""Reproducible reporting on circulating interleukin 6: typed functions feeding a Quarto manuscript.

The names below are loaded on first use, so that `import il6report` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from il6report.assays.elisa import quantify_plates
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
    from il6report.methods.association import correlate
    from il6report.methods.censored import fit_censored_lognormal
    from il6report.methods.competing_risks import cumulative_incidence
    from il6report.methods.cox import cox
    from il6report.methods.cutpoint import select_cutpoint
    from il6report.methods.description import describe
    from il6report.methods.groups import compare_two_groups
    from il6report.methods.hazard_sensitivity import e_value, minimal_detectable_hazard_ratio
    from il6report.methods.kaplan_meier import kaplan_meier
    from il6report.methods.landmark import landmark
    from il6report.methods.logrank import logrank
    from il6report.methods.multiplicity import adjust_p_values, adjust_tests
    from il6report.methods.proportions import compare_proportions, estimate_proportion
    from il6report.methods.restricted_mean import restricted_mean_survival
    from il6report.methods.several_groups import compare_groups
    from il6report.methods.splines import spline_hazard
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
    "adjust_p_values",
    "adjust_tests",
    "build_cohort",
    "compare_groups",
    "compare_proportions",
    "compare_two_groups",
    "correlate",
    "cox",
    "cumulative_incidence",
    "describe",
    "e_value",
    "estimate_proportion",
    "fit_censored_lognormal",
    "fit_standard_curve",
    "kaplan_meier",
    "landmark",
    "logrank",
    "minimal_detectable_hazard_ratio",
    "quantify_plates",
    "read_study",
    "restricted_mean_survival",
    "run_study",
    "select_cutpoint",
    "spline_hazard",
    "statistics_frame",
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
    "adjust_p_values": "il6report.methods.multiplicity",
    "adjust_tests": "il6report.methods.multiplicity",
    "build_cohort": "il6report.cohort.derivation",
    "compare_groups": "il6report.methods.several_groups",
    "compare_proportions": "il6report.methods.proportions",
    "compare_two_groups": "il6report.methods.groups",
    "correlate": "il6report.methods.association",
    "cox": "il6report.methods.cox",
    "cumulative_incidence": "il6report.methods.competing_risks",
    "describe": "il6report.methods.description",
    "e_value": "il6report.methods.hazard_sensitivity",
    "estimate_proportion": "il6report.methods.proportions",
    "fit_censored_lognormal": "il6report.methods.censored",
    "fit_standard_curve": "il6report.assays.standard_curve",
    "kaplan_meier": "il6report.methods.kaplan_meier",
    "landmark": "il6report.methods.landmark",
    "logrank": "il6report.methods.logrank",
    "minimal_detectable_hazard_ratio": "il6report.methods.hazard_sensitivity",
    "quantify_plates": "il6report.assays.elisa",
    "read_study": "il6report.source",
    "restricted_mean_survival": "il6report.methods.restricted_mean",
    "run_study": "il6report.study",
    "select_cutpoint": "il6report.methods.cutpoint",
    "spline_hazard": "il6report.methods.splines",
    "statistics_frame": "il6report.estimates",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'il6report' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
