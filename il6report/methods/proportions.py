"""Estimate proportions and compare the shares of a category between groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, IntArray, Labels
from il6report.methods.contingency import (
    chi_square_test,
    conditional_odds_ratio,
    cramers_v,
    expected_counts,
    risk_difference,
    trend_slope,
    trend_test,
)
from il6report.methods.fisher import fisher_test
from il6report.methods.single_proportion import ProportionMethod, estimate_proportion

__all__ = (
    "ProportionComparison",
    "ProportionMethod",
    "ProportionTest",
    "compare_proportions",
    "estimate_proportion",
)

ProportionTest = Literal["fisher", "chi2", "trend"]
"""How shares are compared; see `compare_proportions`."""

# Cochran's rule of thumb for the chi-square approximation.
_SMALLEST_EXPECTED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ProportionComparison:
    """How the shares of a category differ between groups.

    Parameters
    ----------
    term : str
        Column of the category.
    groups, levels : tuple of str
        Groups (the columns of `counts`) and levels of the category (its rows).
    counts : tuple of tuple of int
        How many of each level are in each group.
    group1, group2 : str or None
        With two groups, those compared; `group2` is the reference.
    n, n_missing : int
        Units analysed, and rows left out.
    estimate : Estimate or NotEstimable
        Odds ratio for two groups and two levels, change per group for a trend, else Cramér's V.
    test : HypothesisTest or NotEstimable
        The test of it.
    further : tuple
        With two groups and two levels, the risk difference.
    note : str
        What a reader must know.
    """

    term: str
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    group1: str | None
    group2: str | None
    n: int
    n_missing: int
    estimate: Estimate | NotEstimable
    test: HypothesisTest | NotEstimable
    further: tuple[Estimate | NotEstimable, ...] = ()
    note: str = ""

    @property
    def statistic(self) -> Statistic:
        """The row of results: the estimate with its test."""
        return self._row(self.estimate, self.test)

    def to_frame(self) -> pd.DataFrame:
        """Give the estimate with its test, then the other measures, one row each."""
        return statistics_frame(
            [self.statistic, *(self._row(estimate, None) for estimate in self.further)]
        )

    def _row(
        self, estimate: Estimate | NotEstimable, test: HypothesisTest | NotEstimable | None
    ) -> Statistic:
        two = self.group1 is not None and self.group2 is not None
        sizes = dict(zip(self.groups, np.sum(self.counts, axis=0).tolist(), strict=True))
        sign = " / " if estimate.measure == "odds_ratio" else " − "
        return Statistic(
            term=self.term,
            contrast=f"{self.group1}{sign}{self.group2}" if two else ", ".join(self.groups),
            group1=self.group1,
            group2=self.group2,
            n=self.n,
            n1=sizes[self.group1] if self.group1 is not None else None,
            n2=sizes[self.group2] if self.group2 is not None else None,
            estimate=estimate,
            test=test,
            note=self.note,
        )


def compare_proportions(
    data: pd.DataFrame,
    outcome: str,
    group: str,
    *,
    method: ProportionTest = "fisher",
    reference: str | float | None = None,
    event: str | float | None = None,
    conf_level: float = 0.95,
    seed: int = 0,
) -> ProportionComparison:
    """Estimate how the shares of a category differ between groups, and test it.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    outcome : str
        Column of the category, or of 0/1.
    group : str
        Column of two or more groups; for trend in their order (that of a categorical column, else
        ascending).
    method : {"fisher", "chi2", "trend"}
        Fisher's exact test for any number of rows and columns, Pearson's chi-square without
        continuity correction, or the Cochran-Armitage test for a trend of two levels over ordered
        groups.
    reference : str or number, optional
        With two groups, the one compared with; the first where absent.
    event : str or number, optional
        With two levels, the one whose odds and risk are meant; the last where absent, which is 1
        of 0 and 1.
    conf_level : float
        Level of the intervals.
    seed : int
        For tables too large to list all alternatives of.

    Returns
    -------
    ProportionComparison
        Two groups and two levels: the odds ratio given the margins with its exact interval (above
        1: more frequent in `group1`) and the risk difference as a further row. More of either:
        Cramér's V. Trend: the change in proportion from one group to the next.

    Raises
    ------
    AnalysisError
        If a column is missing, there are not two levels and two groups at least, or a trend is
        asked of more than two levels.

    Notes
    -----
    R: `fisher.test`, `chisq.test(correct = FALSE)`, `prop.trend.test`. R's `chisq.test` corrects
    2x2 tables for continuity by default, which makes the test conservative; GraphPad and SPSS print
    both.

    References
    ----------
    .. [1] Fisher RA. Statistical Methods for Research Workers. 5th ed. Oliver & Boyd, 1934.
    .. [2] Armitage P. Biometrics 1955;11:375-86. https://doi.org/10.2307/3001775

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "il6_high": [1] * 8 + [0] * 3 + [1] * 2 + [0] * 9,
    ...         "group": ["dcSSc"] * 11 + ["lcSSc"] * 11,
    ...     }
    ... )
    >>> found = compare_proportions(frame, "il6_high", "group", reference="lcSSc")
    >>> found.to_frame()[["contrast", "measure", "estimate", "conf_low", "conf_high"]].round(2)
            contrast          measure  estimate  conf_low  conf_high
    0  dcSSc / lcSSc       odds_ratio     10.40      1.19     157.38
    1  dcSSc − lcSSc  risk_difference      0.55      0.13       0.76
    """
    reader = ColumnReader(data, "compare_proportions")
    method = reader.option("method", method, get_args(ProportionTest))
    reader.conf_level(conf_level)
    reader.seed(seed)
    levels = reader.labels(outcome)
    groups = reader.groups(group, levels.codes >= 0, members=1)
    levels = levels.where(groups.codes >= 0)
    if reader.holds(outcome) and len(levels.levels) < 2:  # noqa: PLR2004 - nothing to compare
        reader.refuse(f"{outcome!r}", "two levels or more", "one", "There is nothing to compare.")
    if method == "trend" and len(levels.levels) > 2:  # noqa: PLR2004 - a proportion has two
        reader.refuse(
            f"{outcome!r}", "two levels for a trend", f"{len(levels.levels)}", "Join levels."
        )
    second = reader.level("reference=", reference, groups)
    first_level = len(levels.levels) - 1 if event is None else reader.level("event=", event, levels)
    reader.raise_if_any()
    table = _table(levels, groups)
    two_levels = table.shape[0] == 2  # noqa: PLR2004
    two_groups = table.shape[1] == 2 and method != "trend"  # noqa: PLR2004
    if two_levels:
        table = table[[first_level, 1 - first_level]]
    estimate, further = _estimates(
        table, method, 1 - second if two_levels and two_groups else None, conf_level
    )
    return ProportionComparison(
        term=outcome,
        groups=groups.levels,
        levels=tuple(levels.levels[at] for at in (first_level, 1 - first_level))
        if two_levels
        else levels.levels,
        counts=tuple(tuple(row) for row in table.tolist()),
        group1=groups.levels[1 - second] if two_groups else None,
        group2=groups.levels[second] if two_groups else None,
        n=int(table.sum()),
        n_missing=len(data) - int(table.sum()),
        estimate=estimate,
        test=_test(table, method, seed),
        further=further,
        note=_note(table, method, len(data)),
    )


def _table(levels: Labels, groups: Labels) -> IntArray:
    shape = (len(levels.levels), len(groups.levels))
    rows = levels.codes >= 0
    cells = np.ravel_multi_index((levels.codes[rows], groups.codes[rows]), shape)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


def _test(table: IntArray, method: ProportionTest, seed: int) -> HypothesisTest:
    match method:
        case "fisher":
            return fisher_test(table, seed=seed)
        case "chi2":
            return chi_square_test(table)
        case "trend":
            return trend_test(table[0], table.sum(axis=0))


def _estimates(
    table: IntArray, method: ProportionTest, first: int | None, conf_level: float
) -> tuple[Estimate | NotEstimable, tuple[Estimate | NotEstimable, ...]]:
    totals = table.sum(axis=0)
    if method == "trend":
        return trend_slope(table[0], totals, conf_level=conf_level), ()
    if first is None:
        return cramers_v(table, conf_level=conf_level), ()
    ordered = table[:, [first, 1 - first]]
    (count1, count2), (n1, n2) = ordered[0].tolist(), ordered.sum(axis=0).tolist()
    difference = risk_difference(count1, n1, count2, n2, conf_level=conf_level)
    return conditional_odds_ratio(ordered, conf_level=conf_level), (difference,)


def _note(table: IntArray, method: ProportionTest, n_rows: int) -> str:
    notes = [f"{n_rows - int(table.sum())} missing"] if n_rows > table.sum() else []
    small = int((expected_counts(table) < _SMALLEST_EXPECTED).sum())
    if method != "fisher" and small:
        notes.append(f"{small} of {table.size} expected counts below 5: prefer fisher")
    return ", ".join(notes)
