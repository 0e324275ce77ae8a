"""The skin score over 3 years: patients as lines, the model's means over them, counts beneath."""

from __future__ import annotations

from plotnine import (
    aes,
    geom_line,
    geom_point,
    geom_ribbon,
    ggplot,
    guides,
    labs,
    scale_color_manual,
    scale_fill_manual,
    scale_linetype_manual,
    scale_y_continuous,
)

from il6report.analyses.il6_levels import level_titles
from il6report.analyses.skin_score import SkinScoreResult
from il6report.figures.counts_beneath import (
    above_counts,
    breaks_above,
    counts_beneath,
    two_panel_theme,
)
from il6report.figures.theme import LEVEL_COLOURS, LEVEL_LINES

_HIGHEST = 51
_TITLE = "Modified Rodnan skin score (points)"


def skin_score_figure(result: SkinScoreResult) -> ggplot:
    """Draw every patient's scores, the model means with their bands, and who was scored when.

    Parameters
    ----------
    result : SkinScoreResult
        Lines, means and counts.

    Returns
    -------
    ggplot
        Thin lines (points: one score only) are patients; a cross is the last score before death
        within the 3 years.
    """
    titles = level_titles(result.il6_high_pg_ml)
    lines, means, scored = (
        frame.assign(group=frame["level"].map(titles))
        for frame in (result.lines, result.means, result.scored)
    )
    lines, means = above_counts(lines), above_counts(means)
    seen_again = lines["line"].duplicated(keep=False)
    order = list(titles.values())
    colours = {titles[level]: LEVEL_COLOURS[level] for level in titles}
    highest = max(float(lines["mrss"].max()), 1.0) if len(lines) else _HIGHEST
    return (
        ggplot()
        + geom_line(
            aes("month", "mrss", group="line", color="group"),
            lines[seen_again],
            size=0.35,
            alpha=0.4,
            show_legend=False,
        )
        + geom_point(
            aes("month", "mrss", color="group"),
            lines[~seen_again & ~lines["last_before_death"]],
            size=1,
            stroke=0,
            alpha=0.4,
            show_legend=False,
        )
        + geom_point(
            aes("month", "mrss", color="group"),
            lines[lines["last_before_death"]],
            shape="x",
            size=2,
            stroke=0.7,
            show_legend=False,
        )
        + geom_ribbon(
            aes("month", ymin="conf_low", ymax="conf_high", fill="group"),
            means,
            alpha=0.16,
            show_legend=False,
        )
        + geom_line(aes("month", "mean", color="group", linetype="group"), means, size=1.1)
        + counts_beneath(
            scored.rename(columns={"month": "time", "n_scored": "count"}),
            heading="Number scored",
            order=order,
            limits=(0.0, highest),
        )
        + scale_color_manual(colours, breaks=order)
        + scale_fill_manual(colours, breaks=order)
        + scale_linetype_manual(
            {titles[level]: LEVEL_LINES[level] for level in titles}, breaks=order
        )
        + scale_y_continuous(breaks=breaks_above(range(0, _HIGHEST, 10)), expand=(0.02, 0))
        + guides(fill="none")
        + labs(x="Months from blood sampling", y=_TITLE)
        + two_panel_theme(_TITLE, n_groups=len(order), width=6.3, height=4.4)
    )
