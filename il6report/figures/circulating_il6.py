"""Circulating IL-6 and its soluble receptor by group, every participant a point."""

from __future__ import annotations

import pandas as pd
from plotnine import (
    aes,
    element_blank,
    element_text,
    facet_wrap,
    geom_errorbar,
    geom_hline,
    geom_jitter,
    geom_point,
    ggplot,
    guides,
    position_jitter,
    scale_color_manual,
    scale_fill_manual,
    scale_shape_manual,
    scale_x_discrete,
    scale_y_log10,
    theme,
)

from il6report.analyses.circulating_il6 import CirculatingIl6Result
from il6report.figures.theme import (
    GROUP_COLOURS,
    GROUP_SHAPES,
    HOLLOW,
    INK,
    MUTED,
    fill_of,
    journal_theme,
)
from il6report.notation import format_log_breaks

_PANELS = {"il6": "IL-6 (pg/mL)", "sil6r": "Soluble IL-6 receptor (ng/mL)"}
_SEED = 6  # of the sideways scatter only, so that points never move between renders
_LOWEST = 0.4  # of the smallest value: where the axis ends and an interval is cut


def circulating_il6_figure(result: CirculatingIl6Result) -> ggplot:
    """Draw both analytes on log axes with geometric means and the limits that matter.

    Parameters
    ----------
    result : CirculatingIl6Result
        Points, group means and limits.

    Returns
    -------
    ggplot
        Hollow points lie below the limit of quantitation and are drawn at it; an interval that
        reaches below the axis is cut there.
    """
    points = _with_panel(result.points).assign(fill=fill_of(result.points))
    floor = _LOWEST * points.groupby("analyte")["value"].min()
    means = _with_panel(result.means)
    means["conf_low"] = means["conf_low"].clip(lower=means["analyte"].map(floor))
    limits = _with_panel(
        pd.DataFrame({"analyte": "il6", "value": [result.il6_lloq_pg_ml, result.il6_high_pg_ml]})
    )
    sizes = result.points[result.points["analyte"] == "il6"].groupby("group", observed=True).size()
    names = {str(group): f"{_broken(str(group))}\nn = {size}" for group, size in sizes.items()}
    colours = {group: GROUP_COLOURS[group] for group in names}
    return (
        ggplot(points, aes("group", "value"))
        + geom_hline(aes(yintercept="value"), limits, linetype="dashed", color=MUTED, size=0.4)
        + geom_jitter(
            aes(color="group", shape="group", fill="fill"),
            position=position_jitter(width=0.28, height=0, random_state=_SEED),
            size=1.8,
            stroke=0.5,
            alpha=0.85,
        )
        + geom_errorbar(
            aes("group", ymin="conf_low", ymax="conf_high"),
            means,
            inherit_aes=False,
            width=0.22,
            size=0.6,
            color=INK,
        )
        + geom_point(aes("group", "value"), means, shape="_", size=7, stroke=1.1, color=INK)
        + facet_wrap("panel", scales="free_y")
        + scale_color_manual(colours)
        + scale_fill_manual({**colours, HOLLOW: "#ffffff"})
        + scale_shape_manual({group: GROUP_SHAPES[group] for group in names})
        + scale_x_discrete(labels=lambda values: [names[str(value)] for value in values])
        + scale_y_log10(labels=format_log_breaks)
        + guides(color="none", fill="none", shape="none")
        + journal_theme(width=6.3, height=3.5)
        + theme(
            axis_title=element_blank(), axis_text_x=element_text(size=7.5), panel_spacing_x=0.06
        )
    )


def _with_panel(frame: pd.DataFrame) -> pd.DataFrame:
    panel = pd.Categorical(frame["analyte"].map(_PANELS), list(_PANELS.values()))
    return frame.assign(panel=panel)


def _broken(label: str) -> str:
    return label.replace(", ", ",\n").replace(" platelets", "\nplatelets")
