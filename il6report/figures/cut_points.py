"""IL-6 without a cut, at every cut, and the cuts that resamples choose, on one axis."""

from __future__ import annotations

import pandas as pd
from plotnine import (
    aes,
    element_blank,
    geom_hline,
    geom_line,
    geom_point,
    geom_ribbon,
    geom_segment,
    geom_vline,
    ggplot,
    labs,
    scale_x_log10,
    scale_y_continuous,
    scale_y_log10,
    theme,
)
from plotnine.composition import Compose

from il6report.analyses.survival import SurvivalResult
from il6report.estimates import NotEstimable
from il6report.figures.theme import INK, LEVEL_COLOURS, MUTED, journal_theme
from il6report.notation import format_log_breaks

_WIDTH, _HEIGHT = 6.3, 5.8
_HIGHEST, _LOWEST = 64.0, 1 / 64


def cut_point_figure(result: SurvivalResult) -> Compose:
    """Draw the hazard along IL-6, the hazard ratio at every cut, and how often each is chosen.

    Parameters
    ----------
    result : SurvivalResult
        Spline and cuts of patients with dcSSc.

    Returns
    -------
    Compose
        Three panels, the planned cut marked in each; one is empty where there is nothing to show.
    """
    panel = result.cut_panel
    ends = [
        *result.spline["il6_pg_ml"].astype(float),
        *panel.cuts["cut"].astype(float),
        result.il6_high_pg_ml / 2,
        result.il6_high_pg_ml * 2,
    ]
    span = (min(ends), max(ends))
    spline = _hazards(
        result.spline.rename(columns={"il6_pg_ml": "x"}), "Hazard ratio,\nno cut", result, span
    )
    cuts = _hazards(
        panel.cuts.rename(columns={"cut": "x"}), "Hazard ratio\nat each cut", result, span
    )
    if not isinstance(panel.selected_pg_ml, NotEstimable):
        best = panel.cuts[panel.cuts["cut"] == panel.selected_pg_ml]
        cuts = cuts + geom_point(
            aes("cut", "hazard_ratio"), best, size=2.5, color=LEVEL_COLOURS["high"]
        )
    chosen = (
        _panel("Resamples\nchoosing it (%)", result, span)
        + geom_segment(
            aes(x="cut", xend="cut", y=0, yend="percent"),
            panel.chosen.astype(float),
            size=1.6,
            color=MUTED,
        )
        + scale_y_continuous(expand=(0, 0, 0.08, 0))
        + labs(x="IL-6 (pg/mL), logarithmic")
    )
    above = theme(axis_text_x=element_blank(), axis_title_x=element_blank())
    composed = (spline + above) / (cuts + above) / chosen
    return composed & theme(figure_size=(_WIDTH, _HEIGHT))


def _hazards(
    frame: pd.DataFrame, title: str, result: SurvivalResult, span: tuple[float, float]
) -> ggplot:
    """Draw hazard ratios with their band; bands are cut where nothing could be read off them."""
    within = frame.assign(
        conf_low=frame["conf_low"].clip(lower=_LOWEST),
        conf_high=frame["conf_high"].clip(upper=_HIGHEST),
    ).astype(float)
    return (
        _panel(title, result, span)
        + geom_hline(yintercept=1, color=MUTED, size=0.4)
        + geom_ribbon(aes("x", ymin="conf_low", ymax="conf_high"), within, alpha=0.16, fill=INK)
        + geom_line(aes("x", "hazard_ratio"), within, size=0.8, color=INK)
        + scale_y_log10(labels=format_log_breaks)
        + labs(x="")
    )


def _panel(title: str, result: SurvivalResult, span: tuple[float, float]) -> ggplot:
    return (
        ggplot()
        + geom_vline(xintercept=result.il6_high_pg_ml, linetype="dashed", color=MUTED, size=0.6)
        + scale_x_log10(limits=span, labels=format_log_breaks)
        + labs(y=title)
        + journal_theme(width=_WIDTH, height=_HEIGHT / 3)
    )
