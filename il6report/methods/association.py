"""How closely two quantities go together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from il6report.estimates import (
    Estimate,
    HypothesisTest,
    Measure,
    NotEstimable,
    Statistic,
    statistics_frame,
)
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray
from il6report.methods.design import Design, design_matrix
from il6report.methods.peto_peto import join_below_highest_limit
from il6report.methods.rank_correlation import (
    PERFECT,
    kendall_p_value,
    kendall_tau,
    spearman_test,
    t_test,
)
from il6report.methods.ranks import average_ranks

CorrelationMethod = Literal["spearman", "pearson", "kendall", "partial"]
"""How association is measured; see `correlate`."""

_EXACT_TAU_BELOW = 50
_MEASURES: dict[CorrelationMethod, Measure] = {
    "spearman": "spearman_rho",
    "pearson": "pearson_r",
    "kendall": "kendall_tau",
    "partial": "pearson_r",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Correlation:
    """How closely two quantities go together.

    Parameters
    ----------
    x, y : str
        Their columns.
    adjust_for : tuple of str
        What was held constant.
    n, n_missing, n_censored : int
        Units analysed, rows left out, and units with either value below a limit.
    estimate : Estimate or NotEstimable
        From -1 to 1; above 0 both rise together.
    test : HypothesisTest or NotEstimable
        Of no association.
    """

    x: str
    y: str
    adjust_for: tuple[str, ...]
    n: int
    n_missing: int
    n_censored: int
    estimate: Estimate | NotEstimable
    test: HypothesisTest | NotEstimable

    @property
    def statistic(self) -> Statistic:
        """The row of results."""
        notes = [f"adjusted for {', '.join(self.adjust_for)}"] if self.adjust_for else []
        counts = ((self.n_missing, "missing"), (self.n_censored, "below the limit"))
        notes += [f"{count} {what}" for count, what in counts if count]
        return Statistic(
            term=self.x,
            contrast=f"{self.x} and {self.y}",
            n=self.n,
            estimate=self.estimate,
            test=self.test,
            note=", ".join(notes),
        )

    def to_frame(self) -> pd.DataFrame:
        """Give the coefficient with its test as one row."""
        return statistics_frame([self.statistic])


def correlate(
    data: pd.DataFrame,
    x: str,
    y: str,
    *,
    method: CorrelationMethod = "spearman",
    adjust_for: Sequence[str] = (),
    below_limit: str | None = None,
    y_below_limit: str | None = None,
    conf_level: float = 0.95,
) -> Correlation:
    """Estimate how closely two quantities go together, and test it.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    x, y : str
        Numeric columns. Where a value lies below its limit, the column holds the limit.
    method : {"spearman", "pearson", "kendall", "partial"}
        - spearman: rank correlation; with `adjust_for` the partial one, of the ranks.
        - pearson: linear correlation.
        - kendall: tau-b, concordant less discordant pairs.
        - partial: Pearson's within levels of `adjust_for`.
    adjust_for : sequence of str
        Columns to hold constant, for spearman and partial: numeric ones linearly (spearman: their
        ranks), text and categorical ones as strata, so that only differences within a stratum
        count.
    below_limit, y_below_limit : str, optional
        Columns of 0/1 or True/False: whether `x`, or `y`, lies below the limit given in it.
        Spearman: every value below the highest limit shares the lowest rank, the default because
        with one limit this uses all that is known. Kendall: only pairs known to be ordered count,
        which loses nothing with several limits. Both understate the association that the values
        themselves would show, the more of them are censored.
    conf_level : float
        Level of the interval.

    Returns
    -------
    Correlation
        From -1 to 1; above 0 both rise together.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, or options do not fit together.

    Notes
    -----
    R: `cor.test(x, y, method = ...)`, for Spearman without its rounding of p below 10 pairs;
    tau without censoring agrees, with it the score is that of NADA2's `cenken` and its variance is
    exact for censored ranks. Partial: `cor(resid(lm(x ~ z)), resid(lm(y ~ z)))` with n - 2 - k
    degrees of freedom. Intervals: Fisher's z for Pearson; with the variance of Bonett and Wright
    for Spearman [1]_; for tau, Fisher's z with a jackknife standard error and t, which needs no
    assumption about ties or censoring. R gives none of the last two. SPSS and R < 4 give t-based
    p-values for Spearman at every n; these are exact up to 9 pairs without ties.

    References
    ----------
    .. [1] Bonett DG, Wright TA. Psychometrika 2000;65:23-8. https://doi.org/10.1007/BF02294183
    .. [2] Helsel DR. Statistics for Censored Environmental Data. 2nd ed. Wiley, 2012.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "il6_pg_ml": [3.12, 3.12, 4.4, 9.0, 14.0, 30.0, 8.1],
    ...         "below_quantitation": [1, 1, 0, 0, 0, 0, 0],
    ...         "crp_mg_l": [1.0, 3.0, 2.0, 8.0, 6.0, 25.0, 9.0],
    ...     }
    ... )
    >>> found = correlate(frame, "il6_pg_ml", "crp_mg_l", below_limit="below_quantitation")
    >>> found.to_frame()[["n", "estimate", "conf_low", "conf_high", "p_value"]].round(3)
       n  estimate  conf_low  conf_high  p_value
    0  7     0.793    -0.044      0.976    0.033
    """
    reader = ColumnReader(data, "correlate")
    method = reader.option("method", method, get_args(CorrelationMethod))
    reader.conf_level(conf_level)
    adjust_for = reader.names("adjust_for=", adjust_for)
    _refuse_mixtures(
        reader,
        x,
        y,
        method,
        adjust_for,
        censored=below_limit is not None or y_below_limit is not None,
    )
    values = [reader.numbers(name) for name in (x, y)]
    below = [
        np.zeros(len(data)) if name is None else reader.indicator(name)
        for name in (below_limit, y_below_limit)
    ]
    observed = np.all([~np.isnan(column) for column in (*values, *below)], axis=0)
    design = design_matrix(reader, adjust_for, observed)
    reader.raise_if_any()
    pair = _Pair(
        x=values[0][design.rows],
        y=values[1][design.rows],
        x_censored=below[0][design.rows] == 1,
        y_censored=below[1][design.rows] == 1,
    )
    estimate, test = _estimate(pair, method, _covariates(design, method), conf_level)
    return Correlation(
        x=x,
        y=y,
        adjust_for=tuple(adjust_for),
        n=pair.x.size,
        n_missing=len(data) - pair.x.size,
        n_censored=int((pair.x_censored | pair.y_censored).sum()),
        estimate=estimate,
        test=test,
    )


def _refuse_mixtures(
    reader: ColumnReader, x: str, y: str, method: str, adjust_for: Sequence[str], *, censored: bool
) -> None:
    reader.names("x, y, adjust_for", [x, y, *adjust_for])
    if adjust_for and method in {"pearson", "kendall"}:
        remedy = "Choose 'partial' or 'spearman', or leave adjust_for out."
        reader.refuse("adjust_for=", "a method that can hold it constant", repr(method), remedy)
    if method == "partial" and not adjust_for:
        reader.refuse("adjust_for=", "what to hold constant", "nothing", "Or choose 'pearson'.")
    if censored and method in {"pearson", "partial"}:
        remedy = "Choose 'spearman' or 'kendall'."
        reader.refuse("below_limit=", "a method for censored values", repr(method), remedy)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Pair:
    """Two clean columns."""

    x: FloatArray
    y: FloatArray
    x_censored: BoolArray
    y_censored: BoolArray


def _covariates(design: Design, method: CorrelationMethod) -> FloatArray:
    """Give the model matrix of what is held constant, quantities ranked for Spearman."""
    matrix = design.matrix[design.rows]
    if method == "spearman":
        for position, column in enumerate(design.columns, 1):
            if column.level is None:
                matrix[:, position] = average_ranks(matrix[:, position])
    return matrix


def _estimate(
    pair: _Pair, method: CorrelationMethod, covariates: FloatArray, conf_level: float
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    measure = _MEASURES[method]
    held = covariates.shape[1]
    df = pair.x.size - 1 - (int(np.linalg.matrix_rank(covariates)) if held > 1 else 1)
    if df < 1:
        none = NotEstimable(reason=f"only {pair.x.size} observed", measure=measure)
        return none, none
    if method == "kendall":
        return kendall(pair.x, pair.y, pair.x_censored, pair.y_censored, conf_level=conf_level)
    x, y = pair.x, pair.y
    if method == "spearman":
        x = average_ranks(join_below_highest_limit(x, pair.x_censored))
        y = average_ranks(join_below_highest_limit(y, pair.y_censored))
    r = _product_moment(_residuals(x, covariates), _residuals(y, covariates))
    if r is None:
        none = NotEstimable(reason="one of the two does not vary", measure=measure)
        return none, none
    adjusted = "partial " if held > 1 else ""
    name = adjusted + ("Spearman's rho" if method == "spearman" else "Pearson's r")
    # Bonett and Wright's variance of a rank correlation is larger than Fisher's for a linear one.
    factor = 1 + r * r / 2 if method == "spearman" else 1.0
    estimate = _with_interval(
        measure,
        name,
        r,
        error=math.sqrt(factor / (df - 1)) if df > 1 else None,
        quantile=float(ndtri((1 + conf_level) / 2)),
        conf_level=conf_level,
    )
    if method == "spearman" and not adjusted:
        return estimate, spearman_test(r, x.size, tied=_tied(x) or _tied(y))
    return estimate, t_test(r, df, name)


def kendall(
    x: FloatArray,
    y: FloatArray,
    x_censored: BoolArray,
    y_censored: BoolArray,
    *,
    conf_level: float,
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    """Estimate and test Kendall's tau-b of values of which some lie below limits."""
    tau = kendall_tau(x, y, x_censored, y_censored)
    if tau is None:
        none = NotEstimable(reason="no two values are known to differ", measure="kendall_tau")
        return none, none
    n = x.size
    exact = (
        n < _EXACT_TAU_BELOW
        and np.unique(x).size == np.unique(y).size == n
        and not (x_censored | y_censored).any()
    )
    estimate = _with_interval(
        "kendall_tau",
        "Kendall's tau-b",
        tau.value,
        error=tau.std_error if tau.std_error > 0 else None,
        quantile=float(stdtrit(n - 2, (1 + conf_level) / 2)),
        conf_level=conf_level,
    )
    test = HypothesisTest(
        statistic=tau.score / math.sqrt(tau.score_variance),
        p_value=kendall_p_value(tau, x, y, exact=exact),
        method="Kendall's tau-b, " + ("exact" if exact else "normal approximation"),
    )
    return estimate, test


