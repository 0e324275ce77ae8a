"""Differences between two means: Welch's and Student's t, and the permutation test."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from scipy.special import stdtrit
from scipy.stats import t as student_t

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.arguments import FloatArray

# Up to so many ways to divide the values into two groups, all of them are looked at.
_ALL_DIVISIONS = 100_000
_SAMPLED_DIVISIONS = 20_000


def t_comparison(
    x1: FloatArray, x2: FloatArray, *, equal_variances: bool, conf_level: float, unit: str
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    """Compare two means by the t distribution.

    Welch's degrees of freedom unless the variances are taken to be equal. R: `t.test(x1, x2,
    var.equal = ...)`.
    """
    n1, n2 = x1.size, x2.size
    v1, v2 = float(np.var(x1, ddof=1)), float(np.var(x2, ddof=1))
    difference = float(x1.mean() - x2.mean())
    if equal_variances:
        method, df = "Student's t", float(n1 + n2 - 2)
        variance = ((n1 - 1) * v1 + (n2 - 1) * v2) / df * (1 / n1 + 1 / n2)
    else:
        method = "Welch's t"
        variance = v1 / n1 + v2 / n2
        df = (
            variance**2 / ((v1 / n1) ** 2 / (n1 - 1) + (v2 / n2) ** 2 / (n2 - 1)) if variance else 0
        )
    if not variance > 0:
        none = NotEstimable(
            reason="values do not vary within the groups", measure="mean_difference"
        )
        return none, none
    error = math.sqrt(variance)
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * error
    statistic = difference / error
    estimate = Estimate(
        measure="mean_difference",
        value=difference,
        conf_low=difference - margin,
        conf_high=difference + margin,
        conf_level=conf_level,
        std_error=error,
        method=method,
        unit=unit,
    )
    p_value = 2 * float(student_t.sf(abs(statistic), df))
    return estimate, HypothesisTest(statistic=statistic, p_value=p_value, df=df, method=method)


def permutation_comparison(
    x1: FloatArray, x2: FloatArray, *, conf_level: float, unit: str, seed: int
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    """Compare two means by dividing the values into groups anew.

    All divisions where there are at most 100 000 of them (with 9 and 10 members there are 92 378),
    else 20 000 drawn at random. The interval holds the shifts that neither one-sided test rejects:
    shifting the first group moves the difference of a division linearly, so each division gives
    the one shift at which it becomes as extreme as what was observed [1]_. R: `coin::oneway_test(
    distribution = "exact")` for the p-value.

    References
    ----------
    .. [1] Ernst MD. Stat Sci 2004;19:676-85. https://doi.org/10.1214/088342304000000396
    """
    # In ascending order, so that the random divisions do not depend on the order of rows.
    pooled, n1, n2 = np.concatenate([np.sort(x1), np.sort(x2)]), x1.size, x2.size
    observed = float(x1.mean() - x2.mean())
    if np.ptp(pooled) == 0:
        none = NotEstimable(reason="all values are equal", measure="mean_difference")
        return none, none
    exact = math.comb(n1 + n2, n1) <= _ALL_DIVISIONS
    members = _divisions(n1, n2, exact=exact, seed=seed)
    means = pooled[members].mean(axis=1)
    differences = means - (pooled.sum() - n1 * means) / n2
    slack = 1e-10 * np.ptp(pooled)
    extreme = int((np.abs(differences) >= abs(observed) - slack).sum())
    stayed = (members < n1).sum(axis=1)
    moved = stayed < n1
    slope = stayed[moved] / n1 - (n1 - stayed[moved]) / n2
    shifts = np.sort((observed - differences[moved]) / (1 - slope))
    # The observed division is as extreme as itself under every shift; it is one of those counted.
    divisions = shifts.size + int((~moved).sum())
    allowed = math.floor((1 - conf_level) / 2 * divisions + 1e-9) - (divisions - shifts.size)
    enough = allowed >= 0
    how = "all divisions" if exact else f"{_SAMPLED_DIVISIONS} random divisions"
    estimate = Estimate(
        measure="mean_difference",
        value=observed,
        conf_low=float(shifts[allowed]) if enough else None,
        conf_high=float(shifts[-1 - allowed]) if enough else None,
        conf_level=conf_level,
        method=f"difference in means with permutation interval, {how}",
        unit=unit,
        no_interval="" if enough else "too few values for an interval of this confidence level",
    )
    return estimate, HypothesisTest(
        statistic=observed, p_value=extreme / divisions, method=f"permutation test, {how}"
    )


def _divisions(n1: int, n2: int, *, exact: bool, seed: int) -> np.ndarray:
    """Give the positions of the first group's members, one division a row, the observed first."""
    if exact:
        return np.array(list(combinations(range(n1 + n2), n1)))
    drawn = np.tile(np.arange(n1 + n2), (_SAMPLED_DIVISIONS, 1))
    drawn[1:] = np.random.default_rng(seed).permuted(drawn[1:], axis=1)
    return drawn[:, :n1]
