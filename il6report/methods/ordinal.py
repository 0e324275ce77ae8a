"""Ordinal scores of two small groups, compared exactly in spite of ties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from il6report.estimates import HypothesisTest, NotEstimable
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.groups import TwoGroupComparison
from il6report.methods.rank_sum import pairs_won, superiority
from il6report.methods.ranks import average_ranks


def compare_ordinal(
    data: pd.DataFrame,
    outcome: str,
    group: str,
    *,
    reference: str | None = None,
    conf_level: float = 0.95,
) -> TwoGroupComparison:
    """Estimate how often a member of one group is scored higher than one of the other.

    Parameters
    ----------
    data : DataFrame
        One row per specimen.
    outcome : str
        Column of the score; only its order is used.
    group : str
        Column with two groups of at least two observed members each.
    reference : str, optional
        The group compared with; the first level where absent.
    conf_level : float
        Level of the interval.

    Returns
    -------
    TwoGroupComparison
        Probability of superiority with Newcombe's interval (0.5: no difference; above: higher in
        the group that is not the reference), with the rank-sum test over all divisions of the
        observed scores into the two groups, exact whatever the ties. With 10 against 5 its smallest
        p-value is 2/3003 where nothing is tied.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, or there are not two groups of two or more.

    Notes
    -----
    R: `coin::wilcox_test(outcome ~ group, distribution = "exact")`.

    References
    ----------
    .. [1] Streitberg B, Röhmel J. Stat Softw Newsl 1986;12:10-7. https://doi.org/10.1007/bf02480931

    Examples
    --------
    >>> scores = pd.DataFrame({"intensity": [0, 1, 1, 0, 2, 2, 3, 1, 2, 3],
    ...                        "group": ["control"] * 4 + ["early dcSSc"] * 6})
    >>> found = compare_ordinal(scores, "intensity", "group", reference="control")
    >>> found.to_frame()[["contrast", "estimate", "p_value"]].round(4)
                    contrast  estimate  p_value
    0  early dcSSc − control    0.9583   0.0286
    """
    reader = ColumnReader(data, "compare_ordinal")
    reader.conf_level(conf_level)
    values = reader.numbers(outcome)
    labels = reader.groups(group, ~np.isnan(values), number=2)
    second = reader.level("reference=", reference, labels)
    reader.raise_if_any()
    first = 1 - second
    x1, x2 = values[labels.codes == first], values[labels.codes == second]
    share, _ = superiority(pairs_won(x1, x2), x1.size, x2.size, conf_level=conf_level)
    return TwoGroupComparison(
        term=outcome,
        group1=labels.levels[first],
        group2=labels.levels[second],
        n1=x1.size,
        n2=x2.size,
        n_missing=len(data) - x1.size - x2.size,
        n_censored=0,
        estimate=share,
        test=exact_rank_sum_test(x1, x2),
    )


def exact_rank_sum_test(x1: FloatArray, x2: FloatArray) -> HypothesisTest | NotEstimable:
    """Test by the rank sum of the first group among all divisions of the pooled values.

    Twice the midranks are whole numbers, so that the sums of all subsets of the first group's size
    are counted one value at a time.
    """
    pooled = np.concatenate([x1, x2])
    if np.ptp(pooled) == 0:
        return NotEstimable(reason="all scores are the same")
    doubled = np.rint(2 * average_ranks(pooled)).astype(int)
    counts = np.zeros((x1.size + 1, int(doubled.sum()) + 1))
    counts[0, 0] = 1.0
    for rank in doubled:
        counts[1:, rank:] += counts[:-1, :-rank].copy()
    found = int(doubled[: x1.size].sum())
    sums = np.arange(counts.shape[1])
    centre = x1.size * doubled.mean()
    extreme = np.abs(sums - centre) >= abs(found - centre) - 1e-9
    p_value = float(counts[-1, extreme].sum()) / math.comb(pooled.size, x1.size)
    return HypothesisTest(
        statistic=pairs_won(x1, x2), p_value=min(p_value, 1.0),
        method="exact rank-sum test with ties",
    )  # fmt: skip
