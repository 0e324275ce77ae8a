"""Proportions of one group, with intervals that hold at small n."""

from __future__ import annotations

import math
from typing import Literal, get_args

from scipy.special import betaincinv, ndtri

from il6report.errors import tell_kind
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.options import ArgumentReader, is_number

ProportionMethod = Literal["wilson", "exact"]
"""How the interval of a proportion is made; see `estimate_proportion`."""


def estimate_proportion(
    count: int, total: int, *, method: ProportionMethod = "wilson", conf_level: float = 0.95
) -> Estimate | NotEstimable:
    """Estimate the per cent of a population that has a characteristic.

    Parameters
    ----------
    count, total : int
        How many have it, out of how many observed.
    method : {"wilson", "exact"}
        Wilson's score interval covers close to its level on average [1]_; exact (Clopper and
        Pearson) never covers less and is wider [2]_.
    conf_level : float
        Level of the interval.

    Returns
    -------
    Estimate or NotEstimable
        Per cent, from 0 to 100.

    Raises
    ------
    AnalysisError
        If the count is not between 0 and the total, or an option is unknown.

    Notes
    -----
    R: `prop.test(count, total, correct = FALSE)` for wilson, `binom.test(count, total)` for exact.

    References
    ----------
    .. [1] Wilson EB. J Am Stat Assoc 1927;22:209-12.
       https://doi.org/10.1080/01621459.1927.10502953
    .. [2] Clopper CJ, Pearson ES. Biometrika 1934;26:404-13.
       https://doi.org/10.1093/biomet/26.4.404

    Examples
    --------
    >>> found = estimate_proportion(8, 10)
    >>> found.value, int(found.conf_low), int(found.conf_high)
    (80.0, 49, 94)
    """
    arguments = ArgumentReader("estimate_proportion")
    arguments.option("method", method, get_args(ProportionMethod))
    arguments.conf_level(conf_level)
    if not (is_number(count) and is_number(total) and 0 <= count <= total < math.inf) or (
        count % 1 or total % 1
    ):
        arguments.refuse(
            "count, total", "a whole count between 0 and the total",
            f"{tell_kind(count)} of {tell_kind(total)}", "Count those observed, not those missing.",
        )  # fmt: skip
    arguments.raise_if_any()
    if total == 0:
        return NotEstimable(reason="nobody was observed", measure="percent")
    low, high = (_wilson if method == "wilson" else _exact)(count, total, conf_level)
    return Estimate(
        measure="percent",
        value=100 * count / total,
        conf_low=100 * low,
        conf_high=100 * high,
        conf_level=conf_level,
        method="proportion with Wilson interval"
        if method == "wilson"
        else "proportion with Clopper-Pearson interval",
    )


def _wilson(count: float, total: float, conf_level: float) -> tuple[float, float]:
    z2 = float(ndtri((1 + conf_level) / 2)) ** 2
    share = count / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    spread = share * (1 - share) / total + z2 / (4 * total**2)
    reach = math.sqrt(z2 * spread) / (1 + z2 / total)
    return (
        0.0 if count == 0 else middle - reach,
        1.0 if count == total else middle + reach,
    )


def _exact(count: float, total: float, conf_level: float) -> tuple[float, float]:
    tail = (1 - conf_level) / 2
    return (
        0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail)),
        1.0 if count == total else float(betaincinv(count + 1, total - count, 1 - tail)),
    )
