"""Rubin's rules: one answer from several completed copies of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from il6report.errors import AnalysisError, Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class PooledEstimate:
    """What several completed data sets say together.

    Parameters
    ----------
    value : float
        Mean of the estimates, on the scale on which they were given.
    std_error : float
        Root of the total variance: that within the copies and that between them.
    df : float
        Degrees of freedom of Barnard and Rubin; infinite where nothing differed between the copies
        and the complete data would have had infinitely many.
    missing_information : float
        Share of the information that is missing, from 0 to 1.
    n_imputations : int
        Copies pooled.
    """

    value: float
    std_error: float
    df: float
    missing_information: float
    n_imputations: int

    def interval(self, conf_level: float = 0.95) -> tuple[float, float]:
        """Give the interval from Student's t."""
        reach = float(stdtrit(self.df, (1 + conf_level) / 2)) * self.std_error
        return self.value - reach, self.value + reach

    def p_value(self) -> float:
        """Test that the value is zero, two-sided."""
        if self.std_error == 0:
            return 0.0 if self.value else 1.0
        return 2 * float(stdtr(self.df, -abs(self.value) / self.std_error))


def pool_estimates(
    values: Sequence[float], std_errors: Sequence[float], *, df_complete: float = math.inf
) -> PooledEstimate:
    """Pool the estimates of several completed data sets.

    Parameters
    ----------
    values : sequence of float
        One estimate a copy, on a scale on which it is about normal: the logarithm of a ratio, the
        inverse hyperbolic tangent of a correlation.
    std_errors : sequence of float
        Their standard errors.
    df_complete : float
        Degrees of freedom that the complete data would have had; infinite for a Wald statistic.

    Returns
    -------
    PooledEstimate
        The pooled value with its standard error and degrees of freedom.

    Raises
    ------
    AnalysisError
        If there are fewer than two estimates, or not as many standard errors.

    Notes
    -----
    R: ``mice::pool.scalar`` with ``k = n - df_complete`` [1]_; the degrees of freedom are those for
    small samples [2]_.

    References
    ----------
    .. [1] Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley, 1987.
       doi:10.1002/9780470316696
    .. [2] Barnard J, Rubin DB. Biometrika 1999;86:948-55. doi:10.1093/biomet/86.4.948

    Examples
    --------
    >>> pooled = pool_estimates([0.9, 1.1, 1.0, 1.2], [0.5, 0.5, 0.5, 0.5], df_complete=30)
    >>> [round(one, 3) for one in (pooled.value, pooled.std_error, pooled.df)]
    [1.05, 0.52, 24.744]
    """
    found, errors = np.asarray(values, np.float64), np.asarray(std_errors, np.float64)
    copies = len(found)
    if copies < 2 or len(errors) != copies:  # noqa: PLR2004 - two copies show a difference
        raise AnalysisError(
            Problem(
                where="pool_estimates",
                expected="two or more estimates, each with its standard error",
                found=f"{copies} estimates and {len(errors)} standard errors",
                remedy="Impute more than once.",
            )
        )
    within, between = float((errors**2).mean()), float(found.var(ddof=1))
    added = (1 + 1 / copies) * between
    total = within + added
    share = added / total if total > 0 else 0.0
    df = _degrees_of_freedom(copies, share, df_complete)
    increase = added / within if within > 0 else math.inf
    return PooledEstimate(
        value=float(found.mean()),
        std_error=math.sqrt(total),
        df=df,
        missing_information=(
            1.0 if math.isinf(increase) else (increase + 2 / (df + 3)) / (increase + 1)
        ),
        n_imputations=copies,
    )


def _degrees_of_freedom(copies: int, share: float, df_complete: float) -> float:
    old = (copies - 1) / share**2 if share > 0 else math.inf
    if math.isinf(df_complete):
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    if math.isinf(old):
        return observed
    return old * observed / (old + observed)
