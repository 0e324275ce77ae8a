"""IL-6 against each marker of the acute phase and of disease, every patient a point."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
from plotnine import (
    aes,
    element_line,
    element_text,
    facet_wrap,
    geom_hline,
    geom_point,
    geom_text,
    ggplot,
    guides,
    labs,
    scale_color_manual,
    scale_fill_manual,
    scale_shape_manual,
    scale_y_log10,
    theme,
)

from il6report.analyses.acute_phase import AcutePhaseResult
from il6report.estimates import NotEstimable
from il6report.figures.theme import (
    GROUP_COLOURS,
    GROUP_SHAPES,
    HOLLOW,
    MUTED,
    RULE,
    fill_of,
    journal_theme,
)
from il6report.notation import NOT_ESTIMABLE, format_estimate, format_interval, format_log_breaks

_TITLE_WIDTH = 24  # letters that fit above a panel


def acute_phase_figure(result: AcutePhaseResult) -> ggplot:
    """Draw IL-6 (log axis) against each variable, with its rank correlation and interval.

    Parameters
    ----------
    result : AcutePhaseResult
        Points and correlations.

    Returns
    -------
    ggplot
        One panel a variable; hollow points lie below the limit of quantitation.
    """
    titles = {name: fill(result.labels[name], width=_TITLE_WIDTH) for name in result.variables}
    labels = list(titles.values())
    points = result.points.assign(
        panel=pd.Categorical(result.points["variable"].map(titles), labels),
        group=result.points["group"].cat.remove_unused_categories(),
        fill=fill_of(result.points),
    )
    notes = pd.DataFrame(
        {
            "panel": pd.Categorical(labels, labels),
            "x": points.groupby("panel", observed=True)["x"].min().reindex(labels).to_numpy(),
            "il6_pg_ml": float(points["il6_pg_ml"].max()) * 2.2,
            "text": [_rho(result, name) for name in result.variables],
        }
    )
    groups = list(points["group"].cat.categories)
    colours = {group: GROUP_COLOURS[group] for group in groups}
    return (
        ggplot(points, aes("x", "il6_pg_ml"))
        + geom_hline(yintercept=result.il6_lloq_pg_ml, linetype="dashed", color=MUTED, size=0.4)
        + geom_point(
            aes(color="group", shape="group", fill="fill"), size=1.6, stroke=0.5, alpha=0.9
        )
        + geom_text(aes("x", "il6_pg_ml", label="text"), notes, size=6.5, ha="left", va="top")
        + facet_wrap("panel", scales="free_x", ncol=4)
        + scale_color_manual(colours, breaks=groups)
        + scale_fill_manual({**colours, HOLLOW: "#ffffff"})
        + scale_shape_manual({group: GROUP_SHAPES[group] for group in groups}, breaks=groups)
        + scale_y_log10(labels=format_log_breaks)
        + guides(fill="none")
        + labs(x="", y="IL-6 (pg/mL)")
        + journal_theme(width=6.6, height=4.2)
        + theme(
            strip_text=element_text(size=7.5, weight="semibold", va="bottom", ma="left"),
            axis_text=element_text(size=7),
            panel_grid_major_x=element_line(color=RULE, size=0.3),
            panel_spacing=0.025,
        )
    )


def _rho(result: AcutePhaseResult, variable: str) -> str:
    found = result.statistics[f"correlation.{variable}"].estimate
    if isinstance(found, NotEstimable):
        return NOT_ESTIMABLE
    return f"ρ {format_estimate(found)} ({format_interval(found, level=False)})"
