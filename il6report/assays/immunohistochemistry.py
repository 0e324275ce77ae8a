"""Stained sections scored by raters: one score per biopsy, stain and cell type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from il6report.assays.readings import read_table
from il6report.errors import AssayError, Problem
from il6report.estimates import Estimate, Statistic, statistics_frame

INTENSITIES = (0, 1, 2, 3)
"""None, weak, moderate, strong."""
COLUMNS = (
    "biopsy_id", "biopsy_group", "stain", "cell_type", "rater_id", "intensity", "percent_positive",
    "vascular_il6",
)  # fmt: skip
SECTION = ["biopsy_id", "biopsy_group", "stain", "cell_type"]
# A rater who scored less of the sections than this is no second opinion.
_LEAST_SHARE_SCORED = 0.75


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BiopsyScores:
    """Scores of all biopsies, and the ratings behind them.

    Parameters
    ----------
    sections : DataFrame
        One row per biopsy, stain and cell type: `intensity` (0 to 3, mean of the raters, so that
        halves occur), `percent_positive`, `h_score` (0 to 300), `n_raters`.
    ratings : DataFrame
        The same rows; intensity as given, one column per rater.
    vessels : DataFrame
        One row per biopsy: `biopsy_id`, `biopsy_group`, `vascular_il6` (True where every rater
        saw IL-6 in or around vessels).
    n_unscored : int
        Sections that a rater could not score.
    """

    sections: pd.DataFrame
    ratings: pd.DataFrame
    vessels: pd.DataFrame
    n_unscored: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row per count: sections scored, and scores that a rater could not give."""
        counts = {"sections": len(self.sections), "scores missing": self.n_unscored}
        return statistics_frame(
            Statistic(
                term="sections",
                group1=name,
                n=len(self.sections),
                estimate=Estimate(
                    measure="count", value=float(n), method="count", no_interval="a count"
                ),
            )
            for name, n in counts.items()
        )


def score_biopsies(biopsies: pd.DataFrame) -> BiopsyScores:
    """Join the raters' scores of every section.

    Parameters
    ----------
    biopsies : DataFrame
        One row per biopsy, stain, cell type and rater: `biopsy_id`, `biopsy_group`, `stain`,
        `cell_type`, `rater_id`, `intensity` (0 to 3), `percent_positive` (of at least 200 cells),
        `vascular_il6` (0 or 1, on one row per rater and biopsy).

    Returns
    -------
    BiopsyScores
        The H-score is intensity times per cent positive. A section that one rater lost keeps the
        score of the other; one that all lost has none.

    Raises
    ------
    AssayError
        If a score is not 0, 1, 2 or 3, a rater scored too few sections, or a section has several
        scores by one rater; names all.
    AnalysisError
        If a column is missing.

    Notes
    -----
    R: none; `aggregate(intensity * percent_positive, ..., mean)`. The H-score runs from 0 to 300.

    References
    ----------
    .. [1] Detre S, Saclani Jotti G, Dowsett M. J Clin Pathol 1995;48:876-8.
       https://doi.org/10.1136/jcp.48.9.876

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "biopsy_id": "B01", "biopsy_group": "control", "stain": "IL-6",
    ...     "cell_type": "fibroblasts", "rater_id": ["R1", "R2"], "intensity": [1, 2],
    ...     "percent_positive": [20.0, 30.0], "vascular_il6": [None, None],
    ... })
    >>> score_biopsies(rows).sections[["intensity", "h_score", "n_raters"]]
       intensity  h_score  n_raters
    0        1.5     40.0         2
    """
    biopsies = read_table(
        biopsies, "score_biopsies", columns=COLUMNS,
        numbers=("intensity", "percent_positive", "vascular_il6"), may_be_empty=True,
    )  # fmt: skip
    AssayError.raise_if_any(_problems(biopsies))
    h_score = biopsies["intensity"] * biopsies["percent_positive"]
    by_section = biopsies.assign(h_score=h_score).groupby(SECTION, sort=True, observed=True)
    sections = by_section.agg(
        intensity=("intensity", "mean"),
        percent_positive=("percent_positive", "mean"),
        h_score=("h_score", "mean"),
        n_raters=("intensity", "count"),
    ).reset_index()
    vessels = (
        biopsies.dropna(subset=["vascular_il6"])
        .groupby(["biopsy_id", "biopsy_group"])["vascular_il6"]
        .min()
        .astype(bool)
        .reset_index()
    )
    ratings = biopsies.pivot_table(
        index=SECTION, columns="rater_id", values="intensity", dropna=False, observed=True
    )
    ratings = ratings.dropna(how="all").rename_axis(columns=None).reset_index()
    return BiopsyScores(
        sections=sections,
        ratings=ratings,
        vessels=vessels,
        n_unscored=int(biopsies["intensity"].isna().sum()),
    )


def _problems(biopsies: pd.DataFrame) -> Iterator[Problem]:
    intensity = biopsies["intensity"]
    wrong = biopsies[intensity.notna() & ~intensity.isin(INTENSITIES)]
    if len(wrong):
        yield Problem(
            where=f"biopsies, column intensity, {_named(wrong)}",
            expected="0 (none), 1 (weak), 2 (moderate) or 3 (strong)",
            found=f"other scores in {len(wrong)} rows",
            remedy="Correct them; a section that could not be scored is left blank.",
        )
    twice = biopsies[biopsies.duplicated([*SECTION, "rater_id"], keep=False)]
    if len(twice):
        yield Problem(
            where=f"biopsies, {_named(twice)}",
            expected="one score per biopsy, stain, cell type and rater",
            found=f"several, in {len(twice)} rows",
            remedy="Keep the blinded score that was made first.",
        )
    n_sections = len(biopsies[SECTION].drop_duplicates())
    for rater, scored in biopsies.groupby("rater_id")["intensity"].count().items():
        if scored < _LEAST_SHARE_SCORED * n_sections:
            yield Problem(
                where=f"biopsies, rater {rater}",
                expected=f"scores of all {n_sections} sections, or nearly",
                found=f"{scored}",
                remedy="Have the others scored, or leave the rater out; half a second opinion "
                "says nothing about agreement.",
            )


def _named(rows: pd.DataFrame, *, at_most: int = 5) -> str:
    names = [str(one) for one in rows["biopsy_id"].drop_duplicates()]
    return "biopsy " + ", ".join(names[:at_most]) + (" and others" if len(names) > at_most else "")
