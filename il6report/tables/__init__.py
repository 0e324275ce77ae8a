"""Results into great_tables objects, one module per question."""

from il6report.tables.acute_phase import acute_phase_table
from il6report.tables.baseline import baseline_table
from il6report.tables.circulating_il6 import circulating_il6_table, il6_categories_table
from il6report.tables.families import families_table
from il6report.tables.fibroblasts import design_table, dose_table, fibroblasts_table
from il6report.tables.operating_characteristics import (
    error_rates_table,
    family_levels_table,
    recovery_table,
)
from il6report.tables.sensitivity import (
    decisions_table,
    missing_table,
    multiverse_table,
    robustness_table,
)
from il6report.tables.signalling import signalling_table, time_course_table
from il6report.tables.skin_biopsies import rater_agreement_table, skin_biopsies_table
from il6report.tables.skin_score import skin_difference_table, skin_score_table
from il6report.tables.survival import hazard_table, survival_table
from il6report.tables.survival_checks import cut_point_table, survival_checks_table

__all__ = (
    "acute_phase_table",
    "baseline_table",
    "circulating_il6_table",
    "cut_point_table",
    "decisions_table",
    "design_table",
    "dose_table",
    "error_rates_table",
    "families_table",
    "family_levels_table",
    "fibroblasts_table",
    "hazard_table",
    "il6_categories_table",
    "missing_table",
    "multiverse_table",
    "rater_agreement_table",
    "recovery_table",
    "robustness_table",
    "signalling_table",
    "skin_biopsies_table",
    "skin_difference_table",
    "skin_score_table",
    "survival_checks_table",
    "survival_table",
    "time_course_table",
)
