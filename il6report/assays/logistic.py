"""The four- and five-parameter logistic curve: its formula, its inverse, and its fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from il6report.methods.arguments import BoolArray, FloatArray

PARAMETERS = ("lower", "upper", "inflection", "slope", "asymmetry")
"""In the order of every tuple and covariance here; the last one not in every curve."""

# A curve whose inflection lies this many fold outside the standards was extrapolated, not seen.
_FARTHEST_INFLECTION = 1000.0
# The grid on which a descent begins: how far beyond the standards inflections lie, in logarithms,
# how many, and how steep and how asymmetric (in logarithms) the curves are.
_BEYOND, _PLACES = 3.0, 16
_SLOPES = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
_TILTS = (-1.0, 0.0, 1.0)
# What MINPACK calls a descent that ended because nothing changed any more.
_CONVERGED = (1, 2, 3, 4)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LogisticFit:
    """A fitted curve.

    Parameters
    ----------
    parameters : tuple of float, of length 4 or 5
        In the order of `PARAMETERS`; the first asymptote is the lower one.
    covariance : array of shape (4, 4) or (5, 5)
        Of the parameters.
    residual_sd : float
        Residual standard deviation on the weighted scale.
    """

    parameters: tuple[float, ...]
    covariance: FloatArray
    residual_sd: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Descent:
    """Where a descent ended: the parameters, and the residuals and their derivatives there."""

    theta: FloatArray
    jacobian: FloatArray
    squares: float
    converged: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Residuals:
    """Weighted residuals and their derivatives, with the inflection and asymmetry as logarithms."""

    log_x: FloatArray
    y: FloatArray
    root_weight: FloatArray
    seen: BoolArray

    def _rise(self, theta: FloatArray) -> tuple[FloatArray, float, FloatArray]:
        """Give the share of the way up without asymmetry, the asymmetry, and the share with it."""
        at_zero = np.copysign(np.inf, -theta[3])
        way = np.where(self.seen, theta[3] * (self.log_x - theta[2]), at_zero)
        share = special.expit(way)
        asymmetry = float(np.exp(theta[4])) if len(theta) == len(PARAMETERS) else 1.0
        return share, asymmetry, share if asymmetry == 1 else share**asymmetry

    def at(self, theta: FloatArray) -> FloatArray:
        *_, rise = self._rise(theta)
        return self.root_weight * (theta[0] + (theta[1] - theta[0]) * rise - self.y)

    def jacobian(self, theta: FloatArray) -> FloatArray:
        share, asymmetry, rise = self._rise(theta)
        steep = (theta[1] - theta[0]) * asymmetry * rise * (1 - share)
        away = np.where(self.seen, self.log_x - theta[2], 0.0)
        columns = [1 - rise, rise, -steep * theta[3], steep * away]
        if len(theta) == len(PARAMETERS):
            columns.append((theta[1] - theta[0]) * asymmetry * special.xlogy(rise, share))
        return (self.root_weight * np.array(columns)).T

    def starting_values(self, *, asymmetric: bool) -> list[FloatArray]:
        """Give the best curve of a grid, its asymptotes by least squares; one for each asymmetry.

        Without asymmetry a curve that falls is one that rises with its asymptotes exchanged.
        """
        low, high = self.log_x[self.seen].min(), self.log_x.max()
        places = np.linspace(low - _BEYOND, high + _BEYOND, _PLACES)
        slopes = np.append(_SLOPES, -_SLOPES) if asymmetric else _SLOPES
        theta = np.zeros((len(slopes) * _PLACES, 4))
        theta[:, 2], theta[:, 3] = np.tile(places, len(slopes)), np.repeat(slopes, _PLACES)
        at_zero = np.copysign(np.inf, -theta[:, 3:])
        way = np.where(self.seen, theta[:, 3:] * (self.log_x - theta[:, 2:3]), at_zero)
        share, starts = special.expit(way), []
        for tilt in _TILTS if asymmetric else (0.0,):
            theta[:, :2], explained = self._asymptotes(share ** np.exp(tilt))
            if asymmetric:
                explained = np.where(theta[:, 0] < theta[:, 1], explained, -np.inf)
            best = theta[np.argmax(explained)]
            starts.append(np.append(best, tilt) if asymmetric else best)
        return starts

    def _asymptotes(self, rise: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the best asymptotes of several curves, one per row, and what each explains of y."""
        weight = self.root_weight**2 / (self.root_weight @ self.root_weight)
        mean_y, mean = float(self.y @ weight), rise @ weight
        away = rise - mean[:, np.newaxis]
        spread = np.maximum((away**2) @ weight, np.finfo(float).tiny)
        shared = (away * (self.y - mean_y)) @ weight
        lower = mean_y - shared / spread * mean
        return np.column_stack([lower, lower + shared / spread]), shared**2 / spread


