"""The atoms of every result: an estimate with its interval, a test, a count, a reason for none.

Numbers stay numbers on a named scale; `il6report.notation` alone turns them into text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from il6report.errors import AnalysisError, Problem, tell_kind

Measure = Literal[
    "count",
    "percent",
    "percent_of_studies",
    "n_missing",
    "mean",
    "standard_deviation",
    "median",
    "lower_quartile",
    "upper_quartile",
    "minimum",
    "maximum",
    "geometric_mean",
    "centile",
    "log_standard_deviation",
    "mean_difference",
    "median_difference",
    "geometric_mean_ratio",
    "standardised_difference",
    "probability_of_superiority",
    "cliffs_delta",
    "area_under_curve",
    "epsilon_squared",
    "cramers_v",
    "odds_ratio",
    "risk_difference",
    "pearson_r",
    "spearman_rho",
    "kendall_tau",
    "regression_coefficient",
    "ec50",
    "percent_blocked",
    "weighted_kappa",
    "gwet_ac2",
    "intraclass_correlation",
    "amplification_efficiency",
    "reference_variation",
    "intensity_score",
    "hazard_ratio",
    "survival_probability",
    "survival_time",
    "cumulative_incidence",
    "e_value",
    "time_ratio",
    "concordance",
    "proportional_hazards_correlation",
    "events_per_variable",
    "cut_point",
    "likelihood_ratio_statistic",
    "curve_parameter",
    "relative_potency",
    "slope_ratio",
    "dilution_slope",
    "limit_of_agreement",
    "coefficient_of_variation",
]
"""What a number measures, by the field's standard name."""

LOG_SCALE: frozenset[str] = frozenset(
    {
        "geometric_mean",
        "centile",
        "log_standard_deviation",
        "geometric_mean_ratio",
        "odds_ratio",
        "ec50",
        "hazard_ratio",
        "time_ratio",
        "relative_potency",
        "slope_ratio",
    }
)
"""Measures whose interval is made on the log scale; `std_error` is that of the natural log."""

NULL_VALUES: dict[str, float] = {
    "mean_difference": 0.0,
    "median_difference": 0.0,
    "geometric_mean_ratio": 1.0,
    "standardised_difference": 0.0,
    "probability_of_superiority": 0.5,
    "cliffs_delta": 0.0,
    "area_under_curve": 0.5,
    "odds_ratio": 1.0,
    "risk_difference": 0.0,
    "pearson_r": 0.0,
    "spearman_rho": 0.0,
    "kendall_tau": 0.0,
    "regression_coefficient": 0.0,
    "percent_blocked": 0.0,
    "weighted_kappa": 0.0,
    "gwet_ac2": 0.0,
    "intraclass_correlation": 0.0,
    "hazard_ratio": 1.0,
    "time_ratio": 1.0,
    "relative_potency": 1.0,
    "slope_ratio": 1.0,
    "dilution_slope": 1.0,
    "concordance": 0.5,
    "proportional_hazards_correlation": 0.0,
}
"""The value of each comparative measure at which there is no difference or no association."""

