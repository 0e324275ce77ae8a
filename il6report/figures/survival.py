"""Survival by IL-6 category."""

from __future__ import annotations

from collections.abc import Sequence

from plotnine import (
    aes,
    annotate,
    geom_hline,
    geom_line,
    geom_point,
    ggplot,
    labs,
    scale_y_continuous,
    theme,
    theme_void,
)

from il6report.analyses.il6_levels import level_titles
from il6report.analyses.survival import SurvivalResult
from il6report.analyses.survival_checks import LIMITED
from il6report.figures.kaplan_meier import kaplan_meier_figure
from il6report.figures.theme import (
    GROUP_COLOURS,
    INK,
    LEVEL_COLOURS,
    LEVEL_LINES,
    MUTED,
    journal_theme,
)
from il6report.notation import format_number


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
        lines={titles[level]: LEVEL_LINES[level] for level in titles},
    )


def limited_survival_figure(result: SurvivalResult) -> ggplot:
    """Draw survival of patients with lcSSc, with the numbers at risk.

    Parameters
    ----------
    result : SurvivalResult
        Curve and numbers at risk; a figure without axes says that nobody was followed.
    """
    if result.limited_curve.empty:
        return (
            ggplot()
            + annotate("text", x=0, y=0, label="Nobody with lcSSc was followed.", size=9)
            + theme_void()
            + theme(figure_size=(6.3, 1.0))
        )
    return kaplan_meier_figure(
        result.limited_curve,
        result.limited_at_risk,
        colours={LIMITED: GROUP_COLOURS[LIMITED]},
        time_label="Years from blood sampling",
        height=3.4,
    )


def hazard_residual_figure(result: SurvivalResult) -> ggplot:
    """Draw how the hazard ratio of high IL-6 may have changed over the years.

    Parameters
    ----------
    result : SurvivalResult
        Scaled Schoenfeld residuals of the adjusted model, one for each death, and their trend.

    Returns
    -------
    ggplot
        Log hazard ratio against years; a level trend is a constant hazard ratio.
    """
    residuals = result.residuals.astype(float)
    return (
        ggplot(residuals, aes("time"))
        + geom_hline(yintercept=0, color=MUTED, size=0.4)
        + geom_point(aes(y="log_ratio"), size=1.8, color=INK, alpha=0.7)
        + geom_line(aes(y="trend"), size=0.9, color=LEVEL_COLOURS["high"])
        + scale_y_continuous(labels=_whole_or_not)
        + labs(x="Years from blood sampling", y="Log hazard ratio of high IL-6\n(scaled residual)")
        + journal_theme(width=6.3, height=2.8)
    )


def _whole_or_not(breaks: Sequence[float] | Sequence[str]) -> list[str]:
    values = [float(value) for value in breaks]
    decimals = 0 if all(value.is_integer() for value in values) else 1
    return [format_number(value, decimals=decimals) for value in values]
