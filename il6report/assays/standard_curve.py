"""The calibration curve of a plate: fitted to its standards, read backwards for its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from il6report.errors import AnalysisError, AssayError, Problem
from il6report.estimates import Estimate, Statistic, statistics_frame

Weights = Literal["1/y^2", "1/y", "none"]
"""How much a standard counts: "1/y^2" where the error is a fraction of the response."""

POWER: dict[str, float] = {"1/y^2": 2.0, "1/y": 1.0, "none": 0.0}
PARAMETERS = ("lower", "upper", "inflection", "slope")
Parameters = tuple[float, float, float, float]
# A curve whose inflection lies this many fold outside the standards was extrapolated, not seen.
FARTHEST_INFLECTION = 1000.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StandardCurve:
    """A four-parameter logistic curve with its uncertainty and its range.

    The response to concentration x is lower + (upper - lower) / (1 + (x / inflection)^-slope).

    Parameters
    ----------
    lower, upper : float
        Asymptotes, in the unit of the response; `upper` is the greater one.
    inflection : float
        Concentration whose response lies midway between the asymptotes.
    slope : float
        Steepness at the inflection; positive where the response rises with concentration.
    covariance : ndarray, shape (4, 4)
        Of lower, upper, inflection and slope, in this order.
    residual_sd : float
        Residual standard deviation on the weighted scale; under "1/y^2" a fraction of the response.
    df : int
        Residual degrees of freedom.
    recovery : DataFrame
        One row per level of the standards: `concentration`, `n`, `mean_response`, `cv_percent` of
        the response, `back_calculated`, `recovery_percent`, `accepted`.
    lloq, uloq : float
        Lower and upper limit of quantitation: ends of the longest run of accepted standards.
    """

    lower: float
    upper: float
    inflection: float
    slope: float
    covariance: np.ndarray
    residual_sd: float
    df: int
    recovery: pd.DataFrame
    lloq: float
    uloq: float

    def respond(self, concentration: np.ndarray | pd.Series) -> np.ndarray:
        """Give the fitted response to concentrations (0 or more)."""
        share = special.expit(
            self.slope * (_log(np.asarray(concentration, float)) - np.log(self.inflection))
        )
        return self.lower + (self.upper - self.lower) * share

    def back_calculate(self, response: np.ndarray | pd.Series) -> pd.DataFrame:
        """Read concentrations off the curve, without leaving the range of quantitation.

        Parameters
        ----------
        response : array-like, shape (n,)
            Responses such as absorbances.

        Returns
        -------
        DataFrame
            `concentration`, `below_quantitation`, `above_quantitation`; outside the range the
            concentration is the limit and one flag is true. Nothing is missing.
        """
        parameters = (self.lower, self.upper, self.inflection, self.slope)
        read = invert_curve(parameters, np.asarray(response, float))
        return pd.DataFrame(
            {
                "concentration": np.clip(read, self.lloq, self.uloq),
                "below_quantitation": read < self.lloq,
                "above_quantitation": read > self.uloq,
            },
            index=response.index if isinstance(response, pd.Series) else None,
        )

    def to_frame(self, *, conf_level: float = 0.95) -> pd.DataFrame:
        """Give one row per parameter with its Wald interval on Student's t."""
        quantile = stats.t.isf((1 - conf_level) / 2, self.df)
        rows: list[Statistic] = []
        for name, error in zip(PARAMETERS, np.sqrt(np.diag(self.covariance)), strict=True):
            value = float(getattr(self, name))
            estimate = Estimate(
                measure="curve_parameter",
                value=value,
                conf_low=value - quantile * error,
                conf_high=value + quantile * error,
                conf_level=conf_level,
                std_error=float(error),
                method="weighted four-parameter logistic fit",
            )
            rows.append(Statistic(term=name, estimate=estimate, n=self.df + len(PARAMETERS)))
        return statistics_frame(rows)