FRAME_COLUMNS: tuple[str, ...] = (
    "term",
    "contrast",
    "group1",
    "group2",
    "n",
    "n1",
    "n2",
    "n_events",
    "measure",
    "estimate",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "p_adjusted",
    "adjust_method",
    "conf_low",
    "conf_high",
    "conf_level",
    "method",
    "note",
)
"""The vocabulary of every result frame, in order; a frame uses the columns it needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotEstimable:
    """Something that could not be estimated, and why.

    Parameters
    ----------
    reason : str
        One clause a clinician understands, such as "no deaths in the low group".
    measure : Measure, optional
        What would have been estimated.
    """

    reason: str
    measure: Measure | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number that a reader will see, with its interval or the reason for having none.

    Parameters
    ----------
    measure : Measure
        What the number measures; fixes its scale and the value that means no effect.
    value : float
        The estimate, on the scale of `measure` (a ratio is a ratio, not its logarithm).
    method : str
        How it was obtained, as a methods section names it.
    conf_low, conf_high : float, optional
        Ends of the interval on the scale of `value`; an end may be infinite (a median not reached).
    conf_level : float
        Confidence level of the interval.
    std_error : float, optional
        Standard error; of the natural logarithm for the measures in `LOG_SCALE`.
    unit : str
        Unit of `value`; empty for a pure number.
    no_interval : str
        Why there is no interval; required where there is none.

    Raises
    ------
    AnalysisError
        If the value is not a number, or there is neither an interval nor a reason for none.
    """

    measure: Measure
    value: float
    method: str
    conf_low: float | None = None
    conf_high: float | None = None
    conf_level: float = 0.95
    std_error: float | None = None
    unit: str = ""
    no_interval: str = ""

    def __post_init__(self) -> None:
        where = f"estimate of {self.measure} by {self.method}"
        if math.isnan(self.value):
            raise AnalysisError(f"{where} is not a number; return NotEstimable with its reason.")
        if self.conf_low is None or self.conf_high is None:
            if not self.no_interval:
                raise AnalysisError(f"{where} has no interval; say why in no_interval.")
            return
        if not self.conf_low <= self.conf_high:
            raise AnalysisError(f"{where} has the interval {self.conf_low} to {self.conf_high}.")

    @property
    def excludes_null(self) -> bool:
        """Whether the interval excludes the value of no effect.

        False where there is no interval or the measure compares nothing.
        """
        null = NULL_VALUES.get(self.measure)
        if null is None or self.conf_low is None or self.conf_high is None:
            return False
        return not self.conf_low <= null <= self.conf_high

    @property
    def above_null(self) -> bool:
        """Whether the estimate lies above the value of no effect."""
        return self.measure in NULL_VALUES and self.value > NULL_VALUES[self.measure]


@dataclass(frozen=True, kw_only=True, slots=True)
class HypothesisTest:
    """A test of no difference or no association.

    Parameters
    ----------
    statistic : float
        The test statistic, as `method` defines it.
    p_value : float
        Two-sided p-value in [0, 1].
    method : str
        Name of the test, as a methods section names it.
    df : float, optional
        Degrees of freedom.
    p_adjusted : float, optional
        p-value after adjustment within its family.
    adjust_method : str, optional
        How it was adjusted ("holm", "dunnett", ...).
    """

    statistic: float
    p_value: float
    method: str
    df: float | None = None
    p_adjusted: float | None = None
    adjust_method: str | None = None

    def __post_init__(self) -> None:
        for name, p in (("p_value", self.p_value), ("p_adjusted", self.p_adjusted)):
            if p is not None and not 0.0 <= p <= 1.0:
                raise AnalysisError(f"{self.method}: {name} is {p}, outside [0, 1].")


