"""Compare a quantity between several independent groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import chdtr, chndtrinc, ncfdtr
from scipy.stats import chi2, norm, rankdata

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray, IntArray
from il6report.methods.means import t_comparison
from il6report.methods.multiplicity import adjust_tests
from il6report.methods.peto_peto import (
    join_below_highest_limit,
    pairs_won_censored,
    peto_peto_test,
)
from il6report.methods.rank_sum import pairs_won, superiority
from il6report.plan import AdjustMethod

SeveralGroupsMethod = Literal["kruskal_wallis", "welch_anova", "peto_peto"]
"""How all groups are compared at once; see `compare_groups`."""

PairwiseMethod = Literal["dunn", "welch", "peto_peto"]
"""How every two groups are compared; see `compare_groups`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeveralGroupsComparison:
    """How a quantity differs between several groups.

    Parameters
    ----------
    term : str
        Column of the quantity.
    groups : tuple of str
        The groups, in order.
    sizes : tuple of int
        Units analysed in each.
    n_missing, n_censored : int
        Rows left out, and units whose value lies below a limit.
    estimate : Estimate or NotEstimable
        How much of the variation lies between groups.
    test : HypothesisTest or NotEstimable
        Of no difference between any groups.
    pairwise : tuple of Statistic
        Every later group against every earlier one, p-values adjusted for their number.
    """

    term: str
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    n_missing: int
    n_censored: int
    estimate: Estimate | NotEstimable
    test: HypothesisTest | NotEstimable
    pairwise: tuple[Statistic, ...]

    @property
    def statistic(self) -> Statistic:
        """The row of results for all groups at once."""
        counts = ((self.n_missing, "missing"), (self.n_censored, "below the limit"))
        return Statistic(
            term=self.term,
            contrast=", ".join(self.groups),
            n=sum(self.sizes),
            estimate=self.estimate,
            test=self.test,
            note=", ".join(f"{count} {what}" for count, what in counts if count),
        )

    def to_frame(self) -> pd.DataFrame:
        """Give the comparison of all groups, then of every two, one row each."""
        return statistics_frame([self.statistic, *self.pairwise])


