"""By how much a predictor stretches or shrinks the time to the event: accelerated failure time."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.design import DesignColumn, design_matrix
from il6report.methods.follow_up import FollowUp, read_follow_up
from il6report.methods.life_table import normal_quantile

Distribution = Literal["weibull", "log_normal", "log_logistic"]

# The distribution -> lifelines' class and its name for the part of the time scale.
_FITTERS: dict[Distribution, tuple[str, str]] = {
    "weibull": ("WeibullAFTFitter", "lambda_"),
    "log_normal": ("LogNormalAFTFitter", "mu_"),
    "log_logistic": ("LogLogisticAFTFitter", "alpha_"),
}
# lifelines stops at about four digits by default.
_SEARCH = {"gtol": 1e-11, "ftol": 1e-16, "maxiter": 1000}
# A log time ratio per standard deviation, or a standard error of it, that only a likelihood without
# maximum leads to.
_TOO_LARGE = 10.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FailureTimeResult:
    """Time ratios of an accelerated failure time model.

    Parameters
    ----------
    terms : mapping of str to Statistic
        Time ratio of each coefficient by column ("age_years") or column and level
        ("disease_subset=dcSSc"); above 1 means longer survival, the other way round than a hazard
        ratio.
    likelihood_ratio : HypothesisTest or NotEstimable
        Test of all coefficients together.
    n, n_events, n_missing : int
        Rows analysed, events among them, rows left out because something is missing.
    """

    terms: Mapping[str, Statistic]
    likelihood_ratio: HypothesisTest | NotEstimable
    n: int
    n_events: int
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row per coefficient: the time ratio, its interval and its test."""
        return statistics_frame(self.terms.values())


