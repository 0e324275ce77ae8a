"""Estimates and large-sample tests on tables of counts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtr, chndtrinc, gammaln, ndtri
from scipy.stats import chi2

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.arguments import FloatArray, IntArray
from il6report.methods.single_proportion import estimate_proportion


def chi_square_test(table: IntArray) -> HypothesisTest:
    """Test independence by Pearson's chi-square. R: `chisq.test(table, correct = FALSE)`."""
    statistic, df = chi_square(table)
    return HypothesisTest(
        statistic=statistic,
        df=df,
        p_value=float(chi2.sf(statistic, df)),
        method="Pearson's chi-square test without continuity correction",
    )


def chi_square(table: IntArray) -> tuple[float, int]:
    """Give Pearson's statistic and its degrees of freedom."""
    expected = expected_counts(table)
    statistic = float(((table - expected) ** 2 / expected).sum())
    return statistic, (table.shape[0] - 1) * (table.shape[1] - 1)


def expected_counts(table: IntArray) -> FloatArray:
    """Give the counts expected under independence."""
    return np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()


def cramers_v(table: IntArray, *, conf_level: float) -> Estimate:
    """Estimate how closely two categories go together, from 0 to 1.

    The interval is that of the noncentrality of chi-square. R: `effectsize::cramers_v(adjust =
    FALSE, alternative = "two.sided")`, whose interval ends below the estimate where the groups are
    more alike than chance makes them; here it then ends at the estimate.
    """
    statistic, df = chi_square(table)
    scale = int(table.sum()) * (min(table.shape) - 1)
    tail = (1 - conf_level) / 2
    ends = [
        float(chndtrinc(statistic, df, p)) if chdtr(df, statistic) > p else 0.0
        for p in (1 - tail, tail)
    ]
    value = math.sqrt(statistic / scale)
    return Estimate(
        measure="cramers_v",
        value=value,
        conf_low=math.sqrt(ends[0] / scale),
        conf_high=max(min(math.sqrt(ends[1] / scale), 1.0), value),
        conf_level=conf_level,
        method="Cramér's V with noncentral chi-square interval",
    )


def conditional_odds_ratio(table: IntArray, *, conf_level: float) -> Estimate | NotEstimable:
    """Estimate the odds ratio of a 2x2 table given its margins. R: `fisher.test`.

    Rows are outcome present and absent, columns the group and its reference. Given the margins the
    count in the first cell has Fisher's noncentral hypergeometric distribution; the estimate makes
    its mean the observed count, the ends of the interval make its tails half of what is left out.
    """
    count, (n1, n2), present = int(table[0, 0]), table.sum(axis=0).tolist(), int(table[0].sum())
    possible = np.arange(max(0, present - n2), min(n1, present) + 1)
    if count in {possible[0], possible[-1]}:
        return NotEstimable(reason="a cell of the table is empty", measure="odds_ratio")
    log_ways = -gammaln(
        np.stack([possible, present - possible, n1 - possible, n2 - present + possible]) + 1.0
    ).sum(axis=0)

    def shares(log_ratio: float) -> FloatArray:
        """Give the probability of each possible count at this odds ratio."""
        weights = log_ways + log_ratio * possible
        weights = np.exp(weights - weights.max())
        return weights / weights.sum()

    tail, reach = (1 - conf_level) / 2, 2.0
    distances: tuple[Callable[[float], float], ...] = (
        lambda at: float(shares(at)[possible >= count].sum()) - tail,
        lambda at: float(shares(at) @ possible) - count,
        lambda at: tail - float(shares(at)[possible <= count].sum()),
    )
    while not all(one(-reach) < 0 < one(reach) for one in distances):
        reach *= 2
    low, value, high = (
        math.exp(brentq(one, -reach, reach, xtol=1e-14, rtol=1e-14)) for one in distances
    )
    return Estimate(
        measure="odds_ratio",
        value=value,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        method="conditional odds ratio with exact interval",
    )


def risk_difference(
    count1: int, n1: int, count2: int, n2: int, *, conf_level: float
) -> Estimate | NotEstimable:
    """Estimate the difference between two proportions with Newcombe's hybrid score interval.

    References
    ----------
    .. [1] Newcombe RG. Stat Med 1998;17:873-90 (method 10).
       https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I
    """
    shares = [
        estimate_proportion(count, n, conf_level=conf_level)
        for count, n in ((count1, n1), (count2, n2))
    ]
    (p1, low1, high1), (p2, low2, high2) = (
        (share.value / 100, (share.conf_low or 0.0) / 100, (share.conf_high or 0.0) / 100)
        for share in shares
        if isinstance(share, Estimate)
    )
    return Estimate(
        measure="risk_difference",
        value=p1 - p2,
        conf_low=p1 - p2 - math.hypot(p1 - low1, high2 - p2),
        conf_high=p1 - p2 + math.hypot(high1 - p1, p2 - low2),
        conf_level=conf_level,
        method="difference in proportions with Newcombe's hybrid score interval",
    )


def trend_test(counts: IntArray, totals: IntArray) -> HypothesisTest:
    """Test whether proportions rise or fall over ordered groups. R: `prop.trend.test`."""
    slope, spread = _slope(counts, totals)
    share = counts.sum() / totals.sum()
    statistic = float(slope**2 * spread / (share * (1 - share)))
    return HypothesisTest(
        statistic=statistic,
        df=1,
        p_value=float(chi2.sf(statistic, 1)),
        method="Cochran-Armitage test for trend",
    )


def trend_slope(counts: IntArray, totals: IntArray, *, conf_level: float) -> Estimate:
    """Estimate by how much a proportion changes from one ordered group to the next.

    The least-squares slope, with Price and Bonett's interval of a sum of proportions: two more with
    and two more without the outcome, spread over the groups, keep it from being too short where
    groups are small.

    References
    ----------
    .. [1] Price RM, Bonett DG. Comput Stat Data Anal 2004;45:449-56.
       https://doi.org/10.1016/S0167-9473(03)00007-0
    """
    slope, spread = _slope(counts, totals)
    weights = totals * _centred_scores(totals) / spread
    added = 2 / np.count_nonzero(weights)
    more = totals + 2 * added
    shares = (counts + added) / more
    error = math.sqrt(float((weights**2 * shares * (1 - shares) / more).sum()))
    middle, reach = float(weights @ shares), float(ndtri((1 + conf_level) / 2)) * error
    return Estimate(
        measure="risk_difference",
        value=slope,
        conf_low=min(middle - reach, slope),
        conf_high=max(middle + reach, slope),
        conf_level=conf_level,
        method="change in proportion per group with Price and Bonett's interval",
    )


def _slope(counts: IntArray, totals: IntArray) -> tuple[float, float]:
    scores = _centred_scores(totals)
    spread = float((totals * scores**2).sum())
    return float((counts * scores).sum()) / spread, spread


def _centred_scores(totals: IntArray) -> FloatArray:
    scores = np.arange(totals.size, dtype=np.float64)
    return scores - (totals @ scores) / totals.sum()
