"""Specification curves with the decisions beneath them, and what is missing together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    element_blank,
    element_text,
    facet_grid,
    geom_blank,
    geom_hline,
    geom_linerange,
    geom_point,
    geom_text,
    geom_tile,
    ggplot,
    guide_legend,
    guides,
    labs,
    scale_color_manual,
    scale_fill_manual,
    scale_x_continuous,
    scale_y_continuous,
    theme,
)

from il6report.analyses.multiverse import Multiverse
from il6report.analyses.sensitivity import SensitivityResult
from il6report.figures.theme import INK, LEVEL_COLOURS, MUTED, RULE, beside_upper, journal_theme
from il6report.notation import format_significant

_CURVE, _GRID = "curve", "grid"
_TITLES = {
    "ratio": "Ratio of geometric means",
    "correlation": "Correlation",
    "hazard": "Hazard ratio",
}
_CLEAR, _UNCLEAR, _MAIN = (
    "interval excludes no effect",
    "interval includes no effect",
    "main analysis",
)
_COLOURS = {_CLEAR: LEVEL_COLOURS["high"], _UNCLEAR: "#adadad", _MAIN: INK}
_BREAKS = {
    "ratio": (0.5, 1, 2, 5, 10, 20, 50, 100),
    "correlation": (-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8),
    "hazard": (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50),
}
# Inches; two of these figures stand on one page of paper.
_CURVE_HEIGHT = 1.45
_ROW_HEIGHT = 0.1
_GAP = 0.4  # rows between two decisions
_AROUND = 0.7  # legend and horizontal axis


def specification_curve_figure(result: SensitivityResult, estimate: str) -> ggplot:
    """Draw one headline estimate under all specifications, sorted, and what each had chosen.

    Parameters
    ----------
    result : SensitivityResult
        All specifications.
    estimate : str
        "ratio", "correlation" or "hazard".

    Returns
    -------
    ggplot
        Above, estimates with their intervals, the main analysis in black; below, a mark for the
        option of each decision.
    """
    multiverse = result.multiverses[estimate]
    curve = _curve(multiverse)
    rows = _rows(multiverse)
    marks = _marks(multiverse, curve, rows)
    depth = -float(rows["depth"].min())
    grid_height = _ROW_HEIGHT * (depth + 0.4)
    low, high = _window(multiverse, curve)
    frame = curve.assign(
        value=_scaled(multiverse, curve["estimate"]),
        low=_scaled(multiverse, curve["conf_low"]).clip(low, high),
        high=_scaled(multiverse, curve["conf_high"]).clip(low, high),
    )
    panels = pd.CategoricalDtype([_CURVE, _GRID])
    null = 0.0
    corners = pd.DataFrame(
        {
            "rank": 1.0,
            "y": [low, high, -depth - 0.6, -0.4],
            "panel": [_CURVE, _CURVE, _GRID, _GRID],
        }
    ).astype({"panel": panels})
    frame = frame.assign(panel=_CURVE).astype({"panel": panels})
    zero = pd.DataFrame({"y": [null], "panel": [_CURVE]}).astype({"panel": panels})
    names = dict(zip(rows["depth"], rows["text"], strict=True))
    ticks = [float(one) for one in _scaled(multiverse, pd.Series(_BREAKS[estimate], dtype=float))]
    labels = {
        tick: format_significant(float(value), digits=1)
        for tick, value in zip(ticks, _BREAKS[estimate], strict=True)
    }
    shown = [tick for tick in ticks if low <= tick <= high]
    main = frame[frame["kind"] == _MAIN]

    def breaks_within(limits: tuple[float, float]) -> list[float]:
        return sorted(names) if limits[0] < -depth / 2 - 2 else shown

    return (
        ggplot(frame, aes("rank", "value"))
        + geom_blank(aes("rank", "y"), corners)
        + geom_hline(aes(yintercept="y"), zero, linetype="dashed", color=MUTED, size=0.4)
        + geom_linerange(aes(ymin="low", ymax="high", color="kind"), size=0.25, alpha=0.45)
        + geom_point(aes(color="kind"), size=0.5, stroke=0)
        + geom_linerange(aes(ymin="low", ymax="high"), main, color=INK, size=0.7)
        + geom_point(data=main, color=INK, size=2)
        + geom_point(
            aes("rank", "depth", color="kind"),
            marks.assign(panel=_GRID).astype({"panel": panels}),
            shape="|",
            size=1.1,
            stroke=0.35,
            show_legend=False,
        )
        + facet_grid(
            rows="panel",
            scales="free_y",
            space={"x": [1], "y": [_CURVE_HEIGHT, grid_height]},
        )
        + scale_color_manual(_COLOURS, breaks=list(_COLOURS))
        + scale_x_continuous(expand=(0.01, 0))
        + scale_y_continuous(
            breaks=breaks_within,
            labels=lambda breaks: [_label(float(at), names, labels) for at in breaks],
            expand=(0.01, 0),
        )
        + labs(x="Specifications, sorted by their estimate", y=_TITLES[estimate])
        + guides(color=guide_legend(override_aes={"size": 1.6, "alpha": 1.0}))
        + journal_theme(width=6.3, height=_AROUND + _CURVE_HEIGHT + grid_height)
        + theme(
            strip_text=element_blank(),
            axis_title_y=beside_upper(_TITLES[estimate], upper=_CURVE_HEIGHT, lower=grid_height),
            axis_text_y=element_text(size=6.5),
            panel_grid_major_y=element_blank(),
            panel_spacing=0.015,
        )
    )


def missing_figure(result: SensitivityResult) -> ggplot:
    """Draw which variables are missing together, one row a pattern, with how many patients.

    Parameters
    ----------
    result : SensitivityResult
        Patterns of missing values among patients.
    """
    patterns = result.patterns.assign(
        what=lambda frame: frame["missing"].map({True: "missing", False: "observed"}),
        depth=lambda frame: -frame["pattern"].astype(float),
    )
    order = list(dict.fromkeys(patterns["variable"]))
    short = {name: result.labels[name].split(" (", 1)[0] for name in order}
    patterns = patterns.assign(place=patterns["variable"].map(order.index).astype(float))
    sizes = patterns.drop_duplicates("pattern").assign(place=float(len(order)) - 0.2)
    n_patterns = len(sizes)
    return (
        ggplot(patterns, aes("place", "depth"))
        + geom_tile(aes(fill="what"), color="white", size=1.2)
        + geom_text(aes(label="n"), sizes, size=8, ha="left")
        + scale_fill_manual({"observed": RULE, "missing": LEVEL_COLOURS["high"]})
        + scale_x_continuous(
            breaks=[float(place) for place in range(len(order))],
            labels=[short[name] for name in order],
            expand=(0, 0.1, 0, 0.5),
        )
        + scale_y_continuous(breaks=[], expand=(0.02, 0))
        + guides(color="none")
        + labs(x="", y="Pattern (right: patients)")
        + journal_theme(width=6.3, height=2.2 + 0.2 * n_patterns)
        + theme(
            axis_text_x=element_text(rotation=30, ha="right", size=7.5),
            axis_line=element_blank(),
            panel_grid_major_y=element_blank(),
        )
    )


def _curve(multiverse: Multiverse) -> pd.DataFrame:
    found = multiverse.estimated.sort_values("estimate", kind="stable")
    null = 0.0 if multiverse.measure == "spearman_rho" else 1.0
    clear = (found["conf_low"] > null) | (found["conf_high"] < null)
    kind = clear.map({True: _CLEAR, False: _UNCLEAR}).mask(found.index == 0, _MAIN)
    return found.assign(rank=np.arange(1.0, len(found) + 1), kind=kind)


def _scaled(multiverse: Multiverse, values: pd.Series) -> pd.Series:
    """Put ratios on a logarithmic scale with no effect at zero; correlations stay."""
    if multiverse.measure == "spearman_rho":
        return values
    return pd.Series(np.log10(values.clip(1e-9, 1e9).to_numpy(float)), index=values.index)


def _window(multiverse: Multiverse, curve: pd.DataFrame) -> tuple[float, float]:
    """Bound the axis: estimates are seen whole, the longest intervals are cut."""
    scaled = _scaled(multiverse, curve["estimate"])
    low = _scaled(multiverse, curve["conf_low"]).quantile(0.05)
    high = _scaled(multiverse, curve["conf_high"]).quantile(0.95)
    return min(float(low), float(scaled.min()), 0.0), max(float(high), float(scaled.max()), 0.0)


def _rows(multiverse: Multiverse) -> pd.DataFrame:
    """Give each option a row of the grid, with a gap between decisions."""
    rows: list[dict[str, object]] = []
    depth = 0.0
    for decision in multiverse.decisions:
        for option, label in decision.options.items():
            depth -= 1
            rows.append(
                {
                    "decision": decision.name, "option": option, "depth": depth,
                    "text": f"{decision.label}: {label}",
                }
            )  # fmt: skip
        depth -= _GAP
    return pd.DataFrame(rows)


def _marks(multiverse: Multiverse, curve: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    chosen = curve.melt(
        ["rank", "kind"],
        [one.name for one in multiverse.decisions],
        var_name="decision",
        value_name="option",
    )
    return chosen.merge(rows, on=["decision", "option"], validate="m:1")


def _label(at: float, names: dict[float, str], labels: dict[float, str]) -> str:
    return names.get(at, labels.get(at, ""))
