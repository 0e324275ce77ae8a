"""By how much do two ways of measuring the same thing differ? Limits of agreement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy import stats

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray

_SPREAD = NormalDist().inv_cdf(0.975)
_FEWEST = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LimitsOfAgreement:
    """How two ways of measuring agree.

    Parameters
    ----------
    bias : Statistic
        Mean of the differences, first minus second.
    lower, upper : Statistic
        Between these limits 95 % of differences are expected to lie.
    proportional_bias : Statistic
        Change of the difference per unit of the mean of both; 0 where the bias is the same for low
        and high values.
    means, differences : array of shape (n,)
        Mean of the two measurements of each unit, and first minus second: what is plotted.
    """

    bias: Statistic
    lower: Statistic
    upper: Statistic
    proportional_bias: Statistic
    means: FloatArray
    differences: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Give bias, both limits and the proportional bias, one row each."""
        return statistics_frame([self.bias, self.lower, self.upper, self.proportional_bias])


def bland_altman(
    data: pd.DataFrame, first: str, second: str, *, conf_level: float = 0.95, unit: str = ""
) -> LimitsOfAgreement:
    """Estimate by how much two ways of measuring the same units differ.

    Parameters
    ----------
    data : DataFrame
        Wide: one row per unit, measured once in each way.
    first, second : str
        Columns of the two measurements, in the same unit. Give their logarithms where the
        difference grows with the value.
    conf_level : float
        Level of the intervals. The limits themselves always hold 95 % of differences.
    unit : str
        Unit of the measurements.

    Returns
    -------
    LimitsOfAgreement
        Bias above 0 where `first` reads higher. A correlation says nothing of agreement; whether
        these limits are narrow enough is a clinical question.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, or fewer than three units have both.

    Notes
    -----
    The interval of a limit is exact for normal differences (noncentral t, [2]_), wider outside than
    inside; the original approximation is symmetrical and too short below some 30 units. R:
    ``t.test(paired = TRUE)``, ``qt(ncp =)``, ``lm(difference ~ mean)``.

    References
    ----------
    .. [1] Bland JM, Altman DG. Lancet 1986;1:307-10. doi:10.1016/S0140-6736(86)90837-8
    .. [2] Carkeet A. Optom Vis Sci 2015;92:e71-80. doi:10.1097/OPX.0000000000000513

    Examples
    --------
    Peak expiratory flow by two meters, litres per minute, from the original paper:

    >>> wright = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423,
    ...           427]
    >>> mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    >>> found = bland_altman(pd.DataFrame({"wright": wright, "mini": mini}), "wright", "mini")
    >>> found.to_frame()[["term", "estimate", "conf_low", "conf_high"]].round(2)
                    term  estimate  conf_low  conf_high
    0               bias     -2.12    -22.05      17.81
    1        lower limit    -78.10   -124.16     -53.09
    2        upper limit     73.86     48.86     119.93
    3  proportional bias      0.03     -0.16       0.22
    """
    reader = ColumnReader(data, "bland_altman")
    reader.conf_level(conf_level)
    reader.text("unit=", unit, "As 'pg/mL'.")
    reader.names("first, second", [first, second])
    one, other = reader.numbers(first), reader.numbers(second)
    complete = ~(np.isnan(one) | np.isnan(other))
    n = int(complete.sum())
    if not reader.problems and n < _FEWEST:
        reader.refuse("data", "three units with both measurements", f"{n}", "Measure more units.")
    reader.raise_if_any()
    differences = one[complete] - other[complete]
    means = (one[complete] + other[complete]) / 2
    incomplete = len(data) - n
    sample = _Sample(
        contrast=f"{first} − {second}",
        differences=differences,
        means=means,
        conf_level=conf_level,
        unit=unit,
        note=f"{incomplete} incomplete" if incomplete else "",
    )
    return LimitsOfAgreement(
        bias=sample.bias(),
        lower=sample.limit("lower", -1.0),
        upper=sample.limit("upper", 1.0),
        proportional_bias=sample.proportional_bias(),
        means=means,
        differences=differences,
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Sample:
    contrast: str
    differences: FloatArray
    means: FloatArray
    conf_level: float
    unit: str
    note: str

    @property
    def n(self) -> int:
        return self.differences.size

    @property
    def spread(self) -> float:
        return float(self.differences.std(ddof=1))

    def _about(
        self,
        term: str,
        estimate: Estimate | NotEstimable,
        test: HypothesisTest | NotEstimable | None = None,
    ) -> Statistic:
        return Statistic(
            term=term, contrast=self.contrast, n=self.n, estimate=estimate, test=test,
            note=self.note,
        )  # fmt: skip

    def bias(self) -> Statistic:
        mean, error = float(self.differences.mean()), self.spread / math.sqrt(self.n)
        if error == 0:
            return self._about("bias", _nothing("mean_difference"))
        reach = float(stats.t.isf((1 - self.conf_level) / 2, self.n - 1)) * error
        return self._about(
            "bias",
            Estimate(
                measure="mean_difference", value=mean, conf_low=mean - reach,
                conf_high=mean + reach, conf_level=self.conf_level, std_error=error,
                unit=self.unit, method="t of the differences",
            ),
            HypothesisTest(
                statistic=mean / error, df=self.n - 1, method="t of the differences",
                p_value=2 * float(stats.t.sf(abs(mean / error), self.n - 1)),
            ),
        )  # fmt: skip

    def limit(self, which: str, side: float) -> Statistic:
        term = f"{which} limit"
        if self.spread == 0:
            return self._about(term, _nothing("limit_of_agreement"))
        mean, root = float(self.differences.mean()), math.sqrt(self.n)
        tails = ((1 - self.conf_level) / 2, (1 + self.conf_level) / 2)
        factors = [float(stats.nct.ppf(tail, self.n - 1, _SPREAD * root)) / root for tail in tails]
        ends = sorted(mean + side * factor * self.spread for factor in factors)
        return self._about(
            term,
            Estimate(
                measure="limit_of_agreement", value=mean + side * _SPREAD * self.spread,
                conf_low=ends[0], conf_high=ends[1], conf_level=self.conf_level, unit=self.unit,
                method="95% limit of agreement, exact interval",
            ),
        )  # fmt: skip

    def proportional_bias(self) -> Statistic:
        term, measure = "proportional bias", "regression_coefficient"
        if np.ptp(self.means) == 0:
            reason = "the units do not differ"
            return self._about(term, NotEstimable(reason=reason, measure=measure))
        line = stats.linregress(self.means, self.differences)
        slope, error, df = float(line.slope), float(line.stderr), self.n - 2
        if self.spread == 0 or error == 0:
            return self._about(term, _nothing(measure))
        reach = float(stats.t.isf((1 - self.conf_level) / 2, df)) * error
        method = "regression of differences on means"
        return self._about(
            term,
            Estimate(
                measure=measure, value=slope, conf_low=slope - reach, conf_high=slope + reach,
                conf_level=self.conf_level, std_error=error, method=method,
            ),
            HypothesisTest(
                statistic=slope / error, df=df, method=method,
                p_value=2 * float(stats.t.sf(abs(slope / error), df)),
            ),
        )  # fmt: skip


def _nothing(measure: str) -> NotEstimable:
    match measure:
        case "mean_difference" | "limit_of_agreement" | "regression_coefficient":
            return NotEstimable(reason="the differences do not vary", measure=measure)
        case _:
            return NotEstimable(reason="the differences do not vary")
