"""Maximum likelihood for normal values of which some are only known to lie below a limit.

Written in Olsen's form, with residuals theta * y - x @ gamma, where theta is 1 / sigma and gamma is
beta / sigma: the log-likelihood is then concave, so that Newton's method finds its only maximum
[1]_.
Profiling over a coefficient, a centile or sigma only moves a column into the fixed part.

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

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_ITERATIONS = 100
_HALVINGS = 40
# A step that would raise the log-likelihood by less than half of this is the last.
_CONVERGED = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Likelihood:
    """The log-likelihood of left-censored normal values as a function of some parameters.

    Parameters
    ----------
    columns : array of float, shape (n, p)
        Residuals are `columns @ parameters + fixed`.
    fixed : array of float, shape (n,)
        The part of the residuals that has no free parameter.
    censored : array of bool, shape (n,)
        Values only known to lie below the one given.
    free_scale : bool
        Whether the first parameter is theta, whose logarithm enters once per observed value.
    """

    columns: FloatArray
    fixed: FloatArray
    censored: BoolArray
    free_scale: bool

    def maximise(self, start: FloatArray) -> tuple[FloatArray, float] | None:
        """Find the maximum by Newton's method with step halving.

        Returns
        -------
        tuple or None
            The parameters and the log-likelihood; None where the likelihood has no maximum.
        """
        parameters, value = start, self._value(start)
        for _ in range(_ITERATIONS):
            gradient, information = self._derivatives(parameters)
            try:
                step = np.linalg.solve(information, gradient)
            except np.linalg.LinAlgError:
                return None
            gain = float(gradient @ step)
            if abs(gain) < _CONVERGED:
                # Newton's method doubles the digits: the step left over is a rounding error.
                return parameters + step, self._value(parameters + step)
            for halvings in range(_HALVINGS):
                tried = parameters + step / 2**halvings
                reached = self._value(tried)
                if reached >= value - 1e-14 * abs(value):
                    break
            else:
                return None
            parameters, value = tried, reached
        return None

    def information(self, parameters: FloatArray) -> FloatArray:
        """Give the observed information about the parameters."""
        return self._derivatives(parameters)[1]

    def _value(self, parameters: FloatArray) -> float:
        if self.free_scale and parameters[0] <= 0:
            return -math.inf
        residuals = self.columns @ parameters + self.fixed
        observed = residuals[~self.censored]
        value = -0.5 * float(observed @ observed) - observed.size * _HALF_LOG_2PI
        value += float(log_ndtr(residuals[self.censored]).sum())
        if self.free_scale:
            value += observed.size * math.log(parameters[0])
        return value

    def _derivatives(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        residuals = self.columns @ parameters + self.fixed
        slopes, curvatures = -residuals, np.ones(residuals.size)
        below = residuals[self.censored]
        mills = np.exp(-0.5 * below**2 - _HALF_LOG_2PI - log_ndtr(below))
        slopes[self.censored] = mills
        curvatures[self.censored] = mills * (mills + below)
        gradient = self.columns.T @ slopes
        information = (self.columns * curvatures[:, None]).T @ self.columns
        if self.free_scale:
            observed = residuals.size - below.size
            gradient[0] += observed / parameters[0]
            information[0, 0] += observed / parameters[0] ** 2
        return gradient, information
