"""Kaplan-Meier curves with the numbers at risk aligned beneath them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    element_blank,
    element_text,
    facet_grid,
    geom_blank,
    geom_line,
    geom_point,
    geom_rect,
    geom_text,
    ggplot,
    guides,
    labs,
    scale_color_manual,
    scale_fill_manual,
    scale_x_continuous,
    scale_y_continuous,
    theme,
)

from il6report.figures.theme import MUTED, journal_theme

_CURVE, _TABLE = "curve", "table"


def kaplan_meier_figure(
    curves: pd.DataFrame,
    at_risk: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    time_label: str,
    width: float = 6.3,
    height: float = 4.2,
) -> ggplot:
    """Draw survival curves with interval bands, censoring marks and the numbers at risk.

    Parameters
    ----------
    curves : DataFrame
        One row per group and step: `group`, `time`, `n_censored`, `survival`, `conf_low`,
        `conf_high`, as `kaplan_meier(...).curves` gives them; each group begins at time zero.
    at_risk : DataFrame
        `group`, `time`, `n_at_risk` at the start of each period; its times become the axis breaks.
    colours : mapping of str to str
        Group to colour, in the order of the legend and of the rows beneath.
    time_label : str
        Title of the time axis, with the unit and the origin of time.
    width, height : float
        Size in inches.

    Returns
    -------
    ggplot
        Curves above, numbers at risk below, on one time axis.
    """
    order = list(colours)
    steps, bands = _steps(curves), _bands(curves)
    marks = curves[curves["n_censored"] > 0].copy()
    depth = -np.arange(1, len(order) + 1, dtype=float)
    rows = at_risk.assign(depth=at_risk["group"].map(dict(zip(order, depth, strict=True))))
    heading = pd.DataFrame({"time": [0.0], "depth": [0.0], "label": ["Number at risk"]})
    frames = {_CURVE: (steps, bands, marks), _TABLE: (rows, heading)}
    for panel, held in frames.items():
        for frame in held:
            frame["panel"] = pd.Categorical([panel] * len(frame), [_CURVE, _TABLE])
    limits = pd.DataFrame(
        {
            "panel": pd.Categorical([_CURVE] * 2 + [_TABLE] * 2, [_CURVE, _TABLE]),
            "time": 0.0,
            "height": [0.0, 1.0, depth[-1] - 0.6, 0.4],
        }
    )
    return (
        ggplot()
        + geom_blank(aes("time", "height"), limits)
        + geom_rect(
            aes(xmin="time", xmax="until", ymin="conf_low", ymax="conf_high", fill="group"),
            bands,
            alpha=0.14,
            show_legend=False,
        )
        + geom_line(aes("time", "survival", color="group"), steps, size=0.8)
        + geom_point(
            aes("time", "survival", color="group"),
            marks,
            shape="|",
            size=2,
            stroke=0.6,
            show_legend=False,
        )
        + geom_text(
            aes("time", "depth", label="n_at_risk", color="group"), rows, size=8, show_legend=False
        )
        + geom_text(
            aes("time", "depth", label="label"),
            heading,
            size=8,
            ha="left",
            color=MUTED,
            nudge_x=-0.02 * float(at_risk["time"].max()),
        )
        + facet_grid(
            rows="panel", scales="free_y", space={"x": [1], "y": [5.5, 0.5 + len(order) * 0.45]}
        )
        + scale_color_manual(dict(colours), breaks=order)
        + scale_fill_manual(dict(colours), breaks=order)
        + scale_x_continuous(breaks=sorted(at_risk["time"].unique()), expand=(0.03, 0))
        + scale_y_continuous(breaks=_breaks, labels=_percent_labels, expand=(0.02, 0))
        + guides(fill="none")
        + labs(x=time_label, y="Survival (%)")
        + journal_theme(width=width, height=height)
        + theme(
            strip_text=element_blank(),
            axis_title_y=element_text(y=0.62),
            panel_spacing=0.01,
        )
    )


def _steps(curves: pd.DataFrame) -> pd.DataFrame:
    parts: list[pd.DataFrame] = []
    for group, curve in curves.groupby("group", sort=False, observed=True):
        time = np.repeat(curve["time"].to_numpy(float), 2)[1:]
        survival = np.repeat(curve["survival"].to_numpy(float), 2)[:-1]
        parts.append(pd.DataFrame({"group": str(group), "time": time, "survival": survival}))
    return pd.concat(parts, ignore_index=True)


def _bands(curves: pd.DataFrame) -> pd.DataFrame:
    ordered = curves.assign(
        group=curves["group"].astype(str),
        until=curves.groupby("group", sort=False, observed=True)["time"].shift(-1),
    )
    return ordered.dropna(subset=["until", "conf_low", "conf_high"]).reset_index(drop=True)


def _breaks(limits: tuple[float, float]) -> list[float]:
    return [] if limits[0] < -0.5 else [0.0, 0.25, 0.5, 0.75, 1.0]  # noqa: PLR2004 - the lower panel


def _percent_labels(breaks: Sequence[float] | Sequence[str]) -> list[str]:
    return [str(int(100 * float(value))) for value in breaks]
