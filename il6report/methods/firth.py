"""Cox's likelihood with Firth's penalty: finite estimates where events are few or separated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

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
        if not beta.size:
            return plain
        factor, failed = lapack.dpotrf(plain.curvature)
        if failed:
            return LikelihoodPoint(
                value=-np.inf, gradient=plain.gradient, curvature=plain.curvature
            )
        # Half the logarithm of the determinant is that of the diagonal of its factor.
        penalty = float(np.log(factor.diagonal()).sum())
        inverse = lapack.dpotrs(factor, np.eye(len(beta)))[0]
        slope = self._slope(sets, inverse)
        curvature, at_risk = plain.curvature, self._likelihood.at_risk
        if at_risk is not None and curvature.diagonal().min(initial=np.inf) < _MUCH:
            spread = _Spread.of(self._likelihood.x, sets, at_risk, inverse)
            curvature = _positive(curvature - spread.bend(inverse) / 2, curvature)
        return LikelihoodPoint(
            value=plain.value + penalty,
            gradient=plain.gradient + slope / 2,
            curvature=curvature,
        )

    def _slope(self, sets: RiskSets, inverse: FloatArray) -> FloatArray:
        """Differentiate the log determinant: the third central moments over those at risk."""
        likelihood, x, mean = self._likelihood, self._likelihood.x, sets.mean
        towards_mean = inverse @ mean
        length = ((inverse @ x) * x).sum(axis=0)
        length_of_mean = (towards_mean * mean).sum(axis=0)
        mean_length = likelihood.sum_at_risk(sets.hazard * length) / sets.total
        pull = length * likelihood.lived_through(1.0 / sets.total)
        pull -= 2 * (x * likelihood.lived_through(towards_mean / sets.total)).sum(axis=0)
        return x @ (sets.hazard * pull) + mean @ (2 * length_of_mean - mean_length)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Spread:
    """How everybody at risk differs from the mean of each event: p predictors, n people, d events.

    Each event is an exponential family, whose cumulants are each the derivative of the last.

    Parameters
    ----------
    share : array of shape (n, d)
        Of the hazard at each event.
    away, weighted : array of shape (p, n d)
        The predictors less their mean, and that times the share.
    length : array of shape (n d,)
        The squared distance, in units of the information.
    """

    share: FloatArray
    away: FloatArray
    weighted: FloatArray
    length: FloatArray

    @classmethod
    def of(cls, x: FloatArray, sets: RiskSets, at_risk: FloatArray, inverse: FloatArray) -> _Spread:
        """Lay out the distances of all people at all events."""
        share = sets.hazard[:, np.newaxis] * at_risk / sets.total
        away = (x[:, :, np.newaxis] - sets.mean[:, np.newaxis]).reshape(len(x), at_risk.size)
        length = (away * (inverse @ away)).sum(axis=0)
        return cls(share=share, away=away, weighted=away * share.ravel(), length=length)

    def bend(self, inverse: FloatArray) -> FloatArray:
        """Differentiate the log determinant twice: third and fourth cumulants."""
        terms, away, weighted = len(self.away), self.away, self.weighted
        third = (away[:, np.newaxis] * weighted).reshape(terms**2, -1) @ away.T
        third = third.reshape(terms, terms, terms) @ inverse
        lengths = (self.length.reshape(self.share.shape) * self.share).sum(axis=0)
        products = (away[:, np.newaxis] * weighted).reshape(terms, terms, *self.share.shape)
        covariance = products.sum(axis=2).transpose(2, 0, 1)
        fourth = (
            (weighted * self.length) @ away.T
            - covariance.transpose(1, 2, 0) @ lengths
            - 2 * (covariance @ inverse @ covariance).sum(axis=0)
        )
        return fourth - np.einsum("kij,lji->kl", third, third)


def _positive(matrix: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Give a matrix where it is positive definite, else the other."""
    _, failed = lapack.dpotrf(matrix)
    return otherwise if failed else matrix
