"""How often intervals hold the truth and tests reject it wrongly, at the sizes of this study.

Run `python -m benchmarks.coverage > docs/coverage.md`; the same seed gives the same table. A
nominal 95% interval should cover 92% or more, a 5% test reject 6.5% or less; 1000 data sets tell
these shares with an error of some 0.7 percentage points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.association import CorrelationMethod, correlate
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.groups import TwoGroupMethod, compare_two_groups
from il6report.methods.proportions import compare_proportions, estimate_proportion
from il6report.methods.several_groups import compare_groups

SIZES = (5, 10, 20, 40)
REPLICATES = 1000
SEED = 2012

Answer = tuple[Estimate | NotEstimable, HypothesisTest | NotEstimable | None]
Trial = Callable[[np.random.Generator, int, bool], Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """Something to estimate, on data whose truth is known.

    Parameters
    ----------
    name : str
        Method and data.
    trial : callable
        Takes a generator, the size per group and whether nothing differs; estimates and tests.
    truth : float
        The true value where something differs.
    """

    name: str
    trial: Trial
    truth: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Shares of data sets, per cent.

    Parameters
    ----------
    name : str
        The scenario.
    n : int
        Size per group.
    covered : float
        Intervals that hold the truth, of those given.
    given : float
        Data sets in which an interval could be given.
    rejected : float
        Tests that reject at 5% where nothing differs, of all data sets.
    """

    name: str
    n: int
    covered: float
    given: float
    rejected: float


def two_groups(method: TwoGroupMethod, *, skew: bool = False, limit: float | None = None) -> Trial:
    """Draw two groups, normal or log-normal; the first 0.8 standard deviations higher, or not."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        y = rng.normal(size=2 * n) + np.repeat([0.0 if alike else 0.8, 0.0], n)
        y = np.exp(y) if skew or limit is not None else y
        data = pd.DataFrame({"y": y, "g": np.repeat(["b", "a"], n)})
        if limit is not None:
            data = data.assign(below=data["y"] < limit, y=data["y"].clip(lower=limit))
        below = None if limit is None else "below"
        found = compare_two_groups(data, "y", "g", method=method, below_limit=below)
        return found.estimate, found.test

    return trial


def superiority(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Draw two normal groups, by the probability of superiority."""
    y = rng.normal(size=2 * n) + np.repeat([0.0 if alike else 0.8, 0.0], n)
    data = pd.DataFrame({"y": y, "g": np.repeat(["b", "a"], n)})
    found = compare_two_groups(data, "y", "g")
    return found.further[0], found.test


def association(method: CorrelationMethod) -> Trial:
    """Draw a bivariate normal sample with a correlation of 0.5, or none."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        x, rho = rng.normal(size=n), 0.0 if alike else 0.5
        y = rho * x + math.sqrt(1 - rho**2) * rng.normal(size=n)
        found = correlate(pd.DataFrame({"x": x, "y": y}), "x", "y", method=method)
        return found.estimate, found.test

    return trial


def geometric_mean(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Draw one log-normal sample with some 30% below a limit."""
    y = np.exp(rng.normal(size=n))
    data = pd.DataFrame({"y": np.maximum(y, 0.6), "below": y < 0.6})
    return fit_censored_lognormal(data, "y", "below").geometric_mean.estimate, None


