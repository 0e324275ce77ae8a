"""Matrix proteins of every donor line and experiment, and their dependence on dose."""

from __future__ import annotations

import pandas as pd
from plotnine import (
    aes,
    element_text,
    facet_wrap,
    geom_hline,
    geom_line,
    geom_point,
    ggplot,
    labs,
    scale_color_manual,
    scale_shape_manual,
    scale_x_discrete,
    scale_x_log10,
    scale_y_log10,
    theme,
)

from il6report.analyses.cell_culture import CONDITIONS, PROTEINS, UNTREATED
from il6report.analyses.fibroblasts import FibroblastsResult
from il6report.figures.theme import MUTED, journal_theme, not_available
from il6report.notation import format_log_breaks

_COLOURS = {"SSc": "#d55e00", "control": "#0072b2"}
_SHAPES = {"SSc": "o", "control": "s"}
_SHORT = {UNTREATED: "untreated", "IL-6 + sIL-6R": "IL-6 +\nsIL-6R", "TGF-beta": "TGF-β"}


def fibroblasts_figure(result: FibroblastsResult) -> ggplot:
    """Draw every line (large, joined across conditions) and its experiments (small).

    Parameters
    ----------
    result : FibroblastsResult
        Points, as multiples of untreated cells.

    Returns
    -------
    ggplot
        One panel a protein, on a log axis; a note without experiments.
    """
    if result.points.empty:
        return not_available("Experiments with fibroblasts")
    conditions = [UNTREATED, *CONDITIONS]
    points = result.points.assign(
        target=pd.Categorical(result.points["target"], list(PROTEINS)),
        condition=pd.Categorical(result.points["condition"], conditions),
    )
    lines = points[points["level"] == "donor"]
    repeats = points[points["level"] == "experiment"]
    return (
        ggplot(lines, aes("condition", "fold", color="donor_group", shape="donor_group"))
        + geom_hline(yintercept=1, linetype="dashed", color=MUTED, size=0.4)
        + geom_line(aes(group="line"), alpha=0.45, size=0.4)
        + geom_point(data=repeats, size=0.7, alpha=0.45)
        + geom_point(size=2.4, fill="#ffffff", stroke=0.8)
        + facet_wrap("target", ncol=2)
        + scale_color_manual(_COLOURS)
        + scale_shape_manual(_SHAPES)
        + scale_x_discrete(labels=lambda names: [_SHORT.get(str(one), str(one)) for one in names])
        + scale_y_log10(labels=format_log_breaks)
        + labs(x="", y="Ratio to untreated cells of the same line")
        + journal_theme(width=6.3, height=4.8)
        + theme(axis_text_x=element_text(size=7.5), panel_spacing_x=0.04, panel_spacing_y=0.06)
    )


def dose_figure(result: FibroblastsResult) -> ggplot:
    """Draw every line over the doses of IL-6 with its receptor.

    Parameters
    ----------
    result : FibroblastsResult
        Doses, as multiples of the same line without IL-6.

    Returns
    -------
    ggplot
        One panel a protein, both axes logarithmic; a note without experiments. The dose of zero is
        what all others are divided by.
    """
    if result.doses.empty:
        return not_available("Doses of IL-6")
    doses = result.doses[result.doses["dose_ng_ml"] > 0]
    doses = doses.assign(target=pd.Categorical(doses["target"], list(PROTEINS)))
    given = sorted(doses["dose_ng_ml"].unique())
    return (
        ggplot(doses, aes("dose_ng_ml", "fold", group="line"))
        + geom_hline(yintercept=1, linetype="dashed", color=MUTED, size=0.4)
        + geom_line(color=_COLOURS["control"], alpha=0.45, size=0.4)
        + geom_point(color=_COLOURS["control"], size=1.6)
        + facet_wrap("target", ncol=4)
        + scale_x_log10(breaks=given, labels=format_log_breaks)
        + scale_y_log10(labels=format_log_breaks)
        + labs(x="IL-6 with sIL-6R, ng/mL", y="Ratio to no IL-6")
        + journal_theme(width=6.3, height=2.3)
        + theme(panel_spacing_x=0.03)
    )
