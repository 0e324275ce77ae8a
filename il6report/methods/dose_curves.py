"""A sigmoid dose-response curve and the dose of half its effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, least_squares, minimize_scalar
from scipy.special import expit, fdtrc, fdtri

from il6report.errors import AnalysisError, Problem
from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray, IntArray
from il6report.methods.likelihood_search import (
    Likelihood,
    LikelihoodPoint,
    Maximum,
    maximise,
    profile_interval,
)

_FEWEST_DOSES = 4
_SIGNIFICANT = 0.05
_PRECISION = 1e-12
# Residual sums of squares below this share of all are rounding errors.
_EXACT = 1e-24
# Largest log slope considered: a slope of 10, or of 1/10.
_STEEPEST = math.log(10.0)
# The data set no end to the interval within ten times the highest, or a tenth of the lowest, dose.
_REACH = math.log(10.0)
# How closely the profile of the nearest slope and that of the best slope are the same.
_AGREES = 1e-8
# How closely the best log slope is searched: the sum of squares is flat there to its square.
_SLOPE = 1e-5
_TIGHT: dict[str, Any] = {"xtol": 1e-14, "ftol": 1e-14, "gtol": 1e-14}
_METHOD = "four-parameter logistic curve"


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseResponse:
    """The curve `response = base + span / (1 + (EC50 / dose)^slope)`.

    Parameters
    ----------
    ec50 : Statistic
        Dose of half the effect, in the unit of the dose, with its profile interval; its test asks
        whether the response depends on the dose at all.
    log_midpoint : float
        Natural logarithm of the EC50 of the fitted curve, even where that EC50 is not to be quoted.
    slope : float
        Hill slope.
    span : float
        Response at an unlimited dose less that at none; negative where the response falls.
    base : float
        Response at no dose, averaged over blocks.
    doses : tuple of float
        The doses tested.
    residual_sd : float
        Standard deviation of a response about the curve of its block.
    """

    ec50: Statistic
    log_midpoint: float
    slope: float
    span: float
    base: float
    doses: tuple[float, ...]
    residual_sd: float

    def predict(self, dose: FloatArray) -> FloatArray:
        """Response at doses, for the average block."""
        return self.base + self.span * _rise(_log(dose), self.log_midpoint, math.log(self.slope))

    def to_frame(self) -> pd.DataFrame:
        """One row: the EC50, with the columns of every result."""
        return statistics_frame([self.ec50])


def dose_response(
    data: pd.DataFrame,
    dose: str,
    response: str,
    *,
    block: str | None = None,
    unit: str = "",
    conf_level: float = 0.95,
) -> DoseResponse:
    """Estimate the dose that has half the greatest effect.

    Parameters
    ----------
    data : DataFrame
        Long, one row per response.
    dose : str
        Column of the dose, zero or more.
    response : str
        Column of the response; give its logarithm where the error grows with it.
    block : str, optional
        Column of the donor or experiment: every block has its own base, the curve is shared.
    unit : str
        Unit of the dose.
    conf_level : float
        Level of the interval.

    Returns
    -------
    DoseResponse
        The EC50 is not estimable where the response does not depend on the dose (F test against a
        flat line, p of 0.05 or more) or half the effect lies outside the doses tested. An end of
        the interval is 0 or infinite where the data set none within ten times the doses tested.

    Raises
    ------
    AnalysisError
        If there are fewer than four doses above zero, a dose is negative, or fewer responses than
        parameters.

    Notes
    -----
    Base and span are linear given the other two and are profiled out [1]_; the interval is the
    likelihood profile of log EC50, against F with 1 and the residual degrees of freedom [2]_. R:
    `nls(response ~ SSfpl(log(dose), ...))`; `MASS:::confint.nls` interpolates the same profile.

    References
    ----------
    .. [1] Golub GH, Pereyra V. SIAM J Numer Anal 1973;10:413-32. https://doi.org/10.1137/0710036
    .. [2] Bates DM, Watts DG. Nonlinear regression analysis and its applications. New York:
       Wiley, 1988. https://doi.org/10.1002/9780470316757

    Examples
    --------
    >>> curve = pd.DataFrame({"dose": [0.0, 1, 3, 10, 30, 100, 300],
    ...                       "response": [1.02, 1.08, 1.27, 1.51, 1.79, 1.93, 1.97]})
    >>> found = dose_response(curve, "dose", "response", unit="ng/mL")
    >>> found.to_frame()[["estimate", "conf_low", "conf_high"]].round(1)
       estimate  conf_low  conf_high
    0       9.2       6.7       12.8
    """
    reader = ColumnReader(data, "dose_response")
    reader.conf_level(conf_level)
    reader.text("unit=", unit, "As 'pg/mL'.")
    doses, responses = reader.numbers(dose), reader.numbers(response)
    blocks = (
        reader.labels(block).codes if block is not None else np.zeros(len(data), dtype=np.int64)
    )
    reader.raise_if_any()
    observed = ~np.isnan(doses) & ~np.isnan(responses) & (blocks >= 0)
    curve = _Curve(doses[observed], responses[observed], blocks[observed])
    AnalysisError.raise_if_any(_problems(curve))
    return _describe(curve, term=response, unit=unit, conf_level=conf_level)


def _problems(curve: _Curve) -> list[Problem]:
    """Say why no curve can be fitted; empty where one can."""
    where = "dose_response(data)"
    positive = len(np.unique(curve.doses[curve.doses > 0]))
    negative = int((curve.doses < 0).sum())
    problems: list[Problem] = []
    if negative:
        problems.append(
            Problem(
                where=where, expected="doses of zero or more", found=f"{negative} negative",
                remedy="Give doses themselves, not their logarithms.",
            )
        )  # fmt: skip
    if positive < _FEWEST_DOSES or curve.df < 1:
        problems.append(
            Problem(
                where=where,
                expected=f"{_FEWEST_DOSES} or more doses above zero, and more responses than the "
                f"{len(curve.doses) - curve.df} parameters of the curve",
                found=f"{positive} doses and {len(curve.doses)} responses",
                remedy="Compare the doses with blocked_contrasts instead.",
            )
        )
    return problems


def _describe(curve: _Curve, *, term: str, unit: str, conf_level: float) -> DoseResponse:
    """Turn the curve into its EC50, or the reason for having none."""
    log_ec50, log_slope = curve.fit()
    rss = curve.rss(log_ec50, log_slope)
    flat = float(curve.centred @ curve.centred)
    exact = rss <= _EXACT * flat
    statistic = (math.inf if flat > 0 else 0.0) if exact else (flat - rss) / 3 / (rss / curve.df)
    test = HypothesisTest(
        statistic=statistic, df=curve.df, p_value=float(fdtrc(3, curve.df, statistic)),
        method="F test of the curve against no response to dose",
    )  # fmt: skip
    low, high = curve.log_dose_range
    tolerance = (high - low) * _PRECISION
    if test.p_value >= _SIGNIFICANT:
        estimate: Estimate | NotEstimable = NotEstimable(
            reason="the response does not depend on the dose", measure="ec50"
        )
    elif not low + tolerance < log_ec50 < high - tolerance:
        estimate = NotEstimable(
            reason="half the effect lies outside the doses tested", measure="ec50"
        )
    elif exact:
        estimate = Estimate(
            measure="ec50", value=math.exp(log_ec50), unit=unit, method=_METHOD,
            no_interval="every response lies on the curve",
        )  # fmt: skip
    else:
        ends = curve.profile_interval(log_ec50, log_slope, conf_level)
        estimate = Estimate(
            measure="ec50", value=math.exp(log_ec50), unit=unit, method=_METHOD,
            std_error=curve.std_error(log_ec50, log_slope), conf_low=math.exp(ends[0]),
            conf_high=math.exp(ends[1]) if math.isfinite(ends[1]) else math.inf,
            conf_level=conf_level,
        )  # fmt: skip
    span, base = curve.linear_part(log_ec50, log_slope)
    return DoseResponse(
        ec50=Statistic(
            term=term, estimate=estimate, n=curve.n_blocks,
            test=test if isinstance(estimate, Estimate) else None,
        ),
        log_midpoint=log_ec50, slope=math.exp(log_slope), span=span, base=base,
        doses=tuple(float(dose) for dose in np.unique(curve.doses)),
        residual_sd=math.sqrt(rss / curve.df),
    )  # fmt: skip


class _Curve:
    """The curve with base and span profiled out: a function of log EC50 and log slope."""

    def __init__(self, doses: FloatArray, responses: FloatArray, blocks: IntArray) -> None:
        self.doses = doses
        self.responses = responses
        levels, self.block = np.unique(blocks, return_inverse=True)
        self.n_blocks = len(levels)
        self._size = np.bincount(self.block)
        self._member = np.eye(self.n_blocks)[self.block]
        self._log_doses = _log(doses)
        self.df = len(doses) - self.n_blocks - 3
        self.centred = self._centre(responses)

    @property
    def log_dose_range(self) -> tuple[float, float]:
        """Logarithms of the lowest and the highest dose above zero."""
        given = self.doses[self.doses > 0]
        return math.log(given.min()), math.log(given.max())

    def fit(self) -> tuple[float, float]:
        """Find log EC50, within the doses tested, and log slope."""
        low, high = self.log_dose_range
        log_ec50 = np.repeat(np.linspace(low, high, 12)[1:-1], 3)
        log_slope = np.tile([-0.7, 0.0, 0.7], 10)
        rss = self._sums(log_ec50, log_slope)
        best = int(np.argmin(rss))
        start = np.array([log_ec50[best], log_slope[best]])
        if rss[best] > _EXACT * float(self.centred @ self.centred):
            found = maximise(self.likelihood(float(rss[best]) / self.df), start)
            inside = low < found.beta[0] < high and abs(found.beta[1]) < _STEEPEST
            if inside and not found.runaway.any():
                return float(found.beta[0]), float(found.beta[1])
        bounded = least_squares(
            lambda pair: self._residuals(*pair), start,
            bounds=([low, -_STEEPEST], [high, _STEEPEST]), **_TIGHT,
        )  # fmt: skip
        return float(bounded.x[0]), float(bounded.x[1])

    def likelihood(self, variance: float) -> Likelihood:
        """Give the log likelihood of log EC50 and log slope, span and bases profiled out."""
        nowhere = LikelihoodPoint(value=-math.inf, gradient=np.zeros(2), curvature=np.eye(2))

        def at(pair: FloatArray) -> LikelihoodPoint:
            if not abs(pair[1]) <= _STEEPEST:
                return nowhere
            rise = _rise(self._log_doses, float(pair[0]), float(pair[1]))
            centred = self._centre(rise)
            power = float(centred @ centred)
            if not power > _PRECISION:
                return nowhere
            span = float(centred @ self.centred) / power
            residuals = self.centred - span * centred
            steep = span * math.exp(pair[1]) * rise * (1 - rise)
            distance = np.where(self.doses > 0, self._log_doses - pair[0], 0.0)
            slopes = np.array([self._centre(-steep), self._centre(steep * distance)])
            slopes -= np.outer(slopes @ centred, centred) / power
            return LikelihoodPoint(
                value=-float(residuals @ residuals) / (2 * variance),
                gradient=slopes @ residuals / variance,
                curvature=slopes @ slopes.T / variance,
            )

        return at

    def rss(self, log_ec50: float, log_slope: float) -> float:
        """Residual sum of squares."""
        residuals = self._residuals(log_ec50, log_slope)
        return float(residuals @ residuals)

    def linear_part(self, log_ec50: float, log_slope: float) -> tuple[float, float]:
        """Span, and base averaged over blocks."""
        rise = _rise(self._log_doses, log_ec50, log_slope)
        centred = self._centre(rise)
        span = float(centred @ self.centred / (centred @ centred))
        by_block = np.bincount(self.block, self.responses - span * rise) / self._size
        return span, float(by_block.mean())

    def std_error(self, log_ec50: float, log_slope: float) -> float:
        """Estimate the standard error of log EC50 from the curvature at the fit."""
        variance = self.rss(log_ec50, log_slope) / self.df
        point = self.likelihood(variance)(np.array([log_ec50, log_slope]))
        return math.sqrt(np.linalg.inv(point.curvature)[0, 0])

    def profile_interval(
        self, log_ec50: float, log_slope: float, conf_level: float
    ) -> tuple[float, float]:
        """Find the ends of the interval of log EC50, infinite where the data set none."""
        least = self.rss(log_ec50, log_slope)
        quantile = float(fdtri(1, self.df, conf_level))
        allowed = least * (1 + quantile / self.df)
        low, high = self.log_dose_range
        likelihood = self.likelihood(least / self.df)
        fitted = np.array([log_ec50, log_slope])
        point = likelihood(fitted)
        maximum = Maximum(beta=fitted, start=point, point=point, runaway=np.zeros(2, np.bool_))
        found = profile_interval(likelihood, maximum, 0, drop=quantile / 2)
        ends: list[float] = []
        for far, end in zip((low - _REACH, high + _REACH), found, strict=True):
            if self._profile(far) <= allowed:
                ends.append(math.copysign(math.inf, far - log_ec50))
            elif abs(self._profile(end) - allowed) < _AGREES * allowed:
                ends.append(end)
            else:
                # The best slope is not the nearest one, or the steepest allowed.
                ends.append(
                    float(brentq(lambda x: self._profile(x) - allowed, log_ec50, far, rtol=1e-12))
                )
        return ends[0], ends[1]

    def _profile(self, log_ec50: float) -> float:
        """Least residual sum of squares at a given EC50."""
        grid = np.linspace(-_STEEPEST, _STEEPEST, 9)
        best = int(np.argmin(self._sums(np.full(9, log_ec50), grid)))
        refined = minimize_scalar(
            lambda log_slope: self.rss(log_ec50, log_slope), method="bounded",
            bounds=(grid[max(best - 1, 0)], grid[min(best + 1, 8)]), options={"xatol": _SLOPE},
        )  # fmt: skip
        return float(refined.fun)

    def _sums(self, log_ec50: FloatArray, log_slope: FloatArray) -> FloatArray:
        """Residual sums of squares of several curves at once."""
        rise = expit(np.exp(log_slope)[:, None] * (self._log_doses - log_ec50[:, None]))
        rise = rise - ((rise @ self._member) / self._size)[:, self.block]
        power = (rise**2).sum(axis=1)
        span = np.divide(rise @ self.centred, power, out=power * 0, where=power >= _PRECISION)
        return ((self.centred - span[:, None] * rise) ** 2).sum(axis=1)

    def _residuals(self, log_ec50: float, log_slope: float) -> FloatArray:
        rise = self._centre(_rise(self._log_doses, log_ec50, log_slope))
        power = float(rise @ rise)
        if power < _PRECISION:
            return self.centred
        return self.centred - rise * float(rise @ self.centred) / power

    def _centre(self, values: FloatArray) -> FloatArray:
        means = np.bincount(self.block, values) / self._size
        return values - means[self.block]


def _log(doses: FloatArray) -> FloatArray:
    """Logarithms of doses; that of zero is infinite."""
    return np.log(doses, out=np.full(len(doses), -np.inf), where=doses > 0)


def _rise(log_doses: FloatArray, log_ec50: float, log_slope: float) -> FloatArray:
    """Share of the effect at each dose."""
    return expit(math.exp(log_slope) * (log_doses - log_ec50))