def fit_standard_curve(
    standards: pd.DataFrame,
    *,
    concentration: str,
    response: str,
    model: str = "4pl",
    weights: Weights = "1/y^2",
    recovery_limits_percent: tuple[float, float] = (80.0, 120.0),
) -> StandardCurve:
    """Say which concentration a response stands for.

    Parameters
    ----------
    standards : DataFrame
        One row per well of a standard; a concentration of 0 is a blank and fixes the lower end.
    concentration, response : str
        Columns: known concentration (any one unit) and response (absorbance).
    model : {"4pl"}
        Four-parameter logistic.
    weights : {"1/y^2", "1/y", "none"}
        Weights of the squared residuals, from the observed response.
    recovery_limits_percent : tuple of float
        A standard is accepted where its back-calculated concentration lies within these limits, per
        cent of nominal; the practice of ligand-binding assays [1]_.

    Returns
    -------
    StandardCurve
        Parameters, recovery of the standards, and the range of quantitation.

    Raises
    ------
    AssayError
        If there are too few levels, a response is missing or not positive, the fit does not
        converge, or no two standards in a row are recovered.
    AnalysisError
        If a column or an option does not exist.

    Notes
    -----
    Least squares by Levenberg and Marquardt with the analytic Jacobian, from several starting
    values. R: ``nls(y ~ SSfpl(log(x), lower, upper, xmid, scal), weights = 1 / y^2)`` with
    ``inflection = exp(xmid)`` and ``slope = 1 / scal`` gives the same numbers.

    References
    ----------
    .. [1] Findlay JWA, Dillard RF. Appropriate calibration curve fitting in ligand binding assays.
       AAPS J 2007;9:E260-7. doi:10.1208/aapsj0902029

    Examples
    --------
    >>> x = np.array([0.0, 0.0, 3, 3, 10, 10, 30, 30, 100, 100, 300, 300])
    >>> y = 0.05 + 3 / (1 + (np.maximum(x, 1e-9) / 90) ** -1.2)
    >>> wells = pd.DataFrame({"pg_ml": x, "absorbance": y})
    >>> curve = fit_standard_curve(wells, concentration="pg_ml", response="absorbance")
    >>> print(f"{curve.inflection:.3f} {curve.slope:.3f} {curve.lloq:g} {curve.uloq:g}")
    90.000 1.200 3 300
    >>> curve.back_calculate(np.array([0.04, 1.55]))["below_quantitation"].tolist()
    [True, False]
    """
    if model != "4pl":
        raise AnalysisError.unknown_option("fit_standard_curve(model=)", model, ("4pl",))
    if weights not in POWER:
        raise AnalysisError.unknown_option("fit_standard_curve(weights=)", weights, tuple(POWER))
    missing = {concentration, response} - set(standards.columns)
    if missing:
        raise AnalysisError.missing_columns(
            "fit_standard_curve(standards)", missing, list(standards.columns)
        )
    x = standards[concentration].to_numpy(float)
    y = standards[response].to_numpy(float)
    _refuse_unusable(x, y, weighted=weights != "none")
    root_weight = y ** (-POWER[weights] / 2)
    theta, covariance, residual_sd = _fit(x, y, root_weight)
    recovery = _recover(theta, x, y, recovery_limits_percent)
    lloq, uloq = _range_of_quantitation(recovery)
    return StandardCurve(
        lower=theta[0], upper=theta[1], inflection=theta[2], slope=theta[3], covariance=covariance,
        residual_sd=residual_sd, df=len(x) - len(PARAMETERS), recovery=recovery,
        lloq=lloq, uloq=uloq,
    )  # fmt: skip


def _log(concentration: np.ndarray) -> np.ndarray:
    """Natural logarithm; that of zero is minus infinity, without a warning."""
    return np.log(concentration, out=np.full_like(concentration, -np.inf), where=concentration > 0)


def _refuse_unusable(x: np.ndarray, y: np.ndarray, *, weighted: bool) -> None:
    problems: list[Problem] = []
    levels = len(np.unique(x[x > 0]))
    if levels < len(PARAMETERS):
        problems.append(
            Problem(
                where="standards",
                expected=f"at least {len(PARAMETERS)} concentrations above zero",
                found=f"{levels}",
                remedy="Add the missing standards or leave the plate out.",
            )
        )
    bad = int(np.sum(~np.isfinite(x) | (x < 0)))
    if bad:
        problems.append(
            Problem(
                where="standards",
                expected="a known concentration of 0 or more in every well",
                found=f"{bad} wells without one",
                remedy="Fill in the nominal concentration.",
            )
        )
    bad = int(np.sum(~np.isfinite(y) | (weighted & (y <= 0))))
    if bad:
        problems.append(
            Problem(
                where="standards",
                expected="a positive response in every well",
                found=f"{bad} wells without one",
                remedy="Use readings without the blank subtracted, and leave out empty wells.",
            )
        )
    AssayError.raise_if_any(problems)


def _fit(
    x: np.ndarray, y: np.ndarray, root_weight: np.ndarray
) -> tuple[Parameters, np.ndarray, float]:
    """Fit the curve from several starting values; parameters, their covariance, residual SD."""
    log_x = _log(x)
    seen = np.isfinite(log_x)

    def share(theta: np.ndarray) -> np.ndarray:
        at_zero = np.copysign(np.inf, -theta[3])
        return special.expit(np.where(seen, theta[3] * (log_x - theta[2]), at_zero))

    def residuals(theta: np.ndarray) -> np.ndarray:
        return root_weight * (theta[0] + (theta[1] - theta[0]) * share(theta) - y)

    def jacobian(theta: np.ndarray) -> np.ndarray:
        p = share(theta)
        steep = (theta[1] - theta[0]) * p * (1 - p)
        away = np.where(seen, log_x - theta[2], 0.0)
        columns = (1 - p, p, -steep * theta[3], steep * away)
        return root_weight[:, None] * np.column_stack(columns)

    fits = [
        optimize.least_squares(
            residuals, start, jacobian, method="lm", x_scale="jac",
            xtol=1e-12, ftol=1e-12, gtol=1e-12, max_nfev=2000,
        )
        for start in _starting_values(x, y)
    ]  # fmt: skip
    usable = [fit for fit in fits if fit.status > 0 and _is_determined(fit.x, jacobian(fit.x), x)]
    if not usable:
        raise AssayError(
            Problem(
                where="standards",
                expected="responses along one S-shaped curve",
                found="a fit that does not converge",
                remedy="Look at the standards on a plot for swapped, empty or saturated wells, "
                "a wrong order of dilution, or a wrong unit of the nominal concentration.",
            )
        )
    best = min(usable, key=lambda fit: fit.cost)
    variance = 2 * best.cost / (len(x) - len(PARAMETERS))
    gradient = jacobian(best.x)
    return _canonical(best.x, variance * np.linalg.inv(gradient.T @ gradient), variance**0.5)


