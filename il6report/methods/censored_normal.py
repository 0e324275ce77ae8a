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
from dataclasses import dataclass, replace

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
class Quantity:
    """A quantity of a fitted model as the first parameter of its likelihood.

    Parameters
    ----------
    value, std_error : float
        Estimate and standard error.
    likelihood : callable
        Of the distance from the estimate, in standard errors, and of the other parameters.
    maximum : Maximum
        Of that likelihood.
    rows : Rows
        Values and model matrix, as far as the likelihood depends on them.
    """

    value: float
    std_error: float
    likelihood: Callable[[FloatArray], LikelihoodPoint]
    maximum: Maximum
    rows: Rows

    @classmethod
    def of(
        cls,
        value: float,
        std_error: float,
        likelihood: Callable[[FloatArray], LikelihoodPoint],
        rest: FloatArray,
        rows: Rows,
    ) -> Quantity:
        """Take the likelihood at the estimate, where the other parameters are the rest."""
        beta = np.append(0.0, rest)
        point, nowhere = likelihood(beta), np.zeros(beta.size, dtype=np.bool_)
        maximum = Maximum(beta=beta, start=point, point=point, runaway=nowhere)
        return cls(
            value=value, std_error=std_error, likelihood=likelihood, maximum=maximum, rows=rows
        )

    def profile(self, conf_level: float) -> Profile:
        """Find where twice the fall of the profile likelihood reaches the cut."""
        t = float(stdtrit(self.rows.df, (1 + conf_level) / 2))
        cut = self.rows.n_seen * math.log1p(t**2 / self.rows.df)
        low, high = -math.sqrt(cut), math.sqrt(cut)
        if self.rows.n_seen + self.rows.n_below <= _PROFILE_UP_TO:
            # Both ends are always finite: the likelihood falls with the logarithm of the distance.
            low, high = profile_interval(
                self.likelihood, self.maximum, 0, drop=cut / 2, infinite=math.inf
            )
        return Profile(
            value=self.value, std_error=self.std_error, low=self.value + low * self.std_error,
            high=self.value + high * self.std_error,
        )  # fmt: skip

    def test_zero(self) -> tuple[float, float]:
        """Give the signed root of the likelihood ratio as t, and its two-sided p-value."""
        nothing = -self.value / self.std_error
        without = profile_height(self.likelihood, self.maximum, 0, nothing)
        ratio = max(2 * (self.maximum.point.value - without), 0.0)
        df = self.rows.df
        t = math.copysign(math.sqrt(df * math.expm1(ratio / self.rows.n_seen)), self.value)
        return t, 2 * float(stdtr(df, -abs(t)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CensoredNormal:
    """A fitted linear model of normal values, some only known to lie below the value given.

    Parameters
    ----------
    rows : Rows
        Distances of the values from a line, and model matrix, as far as the likelihood depends on
        them: of values far from zero that differ by little the digits would not do.
    line : array of float, shape (p,)
        Coefficients of that line, of least squares.
    parameters : array of float, shape (p + 1,)
        1 / sigma, then the distances of the coefficients from that line divided by sigma.
    log_likelihood : float
        Of the normal values.
    covariance : array of float
        Of the parameters.
    """

    rows: Rows
    line: FloatArray
    parameters: FloatArray
    log_likelihood: float
    covariance: FloatArray

    @property
    def theta(self) -> float:
        """The reciprocal of sigma."""
        return float(self.parameters[0])

    def coefficient(self, position: int) -> Quantity:
        """Take one coefficient."""
        value = float(self.parameters[1 + position]) / self.theta
        slope = np.zeros(self.parameters.size)
        slope[0], slope[1 + position] = -value / self.theta, 1 / self.theta
        x, others = self.rows.x, np.arange(self.rows.x.shape[1]) != position
        return self._moved(
            float(self.line[position]), value, slope, column=x[:, position],
            rest=self.parameters[1:][others], others=x[:, others], shift=np.zeros(len(x)),
        )  # fmt: skip

    def centile(self, fraction: float) -> Quantity:
        """Take the value below which a fraction of the population lies; intercept only."""
        z = float(ndtri(fraction))
        value = (float(self.parameters[1]) + z) / self.theta
        slope = np.array([-value / self.theta, 1 / self.theta])
        column, others = self.rows.x[:, 0], self.rows.x[:, :0]
        return self._moved(
            float(self.line[0]), value, slope, column=column, rest=self.parameters[:0],
            others=others, shift=z * column,
        )  # fmt: skip

    def log_sigma(self) -> Quantity:
        """Take the logarithm of the standard deviation about the model."""
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

        return Quantity.of(-math.log(self.theta), std_error, at, self.parameters[1:], self.rows)

    def _moved(
        self,
        line: float,
        value: float,
        slope: FloatArray,
        *,
        column: FloatArray,
        rest: FloatArray,
        others: FloatArray,
        shift: FloatArray,
    ) -> Quantity:
        """Take a quantity that moves the values along a column, a distance from the line."""
        std_error = math.sqrt(float(slope @ self.covariance @ slope))
        likelihood = MovedLikelihood(
            y=self.rows.y - value * column, column=std_error * column, others=others, shift=shift,
            n_seen=self.rows.n_seen,
        )  # fmt: skip
        rest = np.append(self.theta, rest)
        return Quantity.of(line + value, std_error, likelihood.at, rest, self.rows)


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
    least_squares: FloatArray = np.linalg.lstsq(rows.x, rows.y)[0].astype(np.float64)
    rows = replace(rows, y=rows.y - rows.x @ least_squares)
    spread = math.sqrt(float(rows.y @ rows.y) / n)
    found = _likelihood(rows).maximise(np.append(1 / spread, np.zeros(coefficients)))
    if found is None:
        return None
    parameters, point = found
    return CensoredNormal(
        rows=rows,
        line=least_squares,
        parameters=parameters,
        log_likelihood=point.value,
        covariance=np.asarray(np.linalg.inv(point.curvature), dtype=np.float64),
    )


def _likelihood(rows: Rows) -> Likelihood:
    return Likelihood(columns=np.column_stack([rows.y, -rows.x]), n_seen=rows.n_seen)