def upper_limit(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Draw for the 97.5th centile of one log-normal sample with some 30% below a limit."""
    y = np.exp(rng.normal(size=n))
    data = pd.DataFrame({"y": np.maximum(y, 0.6), "below": y < 0.6})
    return fit_censored_lognormal(data, "y", "below", centiles=[97.5]).centiles[0].estimate, None


def one_proportion(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Draw for a proportion of 20%."""
    return estimate_proportion(int(rng.binomial(n, 0.2)), n), None


def two_proportions(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Draw proportions of 50% and 20%, or both 20%, by their difference and Fisher's test."""
    y = np.concatenate([rng.random(n) < (0.2 if alike else 0.5), rng.random(n) < 0.2])
    if y.all() or not y.any():
        none = NotEstimable(reason="everybody is alike")
        return none, none
    data = pd.DataFrame({"y": y, "g": np.repeat(["b", "a"], n)})
    found = compare_proportions(data, "y", "g")
    return found.further[0], found.test


def three_groups(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Draw three equal groups, by the Kruskal-Wallis test; its share has no simple truth."""
    data = pd.DataFrame({"y": rng.normal(size=3 * n), "g": np.repeat([1, 2, 3], n)})
    found = compare_groups(data, "y", "g")
    return NotEstimable(reason="not studied"), found.test


NORMAL_SUPERIORITY = 0.5 * math.erfc(-0.8 / 2)
SCENARIOS: tuple[Scenario, ...] = (
    Scenario(name="mann_whitney, median difference", trial=two_groups("mann_whitney"), truth=0.8),
    Scenario(
        name="mann_whitney, probability of superiority", trial=superiority, truth=NORMAL_SUPERIORITY
    ),
    Scenario(name="welch", trial=two_groups("welch"), truth=0.8),
    Scenario(name="student", trial=two_groups("student"), truth=0.8),
    Scenario(
        name="censored_lognormal, none censored",
        trial=two_groups("censored_lognormal", skew=True),
        truth=math.exp(0.8),
    ),
    Scenario(
        name="censored_lognormal, some 30% censored",
        trial=two_groups("censored_lognormal", limit=0.8),
        truth=math.exp(0.8),
    ),
    Scenario(name="fit_censored_lognormal, mean", trial=geometric_mean, truth=1.0),
    Scenario(
        name="fit_censored_lognormal, centile 97.5", trial=upper_limit, truth=math.exp(1.959964)
    ),
    Scenario(name="spearman", trial=association("spearman"), truth=6 / math.pi * math.asin(0.25)),
    Scenario(name="pearson", trial=association("pearson"), truth=0.5),
    Scenario(name="kendall", trial=association("kendall"), truth=2 / math.pi * math.asin(0.5)),
    Scenario(name="estimate_proportion, wilson", trial=one_proportion, truth=20.0),
    Scenario(name="fisher, risk difference", trial=two_proportions, truth=0.3),
    Scenario(name="kruskal_wallis", trial=three_groups, truth=math.nan),
)


def study(scenario: Scenario, n: int, *, replicates: int, seed: int = SEED) -> Coverage:
    """Repeat a scenario at one size."""
    covered = given = rejected = tested = 0
    for replicate in range(replicates):
        estimate, _ = scenario.trial(np.random.default_rng([seed, n, replicate]), n, False)
        if isinstance(estimate, Estimate) and estimate.conf_low is not None:
            given += 1
            high = math.inf if estimate.conf_high is None else estimate.conf_high
            covered += estimate.conf_low <= scenario.truth <= high
        _, test = scenario.trial(np.random.default_rng([seed + 1, n, replicate]), n, True)
        tested += test is not None
        rejected += isinstance(test, HypothesisTest) and test.p_value <= 0.05
    return Coverage(
        name=scenario.name,
        n=n,
        covered=100 * covered / given if given else math.nan,
        given=100 * given / replicates,
        rejected=100 * rejected / replicates if tested else math.nan,
    )


def main() -> None:
    """Print the table as Markdown."""
    print("# Coverage of intervals and level of tests\n")
    print(
        f"Per cent of {REPLICATES} simulated data sets per cell. *covers*: 95% intervals that hold "
        "the truth, of those given; *given*: data sets in which the interval could be given; "
        "*rejects*: 5% tests that reject where nothing differs. n is the size of each group. "
        "Regenerate with `python -m benchmarks.coverage > docs/coverage.md`.\n"
    )
    print("| method | n | covers | given | rejects |")
    print("|---|---|---|---|---|")
    for scenario in SCENARIOS:
        for n in SIZES:
            found = study(scenario, n, replicates=REPLICATES)
            cells = [
                "" if math.isnan(value) else f"{value:.1f}"
                for value in (found.covered, found.given, found.rejected)
            ]
            print(f"| {found.name} | {n} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
