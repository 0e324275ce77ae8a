"""What shape has the association of a marker with survival? Restricted cubic splines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.cox_fit import CoxFit, fit_cox
from il6report.methods.cox_ratios import likelihood_ratio_test
from il6report.methods.design import DesignColumn, design_matrix
from il6report.methods.follow_up import FollowUp, read_follow_up
from il6report.methods.life_table import normal_quantile

METHOD = "Cox model with restricted cubic spline"
CURVE_COLUMNS = ("value", "hazard_ratio", "conf_low", "conf_high")
_FEWEST_KNOTS = 3
_MOST_KNOTS = 7
_KNOTS = "3 to 7 knots, or their values"
_FEW_PEOPLE = 100


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SplineHazardResult:
    """The hazard ratio along a marker, with tests of association and of its shape.

    Parameters
    ----------
    curve : DataFrame
        From the lowest to the highest observed value: `value`, `hazard_ratio` against the reference
        value, `conf_low`, `conf_high` (pointwise).
    association : Statistic
        Hazard ratio of the 75th to the 25th centile, with the test of all terms of the marker.
    nonlinearity : Statistic
        Test of the bent terms: whether a straight line (on the log hazard) would not do.
    knots : tuple of float
        Between the outer ones the curve bends, beyond them it is straight.
    reference : float
        The value whose hazard ratio is 1.
    n_missing : int
        Rows left out because something is missing.
    """

    curve: pd.DataFrame
    association: Statistic
    nonlinearity: Statistic
    knots: tuple[float, ...]
    reference: float
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """Give the association and the test of its shape, one row each."""
        return statistics_frame([self.association, self.nonlinearity])


def spline_hazard(
    data: pd.DataFrame,
    marker: str,
    time: str,
    event: str,
    *,
    adjust_for: Sequence[str] = (),
    knots: int | Sequence[float] = 3,
    reference: float | None = None,
    n_points: int = 101,
    conf_level: float = 0.95,
) -> SplineHazardResult:
    """Estimate the hazard ratio along a marker without cutting it or forcing it to a line.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    marker : str
        Column of numbers, best on the scale on which it varies evenly (log2 for IL-6).
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    adjust_for : sequence of str
        Other predictors of the model, as in `cox`.
    knots : int or sequence of float
        How many knots (3 to 7), put at Harrell's centiles, or their values. Three cost two degrees
        of freedom and are as many as 20 events bear.
    reference : float, optional
        Value of the marker to which the others are compared; its median where absent.
    n_points : int
        Points of the curve.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    SplineHazardResult
        Curve and tests; `NotEstimable`, and no curve, where the model has no estimate.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or the knots are not three or more
        different numbers.

    Notes
    -----
    Basis and knots are those of R's ``rms::rcs``, the curve that of ``rms::contrast``, the tests
    likelihood-ratio tests. (``rcs`` moves an outer knot where more than 5 % of people share the
    lowest or highest value; here it stays.)

    References
    ----------
    .. [1] Durrleman S, Simon R. Stat Med 1989;8:551-61. doi:10.1002/sim.4780080504
    .. [2] Harrell FE. Regression Modeling Strategies, 2nd ed. Springer, 2015.
           doi:10.1007/978-3-319-19425-7

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> marker = rng.normal(size=200)
    >>> people = pd.DataFrame({
    ...     "log2_il6": marker, "died": 1, "years": rng.exponential(10 / np.exp(marker**2 / 2))
    ... })
    >>> shape = spline_hazard(people, "log2_il6", "years", "died", reference=0, n_points=5)
    >>> shape.curve.round(1)
       value  hazard_ratio  conf_low  conf_high
    0   -2.7          17.2       7.4       39.8
    1   -1.3           3.0       2.1        4.2
    2    0.1           1.0       1.0        1.0
    3    1.5           4.1       2.5        6.7
    4    2.9          21.0       7.5       59.3
    >>> shape.nonlinearity.test.p_value < 0.001
    True
    """
    reader = ColumnReader(data, "spline_hazard")
    reader.conf_level(conf_level)
    values = reader.numbers(marker)
    observed = read_follow_up(reader, time, event)
    adjust_for = reader.names("adjust_for=", adjust_for)
    design = design_matrix(reader, adjust_for, observed.complete)
    followed = observed.among(reader, design.rows, ~np.isnan(values))
    kept = values[followed.complete]
    places = _knots(reader, kept, knots)
    reader.count("n_points=", n_points, least=1, remedy="As 101.")
    if reference is not None:
        reader.number("reference=", reference, "a value of the marker", "Its median is usual.")
    reader.raise_if_any()
    start = float(np.median(kept)) if reference is None else float(reference)
    bent = tuple(DesignColumn(term=f"{marker} bend {at}") for at in range(1, len(places) - 1))
    columns = (DesignColumn(term=marker), *bent, *design.columns)
    basis = spline_basis(kept, places)
    adjusters = design.matrix[followed.complete, 1:]

    def without(reason: str) -> SplineHazardResult:
        about = Statistic(
            term=marker,
            estimate=NotEstimable(reason=reason, measure="hazard_ratio"),
            n=followed.n,
            n_events=followed.n_events,
        )
        return SplineHazardResult(
            curve=pd.DataFrame(columns=list(CURVE_COLUMNS)), association=about, nonlinearity=about,
            knots=tuple(places.tolist()), reference=start, n_missing=followed.n_missing,
        )  # fmt: skip

    if followed.n_events == 0:
        return without("nobody had the event")
    fit = _fit(followed, np.hstack([basis, adjusters]), columns)
    if fit.reasons:
        return without(f"{columns[min(fit.reasons)].key}: {fit.reasons[min(fit.reasons)]}")
    straight = _fit(followed, np.hstack([basis[:, :1], adjusters]), (columns[0], *design.columns))
    unmarked = _fit(followed, adjusters, design.columns)
    grid = np.linspace(kept.min(), kept.max(), n_points)
    quarters = np.quantile(kept, [0.25, 0.75])
    against = _Contrast(fit=fit, places=places, conf_level=conf_level)
    return SplineHazardResult(
        curve=against.curve(grid, start),
        association=Statistic(
            term=marker,
            contrast="75th centile / 25th centile",
            estimate=against.ratio(quarters[1], quarters[0]),
            test=likelihood_ratio_test(fit, basis.shape[1], unmarked.maximum.point.value),
            n=followed.n,
            n_events=followed.n_events,
        ),
        nonlinearity=Statistic(
            term=f"{marker}, departure from a straight line",
            estimate=NotEstimable(
                reason="a test of the shape of the curve", measure="hazard_ratio"
            ),
            test=likelihood_ratio_test(fit, len(bent), straight.maximum.point.value),
            n=followed.n,
            n_events=followed.n_events,
        ),
        knots=tuple(places.tolist()),
        reference=start,
        n_missing=followed.n_missing,
    )


def spline_basis(values: FloatArray, knots: FloatArray) -> FloatArray:
    """Give the columns of a restricted cubic spline: the value itself, then the bends.

    Parameters
    ----------
    values : array of shape (n,)
        Where to evaluate it.
    knots : array of shape (k,)
        Ascending.

    Returns
    -------
    array of shape (n, k - 1)
        Bends in the unit of the values, as ``rms::rcs`` scales them.
    """
    last, before = knots[-1], knots[-2]

    def cube(place: float) -> FloatArray:
        return np.maximum(values - place, 0.0) ** 3

    bends = [
        cube(knot)
        - cube(before) * (last - knot) / (last - before)
        + cube(last) * (before - knot) / (last - before)
        for knot in knots[:-2]
    ]
    return np.column_stack([values, *(bend / (last - knots[0]) ** 2 for bend in bends)])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Contrast:
    """Compares values of the marker along a fitted spline."""

    fit: CoxFit
    places: FloatArray
    conf_level: float

    def curve(self, values: FloatArray, reference: float) -> pd.DataFrame:
        ratios, _ = self._ratios(values, reference)
        return pd.DataFrame(dict(zip(CURVE_COLUMNS, (values, *ratios), strict=True)))

    def ratio(self, value: float, reference: float) -> Estimate:
        ratios, std_error = self._ratios(np.array([value]), reference)
        ratio, low, high = ratios[:, 0].tolist()
        return Estimate(
            measure="hazard_ratio", value=ratio, method=METHOD, conf_low=low, conf_high=high,
            conf_level=self.conf_level, std_error=float(std_error[0]),
        )  # fmt: skip

    def _ratios(self, values: FloatArray, reference: float) -> tuple[FloatArray, FloatArray]:
        """Give ratios with their lower and upper ends, in three rows, and their log errors."""
        basis = spline_basis(np.append(values, reference), self.places)
        terms = basis.shape[1]
        difference = (basis[:-1] - basis[-1]) / self.fit.scale[:terms]
        covariance = self.fit.covariance[:terms, :terms]
        variance = ((difference @ covariance) * difference).sum(axis=1)
        std_error = np.sqrt(np.maximum(variance, 0.0))
        reach = normal_quantile(self.conf_level) * std_error
        log_ratio = difference @ self.fit.maximum.beta[:terms]
        return np.exp([log_ratio, log_ratio - reach, log_ratio + reach]), std_error


def _fit(followed: FollowUp, x: FloatArray, columns: tuple[DesignColumn, ...]) -> CoxFit:
    return fit_cox(followed, x, columns, ties="efron", penalised=False)


def _knots(reader: ColumnReader, values: FloatArray, knots: int | Sequence[float]) -> FloatArray:
    if isinstance(knots, int | np.integer):
        if not _FEWEST_KNOTS <= knots <= _MOST_KNOTS:
            reader.refuse("knots=", _KNOTS, f"{knots}", "As 3.")
            return np.arange(_FEWEST_KNOTS, dtype=np.float64)
        outer = {3: 0.1, 7: 0.025}.get(int(knots), 0.05)
        places = np.quantile(values, np.linspace(outer, 1 - outer, int(knots)))
        if _FEWEST_KNOTS * 2 < len(values) < _FEW_PEOPLE:
            # Among few people the outer knots stand at the fifth from either end (Harrell).
            places[[0, -1]] = np.sort(values)[[4, -5]]
    else:
        places = np.sort(np.array(reader.numbers_in("knots=", knots, _KNOTS, "As 3.")))
    if not reader.problems and (len(places) < _FEWEST_KNOTS or not (np.diff(places) > 0).all()):
        reader.refuse(
            "knots=", "three or more different values", f"{len(np.unique(places))} different",
            "Give the values of the knots; many people may share one value of the marker.",
        )  # fmt: skip
    return places
