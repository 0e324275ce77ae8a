"""What it costs to take repeats with one donor for donors: a small simulation."""

from __future__ import annotations

import numpy as np
from scipy.stats import t

from il6report.estimates import Estimate
from il6report.methods.single_proportion import estimate_proportion

_SIGNIFICANT = 0.05
_STUDIES = 20_000


def false_positive_rates(
    *, between_sd: float, within_sd: float, n_blocks: int, n_repeats: int, seed: int,
    conf_level: float = 0.95,
) -> tuple[Estimate, Estimate]:  # fmt: skip
    """Find how often a condition that does nothing is declared to do something at the 5% level.

    Parameters
    ----------
    between_sd : float
        Standard deviation, between blocks, of a block's own response to the condition.
    within_sd : float
        Standard deviation of a repeat of that response within a block.
    n_blocks, n_repeats : int
        Blocks (donor lines), and repeats in each.
    seed : int
        Seed of the 20,000 simulated studies.
    conf_level : float
        Level of the intervals, which hold the error of the simulation only.

    Returns
    -------
    tuple of Estimate
        Per cent of studies with p below 0.05: by the t test that takes every repeat for independent
        evidence, and by the t test on block means.

    Examples
    --------
    >>> repeats, blocks = false_positive_rates(
    ...     between_sd=0.2, within_sd=0.2, n_blocks=4, n_repeats=3, seed=1
    ... )
    >>> repeats.value > 15, 4 < blocks.value < 6
    (True, True)
    """
    rng = np.random.default_rng(seed)
    own = between_sd * rng.standard_normal((_STUDIES, n_blocks, 1))
    seen = own + within_sd * rng.standard_normal((_STUDIES, n_blocks, n_repeats))
    rates = []
    for responses in (seen.reshape(_STUDIES, -1), seen.mean(axis=2)):
        n = responses.shape[1]
        statistic = responses.mean(axis=1) / (responses.std(axis=1, ddof=1) / np.sqrt(n))
        wrong = int((2 * t.sf(np.abs(statistic), n - 1) < _SIGNIFICANT).sum())
        rates.append(estimate_proportion(wrong, _STUDIES, conf_level=conf_level))
    return rates[0], rates[1]
