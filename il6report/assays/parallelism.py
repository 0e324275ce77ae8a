"""Does a diluted sample behave like the standard, and how strong is it beside it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
from scipy import special

from il6report.assays.logistic import fit_logistic, least_squares, log_concentration
from il6report.assays.standard_curve import POWER, Weights
from il6report.errors import AssayError, Problem
from il6report.estimates import (
    Estimate,
    HypothesisTest,
    Measure,
    NotEstimable,
    Statistic,
    statistics_frame,
)
from il6report.methods.arguments import ColumnReader, FloatArray, IntArray
from il6report.methods.log_scale import from_logarithm

METHOD = "parallel four-parameter logistic curves"
_N_PARAMETERS = 4
_SHARED = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ParallelCurves:
    """Curves of several preparations that differ in position only, and whether they do.

    Parameters
    ----------
    potencies : mapping of str to Statistic
        Relative potency of each preparation: how many times as much of the reference gives the
        same response.
    slope_ratios : mapping of str to Statistic
        Slope of the preparation's own curve over that of the reference's: 1 where they are
        parallel. Judge by its interval, since a test that does not reject shows little.
    parallelism : Statistic
        F test of a curve of its own for every preparation against parallel ones.
    """

    potencies: Mapping[str, Statistic]
    slope_ratios: Mapping[str, Statistic]
    parallelism: Statistic

    def to_frame(self) -> pd.DataFrame:
        """Give potencies, ratios of slopes and the test of parallelism, one row each."""
        return statistics_frame(
            [*self.potencies.values(), *self.slope_ratios.values(), self.parallelism]
        )


def fit_parallel_curves(
    data: pd.DataFrame,
    *,
    concentration: str,
    response: str,
    preparation: str,
    reference: str,
    weights: Weights = "1/y^2",
    conf_level: float = 0.95,
) -> ParallelCurves:
    """Say how strong each preparation is beside a reference, and whether that can be said at all.

    A sample measured at several dilutions is parallel to the standard where the matrix does not
    disturb the assay; only then does one number stand for its concentration.

    Parameters
    ----------
    data : DataFrame
        One row per well; never changed.
    concentration : str
        Column of the concentration, or of the amount of sample where that is unknown (1 undiluted,
        0.5 at 1 in 2): above zero.
    response : str
        Column of the response, such as absorbance.
    preparation : str
        Column that names the standard and the samples.
    reference : str
        The preparation that the others are compared with.
    weights : {"1/y^2", "1/y", "none"}
        Weights of the squared residuals, from the observed response.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    ParallelCurves
        Potencies above 1 where less of the preparation does as much as the reference.

    Raises
    ------
    AssayError
        If a curve cannot be fitted to a preparation.
    AnalysisError
        If a column is missing or not what it should be, or there is no second preparation.

    Notes
    -----
    Curves share both plateaus and the slope; intervals are Wald's with t on the logarithmic scale.
    R: ``nls`` with the same formula, and ``anova`` of the two fits.

    References
    ----------
    .. [1] Gottschalk PG, Dunn JR. J Biopharm Stat 2005;15:437-63. doi:10.1081/BIP-200056532

    Examples
    --------
    A sample a third as strong as the standard:

    >>> dose = np.repeat([3.0, 10, 30, 100, 300, 1000], 2)
    >>> signal = lambda x: 0.05 + 3 / (1 + (x / 90) ** -1.2)
    >>> wobble = 1 + 0.01 * np.tile([1, -1, 2, -2], 6)
    >>> wells = pd.DataFrame({
    ...     "pg_ml": np.tile(dose, 2),
    ...     "absorbance": np.append(signal(dose), signal(dose / 3)) * wobble,
    ...     "preparation": ["standard"] * 12 + ["serum"] * 12,
    ... })
    >>> found = fit_parallel_curves(wells, concentration="pg_ml", response="absorbance",
    ...                             preparation="preparation", reference="standard")
    >>> found.to_frame()[["contrast", "estimate", "conf_low", "conf_high"]].round(2).head(2)
               contrast  estimate  conf_low  conf_high
    0  serum / standard      0.33      0.33       0.34
    1  serum / standard      1.00      0.95       1.05
    """
    reader = ColumnReader(data, "fit_parallel_curves")
    weights = reader.option("weights", weights, get_args(Weights))
    reader.conf_level(conf_level)
    x, y = reader.positive(concentration), reader.numbers(response)
    if weights != "none":
        y = reader.positive(response)
    labels = reader.groups(preparation, ~(np.isnan(x) | np.isnan(y)), members=_N_PARAMETERS + 1)
    base = reader.named_level("reference=", reference, labels)
    reader.raise_if_any()
    observed = labels.codes >= 0
    wells = _Wells(
        x=x[observed], y=y[observed], root_weight=y[observed] ** (-POWER[weights] / 2),
        codes=labels.codes[observed], levels=labels.levels, reference=base,
    )  # fmt: skip
    return wells.compare(conf_level)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Wells:
    """Clean readings of several preparations."""

    x: FloatArray
    y: FloatArray
    root_weight: FloatArray
    codes: IntArray
    levels: tuple[str, ...]
    reference: int

    def compare(self, conf_level: float) -> ParallelCurves:
        own_theta, own_error, own_squares = self._own_curves()
        theta, covariance, squares = self._parallel_curves(own_theta)
        groups = len(self.levels)
        df_own = len(self.y) - _N_PARAMETERS * groups
        df = len(self.y) - _SHARED - groups
        others = [code for code in range(groups) if code != self.reference]
        base = self.reference
        potencies: dict[str, Statistic] = {}
        slopes: dict[str, Statistic] = {}
        for code in others:
            place, start = _SHARED + code, _SHARED + base
            variance = covariance[place, place] + covariance[start, start]
            error = float(np.sqrt(variance - 2 * covariance[place, start]))
            shift = float(theta[start] - theta[place])
            potencies[self.levels[code]] = self._about(
                code, _ratio("relative_potency", shift, error, df, conf_level)
            )
            slope = np.log(own_theta[code, 3] / own_theta[base, 3])
            error = float(np.hypot(own_error[code], own_error[base]))
            slopes[self.levels[code]] = self._about(
                code, _ratio("slope_ratio", float(slope), error, df_own, conf_level)
            )
        extra = df - df_own
        f = (squares - own_squares) / extra / (own_squares / df_own)
        return ParallelCurves(
            potencies=potencies,
            slope_ratios=slopes,
            parallelism=Statistic(
                term="parallelism",
                contrast="own curves against parallel ones",
                n=len(self.y),
                estimate=NotEstimable(reason="a test of the shape of curves"),
                test=HypothesisTest(
                    statistic=float(max(f, 0.0)),
                    df=float(extra),
                    p_value=float(special.fdtrc(extra, df_own, max(f, 0.0))),
                    method=f"F test with {extra} and {df_own} degrees of freedom",
                ),
            ),
        )

    def _about(self, code: int, estimate: Estimate | NotEstimable) -> Statistic:
        one, other = self.levels[code], self.levels[self.reference]
        sizes = np.bincount(self.codes)
        return Statistic(
            term=str(estimate.measure).replace("_", " "),
            contrast=f"{one} / {other}",
            group1=one,
            group2=other,
            n=int(sizes[code] + sizes[self.reference]),
            n1=int(sizes[code]),
            n2=int(sizes[self.reference]),
            estimate=estimate,
        )

    def _own_curves(self) -> tuple[FloatArray, FloatArray, float]:
        """Fit each preparation by itself: parameters, errors of log slopes, residual squares."""
        theta, squares = np.empty((len(self.levels), _N_PARAMETERS)), np.zeros(len(self.levels))
        variance = np.empty(len(self.levels))
        problems: list[Problem] = []
        for code, level in enumerate(self.levels):
            mine = self.codes == code
            fit = None
            if len(np.unique(self.x[mine])) >= _N_PARAMETERS:
                fit = fit_logistic(self.x[mine], self.y[mine], self.root_weight[mine])
            if fit is None:
                remedy = "Use a wider range of dilutions, down to both plateaus, or leave it out."
                problems.append(
                    Problem(
                        where=f"fit_parallel_curves({level!r})",
                        expected="responses along an S-shaped curve at four or more concentrations",
                        found="no fit that converges",
                        remedy=remedy,
                    )
                )
                continue
            df = mine.sum() - _N_PARAMETERS
            theta[code] = fit.parameters
            squares[code] = fit.residual_sd**2 * df
            variance[code] = fit.covariance[3, 3] / fit.parameters[3] ** 2 / fit.residual_sd**2
        AssayError.raise_if_any(problems)
        pooled = squares.sum() / (len(self.y) - _N_PARAMETERS * len(self.levels))
        return theta, np.sqrt(variance * pooled), float(squares.sum())

    def _parallel_curves(self, own: FloatArray) -> tuple[FloatArray, np.ndarray, float]:
        """Fit lower, upper, slope and one log inflection each; their covariance; squares."""
        log_x = log_concentration(self.x)
        shift = np.eye(len(self.levels))[:, self.codes]

        def share(theta: FloatArray) -> FloatArray:
            return special.expit(theta[2] * (log_x - theta[_SHARED + self.codes]))

        def residuals(theta: FloatArray) -> FloatArray:
            return self.root_weight * (theta[0] + (theta[1] - theta[0]) * share(theta) - self.y)

        def jacobian(theta: FloatArray) -> FloatArray:
            p = share(theta)
            steep = (theta[1] - theta[0]) * p * (1 - p)
            away = log_x - theta[_SHARED + self.codes]
            columns = (1 - p, p, steep * away, *(-steep * theta[2] * shift))
            return (self.root_weight * np.array(columns)).T

        start = np.concatenate([own[:, [0, 1, 3]].mean(axis=0), np.log(own[:, 2])])
        theta, squares, _ = least_squares(residuals, jacobian, start)
        gradient = jacobian(theta)
        variance = squares / (len(self.y) - len(start))
        return theta, variance * np.linalg.inv(gradient.T @ gradient), squares


def _ratio(
    measure: Measure, log_ratio: float, error: float, df: int, conf_level: float
) -> Estimate | NotEstimable:
    reach = -float(special.stdtrit(df, (1 - conf_level) / 2)) * error
    return from_logarithm(
        measure, log_ratio, (log_ratio - reach, log_ratio + reach), std_error=error,
        conf_level=conf_level, method=METHOD if measure == "relative_potency" else "own curves",
    )  # fmt: skip