def _tied(ranks: FloatArray) -> bool:
    """Tell whether any values shared a rank: theirs vary less than ranks from 1 to n."""
    n = ranks.size
    return float(ranks @ ranks) < n * (n + 1) * (2 * n + 1) / 6 - 1 / 4


def _residuals(values: FloatArray, covariates: FloatArray) -> FloatArray | None:
    """Give what the covariates leave over; None where that is nothing but rounding errors."""
    if covariates.shape[1] == 1:
        left = values - values.mean()
    else:
        left = values - covariates @ np.linalg.lstsq(covariates, values)[0]
    return left if left @ left > 1e-24 * (values @ values) else None


def _product_moment(x: FloatArray | None, y: FloatArray | None) -> float | None:
    if x is None or y is None:
        return None
    return min(max(float(x @ y) / math.sqrt(float(x @ x) * float(y @ y)), -1.0), 1.0)


def _with_interval(
    measure: Measure,
    method: str,
    r: float,
    *,
    error: float | None,
    quantile: float,
    conf_level: float,
) -> Estimate:
    """Give the coefficient with an interval made on the scale of Fisher's z."""
    perfect = abs(r) >= PERFECT
    if error is None or perfect:
        reason = "the association is perfect" if perfect else "too few values"
        return Estimate(measure=measure, value=r, method=method, no_interval=reason)
    z = math.atanh(r)
    return Estimate(
        measure=measure,
        value=r,
        conf_low=math.tanh(z - quantile * error),
        conf_high=math.tanh(z + quantile * error),
        conf_level=conf_level,
        method=f"{method} with Fisher's z interval",
    )
