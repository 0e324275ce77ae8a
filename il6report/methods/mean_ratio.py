"""The ratio of two means of the same blocks, honest where the denominator is near zero."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.stats import t

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.arguments import ColumnReader, FloatArray

RatioMethod = Literal["fieller", "bootstrap"]

_FEWEST_BLOCKS = 3
_RESAMPLES = 10_000


def ratio_of_means(
    data: pd.DataFrame,
    numerator: str,
    denominator: str,
    *,
    method: RatioMethod = "fieller",
    conf_level: float = 0.95,
    seed: int = 2012,
) -> Estimate | NotEstimable:
    """Estimate the mean of one column as a per cent of the mean of another.

    With what an inhibitor took away as numerator and what the stimulus had induced as denominator,
    this is the per cent of the induced part that was blocked.

    Parameters
    ----------
    data : DataFrame
        One row per block (donor); blocks that lack either value are left out.
    numerator, denominator : str
        Columns.
    method : {"fieller", "bootstrap"}
        Fieller's interval is exact for normal differences and allows for the denominator's own
        uncertainty [1]_; the bootstrap resamples blocks and takes percentiles.
    conf_level : float
        Level of the interval.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    Estimate or NotEstimable
        Per cent: 0 where nothing was blocked, 100 where the stimulus was undone. Not estimable
        where the interval of the denominator contains zero, because the ratio is
        then unbounded.

    Raises
    ------
    AnalysisError
        If a column is missing, or fewer than three blocks have both values.

    Notes
    -----
    R: no function of base R; Fieller's interval is the set of ratios r that
    `t.test(numerator - r * denominator)` does not reject.

    References
    ----------
    .. [1] Fieller EC. J R Stat Soc B 1954;16:175-85.
       https://doi.org/10.1111/j.2517-6161.1954.tb00159.x

    Examples
    --------
    >>> donors = pd.DataFrame({"blocked": [0.9, 1.1, 0.8, 1.0], "induced": [1.3, 1.4, 1.1, 1.2]})
    >>> found = ratio_of_means(donors, "blocked", "induced")
    >>> print([int(one) for one in (found.value, found.conf_low, found.conf_high)])
    [76, 65, 85]
    """
    reader = ColumnReader(data, "ratio_of_means")
    reader.option("method", method, get_args(RatioMethod))
    reader.conf_level(conf_level)
    reader.seed(seed)
    pairs = np.column_stack([reader.numbers(numerator), reader.numbers(denominator)])
    reader.raise_if_any()
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    if len(pairs) < _FEWEST_BLOCKS:
        raise AnalysisError(
            f"ratio_of_means(data): expected {_FEWEST_BLOCKS} or more blocks with both values; "
            f"found {len(pairs)} of {len(data)}. Give one row per block (donor)."
        )
    top, bottom = pairs.mean(axis=0)
    covariance = np.cov(pairs, rowvar=False) / len(pairs)
    bound = float(t.isf((1 - conf_level) / 2, len(pairs) - 1))
    # Fieller: ratios r with (top - r bottom)^2 <= bound^2 var(top - r bottom), a quadratic in r.
    squared = bottom**2 - bound**2 * covariance[1, 1]
    if squared <= 0:
        return NotEstimable(
            reason="the induced part is too small to be told from none", measure="percent_blocked"
        )
    if method == "bootstrap":
        low, high = _bootstrap(pairs, conf_level, seed)
    else:
        middle = (top * bottom - bound**2 * covariance[0, 1]) / squared
        constant = (top**2 - bound**2 * covariance[0, 0]) / squared
        reach = float(np.sqrt(max(middle**2 - constant, 0.0)))
        low, high = float(middle) - reach, float(middle) + reach
    names = {"fieller": "Fieller's interval", "bootstrap": "percentile bootstrap over blocks"}
    return Estimate(
        measure="percent_blocked", value=100 * float(top / bottom), conf_low=100 * low,
        conf_high=100 * high, conf_level=conf_level,
        method=f"ratio of means over blocks, {names[method]}",
    )  # fmt: skip


def _bootstrap(pairs: FloatArray, conf_level: float, seed: int) -> tuple[float, float]:
    """Take percentiles of the ratio over resamples of the blocks."""
    rng = np.random.default_rng(seed)
    drawn = pairs[rng.integers(len(pairs), size=(_RESAMPLES, len(pairs)))].mean(axis=1)
    tail = (1 - conf_level) / 2
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [tail, 1 - tail])
    return float(low), float(high)
