"""What each inhibitor took away of the induced part: a forest."""

from __future__ import annotations

import pandas as pd
from plotnine import (
    aes,
    element_blank,
    element_line,
    facet_wrap,
    geom_errorbarh,
    geom_point,
    geom_vline,
    ggplot,
    labs,
    scale_y_discrete,
    theme,
)

from il6report.analyses.signalling import INHIBITORS, TARGETS, SignallingResult
from il6report.estimates import Estimate
from il6report.figures.theme import INK, MUTED, RULE, journal_theme, not_available


def signalling_figure(result: SignallingResult) -> ggplot:
    """Draw the per cent blocked with its interval, one row an inhibitor, one panel a target.

    Parameters
    ----------
    result : SignallingResult
        Blockade.

    Returns
    -------
    ggplot
        What could not be estimated has no point; a note without experiments.
    """
    found = {
        (target, inhibitor): result.statistics[f"blocked.{key}.{name}"].estimate
        for target, key in TARGETS.items()
        for inhibitor, name in INHIBITORS.items()
        if f"blocked.{key}.{name}" in result.statistics
    }
    rows = [
        {
            "target": target, "inhibitor": inhibitor, "value": one.value,
            "conf_low": one.conf_low, "conf_high": one.conf_high,
        }
        for (target, inhibitor), one in found.items()
        if isinstance(one, Estimate)
    ]  # fmt: skip
    if not rows:
        return not_available("Inhibitors")
    forest = pd.DataFrame(rows)
    forest["target"] = pd.Categorical(forest["target"], list(TARGETS))
    forest["inhibitor"] = pd.Categorical(forest["inhibitor"], list(INHIBITORS)[::-1])
    return (
        ggplot(forest, aes("value", "inhibitor"))
        + geom_vline(xintercept=0, color=INK, size=0.4)
        + geom_vline(xintercept=100, color=MUTED, linetype="dashed", size=0.4)
        + geom_errorbarh(aes(xmin="conf_low", xmax="conf_high"), height=0.25, size=0.5, color=INK)
        + geom_point(size=2.2, color="#d55e00")
        + facet_wrap("target", ncol=3)
        + scale_y_discrete(drop=False)
        + labs(x="Induced part blocked, %", y="")
        + journal_theme(width=6.3, height=2.8)
        + theme(
            panel_grid_major_y=element_blank(),
            panel_grid_major_x=element_line(color=RULE, size=0.3),
            axis_line_y=element_blank(),
            panel_spacing_x=0.03,
        )
    )
