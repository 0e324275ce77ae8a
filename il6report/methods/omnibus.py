"""Compare all of several groups at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtr, chndtrinc, fdtrc, ncfdtr
from scipy.stats import chi2

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.arguments import BoolArray, FloatArray, IntArray
from il6report.methods.association import kendall
from il6report.methods.peto_peto import peto_peto_test

SeveralGroupsMethod = Literal["kruskal_wallis", "welch_anova", "peto_peto", "jonckheere"]
"""How all groups are compared at once; see `compare_groups`."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Samples:
    """Clean values of several groups and how to report on them.

    Parameters
    ----------
    pooled : array of float, shape (n,)
        Values of all groups; where censored, the limit.
    censored : array of bool, shape (n,)
        Which lie below the value given.
    ranks : array of float, shape (n,)
        Ranks among all groups, those below the highest limit sharing the lowest.
    codes : array of int, shape (n,)
        Group of each value.
    levels : tuple of str
        Names of the groups.
    conf_level : float
        Level of intervals.
    unit : str
        Unit of the values.
    """

    pooled: FloatArray
    censored: BoolArray
    ranks: FloatArray
    codes: IntArray
    levels: tuple[str, ...]
    conf_level: float
    unit: str


Answer = tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]
"""An estimate and its test."""


def _kruskal_wallis(samples: Samples) -> Answer:
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
    value = statistic / (n - 1)
    estimate = Estimate(
        measure="epsilon_squared",
        value=value,
        conf_low=ends[0] / (n - 1),
        # Where the groups are more alike than by chance the interval ends at the estimate.
        conf_high=min(max(ends[1] / (n - 1), value), 1.0),
        conf_level=samples.conf_level,
        method="rank epsilon squared with noncentral chi-square interval",
    )
    p_value = float(chi2.sf(statistic, df))
    return estimate, HypothesisTest(
        statistic=statistic, df=df, p_value=p_value, method="Kruskal-Wallis test"
    )


def _welch_anova(samples: Samples) -> Answer:
    sizes = np.bincount(samples.codes).astype(np.float64)
    means = np.bincount(samples.codes, samples.pooled) / sizes
    away = samples.pooled - means[samples.codes]
    variances = np.bincount(samples.codes, away**2) / (sizes - 1)
    if not (variances > 0).all():
        none = NotEstimable(reason="a group does not vary", measure="epsilon_squared")
        return none, none
    weights, groups = sizes / variances, len(sizes)
    total = weights.sum()
    uncertainty = float(((1 - weights / total) ** 2 / (sizes - 1)).sum()) / (groups**2 - 1)
    df1, df2 = float(groups - 1), 1 / (3 * uncertainty)
    spread = float(weights @ (means - weights @ means / total) ** 2) / df1
    f = spread / (1 + 2 * (groups - 2) * uncertainty)

    # Welch's own denominator degrees of freedom would make the share too large.
    within = samples.pooled.size - groups

    def share(f_value: float) -> float:
        return max((f_value - 1) * df1 / (f_value * df1 + within), 0.0)

    ends = [_noncentrality(f, df1, df2, p) for p in _tails(samples.conf_level)]
    estimate = Estimate(
        measure="epsilon_squared",
        value=share(f),
        conf_low=share(1 + ends[0] / df1),
        conf_high=max(share(1 + ends[1] / df1), share(f)),
        conf_level=samples.conf_level,
        method="epsilon squared of Welch's F with noncentral F interval",
    )
    return estimate, HypothesisTest(
        statistic=f, df=df1, p_value=float(fdtrc(df1, df2, f)),
        method="Welch's analysis of variance",
    )  # fmt: skip


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


def _peto_peto(samples: Samples) -> Answer:
    test = peto_peto_test(samples.pooled, samples.censored, samples.codes, len(samples.levels))
    if isinstance(test, NotEstimable):
        return NotEstimable(reason=test.reason, measure="epsilon_squared"), test
    return _kruskal_wallis(samples)[0], test


def _jonckheere(samples: Samples) -> Answer:
    estimate, test = kendall(
        samples.codes.astype(np.float64),
        samples.pooled,
        np.zeros(samples.codes.size, dtype=np.bool_),
        samples.censored,
        conf_level=samples.conf_level,
    )
    if isinstance(test, HypothesisTest):
        return estimate, replace(test, method="Jonckheere-Terpstra test, normal approximation")
    return estimate, test


def _tails(conf_level: float) -> tuple[float, float]:
    """Give the probabilities at which a noncentral distribution has the ends of an interval."""
    return (1 + conf_level) / 2, (1 - conf_level) / 2


COMPARISONS: dict[SeveralGroupsMethod, Callable[[Samples], Answer]] = {
    "kruskal_wallis": _kruskal_wallis,
    "welch_anova": _welch_anova,
    "peto_peto": _peto_peto,
    "jonckheere": _jonckheere,
}
"""How each method compares all groups."""
