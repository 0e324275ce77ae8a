"""Adjust p-values of tests that answer one question together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, get_args

import numpy as np

from il6report.estimates import HypothesisTest
from il6report.methods.arguments import FloatArray
from il6report.methods.options import ArgumentReader, is_number
from il6report.plan import AdjustMethod

_Untested = TypeVar("_Untested")


def adjust_p_values(p_values: Sequence[float], *, method: AdjustMethod = "holm") -> FloatArray:
    """Adjust p-values for how many tests were made to answer one question.

    Parameters
    ----------
    p_values : sequence of float
        Two-sided p-values of one family, each in [0, 1].
    method : {"holm", "bonferroni", "hochberg", "bh", "none"}
        Holm controls the chance of any false claim under any dependence and is never less powerful
        than Bonferroni [1]_; Hochberg needs independent or positively dependent tests [2]_; bh
        (Benjamini and Hochberg) controls the expected share of false claims instead [3]_.

    Returns
    -------
    array of float, shape (len(p_values),)
        Adjusted p-values in the same order.

    Raises
    ------
    AnalysisError
        If the method is unknown, or a p-value is missing or outside [0, 1].

    See Also
    --------
    adjust_tests : The same for tests that carry their p-values.

    Notes
    -----
    R: `p.adjust(p_values, method)`.

    References
    ----------
    .. [1] Holm S. Scand J Stat 1979;6:65-70. https://www.jstor.org/stable/4615733
    .. [2] Hochberg Y. Biometrika 1988;75:800-2. https://doi.org/10.1093/biomet/75.4.800
    .. [3] Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.
       https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03], method="holm").tolist()
    [0.03, 0.06, 0.06]
    """
    arguments = ArgumentReader("adjust_p_values")
    arguments.option("method", method, get_args(AdjustMethod))
    listed = arguments.listed("p_values", p_values, "As [0.01, 0.04].")
    right = [p for p in listed if is_number(p) and 0 <= p <= 1]
    if len(right) < len(listed):
        arguments.refuse(
            "p_values", "p-values between 0 and 1",
            f"{len(listed) - len(right)} of {len(listed)} missing or outside",
            "Leave out tests that could not be made.",
        )  # fmt: skip
    arguments.raise_if_any()
    given = np.array(right, dtype=np.float64)
    if method == "none" or given.size == 0:
        return given.copy()
    return _adjust(given, method)


def _adjust(given: FloatArray, method: AdjustMethod) -> FloatArray:
    """Adjust step by step; statsmodels gives the same but collects garbage at each call."""
    n = given.size
    order = np.argsort(given, kind="stable")
    rank = np.arange(n)
    if method == "bonferroni":
        stepped = n * given[order]
    elif method == "holm":
        stepped = np.maximum.accumulate((n - rank) * given[order])
    else:
        factor = n - rank if method == "hochberg" else n / (rank + 1)
        stepped = np.minimum.accumulate((factor * given[order])[::-1])[::-1]
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def adjust_tests(
    tests: Sequence[HypothesisTest | _Untested], *, method: AdjustMethod = "holm"
) -> tuple[HypothesisTest | _Untested, ...]:
    """Adjust the tests of one family for how many were made.

    Parameters
    ----------
    tests : sequence of HypothesisTest
        The family. What is no test (`NotEstimable`, None) is passed through and not counted.
    method : {"holm", "bonferroni", "hochberg", "bh", "none"}
        As in `adjust_p_values`.

    Returns
    -------
    tuple
        The same tests in the same order, with `p_adjusted` and `adjust_method` filled; unchanged
        where the method is "none".

    Notes
    -----
    R: `p.adjust` of their p-values.

    References
    ----------
    .. [1] Hochberg Y. Biometrika 1988;75:800-2. https://doi.org/10.1093/biomet/75.4.800
    .. [2] Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.
       https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> family = [HypothesisTest(statistic=2.2, p_value=p, method="z") for p in (0.03, 0.01)]
    >>> [test.p_adjusted for test in adjust_tests(family)]
    [0.03, 0.02]
    """
    arguments = ArgumentReader("adjust_tests")
    tests = arguments.listed("tests", tests, "As [result.test, other.test].")
    arguments.raise_if_any()
    made = [test for test in tests if isinstance(test, HypothesisTest)]
    adjusted = iter(adjust_p_values([test.p_value for test in made], method=method))
    if method == "none":
        return tuple(tests)
    return tuple(
        replace(test, p_adjusted=float(next(adjusted)), adjust_method=method)
        if isinstance(test, HypothesisTest)
        else test
        for test in tests
    )
