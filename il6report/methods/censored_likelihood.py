"""Maximum likelihood for normal values of which some are only known to lie below a limit.

Written in Olsen's form, with residuals theta * y - x @ gamma, where theta is 1 / sigma and gamma is
beta / sigma: the log-likelihood is then concave, so that Newton's method finds its only maximum
[1]_. The observed values enter it by nothing but the sum of their squared residuals, which is that
of the triangular factor of their columns: a million values become as many rows as there are
parameters.

References
----------
.. [1] Olsen RJ. Econometrica 1978;46:1211-5. https://doi.org/10.2307/1911445
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from il6report.methods.arguments import BoolArray, FloatArray
from il6report.methods.likelihood_search import LikelihoodPoint

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_ITERATIONS = 100
_HALVINGS = 40
# A step that would raise the log-likelihood by less than half of this is the last.
_CONVERGED = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rows:
    """What the likelihood of some normal values depends on.

    Parameters
    ----------
    y : array of float, shape (1 + p + n_below,)
        First the triangular factor of the observed values, as long as there are parameters, then
        the limits of the censored ones.
    x : array of float, shape (1 + p + n_below, p)
        The same of their predictors.
    n_seen, n_below : int
        Observed and censored values.
    """

    y: FloatArray
    x: FloatArray
    n_seen: int
    n_below: int

    @classmethod
    def of(cls, y: FloatArray, censored: BoolArray, x: FloatArray) -> Rows:
        """Lay out values, where censored the limit, more of them observed than predictors."""
        observed = ~censored
        seen = np.empty((int(observed.sum()), x.shape[1] + 1))
        seen[:, :-1], seen[:, -1] = x[observed], y[observed]
        factor: FloatArray = np.asarray(np.linalg.qr(seen, mode="r"), dtype=np.float64)
        return cls(
            y=np.concatenate([factor[:, -1], y[censored]]),
            x=np.concatenate([factor[:, :-1], x[censored]]),
            n_seen=len(seen),
            n_below=len(y) - len(seen),
        )

    @property
    def df(self) -> int:
        """Observed values less coefficients."""
        return self.n_seen - self.x.shape[1]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Likelihood:
    """The log-likelihood of left-censored normal values.

    Parameters
    ----------
    columns : array of float, shape (1 + p + n_below, 1 + p)
        Of `Rows`. Residuals are `columns @ parameters`; the first parameter is theta, whose
        logarithm enters once per observed value.
    n_seen : int
        Observed values.
    """

    columns: FloatArray
    n_seen: int

    def maximise(self, start: FloatArray) -> tuple[FloatArray, LikelihoodPoint] | None:
        """Find the maximum by Newton's method with step halving.

        Returns
        -------
        tuple or None
            The parameters and the likelihood there; None where the likelihood has no maximum.
        """
        parameters, point = start, self.at(start)
        for _ in range(_ITERATIONS):
            try:
                step = np.linalg.solve(point.curvature, point.gradient)
            except np.linalg.LinAlgError:
                return None
            gain = float(point.gradient @ step)
            if abs(gain) < _CONVERGED:
                # Newton's method doubles the digits: the step left over is a rounding error.
                return parameters + step, self.at(parameters + step)
            for halvings in range(_HALVINGS):
                tried = parameters + step / 2**halvings
                reached = self.at(tried)
                if reached.value >= point.value - 1e-14 * abs(point.value):
                    break
            else:
                return None
            parameters, point = tried, reached
        return None

    def at(self, parameters: FloatArray) -> LikelihoodPoint:
        """Evaluate the log-likelihood and its derivatives."""
        residuals = self.columns @ parameters
        return _evaluate(residuals, self.columns, self.n_seen, parameters, at=0)[0]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MovedLikelihood:
    """The same with values moved along a column: the parameters are by how much, theta, the rest.

    Parameters
    ----------
    y, column, shift : array of float, shape (1 + p + n_below,)
        Of `Rows`. Residuals are `theta * (y - parameter * column) - others @ rest + shift`.
    others : array of float, shape (1 + p + n_below, p - 1)
        The columns of the rest of the parameters.
    n_seen : int
        Observed values.
    """

    y: FloatArray
    column: FloatArray
    shift: FloatArray
    others: FloatArray
    n_seen: int

    def at(self, parameters: FloatArray) -> LikelihoodPoint:
        """Evaluate the log-likelihood and its derivatives."""
        place, theta = float(parameters[0]), float(parameters[1])
        columns = np.empty((self.y.size, parameters.size))
        columns[:, 0] = -theta * self.column
        columns[:, 1] = self.y - place * self.column
        columns[:, 2:] = -self.others
        residuals = columns[:, 1:] @ parameters[1:] + self.shift
        point, slopes = _evaluate(residuals, columns, self.n_seen, parameters, at=1)
        # Where both the value and theta move, residuals are not straight.
        point.curvature[0, 1] += slopes @ self.column
        point.curvature[1, 0] = point.curvature[0, 1]
        return point


def _evaluate(
    residuals: FloatArray, columns: FloatArray, n_seen: int, parameters: FloatArray, *, at: int
) -> tuple[LikelihoodPoint, FloatArray]:
    """Evaluate the log-likelihood of standardised residuals, and its slope by each of them.

    `columns` are the slopes of the residuals by the parameters, of which theta stands in place
    `at`. Those censored lie below their residual.
    """
    theta, size = float(parameters[at]), parameters.size
    if theta <= 0:
        nowhere = LikelihoodPoint(
            value=-math.inf, gradient=np.zeros(size), curvature=np.zeros((size, size))
        )
        return nowhere, np.zeros(residuals.size)
    seen, below = residuals[:size], residuals[size:]
    log_below = log_ndtr(below)
    mills = np.exp(-0.5 * below**2 - _HALF_LOG_2PI - log_below)
    slopes, curvatures = -residuals, np.ones(residuals.size)
    slopes[size:] = mills
    curvatures[size:] = mills * (mills + below)
    gradient = slopes @ columns
    information = columns.T @ (columns * curvatures[:, np.newaxis])
    gradient[at] += n_seen / theta
    information[at, at] += n_seen / theta**2
    value = float(log_below.sum()) - 0.5 * float(seen @ seen)
    value += n_seen * (math.log(theta) - _HALF_LOG_2PI)
    return LikelihoodPoint(value=value, gradient=gradient, curvature=information), slopes
