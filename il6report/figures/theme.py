"""The look that all figures share: typeface, palette, sizes."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import pandas as pd
from matplotlib import font_manager
from plotnine import (
    aes,
    element_blank,
    element_line,
    element_rect,
    element_text,
    geom_text,
    ggplot,
    theme,
    theme_minimal,
    theme_void,
)

FONT = "Inter"
INK = "#1a1a1a"
MUTED = "#6b6b6b"
RULE = "#d9d9d9"

GROUP_COLOURS = {
    "control": "#7a7a7a",
    "lcSSc": "#0072b2",
    "dcSSc, normal platelets": "#e69f00",
    "dcSSc, high platelets": "#d55e00",
}
"""Analysis group to colour, from the palette of Okabe and Ito, safe for the colour-blind."""

LEVEL_COLOURS = {"high": "#d55e00", "not high": "#0072b2"}
"""Colours of the two IL-6 categories compared in the outcome analyses."""

LEVEL_LINES = {"high": "solid", "not high": "dashed"}
"""Lines of the two IL-6 categories: they differ without colour too."""

GROUP_SHAPES = {
    "control": "s",
    "lcSSc": "^",
    "dcSSc, normal platelets": "o",
    "dcSSc, high platelets": "D",
}
"""Analysis group to point shape: groups differ without colour too."""

_LETTER = 0.063
"""Inches that a letter of an axis title takes, on average."""

HOLLOW = "below"
"""Fill level of points below a limit of quantitation; to be shown in white."""


def fill_of(points: pd.DataFrame) -> pd.Series:
    """Fill a point with the colour of its `group`, or leave it hollow `below_quantitation`."""
    return points["group"].astype(str).mask(points["below_quantitation"], HOLLOW)


@cache
def _register_fonts() -> None:
    for font in sorted(files("il6report.figures").joinpath("fonts").iterdir(), key=str):
        if font.name.endswith(".otf"):
            with as_file(font) as path:
                font_manager.fontManager.addfont(str(path))


def journal_theme(*, width: float, height: float) -> theme:
    """Give the theme of the report's figures.

    Parameters
    ----------
    width, height : float
        Size of the figure in inches; 6.3 is the width of a page of text.

    Returns
    -------
    plotnine.theme
        To be added to a ggplot.
    """
    _register_fonts()
    return theme_minimal(base_size=9, base_family=FONT) + theme(
        figure_size=(width, height),
        text=element_text(color=INK),
        axis_line=element_line(color=INK, size=0.5),
        axis_ticks=element_line(color=INK, size=0.5),
        axis_ticks_minor=element_blank(),
        axis_title=element_text(size=9),
        axis_text=element_text(size=8, color=INK),
        panel_grid=element_blank(),
        panel_grid_major_y=element_line(color=RULE, size=0.3),
        panel_background=element_rect(fill="white", color="none"),
        plot_background=element_rect(fill="white", color="none"),
        panel_spacing=0.02,
        strip_text=element_text(size=9, weight="semibold", ha="left", x=0),
        legend_position="top",
        legend_title=element_blank(),
        legend_text=element_text(size=8),
        legend_box_margin=0,
        legend_key_size=11,
        plot_margin=0.01,
    )


def beside_upper(title: str, *, upper: float, lower: float) -> element_text:
    """Stand the title of the vertical axis beside the upper of two panels.

    Parameters
    ----------
    title : str
        The title, on one line.
    upper, lower : float
        Heights of the panels in inches.

    Returns
    -------
    plotnine.element_text
        For `axis_title_y`.
    """
    length = min(_LETTER * len(title), upper)
    return element_text(va=(lower + (upper - length) / 2) / (upper + lower - length))


def not_available(what: str) -> ggplot:
    """Draw a figure that says that the study holds nothing of the kind."""
    told = pd.DataFrame({"x": [0.0], "y": [0.0], "text": [f"{what}: not available in these data"]})
    return (
        ggplot(told, aes("x", "y", label="text"))
        + geom_text(family=FONT, size=9, color=MUTED)
        + journal_theme(width=6.3, height=0.8)
        + theme_void()
        + theme(figure_size=(6.3, 0.8))
    )
