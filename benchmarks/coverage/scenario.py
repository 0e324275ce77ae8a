"""Something to estimate on data whose truth is known, and how often that succeeds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from il6report.estimates import Estimate, HypothesisTest, NotEstimable

SIZES = (5, 10, 20, 40)
SEED = 2012
SLOW = 400
# Beyond these shares, per cent, a cell of the table is marked.
LEAST_COVERED, MOST_REJECTED = 92.0, 6.5

Answer = tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable | None]
Trial = Callable[[np.random.Generator, int, bool], Answer]
UNKNOWN = NotEstimable(reason="its truth is not simple")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """Something to estimate, on data whose truth is known.

    Parameters
    ----------
    name : str
        Function, method and what is estimated.
    data : str
        What is drawn at random.
    trial : callable
        Takes a generator, the size per group and whether nothing differs; estimates and tests.
    truth : float
        The true value where something differs; not a number where only the test is studied.
    tested : bool
        Whether the trial also tests.
    replicates : int
        Data sets; fewer for what takes long.
    """

    name: str
    data: str
    trial: Trial
    truth: float
    tested: bool = True
    replicates: int = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Shares of data sets, per cent.

    Parameters
    ----------
    n : int
        Size per group.
    replicates : int
        Data sets.
    covered : float
        Intervals that hold the truth, of those given.
    given : float
        Data sets in which an interval could be given.
    rejected : float
        Tests that reject at 5% where nothing differs, of all data sets.
    """

    n: int
    replicates: int
    covered: float
    given: float
    rejected: float

    @property
    def covers_too_little(self) -> bool:
        """Whether the interval does so by more than the error of the simulation."""
        return LEAST_COVERED - self.covered > self._error(LEAST_COVERED)

    @property
    def rejects_too_much(self) -> bool:
        """Whether the test does so by more than the error of the simulation."""
        return self.rejected - MOST_REJECTED > self._error(MOST_REJECTED)

    def _error(self, share: float) -> float:
        return math.sqrt(share * (100 - share) / self.replicates)


def study(scenario: Scenario, n: int, *, replicates: int | None = None) -> Coverage:
    """Repeat a scenario at one size; the same seed gives the same shares."""
    times = replicates or scenario.replicates
    covered = given = rejected = 0
    for replicate in range(times):
        if not math.isnan(scenario.truth):
            estimate, _ = scenario.trial(np.random.default_rng([SEED, n, replicate]), n, False)
            if isinstance(estimate, Estimate) and estimate.conf_low is not None:
                given += 1
                high = math.inf if estimate.conf_high is None else estimate.conf_high
                covered += estimate.conf_low <= scenario.truth <= high
        if scenario.tested:
            _, test = scenario.trial(np.random.default_rng([SEED + 1, n, replicate]), n, True)
            rejected += isinstance(test, HypothesisTest) and test.p_value <= 0.05
    return Coverage(
        n=n,
        replicates=times,
        covered=100 * covered / given if given else math.nan,
        given=math.nan if math.isnan(scenario.truth) else 100 * given / times,
        rejected=100 * rejected / times if scenario.tested else math.nan,
    )
