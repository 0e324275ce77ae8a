"""Kaplan-Meier curves with the numbers at risk aligned beneath them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_line,
    geom_point,
    geom_rect,
    ggplot,
    guides,
    labs,
    scale_color_manual,
    scale_fill_manual,
    scale_linetype_manual,
    scale_y_continuous,
)

from il6report.figures.counts_beneath import (
    above_counts,
    breaks_above,
    counts_beneath,
    two_panel_theme,
)

_TITLE = "Survival (%)"


def kaplan_meier_figure(
    curves: pd.DataFrame,
    at_risk: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    time_label: str,
    lines: Mapping[str, str] | None = None,
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
    lines : mapping of str to str, optional
        Group to type of line, so that curves differ without colour too; all solid unless given.
    width, height : float
        Size in inches.

    Returns
    -------
    ggplot
        Curves above, numbers at risk below, on one time axis.
    """
    order = list(colours)
    steps, bands = above_counts(_steps(curves)), above_counts(_bands(curves))
    marks = above_counts(curves[curves["n_censored"] > 0])
    return (
        ggplot()
        + geom_rect(
            aes(xmin="time", xmax="until", ymin="conf_low", ymax="conf_high", fill="group"),
            bands,
            alpha=0.14,
            show_legend=False,
        )
        + geom_line(aes("time", "survival", color="group", linetype="group"), steps, size=0.8)
        + geom_point(
            aes("time", "survival", color="group"),
            marks,
            shape="|",
            size=2,
            stroke=0.6,
            show_legend=False,
        )
        + counts_beneath(
            at_risk.rename(columns={"n_at_risk": "count"}),
            heading="Number at risk",
            order=order,
            limits=(0.0, 1.0),
        )
        + scale_color_manual(dict(colours), breaks=order)
        + scale_fill_manual(dict(colours), breaks=order)
        + scale_linetype_manual(dict(lines or dict.fromkeys(order, "solid")), breaks=order)
        + scale_y_continuous(
            breaks=breaks_above([0.0, 0.25, 0.5, 0.75, 1.0]),
            labels=_percent_labels,
            expand=(0.02, 0),
        )
        + guides(fill="none")
        + labs(x=time_label, y=_TITLE)
        + two_panel_theme(_TITLE, n_groups=len(order), width=width, height=height)
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


def _percent_labels(breaks: Sequence[float] | Sequence[str]) -> list[str]:
    return [str(int(100 * float(value))) for value in breaks]
