"""Summaries of values below limits by regression on order statistics: a second opinion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from il6report.estimates import Estimate, Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray

METHOD = "regression on order statistics"
_NO_INTERVAL = "a cross-check: the interval is that of fit_censored_lognormal"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderStatistics:
    """Summaries of log-normal values some of which lie below limits.

    Parameters
    ----------
    geometric_mean, mean, sigma : Statistic
        Geometric and arithmetic mean, with the values below limits as the line predicts them, and
        the standard deviation of the logarithms.
    n, n_censored, n_missing : int
        Units analysed, those below a limit among them, and rows left out.
    """

    geometric_mean: Statistic
    mean: Statistic
    sigma: Statistic
    n: int
    n_censored: int
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give the geometric mean, the mean and sigma, one row each."""
        return statistics_frame([self.geometric_mean, self.mean, self.sigma])


def regression_on_order(
    data: pd.DataFrame, value: str, below_limit: str, *, unit: str = ""
) -> OrderStatistics:
    """Summarise values of which some lie below limits, as a check of the likelihood's answer.

    The values above the limits are drawn against the normal quantiles of their plotting positions;
    the line through them says where those below the limits would lie.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    value : str
        Numeric column above zero; it holds the limit where the value lies below it.
    below_limit : str
        Column of 0/1 or True/False: whether the value lies below the limit given.
    unit : str
        Unit of the value.

    Returns
    -------
    OrderStatistics
        Without intervals: report `fit_censored_lognormal`, and look twice where the two differ by
        much, for then the values are hardly log-normal.

    Raises
    ------
    AnalysisError
        If a column is missing or of the wrong kind.

    Notes
    -----
    Plotting positions for several limits by Hirsch and Stedinger [1]_, as in R's ``NADA::ros``.

    References
    ----------
    .. [1] Hirsch RM, Stedinger JR. Water Resour Res 1987;23:715-27. doi:10.1029/WR023i004p00715
    .. [2] Helsel DR. Statistics for Censored Environmental Data. 2nd ed. Wiley, 2012.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "il6_pg_ml": [3.12, 3.12, 4.0, 9.5, 6.1, 22.0],
    ...         "below_quantitation": [True, True, False, False, False, False],
    ...     }
    ... )
    >>> found = regression_on_order(frame, "il6_pg_ml", "below_quantitation", unit="pg/mL")
    >>> found.to_frame()[["measure", "n", "estimate"]].round(2)
                      measure  n  estimate
    0          geometric_mean  6      4.22
    1                    mean  6      7.30
    2  log_standard_deviation  6      1.42
    """
    reader = ColumnReader(data, "regression_on_order")
    reader.text("unit=", unit, "As 'pg/mL'.")
    values, below = reader.positive(value), reader.indicator(below_limit)
    reader.raise_if_any()
    observed = ~(np.isnan(values) | np.isnan(below))
    y, censored = np.log(values[observed]), below[observed] == 1
    note = f"{int(censored.sum())} below the limit" if censored.any() else ""

    def about(measure: Measure, found: float | None) -> Statistic:
        with_unit = "" if measure == "log_standard_deviation" else unit
        estimate: Estimate | NotEstimable = NotEstimable(
            reason="too few different values above the limit", measure=measure
        )
        if found is not None:
            estimate = Estimate(
                measure=measure, value=found, method=METHOD, no_interval=_NO_INTERVAL,
                unit=with_unit,
            )  # fmt: skip
        return Statistic(term=value, n=y.size, estimate=estimate, note=note)

    completed = _complete(y, censored)
    logs, sigma = completed if completed is not None else (None, None)
    return OrderStatistics(
        geometric_mean=about(
            "geometric_mean", None if logs is None else float(np.exp(logs.mean()))
        ),
        mean=about("mean", None if logs is None else float(np.exp(logs).mean())),
        sigma=about("log_standard_deviation", sigma),
        n=y.size,
        n_censored=int(censored.sum()),
        n_missing=int((~observed).sum()),
    )


def _complete(y: FloatArray, censored: BoolArray) -> tuple[FloatArray, float] | None:
    """Give all values, those below limits from the line, and its slope."""
    if len(np.unique(y[~censored])) < 2:  # noqa: PLR2004 - a line goes through two points
        return None
    z = ndtri(plotting_positions(y, censored))
    slope, intercept = np.polyfit(z[~censored], y[~censored], 1)
    return np.where(censored, intercept + slope * z, y), float(slope)


def plotting_positions(y: FloatArray, censored: BoolArray) -> FloatArray:
    """Give the share of the population that is taken to lie below each value.

    Parameters
    ----------
    y : array of shape (n,)
        Values; where censored, the limit.
    censored : array of bool, shape (n,)
        Which lie below the value given.
    """
    limits = np.unique(y[censored])
    if not limits.size or (y[~censored] < limits[0]).any():
        limits = np.append(-np.inf, limits)
    seen = np.sort(y[~censored])
    next_limit = np.append(limits[1:], np.inf)
    between = np.searchsorted(seen, next_limit) - np.searchsorted(seen, limits)
    known_below = np.searchsorted(seen, limits) + np.searchsorted(
        np.sort(y[censored]), limits, side="right"
    )
    exceeding = np.zeros(len(limits) + 1)
    for band in reversed(range(len(limits))):
        share = between[band] / max(between[band] + known_below[band], 1)
        exceeding[band] = exceeding[band + 1] + share * (1 - exceeding[band + 1])
    if np.isneginf(limits[0]):
        exceeding[0] = 1.0
    band = np.searchsorted(limits, y, side="right") - 1
    position = np.empty(len(y))
    for kind in (censored, ~censored):
        order = np.flatnonzero(kind)[np.argsort(y[kind], kind="stable")]
        first = np.searchsorted(band[order], np.arange(len(limits)))
        rank = np.arange(len(order)) - first[band[order]] + 1
        size = np.bincount(band[order], minlength=len(limits))[band[order]]
        bottom = np.zeros(len(order)) if kind is censored else 1 - exceeding[band[order]]
        top = 1 - exceeding[band[order] + (0 if kind is censored else 1)]
        position[order] = bottom + rank / (size + 1) * (top - bottom)
    return position
