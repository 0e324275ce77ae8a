"""The restricted likelihood of a linear mixed model, climbed with its exact derivatives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from il6report.errors import AnalysisError
from il6report.methods.arguments import FloatArray

_MOST_STEPS = 500
_CONVERGED = 1e-13
# A variance between groups below this share of the residual variance is zero.
_ZERO = 1e-6
# The steepest slope that a maximum may have, by residual standard deviation.
_SLOPE = 1e-5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Derivatives:
    """Minus the log likelihood at some variance components, to the second order.

    Parameters
    ----------
    gradient : array of shape (components,)
        Slope.
    hessian, information : array of shape (components, components)
        Observed and expected curvature.
    beta : array of shape (p,)
        Fixed effects.
    covariance : array of shape (p, p)
        Of the fixed effects.
    gradients : array of shape (components, p, p)
        Derivatives of that covariance.
    """

    gradient: FloatArray
    hessian: FloatArray
    information: FloatArray
    beta: FloatArray
    covariance: FloatArray
    gradients: FloatArray


class RestrictedLikelihood:
    """The restricted likelihood, whose covariance of the data is linear in its components.

    Groups are independent of each other: all sums run over groups of a few rows, and the time taken
    grows with their number and not with the cube of the rows.

    Parameters
    ----------
    model : MixedLM
        A model of statsmodels, not fitted: outcome, design and random effects by group.

    Attributes
    ----------
    separable : bool
        Whether the data can tell several random effects apart.
    at_zero : bool
        Whether the one random effect was found to have no variance, and left the model.
    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - statsmodels has no types
        outcome = np.asarray(model.endog, dtype=np.float64)
        design = np.asarray(model.exog, dtype=np.float64)
        self.least_squares_variance = _residual_variance(outcome, design)
        self.terms = [str(name) for name in model.exog_names]
        self.separable, self.at_zero = True, False
        effects = [
            "intercept" if name == "Group" else str(name) for name in model.data.exog_re_names
        ]
        rows, columns = np.tril_indices(len(effects))
        self.names = [
            effects[row] if row == column else f"{effects[row]} with {effects[column]}"
            for row, column in zip(rows, columns, strict=True)
        ] + ["residual"]
        by_group = [np.asarray(one, dtype=np.float64) for one in model.exog_re_li]
        members = [model.row_indices[group] for group in model.group_labels]
        random = _padded(by_group)
        self.outcome = _padded([outcome[rows, np.newaxis] for rows in members])
        self.design = _padded([design[rows] for rows in members])
        there = _padded([np.ones((len(rows), 1)) for rows in members])[..., 0]
        # A place that no row fills has variance 1 and covariance 0: it adds nothing.
        self.filling = _diagonal(1 - there)
        self.pieces = np.array(
            [
                _symmetric(random[..., row], random[..., column])
                for row, column in zip(rows, columns, strict=True)
            ]
            + [_diagonal(there)]
        )

    def maximise(self) -> FloatArray:
        """Climb by Fisher scoring; a single variance that falls to zero leaves the model."""
        spread = self.least_squares_variance
        size = math.isqrt(2 * (len(self.pieces) - 1))
        components = np.append(np.eye(size)[np.tril_indices(size)], 1.0) * spread / 2
        for _ in range(_MOST_STEPS):
            at = self.derivatives(components)
            step = np.linalg.solve(at.information, at.gradient)
            while self._least_variance(components - step) <= 0:
                step /= 2
            components = components - step
            if self._least_variance(components) < _ZERO * components[-1]:
                break
            if np.abs(step).max() < _CONVERGED * np.abs(components).max():
                return components
        return self._near_zero(components, spread)

    def _near_zero(self, components: FloatArray, spread: float) -> FloatArray:
        """Climb on where scoring ended at the boundary, and tell whether the maximum lies there."""
        several = len(components) > 2  # noqa: PLR2004 - a variance and the residual one
        if several or self._least_variance(components) >= _ZERO * components[-1]:
            components = self._along_the_boundary(components)
        if self._least_variance(components) >= _ZERO * components[-1]:
            return components
        if several:
            self.separable = False
            return components
        self.at_zero = True
        self.pieces, self.names = self.pieces[1:], self.names[1:]
        return np.array([spread])

    def _along_the_boundary(self, components: FloatArray) -> FloatArray:
        """Climb by the triangular factor of the covariance, which no step leads out of bounds."""
        size = math.isqrt(2 * (len(components) - 1))
        lower = np.tril_indices(size)

        def unfold(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
            factor = np.zeros((size, size))
            factor[lower] = theta[:-1]
            return factor, np.append((factor @ factor.T)[lower], theta[-1] ** 2)

        def slope(theta: FloatArray) -> FloatArray:
            factor, moved = unfold(theta)
            gradient = self.derivatives(moved).gradient
            by_covariance = np.zeros((size, size))
            by_covariance[lower] = gradient[:-1]
            by_factor = (by_covariance + by_covariance.T) @ factor
            return np.append(by_factor[lower], 2 * theta[-1] * gradient[-1])

        start = np.append(np.eye(size)[lower], 1.0) * math.sqrt(components[-1])
        found = minimize(
            lambda theta: self._depth(unfold(theta)[1]), start, jac=slope, method="BFGS",
            options={"gtol": _CONVERGED},
        )  # fmt: skip
        if np.abs(found.jac * found.x[-1]).max() > _SLOPE:
            raise AnalysisError(
                "mixed_model: expected the restricted likelihood to have a maximum; it was not "
                f"reached in {found.nit} steps. Use fewer random effects."
            )
        return unfold(found.x)[1]

    def _depth(self, components: FloatArray) -> float:
        """Give minus the restricted log likelihood, but for a constant."""
        spread = np.tensordot(components, self.pieces, axes=1) + self.filling
        weighted = np.linalg.solve(spread, self.design)
        crossed = np.einsum("gip,giq->pq", self.design, weighted)
        pulled = np.einsum("gip,gio->p", weighted, self.outcome)
        residual = self.outcome - (self.design @ np.linalg.solve(crossed, pulled))[..., np.newaxis]
        squares = np.einsum("gio,gio->", residual, np.linalg.solve(spread, residual))
        determinants = np.linalg.slogdet(spread)[1].sum() + np.linalg.slogdet(crossed)[1]
        return float(determinants + squares) / 2

    def derivatives(self, components: FloatArray) -> Derivatives:
        """Differentiate minus the log likelihood by the components."""
        inverse = np.linalg.inv(np.tensordot(components, self.pieces, axes=1) + self.filling)
        weighted = inverse @ self.design
        crossed = np.einsum("gip,giq->pq", self.design, weighted)
        covariance: FloatArray = np.linalg.inv(crossed).astype(np.float64)
        beta = covariance @ np.einsum("gip,gio->po", weighted, self.outcome)
        pulled = inverse @ (self.outcome - self.design @ beta)
        shrunk = inverse @ self.pieces
        moved = self.pieces @ pulled
        through = np.einsum("gip,agij,gjq->apq", self.design, shrunk @ inverse, self.design)
        twice = np.einsum("gip,agij,bgjk,gkq->abpq", self.design, shrunk, shrunk, weighted,
                          optimize=True)  # fmt: skip
        traces = np.einsum("agii->a", shrunk) - np.einsum("pq,aqp->a", covariance, through)
        information = (
            np.einsum("agij,bgji->ab", shrunk, shrunk)
            - 2 * np.einsum("pq,abqp->ab", covariance, twice)
            + np.einsum("apq,bqp->ab", covariance @ through, covariance @ through)
        ) / 2
        fitted = np.einsum("gip,agio->ap", weighted, moved)
        curvature = np.einsum("agio,gij,bgjo->ab", moved, inverse, moved, optimize=True)
        curvature -= fitted @ covariance @ fitted.T
        return Derivatives(
            gradient=(traces - np.einsum("agio,gio->a", moved, pulled)) / 2,
            hessian=curvature - information,
            information=information,
            beta=beta[:, 0],
            covariance=covariance,
            gradients=covariance @ through @ covariance,
        )

    def _least_variance(self, components: FloatArray) -> float:
        """Least variance of any combination of the random effects, or the residual one."""
        size = math.isqrt(2 * (len(components) - 1))
        covariance = np.zeros((size, size))
        covariance[np.tril_indices(size)] = components[:-1]
        covariance += np.tril(covariance, -1).T
        return float(min(*np.linalg.eigvalsh(covariance), components[-1]))


def _symmetric(first: FloatArray, second: FloatArray) -> FloatArray:
    """Give the share of one covariance component in the covariance of each group's rows."""
    product = first[:, :, np.newaxis] * second[:, np.newaxis, :]
    return product if np.array_equal(first, second) else product + product.transpose(0, 2, 1)


def _padded(by_group: Sequence[FloatArray]) -> FloatArray:
    """Stack rows as groups by rows by columns, with zeros where a group is short."""
    stacked = np.zeros((len(by_group), max(map(len, by_group)), by_group[0].shape[1]))
    for place, rows in zip(stacked, by_group, strict=True):
        place[: len(rows)] = rows
    return stacked


def _diagonal(values: FloatArray) -> FloatArray:
    return values[:, :, np.newaxis] * np.eye(values.shape[1])


def _residual_variance(outcome: FloatArray, design: FloatArray) -> float:
    residuals = outcome - design @ np.linalg.lstsq(design, outcome)[0]
    return float(residuals @ residuals) / (len(outcome) - design.shape[1])
