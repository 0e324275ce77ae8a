"""Survival by IL-6 category."""

from __future__ import annotations

from plotnine import ggplot

from il6report.analyses.il6_levels import level_titles
from il6report.analyses.survival import SurvivalResult
from il6report.figures.kaplan_meier import kaplan_meier_figure
from il6report.figures.theme import LEVEL_COLOURS


def survival_figure(result: SurvivalResult) -> ggplot:
    """Draw survival of patients with dcSSc by IL-6 category, with the numbers at risk.

    Parameters
    ----------
    result : SurvivalResult
        Curves and numbers at risk.
    """
    titles = level_titles(result.il6_high_pg_ml)
    return kaplan_meier_figure(
        result.curves.assign(group=result.curves["group"].map(titles)),
        result.at_risk.assign(group=result.at_risk["group"].map(titles)),
        colours={titles[level]: LEVEL_COLOURS[level] for level in titles},
        time_label="Years from blood sampling",
    )
