"""Three models cut down to one coefficient and its standard error, for thousands of fits.

Each gives what its public counterpart gives, without the checks of columns, the tests and the
diagnostics that cost most of the time there: `log_ratio` the ratio of `fit_censored_lognormal`,
`log_hazard` that of `cox(interval="wald")`, `correlation_z` the coefficient of `correlate`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from il6report.estimates import NotEstimable
from il6report.methods.arguments import BoolArray, FloatArray
from il6report.methods.censored_normal import fit_censored_normal
from il6report.methods.cox_fit import fit_cox
from il6report.methods.design import DesignColumn
from il6report.methods.follow_up import FollowUp
from il6report.methods.ranks import average_ranks

_PERFECT = 1 - 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class Coefficient:
    """One coefficient on a scale on which it is about normal.

    Parameters
    ----------
    value, std_error : float
        Estimate and standard error.
    low, high : float
        Interval on the same scale.
    n : int
        Persons analysed.
    """

    value: float
    std_error: float
    low: float
    high: float
    n: int


def log_ratio(
    y: FloatArray, censored: BoolArray, x: FloatArray, *, conf_level: float = 0.95
) -> Coefficient | NotEstimable:
    """Estimate the logarithm of the ratio of geometric means that goes with the first predictor.

    Parameters
    ----------
    y : array of shape (n,)
        Natural logarithms of the values; where censored, of the limit.
    censored : array of bool, shape (n,)
        Which lie below the value given.
    x : array of shape (n, p)
        Predictors, without a column of ones.
    conf_level : float
        Level of the interval: from the profile likelihood with censored values, else from t.
    """
    matrix = np.column_stack([np.ones(len(y)), x])
    if not censored.any():
        return _least_squares(y, matrix, conf_level)
    fit = fit_censored_normal(y, censored, matrix)
    if fit is None:
        return _nothing("too few values above the limit")
    found = fit.coefficient(1).profile(conf_level)
    return Coefficient(
        value=found.value, std_error=found.std_error, low=found.low, high=found.high, n=len(y)
    )


def _least_squares(
    y: FloatArray, matrix: FloatArray, conf_level: float
) -> Coefficient | NotEstimable:
    df = len(y) - matrix.shape[1]
    if df < 1 or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return _nothing("too few persons, or a predictor that does not vary")
    inverse = np.linalg.inv(matrix.T @ matrix)
    coefficients = inverse @ matrix.T @ y
    residual = y - matrix @ coefficients
    value = float(coefficients[1])
    std_error = math.sqrt(float(residual @ residual) / df * float(inverse[1, 1]))
    reach = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    return Coefficient(
        value=value, std_error=std_error, low=value - reach, high=value + reach, n=len(y)
    )


def log_hazard(
    time: FloatArray,
    event: BoolArray,
    x: FloatArray,
    *,
    penalised: bool = False,
    conf_level: float = 0.95,
) -> Coefficient | NotEstimable:
    """Estimate the logarithm of the hazard ratio per unit of the first predictor.

    Parameters
    ----------
    time : array of shape (n,)
        Follow-up, above zero.
    event : array of bool, shape (n,)
        Whether it ended in the event.
    x : array of shape (n, p)
        Predictors.
    penalised : bool
        Whether Firth's penalty is added.
    conf_level : float
        Level of the Wald interval.
    """
    if not event.any():
        return _nothing("nobody had the event")
    followed = FollowUp(time=time, event=event, complete=np.ones(len(time), dtype=np.bool_))
    terms = tuple(DesignColumn(term=str(place)) for place in range(x.shape[1]))
    fit = fit_cox(followed, x, terms, ties="efron", penalised=penalised)
    if 0 in fit.reasons:
        return _nothing(fit.reasons[0])
    scale = float(fit.scale[0])
    value = float(fit.maximum.beta[0]) / scale
    return _wald(value, math.sqrt(fit.covariance[0, 0]) / scale, len(time), conf_level)


def correlation_z(
    x: FloatArray,
    y: FloatArray,
    held: FloatArray | None = None,
    *,
    ranked: bool = True,
    conf_level: float = 0.95,
) -> Coefficient | NotEstimable:
    """Estimate Fisher's z of a correlation, of ranks or of values.

    Parameters
    ----------
    x, y : array of shape (n,)
        Values; those below a limit are equal to each other and below all others.
    held : array of shape (n, k), optional
        What is held constant, without a column of ones; quantities ranked where ranks are meant.
    ranked : bool
        Whether x and y are ranked first.
    conf_level : float
        Level of the interval.
    """
    n = len(x)
    matrix = np.ones((n, 1)) if held is None else np.column_stack([np.ones(n), held])
    df = n - 1 - (int(np.linalg.matrix_rank(matrix)) if n else 0)
    if df < 2:  # noqa: PLR2004 - one less gives no standard error
        return _nothing("too few persons")
    pair = np.column_stack([average_ranks(x), average_ranks(y)] if ranked else [x, y])
    left = pair - matrix @ np.linalg.lstsq(matrix, pair)[0]
    squares = (left**2).sum(axis=0)
    if (squares <= 1e-24 * (pair**2).sum(axis=0)).any():
        return _nothing("one of the two does not vary")
    r = float(left[:, 0] @ left[:, 1]) / math.sqrt(float(squares[0] * squares[1]))
    if abs(r) >= _PERFECT:
        return _nothing("the association is perfect")
    factor = 1 + r * r / 2 if ranked else 1.0
    return _wald(math.atanh(r), math.sqrt(factor / (df - 1)), n, conf_level)


def _wald(value: float, std_error: float, n: int, conf_level: float) -> Coefficient:
    reach = float(stdtrit(math.inf, (1 + conf_level) / 2)) * std_error
    return Coefficient(value=value, std_error=std_error, low=value - reach, high=value + reach, n=n)


def _nothing(reason: str) -> NotEstimable:
    return NotEstimable(reason=reason)
