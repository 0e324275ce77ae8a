"""Fixed effects of a mixed model, and sums of them, with Satterthwaite's degrees of freedom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic
from il6report.methods.arguments import FloatArray
from il6report.methods.options import ArgumentReader

METHOD = "linear mixed model (REML)"
TEST_METHOD = "t test with Satterthwaite degrees of freedom"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FixedEffects:
    """Coefficients, how precisely they are known, and how precisely that is known.

    Parameters
    ----------
    terms : tuple of str
        The coefficients, p of them, as the formula names them.
    values : array of shape (p,)
        Their estimates.
    covariance : array of shape (p, p)
        Of the estimates.
    gradients : array of shape (components, p, p)
        Derivatives of that covariance with respect to the variance components.
    component_covariance : array of shape (components, components)
        Of the variance components.
    n_groups : int
        Groups analysed.
    conf_level : float
        Level of the intervals.
    unable : str
        Why there can be no test; empty where there can.
    note : str
        Anything a reader must know.
    """

    terms: tuple[str, ...]
    values: FloatArray
    covariance: FloatArray
    gradients: FloatArray
    component_covariance: FloatArray
    n_groups: int
    conf_level: float
    unable: str
    note: str

    def combine(self, weights: Mapping[str, float], *, term: str) -> Statistic:
        """Estimate a weighted sum of coefficients, such as a mean at a given time.

        Parameters
        ----------
        weights : mapping of str to float
            Coefficient to its weight; those not named weigh nothing.
        term : str
            What the sum is.

        Raises
        ------
        AnalysisError
            If there is no such coefficient, or none weighs anything.
        """
        arguments = ArgumentReader("combine")
        weights = arguments.numbers_by_name("weights", weights)
        for name in weights:
            arguments.option("weights", name, self.terms)
        if not any(weights.values()):
            arguments.refuse("weights", "a coefficient that weighs something", "none", "Name one.")
        arguments.raise_if_any()
        weight = np.array([weights.get(one, 0.0) for one in self.terms])
        variance = float(weight @ self.covariance @ weight)
        slope = weight @ self.gradients @ weight
        df = 2 * variance**2 / float(slope @ self.component_covariance @ slope)
        unable = self.unable or ("less than one degree of freedom" if df < 1 else "")
        estimate = Estimate(
            measure="regression_coefficient", value=float(weight @ self.values),
            std_error=math.sqrt(variance), method=METHOD, no_interval=unable or "pending",
            conf_level=self.conf_level,
        )  # fmt: skip
        if unable:
            return Statistic(
                term=term, n=self.n_groups, estimate=estimate, test=NotEstimable(reason=unable)
            )
        bounded, test = _t_test(estimate, df)
        return Statistic(term=term, n=self.n_groups, note=self.note, estimate=bounded, test=test)


def _t_test(estimate: Estimate, df: float) -> tuple[Estimate, HypothesisTest]:
    """Give a coefficient its interval and its test."""
    error = estimate.std_error or math.nan
    spread = float(t.isf((1 - estimate.conf_level) / 2, df)) * error
    statistic = estimate.value / error
    test = HypothesisTest(
        statistic=statistic, df=df, p_value=float(2 * t.sf(abs(statistic), df)),
        method=TEST_METHOD,
    )  # fmt: skip
    bounded = replace(
        estimate, conf_low=estimate.value - spread, conf_high=estimate.value + spread,
        no_interval="",
    )  # fmt: skip
    return bounded, test
