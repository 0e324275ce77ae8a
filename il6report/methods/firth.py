"""Cox's likelihood with Firth's penalty: finite estimates where events are few or separated."""

from __future__ import annotations

import numpy as np

from il6report.methods.arguments import FloatArray
from il6report.methods.likelihood_search import LikelihoodPoint
from il6report.methods.partial_likelihood import PartialLikelihood, RiskSets

# Information on a predictor of unit spread beside which the bend of the penalty, some 1, is little.
_MUCH = 10.0


class PenalisedLikelihood:
    """The partial likelihood plus half the logarithm of the determinant of its information.

    The penalty is Jeffreys' prior. It removes the first-order bias of the estimates and keeps them
    finite under complete separation.

    Parameters
    ----------
    likelihood : PartialLikelihood
        What is penalised.

    References
    ----------
    .. [1] Heinze G, Schemper M. Biometrics 2001;57:114-9. doi:10.1111/j.0006-341X.2001.00114.x
    .. [2] Firth D. Biometrika 1993;80:27-38. doi:10.1093/biomet/80.1.27
    """

    def __init__(self, likelihood: PartialLikelihood) -> None:
        self._likelihood = likelihood

    def at(self, beta: FloatArray) -> LikelihoodPoint:
        """Evaluate the penalised log likelihood and its derivatives.

        The curvature is the information without the penalty, as in the usual score iteration, where
        there is much of it. Where there is little, that would take hundreds of steps: the second
        derivative of the penalty is added, if the likelihood stays concave with it.
        """
        sets = self._likelihood.risk_sets(beta)
        plain = self._likelihood.at_risk_sets(beta, sets)
        sign, log_determinant = np.linalg.slogdet(plain.curvature)
        if not sign > 0:
            return LikelihoodPoint(
                value=-np.inf, gradient=plain.gradient, curvature=plain.curvature
            )
        inverse = np.asarray(np.linalg.inv(plain.curvature), dtype=np.float64)
        curvature = plain.curvature
        at_risk = self._likelihood.at_risk
        if at_risk is None or (curvature.diagonal() > _MUCH).all():
            slope = self._slope(sets, inverse)
        else:
            slope, bend = self._slope_and_bend(sets, inverse, at_risk)
            curvature = _positive(curvature - bend / 2, curvature)
        return LikelihoodPoint(
            value=plain.value + float(log_determinant) / 2,
            gradient=plain.gradient + slope / 2,
            curvature=curvature,
        )

    def _slope(self, sets: RiskSets, inverse: FloatArray) -> FloatArray:
        """Differentiate the log determinant: the third central moments over those at risk."""
        likelihood, x, mean = self._likelihood, self._likelihood.x, sets.mean
        products = sets.hazard * x[:, np.newaxis] * x
        second = likelihood.sum_at_risk(products) / sets.total
        exposure = sets.hazard * likelihood.lived_through(1.0 / sets.total)
        length = ((inverse @ x) * x).sum(axis=0)
        towards_mean = inverse @ mean
        length_of_mean = (towards_mean * mean).sum(axis=0)
        mean_length = (second * inverse[:, :, np.newaxis]).sum(axis=(0, 1))
        return (
            x @ (exposure * length)
            - 2 * (second * towards_mean).sum(axis=(1, 2))
            - mean @ (mean_length - 2 * length_of_mean)
        )

    def _slope_and_bend(
        self, sets: RiskSets, inverse: FloatArray, at_risk: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Differentiate the log determinant twice: third and fourth cumulants over those at risk.

        Each event is an exponential family, whose cumulants are each the derivative of the last.
        """
        x, mean = self._likelihood.x, sets.mean
        terms, people, events = len(x), *at_risk.shape
        share = sets.hazard[:, np.newaxis] * at_risk / sets.total
        # Of everybody at every event: the predictors less their mean.
        away = (x[:, :, np.newaxis] - mean[:, np.newaxis]).reshape(terms, -1)
        weighted = away * share.ravel()
        third = (away[:, np.newaxis] * weighted).reshape(terms**2, -1) @ away.T
        third = third.reshape(terms, terms, terms) @ inverse
        length = (away * (inverse @ away)).sum(axis=0)
        lengths = (length.reshape(people, events) * share).sum(axis=0)
        by_event = (x[:, np.newaxis] * x) @ share - mean[:, np.newaxis] * mean
        covariance = by_event.transpose(2, 0, 1)
        fourth = (
            (weighted * length) @ away.T
            - by_event @ lengths
            - 2 * (covariance @ inverse @ covariance).sum(axis=0)
        )
        slope = np.einsum("kii->k", third)
        return slope, fourth - np.einsum("kij,lji->kl", third, third)


def _positive(matrix: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Give a matrix where it is positive definite, else the other."""
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return otherwise
    return matrix
