"""How often the claims of the report are wrong, right, and hold the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from plotnine import (
    aes,
    element_blank,
    element_text,
    facet_wrap,
    geom_point,
    geom_segment,
    geom_vline,
    ggplot,
    labs,
    scale_color_manual,
    scale_x_continuous,
    theme,
)

from il6report.analyses.headlines import HEADLINES
from il6report.analyses.operating_characteristics import OperatingCharacteristicsResult
from il6report.estimates import Estimate
from il6report.figures.theme import INK, LEVEL_COLOURS, MUTED, journal_theme, not_available

_PANELS = {"level": "False positives, %", "coverage": "Coverage, %", "power": "Power, %"}
_BEYOND, _WITHIN = "beyond what is accepted", "within it, or not judged"
_NOMINAL = {"level": 5.0, "coverage": 95.0}


def operating_characteristics_figure(result: OperatingCharacteristicsResult) -> ggplot:
    """Draw level, coverage and power of each claim with Monte Carlo intervals.

    Parameters
    ----------
    result : OperatingCharacteristicsResult
        Rates over simulated studies.

    Returns
    -------
    ggplot
        Dashed: the nominal rate. Dotted: beyond it a claim is named in the text.
    """
    if not result.available:
        return not_available("Repeated studies")
    panels = pd.CategoricalDtype(list(_PANELS.values()))
    claims = pd.CategoricalDtype([one.label for one in reversed(list(HEADLINES.values()))])
    points = pd.DataFrame(_points(result)).astype({"panel": panels, "claim": claims})
    nominal, accepted = (
        pd.DataFrame({"panel": [_PANELS[word] for word in at], "at": list(at.values())}).astype(
            {"panel": panels}
        )
        for at in (_NOMINAL, _accepted(result))
    )
    return (
        ggplot(points, aes("value", "claim"))
        + geom_vline(aes(xintercept="at"), nominal, linetype="dashed", color=MUTED, size=0.4)
        + geom_vline(aes(xintercept="at"), accepted, linetype="dotted", color=MUTED, size=0.5)
        + geom_segment(aes(x="low", xend="high", yend="claim", color="verdict"), size=0.6)
        + geom_point(aes(color="verdict"), size=1.6)
        + facet_wrap("panel", nrow=1, scales="free_x")
        + scale_x_continuous(breaks=_whole)
        + scale_color_manual({_WITHIN: INK, _BEYOND: LEVEL_COLOURS["high"]})
        + labs(x="Per cent of simulated studies, with Monte Carlo interval", y="")
        + journal_theme(width=6.3, height=4.2)
        + theme(
            axis_text_y=element_text(size=7),
            axis_title_y=element_blank(),
            panel_spacing_x=0.03,
        )
    )


def _whole(limits: Sequence[float]) -> list[float]:
    """Mark few whole per cents, so that neighbouring labels keep apart."""
    low, high = min(limits), max(limits)
    step = next((size for size in (1, 2, 5, 10, 25) if high - low < 5 * size), 50)
    return [float(at) for at in range(step * math.ceil(low / step), math.floor(high) + 1, step)]


def _accepted(result: OperatingCharacteristicsResult) -> dict[str, float]:
    return {
        "level": result.accepted_level_percent,
        "coverage": result.accepted_coverage_percent,
    }


def _points(result: OperatingCharacteristicsResult) -> list[dict[str, object]]:
    points: list[dict[str, object]] = []
    for word, panel in _PANELS.items():
        for key, headline in HEADLINES.items():
            found = result.statistics[f"{word}.{key}"].estimate
            if not isinstance(found, Estimate):
                continue
            beyond = {
                "level": found.value > result.accepted_level_percent,
                "coverage": found.value < result.accepted_coverage_percent,
            }.get(word, False)
            points.append(
                {
                    "panel": panel, "claim": headline.label, "value": found.value,
                    "low": found.conf_low, "high": found.conf_high,
                    "verdict": _BEYOND if beyond else _WITHIN,
                }
            )  # fmt: skip
    return points
