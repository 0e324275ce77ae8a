import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from plotnine import ggplot

from il6report import figures
from il6report.figures.theme import GROUP_COLOURS, GROUP_SHAPES, HOLLOW
from il6report.plan import ANALYSIS_GROUPS
from il6report.study import StudyResults

FIGURES: dict[str, Callable[[StudyResults], ggplot]] = {
    "flow": lambda study: figures.flow_figure(study.baseline),
    "circulating_il6": lambda study: figures.circulating_il6_figure(study.circulating_il6),
    "acute_phase": lambda study: figures.acute_phase_figure(study.acute_phase),
    "skin_score": lambda study: figures.skin_score_figure(study.skin_score),
    "skin_biopsies": lambda study: figures.skin_biopsies_figure(study.skin_biopsies),
    "fibroblasts": lambda study: figures.fibroblasts_figure(study.fibroblasts),
    "dose": lambda study: figures.dose_figure(study.fibroblasts),
    "signalling": lambda study: figures.signalling_figure(study.signalling),
    "missing": lambda study: figures.missing_figure(study.sensitivity),
    "curve_ratio": lambda study: figures.specification_curve_figure(study.sensitivity, "ratio"),
    "curve_correlation": lambda study: figures.specification_curve_figure(
        study.sensitivity, "correlation"
    ),
    "curve_hazard": lambda study: figures.specification_curve_figure(study.sensitivity, "hazard"),
    "survival": lambda study: figures.survival_figure(study.survival),
    "cut_point": lambda study: figures.cut_point_figure(study.survival),
    "hazard_residual": lambda study: figures.hazard_residual_figure(study.survival),
    "operating_characteristics": lambda study: figures.operating_characteristics_figure(
        study.operating_characteristics
    ),
    "limited_survival": lambda study: figures.limited_survival_figure(study.survival),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_everything_it_is_given(name: str, study: StudyResults) -> None:
    FIGURES[name](study).draw()  # a dropped row is a warning, and a warning is an error


def test_every_measured_participant_is_a_point(study: StudyResults) -> None:
    points = pd.DataFrame(FIGURES["circulating_il6"](study).data)
    points = points[points["analyte"] == "il6"]
    assert len(points) == study.ledger["baseline.n.all"].n
    hollow = points[points["fill"] == HOLLOW]
    assert len(hollow) == points["below_quantitation"].sum()
    assert np.allclose(hollow["value"], study.plan.il6_lloq_pg_ml)


def test_figures_hold_no_identifier(study: StudyResults) -> None:
    for frame in (study.circulating_il6.points, study.acute_phase.points, study.survival.curves):
        assert "participant_id" not in frame


def test_the_numbers_at_risk_begin_with_everybody(study: StudyResults) -> None:
    at_risk = study.survival.at_risk
    start = at_risk.loc[at_risk["time"] == 0, "n_at_risk"].sum()
    assert start == study.ledger["survival.n_events"].n


def test_the_flow_adds_up(study: StudyResults) -> None:
    steps = {step.label: step for step in study.baseline.flow.steps}
    for step in steps.values():
        if step.parent:
            assert step.total + sum(step.excluded.values()) == steps[step.parent].total


def test_every_group_has_a_colour_and_a_shape() -> None:
    assert set(GROUP_COLOURS) == set(GROUP_SHAPES) == set(ANALYSIS_GROUPS)
    assert len(set(GROUP_COLOURS.values())) == len(ANALYSIS_GROUPS)


@pytest.mark.parametrize("name", ["curve_ratio", "curve_correlation", "curve_hazard"])
def test_two_specification_curves_stand_on_one_page_of_paper(
    name: str, study: StudyResults
) -> None:
    _, height = FIGURES[name](study).draw().get_size_inches()
    assert height <= 4.2, "two with their captions no longer fit into the 9.7 inches of a page"


def test_survival_curves_differ_without_colour(study: StudyResults) -> None:
    curves = FIGURES["survival"](study).draw().axes[0].get_lines()
    assert len({line.get_linestyle() for line in curves if line.get_linestyle() != "None"}) > 1


def test_an_axis_title_stands_beside_the_curves_it_names(study: StudyResults) -> None:
    for name in ("curve_hazard", "survival", "skin_score"):
        figure = FIGURES[name](study).draw()
        figure.savefig(io.BytesIO())  # sets everything in its place
        (title,) = (text for text in figure.texts if text.get_rotation() == 90)
        extent, curves = title.get_window_extent(), figure.axes[0].get_window_extent()
        off = (extent.y0 + extent.y1) / 2 - (curves.y0 + curves.y1) / 2
        assert abs(off) < 0.1 * curves.height