def _starting_values(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Straight-line fits of the logit response, for plateaus from near to far above the top."""
    seen = x > 0
    span = float(np.ptp(y)) or 1.0
    starts: list[np.ndarray] = []
    for head_room in (0.02, 0.5, 2.0):
        lower, upper = y.min() - 0.02 * span, y.max() + head_room * span
        logit = special.logit((y[seen] - lower) / (upper - lower))
        slope, intercept = np.polyfit(np.log(x[seen]), logit, 1)
        slope = slope if abs(slope) > np.finfo(float).eps else 1.0
        starts.append(np.array([lower, upper, -intercept / slope, slope]))
    return starts


def _is_determined(theta: np.ndarray, jac: np.ndarray, x: np.ndarray) -> bool:
    """Whether the data determine all four parameters."""
    if not np.all(np.isfinite(theta)):
        return False
    scaled = jac / np.maximum(np.linalg.norm(jac, axis=0), np.finfo(float).tiny)
    low, high = np.log(x[x > 0].min()), np.log(x.max())
    room = np.log(FARTHEST_INFLECTION)
    return bool(
        np.linalg.cond(scaled) < 1 / np.sqrt(np.finfo(float).eps)
        and low - room < theta[2] < high + room
    )


def _canonical(
    theta: np.ndarray, covariance: np.ndarray, residual_sd: float
) -> tuple[Parameters, np.ndarray, float]:
    """Put the greater asymptote second, and the inflection on the scale of concentration."""
    lower, upper, log_inflection, slope = (float(value) for value in theta)
    inflection = float(np.exp(log_inflection))
    to_scale = np.diag([1.0, 1.0, inflection, 1.0])
    if lower > upper:
        lower, upper, slope = upper, lower, -slope
        to_scale = to_scale[[1, 0, 2, 3]] * np.array([[1.0], [1.0], [1.0], [-1.0]])
    return (lower, upper, inflection, slope), to_scale @ covariance @ to_scale.T, residual_sd


def invert_curve(
    parameters: Parameters | tuple[np.ndarray, ...], response: np.ndarray
) -> np.ndarray:
    """Give the concentration of a response: 0 or infinite beyond the asymptotes."""
    lower, upper, inflection, slope = parameters
    share = np.clip((response - lower) / (upper - lower), 0.0, 1.0)
    with np.errstate(over="ignore"):
        return np.exp(np.log(inflection) + special.logit(share) / slope)


def _recover(
    parameters: Parameters, x: np.ndarray, y: np.ndarray, limits_percent: tuple[float, float]
) -> pd.DataFrame:
    above_zero = x > 0
    levels, level = np.unique(x[above_zero], return_inverse=True)
    n = np.bincount(level)
    mean = np.bincount(level, weights=y[above_zero]) / n
    squares = np.bincount(level, weights=(y[above_zero] - mean[level]) ** 2)
    sd = np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))
    read = invert_curve(parameters, mean)
    recovery = 100 * read / levels
    low, high = limits_percent
    return pd.DataFrame(
        {
            "concentration": levels,
            "n": n,
            "mean_response": mean,
            "cv_percent": 100 * sd / mean,
            "back_calculated": read,
            "recovery_percent": recovery,
            "accepted": (low <= recovery) & (recovery <= high),
        }
    )


def _range_of_quantitation(recovery: pd.DataFrame) -> tuple[float, float]:
    """Find the ends of the longest run of standards that are recovered."""
    accepted = recovery["accepted"]
    run = (accepted != accepted.shift()).cumsum()[accepted]
    if run.empty or run.value_counts().max() < 2:  # noqa: PLR2004 - a range has two ends
        raise AssayError(
            Problem(
                where="standards",
                expected="at least two neighbouring standards recovered within the limits",
                found=f"{int(accepted.sum())} of {len(recovery)} recovered",
                remedy="Look at the standards on a plot, and repeat the plate.",
            )
        )
    longest = recovery.loc[run.index[run == run.mode().iloc[0]], "concentration"]
    return float(longest.min()), float(longest.max())