def log_concentration(concentration: FloatArray) -> FloatArray:
    """Natural logarithm; that of zero is minus infinity, without a warning."""
    return np.log(concentration, out=np.full_like(concentration, -np.inf), where=concentration > 0)


def respond(parameters: tuple[float, ...], concentration: FloatArray) -> FloatArray:
    """Give the response to concentrations of zero or more."""
    lower, upper, inflection, slope = parameters[:4]
    share = special.expit(slope * (log_concentration(concentration) - np.log(inflection)))
    return lower + (upper - lower) * (share ** parameters[4] if len(parameters) > 4 else share)  # noqa: PLR2004


def invert(
    parameters: tuple[float, ...] | tuple[FloatArray, ...], response: FloatArray
) -> FloatArray:
    """Give the concentration of a response: 0 or infinite beyond the asymptotes."""
    lower, upper, inflection, slope = parameters[:4]
    share = np.clip((response - lower) / (upper - lower), 0.0, 1.0)
    if len(parameters) > 4:  # noqa: PLR2004 - the fifth is the asymmetry
        share **= 1 / parameters[4]
    with np.errstate(over="ignore"):
        return np.exp(np.log(inflection) + special.logit(share) / slope)


def fit_logistic(
    x: FloatArray, y: FloatArray, root_weight: FloatArray, *, asymmetric: bool = False
) -> LogisticFit | None:
    """Fit the curve by least squares; None where the data determine none.

    Parameters
    ----------
    x, y, root_weight : array of shape (n,)
        Concentrations of zero or more, responses, and square roots of their weights.
    asymmetric : bool
        Whether to fit the fifth parameter.
    """
    model = _Residuals(log_x=log_concentration(x), y=y, root_weight=root_weight, seen=x > 0)
    fits = [_descend(model, start) for start in model.starting_values(asymmetric=asymmetric)]
    usable = [
        fit
        for fit in fits
        if fit.converged
        and _is_determined(fit.theta, fit.jacobian, x)
        and (fit.theta[0] < fit.theta[1] or not asymmetric)
    ]
    if not usable:
        return None
    found = min(usable, key=lambda fit: fit.squares)
    variance = found.squares / (len(x) - len(found.theta))
    inverse = np.asarray(np.linalg.inv(found.jacobian.T @ found.jacobian), dtype=np.float64)
    return _canonical(found.theta, variance * inverse, variance**0.5)


def _descend(model: _Residuals, start: FloatArray) -> _Descent:
    theta, squares, converged = least_squares(model.at, model.jacobian, start)
    return _Descent(
        theta=theta, jacobian=model.jacobian(theta), squares=squares, converged=converged
    )


def least_squares(
    residuals: Callable[[FloatArray], FloatArray],
    jacobian: Callable[[FloatArray], FloatArray],
    start: FloatArray,
) -> tuple[FloatArray, float, bool]:
    """Descend by Levenberg and Marquardt's method: where to, the sum there, whether it converged.

    MINPACK without the layers of `scipy.optimize.least_squares`, which take longer than the fit.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        theta, _, found, _, status = optimize.leastsq(
            residuals, start, Dfun=jacobian, full_output=True, xtol=1e-12, ftol=1e-12, gtol=1e-12,
            maxfev=2000,
        )  # fmt: skip
    residual = found["fvec"]
    return theta, float(residual @ residual), status in _CONVERGED


def _is_determined(theta: FloatArray, jac: FloatArray, x: FloatArray) -> bool:
    """Whether the data determine all parameters."""
    if not (np.all(np.isfinite(theta)) and np.all(np.isfinite(jac))):
        return False
    scaled = jac / np.maximum(np.linalg.norm(jac, axis=0), np.finfo(float).tiny)
    low, high = np.log(x[x > 0].min()), np.log(x.max())
    room = np.log(_FARTHEST_INFLECTION)
    return bool(
        np.linalg.cond(scaled) < 1 / np.sqrt(np.finfo(float).eps)
        and low - room < theta[2] < high + room
    )


def _canonical(theta: FloatArray, covariance: FloatArray, residual_sd: float) -> LogisticFit:
    """Put the greater asymptote second, and logarithms back on their scales."""
    values, stretch = theta.copy(), np.ones(len(theta))
    for place in range(2, len(theta), 2):
        values[place] = stretch[place] = np.exp(theta[place])
    turn = np.diag(stretch)
    if values[0] > values[1]:
        values = values[[1, 0, 2, 3]] * [1, 1, 1, -1]
        turn = turn[[1, 0, 2, 3]] * np.array([[1.0], [1.0], [1.0], [-1.0]])
    return LogisticFit(
        parameters=tuple(float(value) for value in values),
        covariance=turn @ covariance @ turn.T,
        residual_sd=residual_sd,
    )