def accelerated_failure_time(
    data: pd.DataFrame,
    time: str,
    event: str,
    predictors: Sequence[str],
    *,
    distribution: Distribution = "weibull",
    conf_level: float = 0.95,
) -> FailureTimeResult:
    """Estimate time ratios: by how much each predictor multiplies the time to the event.

    A check of `cox` that does not need proportional hazards, only that a predictor stretches or
    shrinks time by the same factor throughout.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    predictors : sequence of str
        Columns; numbers, or groups against their first level, as in `cox`.
    distribution : {"weibull", "log_normal", "log_logistic"}
        Of the times. Under "weibull" hazards are proportional as well.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    FailureTimeResult
        Time ratios, with Wald intervals and tests as R prints them.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or the distribution is unknown.

    Notes
    -----
    Fitted by lifelines, with a stricter search than its own. The same numbers come from R's
    ``survival::survreg``.

    References
    ----------
    .. [1] Wei LJ. Stat Med 1992;11:1871-9. doi:10.1002/sim.4780111409

    Examples
    --------
    >>> trial = pd.DataFrame({
    ...     "weeks": [6, 6, 7, 10, 13, 16, 22, 23, 32, 1, 2, 3, 4, 5, 8, 8, 11, 12],
    ...     "relapse": [1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    ...     "arm": ["6-MP"] * 9 + ["placebo"] * 9,
    ... })
    >>> model = accelerated_failure_time(trial, "weeks", "relapse", ["arm"])
    >>> model.to_frame()[["contrast", "estimate", "conf_low", "conf_high"]].round(2)
             contrast  estimate  conf_low  conf_high
    0  placebo / 6-MP      0.31      0.16       0.61
    """
    reader = ColumnReader(data, "accelerated_failure_time")
    reader.conf_level(conf_level)
    reader.option("distribution", distribution, tuple(_FITTERS))
    if not predictors:
        reader.refuse("predictors", "one or more columns", "none", "For none, see kaplan_meier.")
    observed = read_follow_up(reader, time, event)
    design = design_matrix(reader, predictors, observed.complete)
    for name in design.constant:
        reader.refuse(f"{name!r}", "at least two values", "one", "Leave this predictor out.")
    followed = observed.among(reader, design.rows)
    fit = _fit(followed, design.matrix[followed.complete, 1:], distribution)
    method = f"{distribution.replace('_', '-')} accelerated failure time model"
    return FailureTimeResult(
        terms={
            column.key: _term(column, position, fit, followed, method=method, conf_level=conf_level)
            for position, column in enumerate(design.columns)
        },
        likelihood_ratio=fit if isinstance(fit, NotEstimable) else fit.likelihood_ratio,
        n=followed.n,
        n_events=followed.n_events,
        n_missing=followed.n_missing,
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Fit:
    """Log time ratios per unit, with their standard errors."""

    log_ratio: FloatArray
    std_error: FloatArray
    likelihood_ratio: HypothesisTest


def _fit(followed: FollowUp, x: FloatArray, distribution: Distribution) -> _Fit | NotEstimable:
    """Fit scaled predictors and times, on which the search of lifelines is well conditioned."""
    if followed.n_events == 0:
        return NotEstimable(reason="nobody had the event", measure="time_ratio")
    import lifelines  # noqa: PLC0415 - costs more than a second
    from lifelines.exceptions import (  # noqa: PLC0415
        ConvergenceError,
        ConvergenceWarning,
        StatisticalWarning,
    )

    name, part = _FITTERS[distribution]
    scale = x.std(axis=0)
    frame = pd.DataFrame((x - x.mean(axis=0)) / scale)
    frame.columns = [f"x{position}" for position in range(x.shape[1])]
    frame = frame.assign(
        time=followed.time / np.median(followed.time), event=followed.event.astype(np.float64)
    )
    fitter = getattr(lifelines, name)()
    fitter._scipy_fit_method = "L-BFGS-B"  # noqa: SLF001 - the way lifelines itself recommends
    try:
        with warnings.catch_warnings():
            # A step that overflows on the way is taken back; only the end of the search counts.
            warnings.simplefilter("ignore", RuntimeWarning)
            for serious in (ConvergenceWarning, StatisticalWarning):
                warnings.simplefilter("error", serious)
            fitter.fit(frame, "time", "event", fit_options=_SEARCH)
            test = fitter.log_likelihood_ratio_test()
    except (ConvergenceError, ConvergenceWarning, StatisticalWarning, np.linalg.LinAlgError):
        return NotEstimable(reason="the search for the estimate fails", measure="time_ratio")
    table = fitter.summary.loc[part].loc[list(frame.columns[: x.shape[1]])]
    coefficients = table["coef"].to_numpy(dtype=np.float64)
    std_errors = table["se(coef)"].to_numpy(dtype=np.float64)
    if not (np.abs(coefficients) + std_errors < _TOO_LARGE).all():
        return NotEstimable(
            reason="a predictor separates those with the event completely", measure="time_ratio"
        )
    statistic = float(test.test_statistic)
    return _Fit(
        log_ratio=coefficients / scale,
        std_error=std_errors / scale,
        likelihood_ratio=HypothesisTest(
            statistic=statistic, df=float(x.shape[1]), method="likelihood ratio",
            p_value=float(chdtrc(x.shape[1], statistic)),
        ),
    )  # fmt: skip


def _term(
    column: DesignColumn,
    position: int,
    fit: _Fit | NotEstimable,
    followed: FollowUp,
    *,
    method: str,
    conf_level: float,
) -> Statistic:
    about = Statistic(
        term=column.term,
        estimate=NotEstimable(reason="nobody had the event", measure="time_ratio"),
        contrast=column.contrast,
        group1=column.level,
        group2=column.reference,
        n=followed.n,
        n_events=followed.n_events,
    )
    if isinstance(fit, NotEstimable):
        return replace(about, estimate=fit)
    log_ratio, std_error = float(fit.log_ratio[position]), float(fit.std_error[position])
    reach = normal_quantile(conf_level) * std_error
    z = log_ratio / std_error
    return replace(
        about,
        estimate=Estimate(
            measure="time_ratio", value=math.exp(log_ratio), std_error=std_error,
            method=method,
            conf_low=math.exp(log_ratio - reach), conf_high=math.exp(log_ratio + reach),
            conf_level=conf_level,
        ),
        test=HypothesisTest(statistic=z, p_value=2 * float(ndtr(-abs(z))), method="Wald"),
    )  # fmt: skip
