"""Hazard ratios of a fitted Cox model, with the interval and test that go with them."""

from __future__ import annotations

import math

from scipy.special import chdtrc, chdtri, ndtr

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic
from il6report.methods.arguments import FloatArray
from il6report.methods.cox_fit import CoxFit
from il6report.methods.design import DesignColumn
from il6report.methods.follow_up import FollowUp
from il6report.methods.life_table import normal_quantile
from il6report.methods.likelihood_search import profile_height, profile_interval
from il6report.methods.log_scale import from_logarithm


def about_terms(
    terms: tuple[DesignColumn, ...], x: FloatArray, followed: FollowUp
) -> list[Statistic]:
    """Say what each coefficient is about; the estimate is still to come."""
    statistics: list[Statistic] = []
    pending = NotEstimable(reason="nobody had the event", measure="hazard_ratio")
    for column, term in enumerate(terms):
        n1 = n2 = None
        if term.level is not None:
            levels = [other for other, one in enumerate(terms) if one.term == term.term]
            n1 = int(x[:, column].sum())
            n2 = followed.n - int(x[:, levels].sum())
        statistics.append(
            Statistic(
                term=term.term,
                estimate=pending,
                contrast=term.contrast,
                group1=term.level,
                group2=term.reference,
                n=followed.n,
                n1=n1,
                n2=n2,
                n_events=followed.n_events,
            )
        )
    return statistics


def wald_ratio(
    fit: CoxFit, position: int, conf_level: float, method: str
) -> tuple[Estimate | NotEstimable, HypothesisTest]:
    """Give a hazard ratio with the interval and test of the normal approximation."""
    log_ratio = float(fit.maximum.beta[position])
    std_error = math.sqrt(fit.covariance[position, position])
    reach = normal_quantile(conf_level) * std_error
    z = log_ratio / std_error
    return (
        _hazard_ratio(fit, position, (log_ratio - reach, log_ratio + reach), conf_level, method),
        HypothesisTest(statistic=z, p_value=2 * float(ndtr(-abs(z))), method="Wald"),
    )


def profile_ratio(
    fit: CoxFit, position: int, conf_level: float, method: str
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    """Give a hazard ratio with the interval and test of the profile likelihood."""
    drop = float(chdtri(1, 1 - conf_level)) / 2
    ends = profile_interval(fit.likelihood, fit.maximum, position, drop=drop)
    return (
        _hazard_ratio(fit, position, ends, conf_level, f"{method}, profile likelihood"),
        likelihood_ratio_test(fit, 1, profile_height(fit.likelihood, fit.maximum, position, 0.0)),
    )


def _hazard_ratio(
    fit: CoxFit, position: int, ends: tuple[float, float], conf_level: float, method: str
) -> Estimate | NotEstimable:
    """Put a coefficient of a scaled predictor back per unit, as a ratio."""
    scale = float(fit.scale[position])
    return from_logarithm(
        "hazard_ratio", float(fit.maximum.beta[position]) / scale,
        (ends[0] / scale, ends[1] / scale),
        std_error=math.sqrt(fit.covariance[position, position]) / scale, conf_level=conf_level,
        method=method,
    )  # fmt: skip


def likelihood_ratio_test(fit: CoxFit, df: int, without: float) -> HypothesisTest | NotEstimable:
    """Test coefficients by how much higher the likelihood is with them than without."""
    if df == 0:
        return NotEstimable(reason="no predictor varies")
    statistic = max(2 * (fit.maximum.point.value - without), 0.0)
    return HypothesisTest(
        statistic=statistic, df=float(df), p_value=float(chdtrc(df, statistic)),
        method="likelihood ratio",
    )  # fmt: skip
