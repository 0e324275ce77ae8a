"""Two panels on one time axis: curves above, and beneath them the counts they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    element_blank,
    facet_grid,
    geom_blank,
    geom_text,
    scale_x_continuous,
    theme,
)

from il6report.figures.theme import MUTED, beside_upper, journal_theme

_CURVE, _TABLE = "curve", "table"
_CURVES = 5.5  # height of the curves, where a row of counts has 0.45
_AROUND = 0.8  # inches that legend and horizontal axis take


def above_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of a frame into the upper panel."""
    return frame.assign(panel=pd.Categorical([_CURVE] * len(frame), [_CURVE, _TABLE]))


def counts_beneath(
    counts: pd.DataFrame, *, heading: str, order: Sequence[str], limits: tuple[float, float]
) -> list[Any]:
    """Give the layers that write counts by group and time beneath curves, on the same axis.

    Parameters
    ----------
    counts : DataFrame
        `group`, `time`, `count`; the times become the breaks of the axis. Groups have the colours
        of the figure's colour scale.
    heading : str
        What is counted.
    order : sequence of str
        Groups from the top row to the bottom one.
    limits : tuple of float
        Range of the vertical axis of the curves.

    Returns
    -------
    list
        To be added to a ggplot whose frames went through `above_counts`.
    """
    depth = -np.arange(1, len(order) + 1, dtype=float)
    rows = _beneath(
        counts.assign(depth=counts["group"].map(dict(zip(order, depth, strict=True))).astype(float))
    )
    title = _beneath(pd.DataFrame({"time": [0.0], "depth": [0.0], "label": [heading]}))
    room = pd.DataFrame(
        {
            "panel": pd.Categorical([_CURVE] * 2 + [_TABLE] * 2, [_CURVE, _TABLE]),
            "time": 0.0,
            "height": [*limits, depth[-1] - 0.6, 0.4],
        }
    )
    return [
        geom_blank(aes("time", "height"), room),
        geom_text(
            aes("time", "depth", label="count", color="group"), rows, size=8, show_legend=False
        ),
        geom_text(
            aes("time", "depth", label="label"),
            title,
            size=8,
            ha="left",
            color=MUTED,
            nudge_x=-0.02 * float(counts["time"].max()),
        ),
        facet_grid(
            rows="panel", scales="free_y", space={"x": [1], "y": [_CURVES, _rows(len(order))]}
        ),
        scale_x_continuous(breaks=sorted(counts["time"].unique()), expand=(0.03, 0)),
    ]


def two_panel_theme(title: str, *, n_groups: int, width: float, height: float) -> theme:
    """Give the theme of the report's figures for curves with counts beneath.

    Parameters
    ----------
    title : str
        Title of the vertical axis, which stands beside the curves.
    n_groups : int
        How many rows of counts there are.
    width, height : float
        Size in inches.

    Returns
    -------
    plotnine.theme
        To be added to a ggplot.
    """
    inch = (height - _AROUND) / (_CURVES + _rows(n_groups))
    beside = beside_upper(title, upper=inch * _CURVES, lower=inch * _rows(n_groups))
    return journal_theme(width=width, height=height) + theme(
        strip_text=element_blank(), axis_title_y=beside, panel_spacing=0.01
    )


def breaks_above(
    breaks: Sequence[float],
) -> Any:  # noqa: ANN401 - plotnine takes a function of the limits of a panel
    """Give the upper panel these breaks and the lower one none."""

    def of_panel(limits: tuple[float, float]) -> list[float]:
        return [] if limits[1] <= 1 and limits[0] < -0.5 else list(breaks)  # noqa: PLR2004 - counts stand below 0

    return of_panel


def _rows(n_groups: int) -> float:
    return 0.5 + n_groups * 0.45


def _beneath(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(panel=pd.Categorical([_TABLE] * len(frame), [_CURVE, _TABLE]))
