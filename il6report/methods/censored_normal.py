"""Estimates of a left-censored normal model with intervals that keep their level at small n.

The profile likelihood is compared with a cut that depends on the number m of values above the limit
and the number p of coefficients: m log(1 + t²/(m - p)), with t on m - p degrees of freedom. Without
censoring the intervals and p-values are exactly those of the t distribution; with many values the
cut is the usual chi-square. It is the better choice because the chi-square cut is too small for few
values (at 5 per group the interval covers 91 per cent) and Wald intervals are symmetrical where the
likelihood is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from il6report.methods.arguments import BoolArray, FloatArray
from il6report.methods.censored_likelihood import Likelihood, MovedLikelihood, Rows
from il6report.methods.likelihood_search import (
    LikelihoodPoint,
    Maximum,
    profile_height,
    profile_interval,
)

# Above this many units profile and Wald intervals agree to three digits.
_PROFILE_UP_TO = 10_000
# A standard deviation below this share of the largest value is a rounding error.
_VARIES = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """One quantity of the model, on the scale of the normal values.

    Parameters
    ----------
    value, std_error : float
        Maximum likelihood estimate and its standard error.
    low, high : float
        Interval.
    """

    value: float
    std_error: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CensoredNormal:
    """A fitted linear model of normal values, some only known to lie below the value given.

    Parameters
    ----------
    rows : Rows
        Values and model matrix, as far as the likelihood depends on them.
    parameters : array of float, shape (p + 1,)
        1 / sigma, then the coefficients divided by sigma.
    log_likelihood : float
        Of the normal values.
    covariance : array of float
        Of the parameters.
    """

    rows: Rows
    parameters: FloatArray
    log_likelihood: float
    covariance: FloatArray

    @property
    def df(self) -> int:
        """Values above the limit less coefficients."""
        return self.rows.n_seen - self.rows.x.shape[1]

    @property
    def theta(self) -> float:
        """The reciprocal of sigma."""
        return float(self.parameters[0])

    def coefficient(self, position: int, conf_level: float) -> Profile:
        """Estimate one coefficient."""
        return self._profile(self._coefficient(position), conf_level)

    def centile(self, fraction: float, conf_level: float) -> Profile:
        """Estimate the value below which a fraction of the population lies; intercept only."""
        z = float(ndtri(fraction))
        value = (float(self.parameters[1]) + z) / self.theta
        slope = np.array([-value / self.theta, 1 / self.theta])
        column, others = self.rows.x[:, 0], self.rows.x[:, :0]
        held = self._moved(
            value, slope, column=column, rest=self.parameters[:0], others=others, shift=z * column
        )
        return self._profile(held, conf_level)

    def log_sigma(self, conf_level: float) -> Profile:
        """Estimate the logarithm of the standard deviation about the model."""
        likelihood = _likelihood(self.rows)
        std_error = math.sqrt(float(self.covariance[0, 0])) / self.theta

        def at(moved: FloatArray) -> LikelihoodPoint:
            theta = self.theta * math.exp(-std_error * moved[0])
            point = likelihood.at(np.append(theta, moved[1:]))
            turn = np.ones(moved.size)
            turn[0] = -std_error * theta
            gradient = point.gradient * turn
            curvature = point.curvature * np.outer(turn, turn)
            curvature[0, 0] += std_error * gradient[0]
            return LikelihoodPoint(value=point.value, gradient=gradient, curvature=curvature)

        held = _Held(
            value=-math.log(self.theta), std_error=std_error, likelihood=at,
            rest=self.parameters[1:],
        )  # fmt: skip
        return self._profile(held, conf_level)

    def test_zero(self, position: int) -> tuple[float, float]:
        """Give the signed root of the likelihood ratio as t, and its two-sided p-value."""
        observed = self.rows.n_seen
        held = self._coefficient(position)
        maximum = held.maximum()
        nothing = -held.value / held.std_error
        without = profile_height(held.likelihood, maximum, 0, nothing)
        ratio = max(2 * (maximum.point.value - without), 0.0)
        t = math.sqrt(self.df * math.expm1(ratio / observed))
        t = math.copysign(t, float(self.parameters[1 + position]))
        return t, 2 * float(stdtr(self.df, -abs(t)))

    def _coefficient(self, position: int) -> _Held:
        value = float(self.parameters[1 + position]) / self.theta
        slope = np.zeros(self.parameters.size)
        slope[0], slope[1 + position] = -value / self.theta, 1 / self.theta
        x, others = self.rows.x, np.arange(self.rows.x.shape[1]) != position
        return self._moved(
            value, slope, column=x[:, position], rest=self.parameters[1:][others],
            others=x[:, others], shift=np.zeros(len(x)),
        )  # fmt: skip

    def _moved(
        self,
        value: float,
        slope: FloatArray,
        *,
        column: FloatArray,
        rest: FloatArray,
        others: FloatArray,
        shift: FloatArray,
    ) -> _Held:
        """Hold a quantity that moves the values along a column."""
        std_error = math.sqrt(float(slope @ self.covariance @ slope))
        likelihood = MovedLikelihood(
            y=self.rows.y - value * column, column=std_error * column, others=others, shift=shift,
            n_seen=self.rows.n_seen,
        )  # fmt: skip
        return _Held(
            value=value, std_error=std_error, likelihood=likelihood.at,
            rest=np.append(self.theta, rest),
        )  # fmt: skip

    def _profile(self, held: _Held, conf_level: float) -> Profile:
        """Find where twice the fall of the profile likelihood reaches the cut."""
        observed = self.rows.n_seen
        t = float(stdtrit(self.df, (1 + conf_level) / 2))
        cut = observed * math.log1p(t**2 / self.df)
        low, high = -math.sqrt(cut), math.sqrt(cut)
        if self.rows.n_seen + self.rows.n_below <= _PROFILE_UP_TO:
            # Both ends are always finite: the likelihood falls with the logarithm of the distance.
            low, high = profile_interval(
                held.likelihood, held.maximum(), 0, drop=cut / 2, infinite=math.inf
            )
        return Profile(
            value=held.value, std_error=held.std_error, low=held.value + low * held.std_error,
            high=held.value + high * held.std_error,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Held:
    """A quantity as the first parameter of a likelihood: its distance from the estimate.

    Parameters
    ----------
    value, std_error : float
        Estimate and standard error of the quantity, which is the unit of the distance.
    likelihood : callable
        Of the distance and the other parameters.
    rest : array of float
        The other parameters at the maximum.
    """

    value: float
    std_error: float
    likelihood: Callable[[FloatArray], LikelihoodPoint]
    rest: FloatArray

    def maximum(self) -> Maximum:
        beta = np.append(0.0, self.rest)
        point = self.likelihood(beta)
        nowhere = np.zeros(beta.size, dtype=np.bool_)
        return Maximum(beta=beta, start=point, point=point, runaway=nowhere)


def fit_censored_normal(y: FloatArray, censored: BoolArray, x: FloatArray) -> CensoredNormal | None:
    """Fit the model by maximum likelihood; None where the data cannot determine it.

    The values above the limit must determine every coefficient and leave one over for sigma.
    """
    coefficients, n = x.shape[1], y.size
    if n - int(censored.sum()) <= coefficients:
        return None
    rows = Rows.of(y, censored, x)
    seen = rows.x[:coefficients]
    if np.linalg.matrix_rank(seen, rtol=rows.n_seen * np.finfo(float).eps) < coefficients:
        return None
    # The last row of the factor holds what the predictors leave of the observed values.
    left = abs(float(rows.y[coefficients])) / math.sqrt(rows.n_seen)
    if not left > _VARIES * max(float(np.abs(y).max()), 1.0):
        return None
    least_squares = np.linalg.lstsq(rows.x, rows.y)[0]
    residual = rows.y - rows.x @ least_squares
    spread = math.sqrt(float(residual @ residual) / n)
    found = _likelihood(rows).maximise(np.append(1.0, least_squares) / spread)
    if found is None:
        return None
    parameters, point = found
    return CensoredNormal(
        rows=rows,
        parameters=parameters,
        log_likelihood=point.value,
        covariance=np.asarray(np.linalg.inv(point.curvature), dtype=np.float64),
    )


def _likelihood(rows: Rows) -> Likelihood:
    return Likelihood(columns=np.column_stack([rows.y, -rows.x]), n_seen=rows.n_seen)
