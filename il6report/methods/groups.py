"""Compare a quantity between two independent groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from il6report.estimates import (
    LOG_SCALE,
    Estimate,
    HypothesisTest,
    NotEstimable,
    Statistic,
    statistics_frame,
)
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray, IntArray
from il6report.methods.censored import geometric_mean_ratio
from il6report.methods.means import permutation_comparison, t_comparison
from il6report.methods.peto_peto import (
    join_below_highest_limit,
    pairs_won_censored,
    peto_peto_test,
)
from il6report.methods.rank_sum import hodges_lehmann, pairs_won, rank_sum_test, superiority

TwoGroupMethod = Literal[
    "mann_whitney", "welch", "student", "permutation", "censored_lognormal", "peto_peto"
]
"""How two groups are compared; see `compare_two_groups`."""

_CENSORED_METHODS = ("mann_whitney", "censored_lognormal", "peto_peto")


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoGroupComparison:
    """How a quantity differs between two groups.

    Parameters
    ----------
    term : str
        Column of the quantity.
    group1, group2 : str
        The groups; `group2` is the reference.
    n1, n2 : int
        Units analysed in each.
    n_missing : int
        Rows left out because the quantity, its censoring or the group is missing.
    n_censored : int
        Units whose value lies below a limit.
    estimate : Estimate or NotEstimable
        The difference or ratio of `group1` to `group2`.
    test : HypothesisTest or NotEstimable
        The test that belongs to it.
    further : tuple of Estimate
        Other measures of the same difference, as the probability of superiority.
    """

    term: str
    group1: str
    group2: str
    n1: int
    n2: int
    n_missing: int
    n_censored: int
    estimate: Estimate | NotEstimable
    test: HypothesisTest | NotEstimable
    further: tuple[Estimate, ...] = ()

    @property
    def statistic(self) -> Statistic:
        """The row of results: the estimate with its test."""
        return self._row(self.estimate, self.test)

    def to_frame(self) -> pd.DataFrame:
        """Give the estimate with its test, then the other measures, one row each."""
        return statistics_frame(
            [self.statistic, *(self._row(estimate, None) for estimate in self.further)]
        )

    def _row(
        self, estimate: Estimate | NotEstimable, test: HypothesisTest | NotEstimable | None
    ) -> Statistic:
        sign = " / " if estimate.measure in LOG_SCALE else " − "
        notes = [
            f"{count} {what}"
            for count, what in ((self.n_missing, "missing"), (self.n_censored, "below the limit"))
            if count
        ]
        return Statistic(
            term=self.term,
            contrast=self.group1 + sign + self.group2,
            group1=self.group1,
            group2=self.group2,
            n=self.n1 + self.n2,
            n1=self.n1,
            n2=self.n2,
            estimate=estimate,
            test=test,
            note=", ".join(notes),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Samples:
    """Two clean samples and how to report on them."""

    x1: FloatArray
    x2: FloatArray
    censored1: BoolArray
    censored2: BoolArray
    levels: tuple[str, str]
    conf_level: float
    unit: str
    seed: int

    @property
    def pooled(self) -> FloatArray:
        return np.concatenate([self.x1, self.x2])

    @property
    def censored(self) -> BoolArray:
        return np.concatenate([self.censored1, self.censored2])

    @property
    def codes(self) -> IntArray:
        return np.repeat(np.array([0, 1]), [self.x1.size, self.x2.size])


_Answer = tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable, tuple[Estimate, ...]]


def compare_two_groups(
    data: pd.DataFrame,
    outcome: str,
    group: str,
    *,
    method: TwoGroupMethod = "mann_whitney",
    reference: str | float | None = None,
    below_limit: str | None = None,
    conf_level: float = 0.95,
    unit: str = "",
    seed: int = 0,
) -> TwoGroupComparison:
    """Estimate by how much a quantity differs between two groups, and test it.

    Parameters
    ----------
    data : DataFrame
        One row per unit.
    outcome : str
        Numeric column. With `below_limit`, it holds the limit where the value lies below it.
    group : str
        Column with two groups of at least two observed members each.
    method : {"mann_whitney", "welch", "student", "permutation", "censored_lognormal", "peto_peto"}
        - mann_whitney: median difference (Hodges-Lehmann) with the rank-sum test; exact below 50
          per group without ties, else the normal approximation. The probability of superiority and
          Cliff's delta are further rows; with `below_limit` the former is the estimate, since no
          difference is known between two values below the limit.
        - welch, student: difference in means by t, with unequal or equal variances.
        - permutation: difference in means; all divisions into groups where there are few, else
          random ones from `seed`.
        - censored_lognormal: geometric mean ratio by maximum likelihood with values below a limit,
          one sigma for both groups.
        - peto_peto: rank test for left-censored values with one or several limits; the estimate is
          the probability of superiority, undecided pairs counting half.
    reference : str or number, optional
        The group compared with, `group2`; the first level where absent (the order of a categorical
        column, else ascending).
    below_limit : str, optional
        Column of 0/1 or True/False: whether the value lies below the limit in `outcome`. For
        mann_whitney, censored_lognormal and peto_peto.
    conf_level : float
        Level of the interval.
    unit : str
        Unit of the outcome; carried into estimates on its scale.
    seed : int
        For random divisions only.

    Returns
    -------
    TwoGroupComparison
        `group1` minus (or over) `group2`: above 0 (a ratio: above 1; a probability of superiority:
        above 0.5) means higher values in `group1`.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, there are not two groups, a group has fewer than two
        observed members, or an option is unknown.

    Notes
    -----
    R: `wilcox.test(conf.int = TRUE)`, `t.test`, `coin::oneway_test(distribution = "exact")`,
    `survival::survreg(Surv(y, above, type = "left"), dist = "lognormal")`,
    `survival::survdiff(rho = 1)`. Where R finds limits by root search to 1e-4, these are the exact
    order statistics.

    References
    ----------
    .. [1] Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611.
       https://doi.org/10.1214/aoms/1177704172
    .. [2] Helsel DR. Statistics for Censored Environmental Data. 2nd ed. Wiley, 2012.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "crp_mg_l": [1.2, 3.4, 2.2, 0.9, 8.1, 6.6, 3.9, 12.0],
    ...         "group": ["control"] * 4 + ["dcSSc"] * 4,
    ...     }
    ... )
    >>> found = compare_two_groups(frame, "crp_mg_l", "group", reference="control")
    >>> found.to_frame()[["contrast", "measure", "estimate", "conf_low", "conf_high"]].round(2)
              contrast                     measure  estimate  conf_low  conf_high
    0  dcSSc − control           median_difference      5.55      0.50       11.1
    1  dcSSc − control  probability_of_superiority      1.00      0.58        1.0
    2  dcSSc − control                cliffs_delta      1.00      0.16        1.0
    """
    reader = ColumnReader(data, "compare_two_groups")
    method = reader.option("method", method, get_args(TwoGroupMethod))
    reader.conf_level(conf_level)
    reader.text("unit=", unit, "As 'pg/mL'.")
    reader.seed(seed)
    if below_limit is not None and method not in _CENSORED_METHODS:
        reader.refuse(
            "below_limit=", f"a method for censored values ({', '.join(_CENSORED_METHODS)})",
            repr(method), "Leave below_limit out or change the method.",
        )  # fmt: skip
    read = reader.positive if method == "censored_lognormal" else reader.numbers
    values = read(outcome)
    below = np.zeros(values.size) if below_limit is None else reader.indicator(below_limit)
    labels = reader.groups(group, ~np.isnan(values) & ~np.isnan(below), number=2)
    second = reader.level("reference=", reference, labels)
    reader.raise_if_any()
    first = 1 - second
    in1, in2 = labels.codes == first, labels.codes == second
    samples = _Samples(
        x1=values[in1],
        x2=values[in2],
        censored1=below[in1] == 1,
        censored2=below[in2] == 1,
        levels=(labels.levels[first], labels.levels[second]),
        conf_level=conf_level,
        unit=unit,
        seed=seed,
    )
    estimate, test, further = _COMPARISONS[method](samples)
    return TwoGroupComparison(
        term=outcome,
        group1=samples.levels[0],
        group2=samples.levels[1],
        n1=samples.x1.size,
        n2=samples.x2.size,
        n_missing=len(data) - samples.pooled.size,
        n_censored=int(samples.censored.sum()),
        estimate=estimate,
        test=test,
        further=further,
    )


def _mann_whitney(samples: _Samples) -> _Answer:
    n1, level = samples.x1.size, samples.conf_level
    if not samples.censored.any():
        won = pairs_won(samples.x1, samples.x2)
        shift = hodges_lehmann(samples.x1, samples.x2, conf_level=level, unit=samples.unit)
        test = rank_sum_test(samples.x1, samples.x2, won)
        return shift, test, superiority(won, n1, samples.x2.size, conf_level=level)
    ranked = join_below_highest_limit(samples.pooled, samples.censored)
    x1, x2 = ranked[:n1], ranked[n1:]
    won = pairs_won(x1, x2)
    share, delta = superiority(won, n1, x2.size, conf_level=level)
    return share, rank_sum_test(x1, x2, won), (delta,)


def _t(samples: _Samples, *, equal_variances: bool) -> _Answer:
    estimate, test = t_comparison(
        samples.x1,
        samples.x2,
        equal_variances=equal_variances,
        conf_level=samples.conf_level,
        unit=samples.unit,
    )
    return estimate, test, ()


def _permutation(samples: _Samples) -> _Answer:
    estimate, test = permutation_comparison(
        samples.x1,
        samples.x2,
        conf_level=samples.conf_level,
        unit=samples.unit,
        seed=samples.seed,
    )
    return estimate, test, ()


def _censored_lognormal(samples: _Samples) -> _Answer:
    y = np.log(samples.pooled)
    estimate, test = geometric_mean_ratio(
        y, samples.censored, samples.codes, samples.levels, samples.conf_level
    )
    return estimate, test, ()


def _peto_peto(samples: _Samples) -> _Answer:
    won = pairs_won_censored(samples.x1, samples.censored1, samples.x2, samples.censored2)
    share, delta = superiority(won, samples.x1.size, samples.x2.size, conf_level=samples.conf_level)
    test = peto_peto_test(samples.pooled, samples.censored, samples.codes, 2)
    return share, test, (delta,)


_COMPARISONS: dict[TwoGroupMethod, Callable[[_Samples], _Answer]] = {
    "mann_whitney": _mann_whitney,
    "welch": lambda samples: _t(samples, equal_variances=False),
    "student": lambda samples: _t(samples, equal_variances=True),
    "permutation": _permutation,
    "censored_lognormal": _censored_lognormal,
    "peto_peto": _peto_peto,
}
