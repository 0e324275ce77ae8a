"""Results into plotnine objects, one module per question."""

from il6report.figures.acute_phase import acute_phase_figure
from il6report.figures.baseline import flow_figure
from il6report.figures.circulating_il6 import circulating_il6_figure
from il6report.figures.cut_points import cut_point_figure
from il6report.figures.fibroblasts import dose_figure, fibroblasts_figure
from il6report.figures.kaplan_meier import kaplan_meier_figure
from il6report.figures.operating_characteristics import operating_characteristics_figure
from il6report.figures.sensitivity import missing_figure, specification_curve_figure
from il6report.figures.signalling import signalling_figure
from il6report.figures.skin_biopsies import skin_biopsies_figure
from il6report.figures.skin_score import skin_score_figure
from il6report.figures.survival import (
    hazard_residual_figure,
    limited_survival_figure,
    survival_figure,
)

__all__ = (
    "acute_phase_figure",
    "circulating_il6_figure",
    "cut_point_figure",
    "dose_figure",
    "fibroblasts_figure",
    "flow_figure",
    "hazard_residual_figure",
    "kaplan_meier_figure",
    "limited_survival_figure",
    "missing_figure",
    "operating_characteristics_figure",
    "signalling_figure",
    "skin_biopsies_figure",
    "skin_score_figure",
    "specification_curve_figure",
    "survival_figure",
)
