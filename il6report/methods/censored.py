"""Log-normal quantities of which some are only known to lie below a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.estimates import (
    Estimate,
    HypothesisTest,
    Measure,
    NotEstimable,
    Statistic,
    statistics_frame,
)
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray, IntArray
from il6report.methods.censored_normal import Quantity, fit_censored_normal
from il6report.methods.design import DesignColumn, design_matrix
from il6report.methods.log_scale import from_logarithm

_METHOD = "censored log-normal maximum likelihood, profile-likelihood interval"
_TEST = "likelihood-ratio test, t-calibrated"


@dataclass(frozen=True, kw_only=True, slots=True)
class CensoredLognormalFit:
    """A log-normal model of a quantity with values below a limit.

    Parameters
    ----------
    geometric_mean : Statistic
        Geometric mean (which is also the median); with predictors, that where numeric ones are 0
        and categorical ones at their first level.
    ratios : tuple of Statistic
        Geometric mean ratio per unit of each numeric predictor and of each further level of a
        categorical one to its first; empty without predictors.
    centiles : tuple of Statistic
        The centiles asked for; only without predictors.
    sigma : Statistic
        Standard deviation of the natural logarithm about the model, by maximum likelihood.
    n, n_censored, n_missing : int
        Units analysed, those among them below a limit, and rows left out.
    log_likelihood : float or None
        Of the values on their own scale; None where the model could not be fitted.
    """

    geometric_mean: Statistic
    ratios: tuple[Statistic, ...]
    centiles: tuple[Statistic, ...]
    sigma: Statistic
    n: int
    n_censored: int
    n_missing: int
    log_likelihood: float | None

    def to_frame(self) -> pd.DataFrame:
        """Give geometric mean, ratios, centiles and sigma, one row each."""
        return statistics_frame([self.geometric_mean, *self.ratios, *self.centiles, self.sigma])


def fit_censored_lognormal(
    data: pd.DataFrame,
    value: str,
    below_limit: str,
    *,
    predictors: Sequence[str] = (),
    centiles: Sequence[float] = (),
    conf_level: float = 0.95,
    unit: str = "",
) -> CensoredLognormalFit:
    """Estimate geometric means, ratios and centiles where some values lie below a limit.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    value : str
        Column of positive numbers; where the value lies below its limit, the limit. The limits may
        differ between rows.
    below_limit : str
        Column of 0/1 or True/False: whether the value lies below the limit in `value`.
    predictors : sequence of str
        Numeric columns enter per unit, text and categorical columns as levels against their first.
    centiles : sequence of float
        Centiles of the population to estimate, in (0, 100), as 97.5 for an upper reference limit;
        only without predictors.
    conf_level : float
        Level of the intervals.
    unit : str
        Unit of the value; carried into geometric mean and centiles.

    Returns
    -------
    CensoredLognormalFit
        Ratios above 1 mean higher values. What the values above the limit cannot determine is
        `NotEstimable`.

    Raises
    ------
    AnalysisError
        If a column is missing or of the wrong kind, or centiles are asked for beside predictors.

    Notes
    -----
    Estimates, standard errors and log-likelihood agree with R's `survreg(Surv(value, !below_limit,
    type = "left") ~ predictors, dist = "lognormal")`. Intervals and p-values do not: R gives Wald
    intervals with the normal distribution, which are too short for few values; these come from the
    profile likelihood with a cut that makes them the t interval and test where nothing is censored
    (`confint(lm(log(value) ~ predictors))`). Above 10 000 units they are Wald intervals with the
    same cut.

    References
    ----------
    .. [1] Tobin J. Econometrica 1958;26:24-36. https://doi.org/10.2307/1907382
    .. [2] Helsel DR. Statistics for Censored Environmental Data. 2nd ed. Wiley, 2012.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "il6_pg_ml": [3.12, 3.12, 4.0, 9.5, 6.1, 22.0],
    ...         "below_quantitation": [True, True, False, False, False, False],
    ...     }
    ... )
    >>> fit = fit_censored_lognormal(frame, "il6_pg_ml", "below_quantitation", unit="pg/mL")
    >>> fit.to_frame()[["measure", "n", "estimate", "conf_low", "conf_high"]].round(2)
                      measure  n  estimate  conf_low  conf_high
    0          geometric_mean  6      4.92      0.62      18.23
    1  log_standard_deviation  6      0.97      0.47       3.48
    """
    reader = ColumnReader(data, "fit_censored_lognormal")
    values, below = reader.positive(value), reader.indicator(below_limit)
    predictors = reader.names("predictors", predictors)
    design = design_matrix(reader, predictors, ~np.isnan(values) & ~np.isnan(below))
    for name in design.constant:
        reader.refuse(f"{name!r}", "at least two values", "one", "Leave this predictor out.")
    reader.conf_level(conf_level)
    reader.text("unit=", unit, "As 'pg/mL'.")
    centiles = reader.numbers_in(
        "centiles=", centiles, "a list of numbers between 0 and 100", "As [97.5].",
        above=0, below=100,
    )  # fmt: skip
    if centiles and predictors:
        reader.refuse(
            "centiles=", "no predictors beside them", f"{len(predictors)} predictors",
            "Fit each group by itself.",
        )  # fmt: skip
    reader.raise_if_any()
    y, censored = np.log(values[design.rows]), below[design.rows] == 1
    fit = fit_censored_normal(y, censored, design.matrix[design.rows])
    n, n_censored = y.size, int(censored.sum())
    note = f"{n_censored} below the limit" if n_censored else ""

    def estimate(
        measure: Measure, quantity: Quantity | None, method: str = _METHOD
    ) -> Estimate | NotEstimable:
        if quantity is None:
            reason = _why_not(censored, design.empty_level(below == 0))
            return NotEstimable(reason=reason, measure=measure)
        with_unit = unit if measure in {"geometric_mean", "centile"} else ""
        return _exponential(measure, quantity, conf_level, unit=with_unit, method=method)

    def ratio(position: int, column: DesignColumn) -> Statistic:
        quantity = fit and fit.coefficient(position)
        return Statistic(
            term=column.term,
            contrast=column.contrast,
            group1=column.level,
            group2=column.reference,
            n=n,
            estimate=estimate("geometric_mean_ratio", quantity),
            test=quantity and _test(quantity),
            note=note,
        )

    def centile(percent: float) -> Estimate | NotEstimable:
        quantity = fit and fit.centile(percent / 100)
        return estimate("centile", quantity, method=f"centile {percent} by {_METHOD}")

    mean = estimate("geometric_mean", fit and fit.coefficient(0))
    sigma = estimate("log_standard_deviation", fit and fit.log_sigma())
    return CensoredLognormalFit(
        geometric_mean=Statistic(term=value, n=n, estimate=mean, note=note),
        ratios=tuple(ratio(at, column) for at, column in enumerate(design.columns, 1)),
        centiles=tuple(
            Statistic(term=value, n=n, estimate=centile(percent), note=note) for percent in centiles
        ),
        sigma=Statistic(term=value, n=n, estimate=sigma, note=note),
        n=n,
        n_censored=n_censored,
        n_missing=len(data) - n,
        log_likelihood=fit.log_likelihood - float(y[~censored].sum()) if fit else None,
    )


def geometric_mean_ratio(
    y: FloatArray, censored: BoolArray, codes: IntArray, levels: Sequence[str], conf_level: float
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    """Estimate the ratio of the geometric means of two groups with one sigma for both.

    Parameters
    ----------
    y : array of float, shape (n,)
        Natural logarithms of the values; where censored, of the limit.
    censored : array of bool, shape (n,)
        Which lie below the value given.
    codes : array of int, shape (n,)
        0 in the group whose mean is above the fraction line, else 1.
    levels : sequence of str
        Names of the groups.
    conf_level : float
        Level of the interval.
    """
    fit = fit_censored_normal(y, censored, np.column_stack([np.ones(y.size), codes == 0]))
    if fit is None:
        empty = [level for code, level in enumerate(levels) if censored[codes == code].all()]
        none = NotEstimable(
            reason=_why_not(censored, empty[0] if empty else None), measure="geometric_mean_ratio"
        )
        return none, none
    quantity = fit.coefficient(1)
    return _exponential("geometric_mean_ratio", quantity, conf_level), _test(quantity)


def _exponential(
    measure: Measure,
    quantity: Quantity,
    conf_level: float,
    *,
    unit: str = "",
    method: str = _METHOD,
) -> Estimate | NotEstimable:
    profile = quantity.profile(conf_level)
    return from_logarithm(
        measure, profile.value, (profile.low, profile.high), std_error=profile.std_error,
        conf_level=conf_level, method=method, unit=unit,
    )  # fmt: skip


def _test(quantity: Quantity) -> HypothesisTest:
    statistic, p_value = quantity.test_zero()
    return HypothesisTest(statistic=statistic, p_value=p_value, df=quantity.rows.df, method=_TEST)


def _why_not(censored: BoolArray, empty: str | None) -> str:
    if censored.all():
        return "every value lies below the limit"
    if empty is not None:
        return f"no value above the limit in {empty}"
    return "too few different values above the limit"