def compare_groups(
    data: pd.DataFrame,
    outcome: str,
    group: str,
    *,
    method: SeveralGroupsMethod = "kruskal_wallis",
    pairwise: PairwiseMethod | None = None,
    adjust: AdjustMethod = "holm",
    below_limit: str | None = None,
    conf_level: float = 0.95,
    unit: str = "",
) -> SeveralGroupsComparison:
    """Estimate how much a quantity differs between several groups, and between every two of them.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    outcome : str
        Numeric column. With `below_limit`, it holds the limit where the value lies below it.
    group : str
        Column with two or more groups of at least two observed members each.
    method : {"kruskal_wallis", "welch_anova", "peto_peto"}
        Ranks; means with unequal variances; or ranks with values below one or several limits.
    pairwise : {"dunn", "welch", "peto_peto"}, optional
        How every two groups are compared; that which belongs to `method` where absent. Dunn's test
        uses the ranks among all groups.
    adjust : {"holm", "bonferroni", "hochberg", "bh", "none"}
        How the pairwise p-values are adjusted.
    below_limit : str, optional
        Column of 0/1 or True/False: whether the value lies below the limit in `outcome`. For
        kruskal_wallis all below the highest limit share the lowest rank.
    conf_level : float
        Level of the intervals, which are not adjusted.
    unit : str
        Unit of the outcome; carried into differences on its scale.

    Returns
    -------
    SeveralGroupsComparison
        All groups: epsilon squared, the share of the variation (of ranks, or of values) that lies
        between them, 0 to 1, with the interval of the noncentral distribution of its statistic.
        Every two: the probability of superiority of the later group with Newcombe's interval, or
        for welch the difference in means.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, a group is too small, or an option is unknown.

    Notes
    -----
    R: `kruskal.test`, `oneway.test`, `survival::survdiff(rho = 1)` and, pairwise, two-sided
    p-values of Dunn's z; R's `dunn.test` prints one-sided ones by default. The pairwise results do
    not depend on that of all groups at once.

    References
    ----------
    .. [1] Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583-621.
       https://doi.org/10.1080/01621459.1952.10483441
    .. [2] Dunn OJ. Technometrics 1964;6:241-52. https://doi.org/10.1080/00401706.1964.10490181
    .. [3] Welch BL. Biometrika 1951;38:330-6. https://doi.org/10.1093/biomet/38.3-4.330

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "il6_pg_ml": [3.3, 3.9, 3.5, 4.6, 5.2, 7.4, 9.1, 14.0, 22.0],
    ...         "group": ["control"] * 3 + ["lcSSc"] * 3 + ["dcSSc"] * 3,
    ...     }
    ... )
    >>> found = compare_groups(frame, "il6_pg_ml", "group")
    >>> found.to_frame()[["contrast", "estimate", "p_value", "p_adjusted"]].round(3)
                    contrast  estimate  p_value  p_adjusted
    0  control, dcSSc, lcSSc       0.9    0.027         NaN
    1        dcSSc − control       1.0    0.007       0.022
    2        lcSSc − control       1.0    0.180       0.359
    3          lcSSc − dcSSc       0.0    0.180       0.359
    """
    reader = ColumnReader(data, "compare_groups")
    reader.option("method", method, get_args(SeveralGroupsMethod))
    chosen = pairwise or _DEFAULT_PAIRWISE.get(method, "dunn")
    reader.option("pairwise", chosen, get_args(PairwiseMethod))
    reader.option("adjust", adjust, get_args(AdjustMethod))
    reader.conf_level(conf_level)
    if below_limit is not None and "welch" in {chosen, method.removesuffix("_anova")}:
        reader.refuse(
            "below_limit=", "methods for censored values", "welch", "Choose 'kruskal_wallis'."
        )
    values = reader.numbers(outcome)
    below = np.zeros(values.size) if below_limit is None else reader.indicator(below_limit)
    labels = reader.groups(group, ~np.isnan(values) & ~np.isnan(below))
    reader.raise_if_any()
    rows = labels.codes >= 0
    samples = _Samples(
        pooled=values[rows],
        censored=below[rows] == 1,
        codes=labels.codes[rows],
        levels=labels.levels,
        conf_level=conf_level,
        unit=unit,
    )
    estimate, test = _OMNIBUS[method](samples)
    return SeveralGroupsComparison(
        term=outcome,
        groups=labels.levels,
        sizes=tuple(labels.counts.tolist()),
        n_missing=int((~rows).sum()),
        n_censored=int(samples.censored.sum()),
        estimate=estimate,
        test=test,
        pairwise=_compare_every_two(outcome, samples, _PAIRWISE[chosen], adjust),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Samples:
    """Clean values of several groups and how to report on them."""

    pooled: FloatArray
    censored: BoolArray
    codes: IntArray
    levels: tuple[str, ...]
    conf_level: float
    unit: str

    @property
    def ranks(self) -> FloatArray:
        return rankdata(join_below_highest_limit(self.pooled, self.censored))


_Answer = tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]


def _kruskal_wallis(samples: _Samples) -> _Answer:
    ranks, n, groups = samples.ranks, samples.pooled.size, len(samples.levels)
    variance = float(np.var(ranks, ddof=1))
    if variance == 0:
        none = NotEstimable(reason="all values are equal", measure="epsilon_squared")
        return none, none
    sizes = np.bincount(samples.codes)
    means = np.bincount(samples.codes, ranks) / sizes
    statistic = float((sizes * (means - ranks.mean()) ** 2).sum() / variance)
    df = groups - 1
    ends = [
        float(chndtrinc(statistic, df, p)) if chdtr(df, statistic) > p else 0.0
        for p in _tails(samples.conf_level)
    ]
    estimate = Estimate(
        measure="epsilon_squared",
        value=statistic / (n - 1),
        conf_low=ends[0] / (n - 1),
        conf_high=min(ends[1] / (n - 1), 1.0),
        conf_level=samples.conf_level,
        method="rank epsilon squared with noncentral chi-square interval",
    )
    p_value = float(chi2.sf(statistic, df))
    return estimate, HypothesisTest(
        statistic=statistic, df=df, p_value=p_value, method="Kruskal-Wallis test"
    )


def _welch_anova(samples: _Samples) -> _Answer:
    # pingouin takes seconds to import; only this method pays for it.
    from pingouin import welch_anova  # noqa: PLC0415

    frame = pd.DataFrame({"value": samples.pooled, "group": samples.codes})
    if (frame.groupby("group")["value"].var() == 0).any():
        none = NotEstimable(reason="a group does not vary", measure="epsilon_squared")
        return none, none
    row = welch_anova(frame, dv="value", between="group").iloc[0]
    f, df1, df2 = float(row["F"]), float(row["ddof1"]), float(row["ddof2"])

    def share(f_value: float) -> float:
        return max((f_value - 1) * df1 / (f_value * df1 + df2), 0.0)

    ends = [_noncentrality(f, df1, df2, p) for p in _tails(samples.conf_level)]
    estimate = Estimate(
        measure="epsilon_squared",
        value=share(f),
        conf_low=share(ends[0] / df1),
        conf_high=share(ends[1] / df1),
        conf_level=samples.conf_level,
        method="epsilon squared of Welch's F with noncentral F interval",
    )
    return estimate, HypothesisTest(
        statistic=f, df=df1, p_value=float(row["p_unc"]), method="Welch's analysis of variance"
    )


