"""The statistics libraries, translated to one vocabulary and completed; their only importer.

The public functions are loaded on first use, each from its own module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from il6report.methods.association import correlate
    from il6report.methods.block_comparisons import blocked_contrasts
    from il6report.methods.blocks import block_means
    from il6report.methods.censored import fit_censored_lognormal
    from il6report.methods.competing_risks import cumulative_incidence
    from il6report.methods.cox_model import cox
    from il6report.methods.cutpoint import select_cutpoint
    from il6report.methods.description import describe
    from il6report.methods.discrimination import roc
    from il6report.methods.dose_curves import dose_response
    from il6report.methods.failure_time import accelerated_failure_time
    from il6report.methods.groups import compare_two_groups
    from il6report.methods.hazard_sensitivity import e_value, minimal_detectable_hazard_ratio
    from il6report.methods.landmarking import landmark
    from il6report.methods.limits_of_agreement import bland_altman
    from il6report.methods.logrank_test import logrank
    from il6report.methods.mean_ratio import ratio_of_means
    from il6report.methods.mixed_effects import mixed_model
    from il6report.methods.multiplicity import adjust_p_values, adjust_tests
    from il6report.methods.optimism import validate_concordance
    from il6report.methods.order_statistics import regression_on_order
    from il6report.methods.paired import compare_paired, compare_to_value
    from il6report.methods.product_limit import kaplan_meier
    from il6report.methods.proportions import compare_proportions, estimate_proportion
    from il6report.methods.raters import agreement
    from il6report.methods.restricted_mean import restricted_mean_survival
    from il6report.methods.roc_in_time import time_dependent_roc
    from il6report.methods.several_groups import compare_groups
    from il6report.methods.splines import spline_hazard

__all__ = (
    "accelerated_failure_time",
    "adjust_p_values",
    "adjust_tests",
    "agreement",
    "bland_altman",
    "block_means",
    "blocked_contrasts",
    "compare_groups",
    "compare_paired",
    "compare_proportions",
    "compare_to_value",
    "compare_two_groups",
    "correlate",
    "cox",
    "cumulative_incidence",
    "describe",
    "dose_response",
    "e_value",
    "estimate_proportion",
    "fit_censored_lognormal",
    "kaplan_meier",
    "landmark",
    "logrank",
    "minimal_detectable_hazard_ratio",
    "mixed_model",
    "ratio_of_means",
    "regression_on_order",
    "restricted_mean_survival",
    "roc",
    "select_cutpoint",
    "spline_hazard",
    "time_dependent_roc",
    "validate_concordance",
)

# Public name -> module of this package; kept equal to the imports above by a test.
_HOMES = {
    "accelerated_failure_time": "failure_time",
    "adjust_p_values": "multiplicity",
    "adjust_tests": "multiplicity",
    "agreement": "raters",
    "bland_altman": "limits_of_agreement",
    "block_means": "blocks",
    "blocked_contrasts": "block_comparisons",
    "compare_groups": "several_groups",
    "compare_paired": "paired",
    "compare_proportions": "proportions",
    "compare_to_value": "paired",
    "compare_two_groups": "groups",
    "correlate": "association",
    "cox": "cox_model",
    "cumulative_incidence": "competing_risks",
    "describe": "description",
    "dose_response": "dose_curves",
    "e_value": "hazard_sensitivity",
    "estimate_proportion": "proportions",
    "fit_censored_lognormal": "censored",
    "kaplan_meier": "product_limit",
    "landmark": "landmarking",
    "logrank": "logrank_test",
    "minimal_detectable_hazard_ratio": "hazard_sensitivity",
    "mixed_model": "mixed_effects",
    "ratio_of_means": "mean_ratio",
    "regression_on_order": "order_statistics",
    "restricted_mean_survival": "restricted_mean",
    "roc": "discrimination",
    "select_cutpoint": "cutpoint",
    "spline_hazard": "splines",
    "time_dependent_roc": "roc_in_time",
    "validate_concordance": "optimism",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
