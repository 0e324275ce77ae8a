"""The flow of participants from enrolment to each analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from plotnine import (
    aes,
    arrow,
    coord_cartesian,
    element_blank,
    geom_rect,
    geom_segment,
    geom_text,
    ggplot,
    theme,
)

from il6report.analyses.baseline import BaselineResult
from il6report.figures.theme import INK, MUTED, journal_theme

_BOX_WIDTH = 3.1
_TITLE, _LINE = 0.42, 0.16  # heights of a box: what its title takes, and each line beneath
_COLUMN = 3.3
_INCHES = 0.9  # of one unit of height
_WAY = 0.3  # from a box to the next
_LEFT_OUT = 0.145  # height of a line about those left out, beside the way
_INSET = 0.3  # how far inside its left edge an arrow enters a box; its text stands beside it
_BUS = 0.16  # how far below a box the ways to its branches part


@dataclass(frozen=True, kw_only=True, slots=True)
class _Box:
    """Where a step stands, from the middle of its upper edge, and what is written into it."""

    x: float
    y: float
    height: float
    title: str
    detail: str
    left_out: str
    parent: str


def flow_figure(result: BaselineResult) -> ggplot:
    """Draw the participants at each step and, beside the way there, who was left out and why.

    Parameters
    ----------
    result : BaselineResult
        Holds the flow; every count comes from the data.

    Returns
    -------
    ggplot
        Boxes from enrolment downwards; analyses that start from the same step stand side by side.
    """
    boxes = dict(_place(result))
    frame = pd.DataFrame(
        [
            {
                "x": box.x,
                "y": box.y,
                "title": box.title,
                "detail": box.detail,
                "left": box.x - _BOX_WIDTH / 2,
                "right": box.x + _BOX_WIDTH / 2,
                "low": box.y - box.height,
                "high": box.y,
            }
            for box in boxes.values()
        ]
    )
    parents = [box.parent for box in boxes.values()]
    drops = pd.DataFrame(
        [
            _drop(boxes[box.parent], box, branches_off=parents.count(box.parent) > 1)
            for box in boxes.values()
            if box.parent
        ]
    )
    buses = drops[drops["branches_off"]]
    bottom, right = frame["low"].min(), frame["right"].max()
    return (
        ggplot(frame)
        + geom_rect(
            aes(xmin="left", xmax="right", ymin="low", ymax="high"),
            fill="white",
            color=INK,
            size=0.5,
        )
        + geom_text(
            aes("x", "high", label="title"),
            size=8.5,
            fontweight="semibold",
            va="top",
            nudge_y=-0.09,
        )
        + geom_text(
            aes("x", "high", label="detail"), size=7.5, va="top", nudge_y=-0.345, lineheight=1.15
        )
        + geom_segment(
            aes(x="middle", xend="middle", y="bottom_of_parent", yend="top"),
            buses,
            size=0.5,
            color=INK,
        )
        + geom_segment(aes(x="middle", xend="x", y="top", yend="top"), buses, size=0.5, color=INK)
        + geom_segment(
            aes(x="x", xend="x", y="top", yend="bottom"),
            drops,
            size=0.5,
            color=INK,
            arrow=arrow(length=0.06, type="closed"),
        )
        + geom_text(
            aes("x", "level", label="left_out"),
            drops,
            size=6.5,
            ha="left",
            color=MUTED,
            nudge_x=0.12,
            lineheight=1.25,
        )
        + coord_cartesian(
            xlim=(frame["left"].min() - 0.02, right + 0.02),
            ylim=(bottom - 0.05, frame["high"].max() + 0.05),
            expand=False,
        )
        + journal_theme(width=6.3, height=_INCHES * (frame["high"].max() - bottom))
        + theme(
            axis_text=element_blank(),
            axis_title=element_blank(),
            axis_line=element_blank(),
            axis_ticks=element_blank(),
            panel_grid=element_blank(),
        )
    )


def _place(result: BaselineResult) -> Iterator[tuple[str, _Box]]:
    """Put each step below its parent; branches of one parent spread around it."""
    placed: dict[str, _Box] = {}
    for step in result.flow.steps:
        siblings = [one for one in result.flow.steps if one.parent == step.parent]
        notes = max(len(_left_out(one.excluded)) for one in siblings)
        parent = placed.get(step.parent)
        lines = max(len(_counted(one.counts)) for one in siblings)
        way = _BUS + 0.1 + _LEFT_OUT * notes if notes else _WAY
        shift = (siblings.index(step) - (len(siblings) - 1) / 2) * _COLUMN
        placed[step.label] = _Box(
            x=(parent.x if parent else 0.0) + shift,
            y=(parent.y - parent.height - way if parent else 0.0),
            height=_TITLE + _LINE * lines,
            title=f"{step.label}: {step.total}",
            detail="\n".join(_counted(step.counts)),
            left_out="\n".join(_left_out(step.excluded)),
            parent=step.parent,
        )
        yield step.label, placed[step.label]


def _drop(parent: _Box, child: _Box, *, branches_off: bool) -> dict[str, float | str | bool]:
    """Lead the arrow straight down to an only branch, else round a corner."""
    below = parent.y - parent.height
    top = below - _BUS if branches_off else below
    aside = branches_off or child.left_out
    return {
        "x": child.x - _BOX_WIDTH / 2 + _INSET if aside else child.x,
        "middle": parent.x,
        "branches_off": branches_off,
        "bottom_of_parent": below,
        "top": top,
        "bottom": child.y,
        "level": (below - _BUS + child.y) / 2,
        "left_out": child.left_out,
    }


def _counted(counts: Mapping[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in counts.items() if count]


def _left_out(excluded: Mapping[str, int]) -> list[str]:
    return ["Left out:", *_counted(excluded)] if excluded else []