@dataclass(frozen=True, kw_only=True, slots=True)
class CountPercent:
    """A count out of a total.

    Parameters
    ----------
    count : int
        How many have the characteristic.
    total : int
        How many could have it and were observed.
    """

    count: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.total:
            raise AnalysisError(f"a count of {self.count} out of {self.total} is impossible.")

    @property
    def percent(self) -> float | NotEstimable:
        """Per cent of the total; not estimable where the total is zero."""
        if self.total == 0:
            return NotEstimable(reason="nobody was observed", measure="percent")
        return 100.0 * self.count / self.total


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistic:
    """One row of results: an estimate, what it is about, on how many, and its test.

    Parameters
    ----------
    term : str
        The variable, in the words of the codebook or the column name.
    estimate : Estimate or NotEstimable
        The number, or why there is none. A test never stands without an estimate.
    test : HypothesisTest or NotEstimable, optional
        The test of that estimate.
    contrast : str, optional
        What is compared, such as "dcSSc / control".
    group1, group2 : str, optional
        The groups compared; `group2` is the reference. One group: `group1`.
    n, n1, n2 : int, optional
        Units analysed: in all, in `group1`, in `group2`.
    n_events : int, optional
        Events among them (deaths), or the count behind a per cent.
    note : str
        Anything a reader must know to read the number.
    """

    term: str
    estimate: Estimate | NotEstimable
    test: HypothesisTest | NotEstimable | None = None
    contrast: str | None = None
    group1: str | None = None
    group2: str | None = None
    n: int | None = None
    n1: int | None = None
    n2: int | None = None
    n_events: int | None = None
    note: str = ""

    def to_row(self) -> dict[str, float | int | str | None]:
        """Give the statistic in the vocabulary of `FRAME_COLUMNS`."""
        row: dict[str, float | int | str | None] = dict.fromkeys(FRAME_COLUMNS)
        row.update(
            term=self.term, contrast=self.contrast, group1=self.group1, group2=self.group2,
            n=self.n, n1=self.n1, n2=self.n2, n_events=self.n_events,
        )  # fmt: skip
        notes = [self.note]
        methods: list[str] = []
        match self.estimate:
            case NotEstimable(reason=reason, measure=measure):
                row["measure"] = measure
                notes.append(f"not estimable: {reason}")
            case Estimate() as found:
                methods.append(found.method)
                notes.append(found.no_interval and f"no interval: {found.no_interval}")
                row.update(
                    measure=found.measure, estimate=found.value, std_error=found.std_error,
                    conf_low=found.conf_low, conf_high=found.conf_high,
                    conf_level=None if found.conf_low is None else found.conf_level,
                )  # fmt: skip
        match self.test:
            case NotEstimable(reason=reason):
                notes.append(f"not tested: {reason}")
            case HypothesisTest() as test:
                methods.append(test.method)
                row.update(
                    statistic=test.statistic, df=test.df, p_value=test.p_value,
                    p_adjusted=test.p_adjusted, adjust_method=test.adjust_method,
                )  # fmt: skip
            case None:
                pass
        row["method"] = "; ".join(dict.fromkeys(methods))
        row["note"] = "; ".join(text for text in notes if text)
        return row


def statistics_frame(statistics: Iterable[Statistic]) -> pd.DataFrame:
    """Put statistics in one frame, one row each, with the columns of `FRAME_COLUMNS` in use.

    Parameters
    ----------
    statistics : iterable of Statistic
        The rows, in order.

    Returns
    -------
    DataFrame
        One row per statistic; numbers stay numbers, absent ones are missing; columns that no row
        uses are left out, except `term`, `measure`, `estimate`, `method` and `note`.

    Examples
    --------
    >>> ratio = Estimate(
    ...     measure="hazard_ratio", value=2.0, conf_low=1.1, conf_high=3.6, method="Cox"
    ... )
    >>> statistics_frame([Statistic(term="il6_high", estimate=ratio, n=39, n_events=17)]).T
                              0
    term               il6_high
    n                        39
    n_events                 17
    measure        hazard_ratio
    estimate                2.0
    conf_low                1.1
    conf_high               3.6
    conf_level             0.95
    method                  Cox
    note
    """
    rows = pd.DataFrame(_rows(statistics), columns=list(FRAME_COLUMNS))
    always = {"term", "measure", "estimate", "method", "note"}
    used = [name for name in FRAME_COLUMNS if name in always or rows[name].notna().any()]
    frame = rows[used].copy()
    for name in ("n", "n1", "n2", "n_events"):
        if name in frame:
            frame[name] = frame[name].astype("Int64")
    numeric = ("estimate", "std_error", "statistic", "df", "p_value", "p_adjusted", "conf_low",
               "conf_high", "conf_level")  # fmt: skip
    for name in numeric:
        if name in frame:
            frame[name] = frame[name].astype("float64")
    return frame


def _rows(statistics: Iterable[Statistic]) -> list[dict[str, float | int | str | None]]:
    try:
        return [one.to_row() for one in statistics]
    except (TypeError, AttributeError) as error:
        raise AnalysisError(
            Problem(
                where="statistics_frame(statistics)",
                expected="a list of results of type Statistic",
                found=tell_kind(statistics),
                remedy="Say first what an estimate is about: Statistic(term='il6', estimate=...).",
            )
        ) from error
