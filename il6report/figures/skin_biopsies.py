"""Staining of every biopsy, one tile each."""

from __future__ import annotations

import pandas as pd
from plotnine import (
    aes,
    element_blank,
    element_text,
    facet_grid,
    geom_tile,
    ggplot,
    guide_legend,
    guides,
    labs,
    scale_fill_manual,
    scale_x_continuous,
    theme,
)

from il6report.analyses.skin_biopsies import CELL_TYPES, CONTROL, EARLY, STAINS, SkinBiopsiesResult
from il6report.figures.theme import INK, journal_theme, not_available
from il6report.notation import format_number

_SHADES = ("#ffffff", "#f3e6dc", "#e6cbb4", "#dba67f", "#cf7f4c", "#b85a1f", "#8a3b08")
"""From no staining to strong, in halves; the lightness alone tells them apart."""


def skin_biopsies_figure(result: SkinBiopsiesResult) -> ggplot:
    """Draw one tile per biopsy, ordered by intensity, for each stain and cell type.

    Parameters
    ----------
    result : SkinBiopsiesResult
        Scores.

    Returns
    -------
    ggplot
        Early dcSSc above healthy skin in every panel; a note without biopsies.
    """
    if result.scores.empty:
        return not_available("Skin biopsies")
    levels = [format_number(step / 2, decimals=1) for step in range(len(_SHADES))]
    scores = result.scores.assign(
        stain=pd.Categorical(result.scores["stain"], list(STAINS)),
        cell_type=pd.Categorical(result.scores["cell_type"], list(CELL_TYPES)),
        group=pd.Categorical(result.scores["group"], [CONTROL, EARLY]),
        shade=pd.Categorical(
            [format_number(one, decimals=1) for one in result.scores["intensity"]], levels
        ),
    )
    return (
        ggplot(scores, aes("place", "group", fill="shade"))
        + geom_tile(color=INK, size=0.2, width=0.92, height=0.8)
        + facet_grid("cell_type", "stain")
        + scale_fill_manual(dict(zip(levels, _SHADES, strict=True)), limits=levels)
        + scale_x_continuous(breaks=[], expand=(0, 0.2))
        + guides(fill=guide_legend(nrow=1, title="Intensity  "))
        + labs(x="Biopsies, by intensity", y="")
        + journal_theme(width=6.3, height=4.2)
        + theme(
            panel_grid_major_y=element_blank(),
            axis_line=element_blank(),
            axis_ticks=element_blank(),
            strip_text_y=element_text(angle=0, ha="left", size=8),
            legend_title=element_text(size=8),
            panel_spacing_y=0.02,
        )
    )
