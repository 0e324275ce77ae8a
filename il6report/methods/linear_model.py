"""Least squares: how much an outcome differs with each predictor, the others held."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import t

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.design import Design, DesignColumn, design_matrix

METHOD = "linear model"
# Share of its own spread that a predictor must keep once the others are known.
_INDEPENDENT = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LinearModel:
    """A linear model fitted by least squares.

    Parameters
    ----------
    terms : mapping of str to Statistic
        Coefficient per unit, or of a level against the first, by column ("mrss") or column and
        level ("il6_level=high").
    n, n_missing : int
        Rows analysed, rows left out because something is missing.
    """

    terms: Mapping[str, Statistic]
    n: int
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row per coefficient."""
        return statistics_frame(self.terms.values())


def linear_model(
    data: pd.DataFrame, outcome: str, predictors: Sequence[str], *, conf_level: float = 0.95
) -> LinearModel:
    """Estimate by how much an outcome differs with each predictor, the others held.

    With a baseline score and a group as predictors this is the analysis of covariance [1]_.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    outcome : str
        Column of numbers.
    predictors : sequence of str
        Columns. A number gives the difference per unit; text or a Categorical one difference per
        level against the first.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    LinearModel
        Coefficients in the unit of the outcome, above 0 for more of it. `NotEstimable`, with the
        reason, where a predictor does not vary or is determined by the others, or no degrees of
        freedom are left.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or no row is complete.

    Notes
    -----
    R: ``summary(lm(outcome ~ predictors))`` and ``confint``.

    References
    ----------
    .. [1] Vickers AJ, Altman DG. BMJ 2001;323:1123-4. doi:10.1136/bmj.323.7321.1123

    Examples
    --------
    >>> scores = pd.DataFrame({
    ...     "mrss_36": [12, 20, 31, 8, 25, 22], "mrss": [15, 24, 30, 12, 21, 18],
    ...     "il6_level": ["low", "low", "low", "low", "raised", "raised"],
    ... })
    >>> found = linear_model(scores, "mrss_36", ["mrss", "il6_level"])
    >>> found.to_frame()[["contrast", "estimate", "conf_low", "conf_high"]].round(1)
           contrast  estimate  conf_low  conf_high
    0      per unit       1.2       0.8        1.6
    1  raised / low       6.7       2.2       11.2
    """
    reader = ColumnReader(data, "linear_model")
    reader.conf_level(conf_level)
    values = reader.numbers(outcome)
    predictors = reader.names("predictors", predictors)
    design = design_matrix(reader, predictors, ~np.isnan(values))
    if not design.rows.any():
        reader.refuse(repr(outcome), "a row in which everything is there", "none", "Look at it.")
    reader.raise_if_any()
    y, x = values[design.rows], design.matrix[design.rows]
    n = len(y)
    unable = _unable(design, x)
    about = {
        column.key: Statistic(
            term=column.term,
            contrast=column.contrast,
            group1=column.level,
            group2=column.reference,
            n=n,
            estimate=NotEstimable(reason=unable.get(column, ""), measure="regression_coefficient"),
        )
        for column in design.columns
    }
    if not unable:
        about = {
            key: replace(statistic, estimate=estimate, test=test)
            for (key, statistic), (estimate, test) in zip(
                about.items(), _least_squares(x, y, conf_level), strict=True
            )
        }
    return LinearModel(terms=about, n=n, n_missing=len(data) - n)


def _unable(design: Design, x: FloatArray) -> dict[DesignColumn, str]:
    """Say of every coefficient why the model has no estimate; empty where it has."""
    n, p = x.shape
    if n <= p:
        return dict.fromkeys(design.columns, f"{n} complete rows are too few for {p} coefficients")
    for position, column in enumerate(design.columns, 1):
        others = np.delete(x, position, axis=1)
        own = x[:, position]
        kept = own - others @ np.linalg.lstsq(others, own)[0]
        if np.linalg.norm(kept) <= _INDEPENDENT * np.linalg.norm(own):
            same = "it has the same value in everybody"
            reason = same if np.ptp(own) == 0 else "the other predictors determine it"
            return dict.fromkeys(design.columns, f"{column.key}: {reason}")
    return {}


def _least_squares(
    x: FloatArray, y: FloatArray, conf_level: float
) -> list[tuple[Estimate, HypothesisTest | NotEstimable]]:
    """Estimate the coefficients after the intercept, with t tests."""
    orthogonal, triangle = np.linalg.qr(x)
    beta = np.linalg.solve(triangle, orthogonal.T @ y)
    residuals = y - x @ beta
    df = float(x.shape[0] - x.shape[1])
    inverse = np.linalg.inv(triangle)
    errors = np.sqrt(residuals @ residuals / df * (inverse**2).sum(axis=1))
    reach = float(t.isf((1 - conf_level) / 2, df))
    found: list[tuple[Estimate, HypothesisTest | NotEstimable]] = []
    for value, error in zip(beta[1:].tolist(), errors[1:].tolist(), strict=True):
        estimate = Estimate(
            measure="regression_coefficient", value=value, std_error=error, method=METHOD,
            conf_low=value - reach * error, conf_high=value + reach * error, conf_level=conf_level,
        )  # fmt: skip
        statistic = value / error if error > 0 else math.inf
        test = HypothesisTest(
            statistic=statistic, df=df, p_value=float(2 * t.sf(abs(statistic), df)),
            method="t test of a regression coefficient",
        )  # fmt: skip
        found.append((estimate, test))
    return found
