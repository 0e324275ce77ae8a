"""Compare every two of several groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.stats import norm

from il6report.estimates import HypothesisTest, NotEstimable, Statistic
from il6report.methods.means import t_comparison
from il6report.methods.multiplicity import adjust_tests
from il6report.methods.omnibus import Answer, Samples
from il6report.methods.peto_peto import pairs_won_censored, peto_peto_test
from il6report.methods.rank_sum import pairs_won, superiority
from il6report.plan import AdjustMethod

PairwiseMethod = Literal["dunn", "welch", "peto_peto"]
"""How every two groups are compared; see `compare_groups`."""


def compare_every_two(
    term: str, samples: Samples, method: PairwiseMethod, adjust: AdjustMethod
) -> tuple[Statistic, ...]:
    """Compare every later group with every earlier one, p-values adjusted for their number."""
    compare = _COMPARISONS[method]
    pairs = [(later, earlier) for earlier, later in combinations(range(len(samples.levels)), 2)]
    answers = [compare(samples, first, second) for first, second in pairs]
    tests = adjust_tests([test for _, test in answers], method=adjust)
    sizes = np.bincount(samples.codes).tolist()
    rows: list[Statistic] = []
    for (first, second), (estimate, _), test in zip(pairs, answers, tests, strict=True):
        names = samples.levels[first], samples.levels[second]
        rows.append(
            Statistic(
                term=term,
                contrast=" − ".join(names),
                group1=names[0],
                group2=names[1],
                n=sizes[first] + sizes[second],
                n1=sizes[first],
                n2=sizes[second],
                estimate=estimate,
                test=test,
            )
        )
    return tuple(rows)


def _dunn(samples: Samples, first: int, second: int) -> Answer:
    ranks = samples.ranks
    in1, in2 = samples.codes == first, samples.codes == second
    n1, n2 = int(in1.sum()), int(in2.sum())
    share, _ = superiority(pairs_won(ranks[in1], ranks[in2]), n1, n2, conf_level=samples.conf_level)
    error = math.sqrt(float(np.var(ranks, ddof=1)) * (1 / n1 + 1 / n2))
    if error == 0:
        return share, NotEstimable(reason="all values are equal")
    z = float(ranks[in1].mean() - ranks[in2].mean()) / error
    return share, HypothesisTest(
        statistic=z, p_value=2 * float(norm.sf(abs(z))), method="Dunn's test"
    )


def _welch_pair(samples: Samples, first: int, second: int) -> Answer:
    return t_comparison(
        samples.pooled[samples.codes == first],
        samples.pooled[samples.codes == second],
        equal_variances=False,
        conf_level=samples.conf_level,
        unit=samples.unit,
    )


def _peto_peto_pair(samples: Samples, first: int, second: int) -> Answer:
    in1, in2 = samples.codes == first, samples.codes == second
    parts = [(samples.pooled[rows], samples.censored[rows]) for rows in (in1, in2)]
    won = pairs_won_censored(*parts[0], *parts[1])
    share, _ = superiority(won, int(in1.sum()), int(in2.sum()), conf_level=samples.conf_level)
    both = in1 | in2
    codes = (samples.codes[both] == second).astype(np.int64)
    return share, peto_peto_test(samples.pooled[both], samples.censored[both], codes, 2)


_COMPARISONS: dict[PairwiseMethod, Callable[[Samples, int, int], Answer]] = {
    "dunn": _dunn,
    "welch": _welch_pair,
    "peto_peto": _peto_peto_pair,
}
