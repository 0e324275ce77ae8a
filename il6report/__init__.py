"""Reproducible reporting on circulating interleukin 6: typed functions feeding a Quarto manuscript.

The names below are loaded on first use, so that `import il6report` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from il6report import assays, methods

if TYPE_CHECKING:
    from il6report.assays import (
        dilution_linearity,
        fit_parallel_curves,
        fit_standard_curve,
        normalise_bands,
        quantify_plates,
        relative_expression,
        score_biopsies,
    )
    from il6report.cohort.derivation import build_cohort
    from il6report.estimates import (
        CountPercent,
        Estimate,
        HypothesisTest,
        NotEstimable,
        Statistic,
        statistics_frame,
    )
    from il6report.methods import (
        accelerated_failure_time,
        adjust_p_values,
        adjust_tests,
        agreement,
        bland_altman,
        block_means,
        blocked_contrasts,
        compare_groups,
        compare_paired,
        compare_proportions,
        compare_to_value,
        compare_two_groups,
        correlate,
        cox,
        cumulative_incidence,
        describe,
        dose_response,
        e_value,
        estimate_proportion,
        fit_censored_lognormal,
        kaplan_meier,
        landmark,
        logrank,
        minimal_detectable_hazard_ratio,
        mixed_model,
        ratio_of_means,
        regression_on_order,
        restricted_mean_survival,
        roc,
        select_cutpoint,
        spline_hazard,
        time_dependent_roc,
        validate_concordance,
    )
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
    **dict.fromkeys(assays.__all__, assays.__name__),
    **dict.fromkeys(methods.__all__, methods.__name__),
    "DEFAULT_PLAN": "il6report.plan",
    "AnalysisPlan": "il6report.plan",
    "CountPercent": "il6report.estimates",
    "Estimate": "il6report.estimates",
    "HypothesisTest": "il6report.estimates",
    "NotEstimable": "il6report.estimates",
    "Statistic": "il6report.estimates",
    "StudyResults": "il6report.study",
    "build_cohort": "il6report.cohort.derivation",
    "read_study": "il6report.source",
    "run_study": "il6report.study",
    "statistics_frame": "il6report.estimates",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'il6report' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
