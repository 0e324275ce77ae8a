"""Cox's likelihood with Firth's penalty: finite estimates where events are few or separated."""

from __future__ import annotations

import numpy as np

from il6report.methods.arguments import FloatArray
from il6report.methods.likelihood_search import LikelihoodPoint
from il6report.methods.partial_likelihood import PartialLikelihood, RiskSets


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
        """Evaluate the penalised log likelihood and its gradient.

        The curvature is the information without the penalty, as in the usual score iteration.
        """
        sets = self._likelihood.risk_sets(beta)
        plain = self._likelihood.at_risk_sets(beta, sets)
        sign, log_determinant = np.linalg.slogdet(plain.curvature)
        if not sign > 0:
            return LikelihoodPoint(
                value=-np.inf, gradient=plain.gradient, curvature=plain.curvature
            )
        inverse = np.asarray(np.linalg.inv(plain.curvature), dtype=np.float64)
        penalty_gradient = self._penalty_gradient(sets, inverse)
        return LikelihoodPoint(
            value=plain.value + float(log_determinant) / 2,
            gradient=plain.gradient + penalty_gradient / 2,
            curvature=plain.curvature,
        )

    def _penalty_gradient(self, sets: RiskSets, inverse: FloatArray) -> FloatArray:
        """Differentiate the log determinant: the third central moments over those at risk."""
        likelihood, x, mean = self._likelihood, self._likelihood.x, sets.mean
        second = self._second_moments(sets)
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

    def _second_moments(self, sets: RiskSets) -> FloatArray:
        x = self._likelihood.x
        products = sets.hazard * x[:, np.newaxis] * x
        return self._likelihood.sum_at_risk(products) / sets.total
