"""The calibration curve of a plate: fitted to its standards, read backwards for its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from il6report.assays.logistic import PARAMETERS, fit_logistic, invert, respond
from il6report.errors import AssayError, Problem
from il6report.estimates import Estimate, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.options import ArgumentReader

Weights = Literal["1/y^2", "1/y", "none"]
"""How much a standard counts: "1/y^2" where the error is a fraction of the response."""

POWER: dict[str, float] = {"1/y^2": 2.0, "1/y": 1.0, "none": 0.0}
Model = Literal["4pl", "5pl"]
"""Shape of the curve: symmetrical about its inflection, or not."""

N_PARAMETERS: dict[str, int] = {"4pl": 4, "5pl": 5}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StandardCurve:
    """A logistic curve of four or five parameters with its uncertainty and its range.

    The response to concentration x is
    lower + (upper - lower) / (1 + (x / inflection)^-slope)^asymmetry.

    Parameters
    ----------
    lower, upper : float
        Asymptotes, in the unit of the response; `upper` is the greater one.
    inflection : float
        Concentration whose response lies midway between the asymptotes; where there is asymmetry,
        at the share 0.5^asymmetry of the way up.
    slope : float
        Steepness; positive where the response rises with concentration.
    asymmetry : float
        Above 1 the curve bends more slowly at its foot than at its shoulder; 1 in a "4pl".
    covariance : ndarray, shape (4, 4) or (5, 5)
        Of lower, upper, inflection, slope and, in a "5pl", asymmetry, in this order.
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
    asymmetry: float = 1.0
    covariance: np.ndarray
    residual_sd: float
    df: int
    recovery: pd.DataFrame
    lloq: float
    uloq: float

    @property
    def parameters(self) -> tuple[float, ...]:
        """The parameters in the order of their covariance."""
        every = (self.lower, self.upper, self.inflection, self.slope, self.asymmetry)
        return every[: len(self.covariance)]

    def respond(self, concentration: np.ndarray | pd.Series) -> FloatArray:
        """Give the fitted response to concentrations (0 or more)."""
        return respond(self.parameters, _readings("respond", concentration))

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
            concentration is the limit and one flag is true. Missing where the response is.
        """
        read = invert(self.parameters, _readings("back_calculate", response))
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
        arguments = ArgumentReader("to_frame")
        arguments.conf_level(conf_level)
        arguments.raise_if_any()
        quantile = stats.t.isf((1 - conf_level) / 2, self.df)
        rows: list[Statistic] = []
        errors, found = np.sqrt(np.diag(self.covariance)), self.parameters
        for name, value, error in zip(PARAMETERS[: len(found)], found, errors, strict=True):
            estimate = Estimate(
                measure="curve_parameter",
                value=value,
                conf_low=value - quantile * error,
                conf_high=value + quantile * error,
                conf_level=conf_level,
                std_error=float(error),
                method=f"weighted {len(found)}-parameter logistic fit",
            )
            rows.append(Statistic(term=name, estimate=estimate, n=self.df + len(found)))
        return statistics_frame(rows)


def _readings(function: str, given: object) -> FloatArray:
    """Read an array of numbers, or a single one."""
    reader = ColumnReader(pd.DataFrame({"values": np.ravel(np.asarray(given))}), function)
    values = reader.numbers("values")
    reader.raise_if_any()
    return values


def fit_standard_curve(
    standards: pd.DataFrame,
    *,
    concentration: str,
    response: str,
    model: Model = "4pl",
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
    model : {"4pl", "5pl"}
        Logistic curve of four parameters, or of five where the curve is not symmetrical about its
        inflection; the fifth needs a standard near either plateau to be determined.
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
    Least squares by Levenberg and Marquardt with the analytic Jacobian, from the best curve of a
    grid. R: ``nls(y ~ SSfpl(log(x), lower, upper, xmid, scal), weights = 1 / y^2)`` with
    ``inflection = exp(xmid)`` and ``slope = 1 / scal`` gives the same numbers; the five-parameter
    curve is that of ``drc::LL.5`` with the sign of its slope turned.

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
    reader = ColumnReader(standards, "fit_standard_curve")
    reader.option("model", model, tuple(N_PARAMETERS))
    reader.option("weights", weights, tuple(POWER))
    reader.limits("recovery_limits_percent=", recovery_limits_percent)
    x, y = reader.numbers(concentration), reader.numbers(response)
    reader.raise_if_any()
    _refuse_unusable(x, y, N_PARAMETERS[model], weighted=weights != "none")
    fit = fit_logistic(x, y, y ** (-POWER[weights] / 2), asymmetric=model == "5pl")
    if fit is None:
        raise AssayError(
            Problem(
                where="standards",
                expected="responses along one S-shaped curve",
                found="a fit that does not converge",
                remedy="Look at the standards on a plot for swapped, empty or saturated wells, "
                "a wrong order of dilution, or a wrong unit of the nominal concentration.",
            )
        )
    recovery = _recover(fit.parameters, x, y, recovery_limits_percent)
    lloq, uloq = _range_of_quantitation(recovery)
    return StandardCurve(
        **dict(zip(PARAMETERS, fit.parameters, strict=False)), covariance=fit.covariance,
        residual_sd=fit.residual_sd, df=len(x) - len(fit.parameters), recovery=recovery,
        lloq=lloq, uloq=uloq,
    )  # fmt: skip


def _refuse_unusable(x: FloatArray, y: FloatArray, n_parameters: int, *, weighted: bool) -> None:
    problems: list[Problem] = []
    levels = len(np.unique(x[x > 0]))
    if levels < n_parameters:
        problems.append(
            Problem(
                where="standards",
                expected=f"at least {n_parameters} concentrations above zero",
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


def _recover(
    parameters: tuple[float, ...], x: FloatArray, y: FloatArray, limits_percent: tuple[float, float]
) -> pd.DataFrame:
    above_zero = x > 0
    levels, level = np.unique(x[above_zero], return_inverse=True)
    n = np.bincount(level)
    mean = np.bincount(level, weights=y[above_zero]) / n
    squares = np.bincount(level, weights=(y[above_zero] - mean[level]) ** 2)
    sd = np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))
    read = invert(parameters, mean)
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
    accepted = recovery["accepted"].to_numpy()
    ends = np.flatnonzero(np.diff(accepted, prepend=False, append=False)).reshape(-1, 2)
    lengths = ends[:, 1] - ends[:, 0]
    if lengths.max(initial=0) < 2:  # noqa: PLR2004 - a range has two ends
        raise AssayError(
            Problem(
                where="standards",
                expected="at least two neighbouring standards recovered within the limits",
                found=f"{int(accepted.sum())} of {len(recovery)} recovered",
                remedy="Look at the standards on a plot, and repeat the plate.",
            )
        )
    first, end = ends[np.argmax(lengths)]
    levels = recovery["concentration"].to_numpy()
    return float(levels[first]), float(levels[end - 1])
