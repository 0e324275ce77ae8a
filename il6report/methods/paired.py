"""Compare a quantity between two conditions of the same units, or with one value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from scipy.stats import t as student_t

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.signed_rank import pseudo_median, signed_rank_test, without_rounding

PairedMethod = Literal["t", "signed_rank"]
"""How differences are judged: by their mean, or by their signed ranks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedComparison:
    """How a quantity differs between two conditions of the same units, or from one value.

    Parameters
    ----------
    term : str
        Column of the quantity.
    group1, group2 : str
        The conditions; `group2` is the reference, or the value compared with.
    n : int
        Units with both conditions.
    n_incomplete : int
        Units left out because a condition, or the value, is missing.
    estimate : Estimate or NotEstimable
        `group1` minus `group2`.
    test : HypothesisTest or NotEstimable
        The test that belongs to it.
    """

    term: str
    group1: str
    group2: str
    n: int
    n_incomplete: int
    estimate: Estimate | NotEstimable
    test: HypothesisTest | NotEstimable

    @property
    def statistic(self) -> Statistic:
        """The row of results."""
        return Statistic(
            term=self.term,
            contrast=f"{self.group1} − {self.group2}",
            group1=self.group1,
            group2=self.group2,
            n=self.n,
            estimate=self.estimate,
            test=self.test,
            note=f"{self.n_incomplete} incomplete" if self.n_incomplete else "",
        )

    def to_frame(self) -> pd.DataFrame:
        """Give the difference with its test as one row."""
        return statistics_frame([self.statistic])


def compare_paired(
    data: pd.DataFrame,
    outcome: str,
    condition: str,
    pair: str,
    *,
    method: PairedMethod = "t",
    reference: str | float | None = None,
    conf_level: float = 0.95,
    unit: str = "",
) -> PairedComparison:
    """Estimate by how much a quantity differs between two conditions of the same units.

    Parameters
    ----------
    data : DataFrame
        One row per unit and condition.
    outcome : str
        Numeric column.
    condition : str
        Column with two conditions.
    pair : str
        Column that names the unit; no unit has a condition twice.
    method : {"t", "signed_rank"}
        Mean of the differences by t, or their pseudo-median (Hodges-Lehmann) with the signed-rank
        test, exact below 50 pairs without ties and zeros.
    reference : str or number, optional
        The condition compared with; the first level where absent.
    conf_level : float
        Level of the interval.
    unit : str
        Unit of the outcome.

    Returns
    -------
    PairedComparison
        Above 0 means higher values under `group1`.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, there are not two conditions, or a unit has one
        twice.

    Notes
    -----
    R: `t.test(paired = TRUE)`, `wilcox.test(paired = TRUE, conf.int = TRUE, digits.rank = 12)`.
    Without `digits.rank` R takes 1.1 - 0.8 and 2.3 - 2.0 for different, so that its p-value depends
    on the unit.

    References
    ----------
    .. [1] Student. Biometrika 1908;6:1-25. doi:10.1093/biomet/6.1.1
    .. [2] Wilcoxon F. Biometrics Bull 1945;1:80-3. doi:10.2307/3001968
    .. [3] Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611. doi:10.1214/aoms/1177704172

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "mrss": [20, 15, 28, 11, 14, 12, 21, 10],
    ...         "visit": ["baseline"] * 4 + ["3 years"] * 4,
    ...         "participant_id": [1, 2, 3, 4] * 2,
    ...     }
    ... )
    >>> found = compare_paired(frame, "mrss", "visit", "participant_id", reference="baseline")
    >>> found.to_frame()[["contrast", "n", "estimate", "conf_low", "conf_high"]].round(2)
                 contrast  n  estimate  conf_low  conf_high
    0  3 years − baseline  4     -4.25     -8.63       0.13
    """
    reader = ColumnReader(data, "compare_paired")
    reader.option("method", method, get_args(PairedMethod))
    reader.conf_level(conf_level)
    reader.text("unit=", unit, "As 'pg/mL'.")
    values = reader.numbers(outcome)
    units, labels = reader.labels(pair), reader.groups(condition, ~np.isnan(values), number=2)
    second = reader.level("reference=", reference, labels)
    rows = (labels.codes >= 0) & (units.codes >= 0)
    cells = units.codes[rows] * 2 + labels.codes[rows]
    twice = int((np.bincount(cells, minlength=1) > 1).sum())
    if twice and not reader.problems:
        reader.refuse(
            f"{pair!r} by {condition!r}", "one row per unit and condition",
            f"{twice} cells with several rows", "Average technical replicates first.",
        )  # fmt: skip
    reader.raise_if_any()
    table = np.full(2 * len(units.levels), np.nan)
    table[cells] = values[rows]
    sides = table.reshape(-1, 2)
    differences = sides[:, 1 - second] - sides[:, second]
    complete = ~np.isnan(differences)
    largest = float(np.abs(table[~np.isnan(table)]).max(initial=0.0))
    estimate, test = _judge(differences[complete], largest, method, conf_level, unit)
    return PairedComparison(
        term=outcome,
        group1=labels.levels[1 - second],
        group2=labels.levels[second],
        n=int(complete.sum()),
        n_incomplete=int((~complete).sum()),
        estimate=estimate,
        test=test,
    )


