"""Agreement of raters who scored the same specimens, beyond chance and in per cent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from scipy.stats import f
from statsmodels.stats.inter_rater import cohens_kappa

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.single_proportion import estimate_proportion

# Of the asymptotic formula; what is less is rounding error.
_NO_VARIANCE = 1e-14

Method = Literal["weighted_kappa", "gwet_ac2", "icc"]
Interval = Literal["fisher_z", "wald"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How well raters agree.

    Parameters
    ----------
    coefficient : Statistic
        Agreement beyond chance; 1 is perfect, 0 what chance would give.
    exact : Statistic
        Per cent of specimens given the same score by all raters.
    n_incomplete : int
        Specimens left out because a rater did not score them.
    """

    coefficient: Statistic
    exact: Statistic
    n_incomplete: int

    def to_frame(self) -> pd.DataFrame:
        """Two rows: the coefficient and the per cent, with the columns of every result."""
        return statistics_frame([self.coefficient, self.exact])


def agreement(
    ratings: pd.DataFrame,
    *,
    method: Method = "weighted_kappa",
    levels: Sequence[float] | None = None,
    interval: Interval = "fisher_z",
    conf_level: float = 0.95,
) -> Agreement:
    """Measure the agreement of raters, beyond chance and in per cent.

    Parameters
    ----------
    ratings : DataFrame
        Wide: one row per specimen, one column per rater, scores as numbers.
    method : {"weighted_kappa", "gwet_ac2", "icc"}
        "weighted_kappa", two raters, ordinal scores: Cohen's kappa with quadratic weights [1]_. Low
        in spite of near-perfect agreement where almost all specimens have one score.
        "gwet_ac2", two or more raters, ordinal scores: the coefficient that does not suffer from
        this [2]_, with quadratic weights. "icc", two or more raters, continuous scores: absolute
        agreement of a single rater, raters and specimens random, ICC(2,1) [3]_.
    levels : sequence of float, optional
        The scores that could be given, such as (0, 1, 2, 3); those that were given where absent.
        AC2 depends on them, the others do not.
    interval : {"fisher_z", "wald"}
        Of kappa and AC2. "fisher_z" is made on the scale of Fisher's z and allows for few
        specimens; "wald" reaches equally far to either side, as R's packages do, see the notes.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Agreement
        Specimens that a rater did not score are left out and counted.

    Raises
    ------
    AnalysisError
        If there are fewer than two raters or specimens, more than two raters for kappa, or a
        score is not one of `levels`.

    Notes
    -----
    R: `vcd::Kappa(table, weights = "Fleiss-Cohen")`, `irrCAC::gwet.ac1.raw(weights = "quadratic")`,
    `psych::ICC`. The ICC has the interval of the F distribution, the per cent that of Clopper and
    Pearson. Coefficients and standard errors of kappa and AC2 are R's; Wald intervals (normal for
    kappa, t with specimens - 1 degrees of freedom for AC2) are too short for few specimens. Of
    scores from 0 to 3 by two raters they cover 75 and 88 per cent with 5 specimens, 89 and 84 with
    20. On the scale of Fisher's z with the t distribution this becomes 90 and 99, and 93 and 89
    with 20. With few specimens look at the scores, and at the per cent that agree, as well.

    References
    ----------
    .. [1] Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323-7.
       https://doi.org/10.1037/h0028106
    .. [2] Gwet KL. Br J Math Stat Psychol 2008;61:29-48.
       https://doi.org/10.1348/000711006X126600
    .. [3] Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-8.
       https://doi.org/10.1037/0033-2909.86.2.420

    Examples
    --------
    >>> scores = pd.DataFrame({"rater_1": [0, 1, 2, 3, 2, 1], "rater_2": [0, 1, 2, 3, 3, 1]})
    >>> agreement(scores).to_frame()[["measure", "n", "estimate", "conf_low", "conf_high"]].round(2)
              measure  n  estimate  conf_low  conf_high
    0  weighted_kappa  6      0.92      0.32       0.99
    1         percent  6     83.33     35.88      99.58
    """
    reader = ColumnReader(ratings, "agreement")
    method = reader.option("method", method, get_args(Method))
    reader.option("interval", interval, get_args(Interval))
    reader.conf_level(conf_level)
    raters = [str(name) for name in ratings.columns]
    columns = [reader.numbers(name) for name in ratings.columns]
    few = len(raters) < 2  # noqa: PLR2004 - agreement is between two
    if few or (method == "weighted_kappa" and len(raters) > 2):  # noqa: PLR2004
        reader.refuse(
            "ratings",
            "two raters, one column each" if method == "weighted_kappa" else "two or more raters",
            f"the columns {', '.join(raters)}",
            "Give one column per rater; for more than two raters use method='gwet_ac2'.",
        )
    scale = (
        [score for column in columns for score in np.unique(column[~np.isnan(column)])]
        if levels is None
        else reader.numbers_in("levels=", levels, "a list of scores", "As [0, 1, 2, 3].")
    )
    possible = np.unique(np.asarray(scale, dtype=np.float64))
    for name, column in zip(raters, columns, strict=True):
        other = int((~np.isnan(column) & ~np.isin(column, possible)).sum())
        if other:
            reader.refuse(
                f"{name!r}", f"the scores {', '.join(map(str, possible))}", f"{other} others",
                "Correct the scores, or give the scale they were made on as levels=.",
            )  # fmt: skip
    reader.raise_if_any()
    given = np.column_stack(columns)
    scores = given[~np.isnan(given).any(axis=1)]
    if len(scores) < 2:  # noqa: PLR2004 - one specimen shows no agreement
        raise AnalysisError(
            f"agreement(ratings): expected two or more specimens scored by every rater; found "
            f"{len(scores)} of {len(given)}. Check that the columns are the raters."
        )
    same = int((scores == scores[:, :1]).all(axis=1).sum())
    exact = estimate_proportion(same, len(scores), method="exact", conf_level=conf_level)
    limits = _Limits(conf_level=conf_level, df=len(scores) - 1.0, on_z=interval == "fisher_z")
    coefficient = _COEFFICIENTS[method](scores, possible, limits)
    skipped = len(given) - len(scores)
    left_out = f"{skipped} specimen" if skipped == 1 else f"{skipped} specimens"
    note = f"{left_out} not scored by every rater left out" if skipped else ""
    return Agreement(
        coefficient=Statistic(
            term=" and ".join(raters), estimate=coefficient, n=len(scores), note=note
        ),
        exact=Statistic(
            term=" and ".join(raters), estimate=exact, n=len(scores), n_events=same, note=note
        ),
        n_incomplete=skipped,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Limits:
    """How the interval of a coefficient is made from its variance."""

    conf_level: float
    df: float
    on_z: bool

    def around(
        self, value: float, variance: float, scores: FloatArray, *, measure: Measure, method: str
    ) -> Estimate:
        if variance < _NO_VARIANCE:
            why = _why_no_spread(scores)
            return Estimate(measure=measure, value=value, method=method, no_interval=why)
        error = math.sqrt(variance)
        reach = float(stdtrit(self.df, (1 + self.conf_level) / 2)) * error
        if self.on_z:
            reach /= 1 - value**2
            low, high = (math.tanh(math.atanh(value) + one) for one in (-reach, reach))
        else:
            low, high = max(value - reach, -1.0), min(value + reach, 1.0)
        return Estimate(
            measure=measure, value=value, std_error=error, conf_low=low, conf_high=high,
            conf_level=self.conf_level, method=method,
        )  # fmt: skip


def _weighted_kappa(
    scores: FloatArray, levels: FloatArray, limits: _Limits
) -> Estimate | NotEstimable:
    if (scores == scores[0]).all():
        same = (scores[0] == scores[0, 0]).all()
        reason = "every score is the same" if same else "neither rater tells specimens apart"
        return NotEstimable(reason=reason, measure="weighted_kappa")
    table = np.zeros((len(levels), len(levels)))
    first, second = np.searchsorted(levels, scores).T
    np.add.at(table, (first, second), 1)
    distance = (levels[:, None] - levels[None, :]) ** 2
    with np.errstate(invalid="ignore"):  # a variance of nothing may be rounded below zero
        found: Any = cohens_kappa(table, weights=distance)
    wald = replace(limits, df=math.inf)
    return (limits if limits.on_z else wald).around(
        float(found.kappa), float(found.var_kappa), scores,
        measure="weighted_kappa", method="Cohen's kappa with quadratic weights",
    )  # fmt: skip


def _gwet_ac2(scores: FloatArray, levels: FloatArray, limits: _Limits) -> Estimate | NotEstimable:
    if len(levels) == 1:
        return NotEstimable(reason="every score is the same", measure="gwet_ac2")
    n, raters = scores.shape
    weights = 1 - (levels[:, None] - levels[None, :]) ** 2 / (levels[-1] - levels[0]) ** 2
    counts = (scores[:, :, None] == levels).sum(axis=1)
    agreeing = (counts * (counts @ weights - 1)).sum(axis=1) / (raters * (raters - 1))
    shares = counts.mean(axis=0) / raters
    total_weight = float(weights.sum()) / (len(levels) * (len(levels) - 1))
    by_chance = float(total_weight * (shares * (1 - shares)).sum())
    value = (float(agreeing.mean()) - by_chance) / (1 - by_chance)
    # Every specimen's own coefficient, and its pull on the chance agreement (linearised variance).
    chance_of_each = total_weight * (counts / raters) @ (1 - shares)
    single = (agreeing - by_chance) / (1 - by_chance)
    pull = single - 2 * (1 - value) * (chance_of_each - by_chance) / (1 - by_chance)
    return limits.around(
        value, float(((pull - value) ** 2).sum()) / (n * (n - 1)), scores,
        measure="gwet_ac2", method="Gwet's AC2 with quadratic weights",
    )  # fmt: skip


def _why_no_spread(scores: FloatArray) -> str:
    """Tell why the large-sample formula finds no variance."""
    if (scores == scores[:, :1]).all():
        return "the agreement is perfect"
    if (scores == scores[0]).all(axis=0).any():
        return "one rater gave one score only"
    return "its large-sample variance is zero"


def _icc(scores: FloatArray, levels: FloatArray, limits: _Limits) -> Estimate | NotEstimable:
    del levels
    n, k = scores.shape
    conf_level = limits.conf_level
    grand = scores.mean()
    by_row, by_rater = scores.mean(axis=1), scores.mean(axis=0)
    rows = k * float(((by_row - grand) ** 2).sum()) / (n - 1)
    raters = n * float(((by_rater - grand) ** 2).sum()) / (k - 1)
    residuals = scores - by_row[:, None] - by_rater[None, :] + grand
    error = float((residuals**2).sum()) / ((n - 1) * (k - 1))
    if rows == 0 or error == 0:
        reason = "the specimens do not differ" if rows == 0 else "the raters never differ in order"
        return NotEstimable(reason=reason, measure="intraclass_correlation")
    value = (rows - error) / (rows + (k - 1) * error + k * (raters - error) / n)
    # Satterthwaite degrees of freedom of the raters' mean square and the error together.
    rater_ratio = raters / error
    lean = n * (1 + (k - 1) * value) - k * value
    v = (
        (k - 1) * (n - 1) * (k * value * rater_ratio + lean) ** 2
        / ((n - 1) * (k * value * rater_ratio) ** 2 + lean**2)
    )  # fmt: skip
    tail = (1 - conf_level) / 2
    above, below = float(f.isf(tail, n - 1, v)), float(f.isf(tail, v, n - 1))
    common = k * raters + (k * n - k - n) * error
    return Estimate(
        measure="intraclass_correlation", value=value, conf_level=conf_level,
        conf_low=n * (rows - above * error) / (above * common + n * rows),
        conf_high=n * (below * rows - error) / (common + n * below * rows),
        method="ICC(2,1), absolute agreement of a single rater",
    )  # fmt: skip


_COEFFICIENTS: dict[str, Callable[[FloatArray, FloatArray, _Limits], Estimate | NotEstimable]] = {
    "weighted_kappa": _weighted_kappa,
    "gwet_ac2": _gwet_ac2,
    "icc": _icc,
}