def _noncentrality(f: float, df1: float, df2: float, probability: float) -> float:
    """Find the noncentrality at which F is below the one observed with some probability."""

    def excess(noncentrality: float) -> float:
        return float(ncfdtr(df1, df2, noncentrality, f)) - probability

    if excess(0.0) <= 0:
        return 0.0
    high = 1.0
    while excess(high) > 0:
        high *= 2
    return float(brentq(excess, 0, high, rtol=1e-12))


def _peto_peto(samples: _Samples) -> _Answer:
    test = peto_peto_test(samples.pooled, samples.censored, samples.codes, len(samples.levels))
    if isinstance(test, NotEstimable):
        return NotEstimable(reason=test.reason, measure="epsilon_squared"), test
    return _kruskal_wallis(samples)[0], test


def _tails(conf_level: float) -> tuple[float, float]:
    """Give the probabilities at which a noncentral distribution has the ends of an interval."""
    return (1 + conf_level) / 2, (1 - conf_level) / 2


def _compare_every_two(
    term: str,
    samples: _Samples,
    compare: Callable[[_Samples, int, int], _Answer],
    adjust: AdjustMethod,
) -> tuple[Statistic, ...]:
    pairs = [(later, earlier) for earlier, later in combinations(range(len(samples.levels)), 2)]
    answers = [compare(samples, first, second) for first, second in pairs]
    tests = adjust_tests([test for _, test in answers], method=adjust)
    sizes = np.bincount(samples.codes).tolist()
    rows: list[Statistic] = []
    for (first, second), (estimate, _), test in zip(pairs, answers, tests, strict=True):
        names = samples.levels[first], samples.levels[second]
        rows.append(
            Statistic(
                term=term,
                contrast=" − ".join(names),
                group1=names[0],
                group2=names[1],
                n=sizes[first] + sizes[second],
                n1=sizes[first],
                n2=sizes[second],
                estimate=estimate,
                test=test,
            )
        )
    return tuple(rows)


def _dunn(samples: _Samples, first: int, second: int) -> _Answer:
    ranks = samples.ranks
    in1, in2 = samples.codes == first, samples.codes == second
    n1, n2 = int(in1.sum()), int(in2.sum())
    share, _ = superiority(pairs_won(ranks[in1], ranks[in2]), n1, n2, conf_level=samples.conf_level)
    error = math.sqrt(float(np.var(ranks, ddof=1)) * (1 / n1 + 1 / n2))
    if error == 0:
        return share, NotEstimable(reason="all values are equal")
    z = float(ranks[in1].mean() - ranks[in2].mean()) / error
    return share, HypothesisTest(
        statistic=z, p_value=2 * float(norm.sf(abs(z))), method="Dunn's test"
    )


def _welch_pair(samples: _Samples, first: int, second: int) -> _Answer:
    return t_comparison(
        samples.pooled[samples.codes == first],
        samples.pooled[samples.codes == second],
        equal_variances=False,
        conf_level=samples.conf_level,
        unit=samples.unit,
    )


def _peto_peto_pair(samples: _Samples, first: int, second: int) -> _Answer:
    in1, in2 = samples.codes == first, samples.codes == second
    parts = [(samples.pooled[rows], samples.censored[rows]) for rows in (in1, in2)]
    won = pairs_won_censored(*parts[0], *parts[1])
    share, _ = superiority(won, int(in1.sum()), int(in2.sum()), conf_level=samples.conf_level)
    both = in1 | in2
    codes = (samples.codes[both] == second).astype(np.int64)
    return share, peto_peto_test(samples.pooled[both], samples.censored[both], codes, 2)


_DEFAULT_PAIRWISE: dict[str, PairwiseMethod] = {
    "kruskal_wallis": "dunn",
    "welch_anova": "welch",
    "peto_peto": "peto_peto",
}
_OMNIBUS: dict[SeveralGroupsMethod, Callable[[_Samples], _Answer]] = {
    "kruskal_wallis": _kruskal_wallis,
    "welch_anova": _welch_anova,
    "peto_peto": _peto_peto,
}
_PAIRWISE: dict[PairwiseMethod, Callable[[_Samples, int, int], _Answer]] = {
    "dunn": _dunn,
    "welch": _welch_pair,
    "peto_peto": _peto_peto_pair,
}