def compare_to_value(
    data: pd.DataFrame,
    outcome: str,
    *,
    value: float,
    method: PairedMethod = "t",
    conf_level: float = 0.95,
    unit: str = "",
) -> PairedComparison:
    """Estimate by how much a quantity lies above or below one value.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    outcome : str
        Numeric column.
    value : float
        What the quantity is compared with, in its unit.
    method : {"t", "signed_rank"}
        As in `compare_paired`.
    conf_level : float
        Level of the interval.
    unit : str
        Unit of the outcome.

    Returns
    -------
    PairedComparison
        Above 0 means that the quantity lies above the value.

    Raises
    ------
    AnalysisError
        If the column is missing or not numeric, or an option is unknown.

    Notes
    -----
    R: `t.test(x, mu = value)`, `wilcox.test(x, mu = value, conf.int = TRUE, digits.rank = 12)`; R's
    interval is that of the location, here that of its distance from the value.

    References
    ----------
    .. [1] Student. Biometrika 1908;6:1-25. doi:10.1093/biomet/6.1.1
    .. [2] Wilcoxon F. Biometrics Bull 1945;1:80-3. doi:10.2307/3001968
    .. [3] Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611. doi:10.1214/aoms/1177704172

    Examples
    --------
    >>> frame = pd.DataFrame({"log2_ratio": [0.8, 1.1, 0.4, 1.3]})
    >>> compare_to_value(frame, "log2_ratio", value=0).test.p_value < 0.05
    True
    """
    reader = ColumnReader(data, "compare_to_value")
    reader.option("method", method, get_args(PairedMethod))
    reader.conf_level(conf_level)
    reader.text("unit=", unit, "As 'pg/mL'.")
    values = reader.numbers(outcome)
    reader.number("value=", value, "a number", "Give it in the unit of the column, such as 0.")
    reader.raise_if_any()
    differences = values[~np.isnan(values)] - value
    largest = max(float(np.abs(values[~np.isnan(values)]).max(initial=0.0)), abs(value))
    estimate, test = _judge(differences, largest, method, conf_level, unit)
    return PairedComparison(
        term=outcome,
        group1=outcome,
        group2=str(value),
        n=differences.size,
        n_incomplete=values.size - differences.size,
        estimate=estimate,
        test=test,
    )


def _judge(
    differences: FloatArray, largest: float, method: PairedMethod, conf_level: float, unit: str
) -> tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable]:
    n = differences.size
    measure = "mean_difference" if method == "t" else "median_difference"
    if n < 2:  # noqa: PLR2004 - one difference has no spread
        none = NotEstimable(reason=f"{n} complete", measure=measure)
        return none, none
    if method == "signed_rank":
        differences = without_rounding(differences, largest)
        estimate = pseudo_median(differences, conf_level=conf_level, unit=unit)
        return estimate, signed_rank_test(differences)
    error = float(differences.std(ddof=1)) / math.sqrt(n)
    if error <= 1e-15 * float(np.abs(differences).max()):
        none = NotEstimable(reason="the differences do not vary", measure=measure)
        return none, none
    mean = float(differences.mean())
    reach = float(stdtrit(n - 1, (1 + conf_level) / 2)) * error
    estimate = Estimate(
        measure="mean_difference",
        value=mean,
        conf_low=mean - reach,
        conf_high=mean + reach,
        conf_level=conf_level,
        std_error=error,
        method="t of the differences",
        unit=unit,
    )
    test = HypothesisTest(
        statistic=mean / error,
        df=n - 1,
        p_value=2 * float(student_t.sf(abs(mean / error), n - 1)),
        method="t of the differences",
    )
    return estimate, test
