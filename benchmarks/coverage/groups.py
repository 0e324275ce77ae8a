"""Groups, proportions and correlations on data whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from benchmarks.coverage.scenario import SLOW, Answer, Scenario, Trial
from il6report.estimates import NotEstimable
from il6report.methods.association import CorrelationMethod, correlate
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.discrimination import roc
from il6report.methods.groups import TwoGroupMethod, compare_two_groups
from il6report.methods.omnibus import SeveralGroupsMethod
from il6report.methods.paired import PairedMethod, compare_paired
from il6report.methods.proportions import ProportionTest, compare_proportions, estimate_proportion
from il6report.methods.several_groups import compare_groups

NAN = math.nan


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


def association(method: CorrelationMethod, *, limit: float = -math.inf) -> Trial:
    """Draw a bivariate normal sample with a correlation of 0.5, or none, beside a shared cause."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        x, rho = rng.normal(size=n), 0.0 if alike else 0.5
        y = rho * x + math.sqrt(1 - rho**2) * rng.normal(size=n)
        z = rng.normal(size=n) if method == "partial" else np.zeros(n)
        x, y = x + z, y + z
        data = pd.DataFrame({"x": np.maximum(x, limit), "y": y, "below": x < limit, "z": z})
        found = correlate(
            data, "x", "y", method=method, below_limit="below" if limit > -math.inf else None,
            adjust_for=["z"] if method == "partial" else (),
        )  # fmt: skip
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


def two_proportions(method: ProportionTest, *, ratio: bool = False) -> Trial:
    """Draw proportions of 50% and 20%, or both 20%, by odds ratio or difference."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        y = np.concatenate([rng.random(n) < (0.2 if alike else 0.5), rng.random(n) < 0.2])
        if y.all() or not y.any():
            none = NotEstimable(reason="everybody is alike")
            return none, none
        data = pd.DataFrame({"y": y, "g": np.repeat(["b", "a"], n)})
        found = compare_proportions(data, "y", "g", method=method)
        return found.estimate if ratio else found.further[0], found.test

    return trial


def trend(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Draw proportions of 20, 35 and 50%, or 30% each."""
    shares = [0.3] * 3 if alike else [0.2, 0.35, 0.5]
    y = rng.random(3 * n) < np.repeat(shares, n)
    if y.all() or not y.any():
        none = NotEstimable(reason="everybody is alike")
        return none, none
    data = pd.DataFrame({"y": y, "g": np.repeat([1, 2, 3], n)})
    found = compare_proportions(data, "y", "g", method="trend")
    return found.estimate, found.test


def three_groups(method: SeveralGroupsMethod) -> Trial:
    """Draw three normal groups with means 0, 0.5 and 1, or alike."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        y = rng.normal(size=3 * n) + (0 if alike else np.repeat([0.0, 0.5, 1.0], n))
        data = pd.DataFrame({"y": y, "g": np.repeat([1, 2, 3], n)})
        found = compare_groups(data, "y", "g", method=method)
        return found.estimate, found.test

    return trial


def pairs(method: PairedMethod) -> Trial:
    """Draw normal differences about 0.5, or about nothing."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        before = rng.normal(size=n)
        after = before + rng.normal(size=n) + (0.0 if alike else 0.5)
        data = pd.DataFrame(
            {
                "y": np.append(before, after),
                "when": np.repeat([0, 1], n),
                "id": np.tile(range(n), 2),
            }
        )
        found = compare_paired(data, "y", "when", "id", method=method)
        return found.estimate, found.test

    return trial


def marker(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Draw a marker 0.8 standard deviations higher in those with the event."""
    y = rng.normal(size=2 * n) + np.repeat([0.0 if alike else 0.8, 0.0], n)
    found = roc(pd.DataFrame({"y": y, "event": np.repeat([1, 0], n)}), "y", "event")
    return found.area, None


NORMAL_SUPERIORITY = 0.5 * math.erfc(-0.8 / 2)
SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="compare_two_groups(method='mann_whitney'), median difference",
        data="normal values 0.8 SD apart",
        trial=two_groups("mann_whitney"),
        truth=0.8,
    ),
    Scenario(
        name="compare_two_groups(method='mann_whitney'), probability of superiority",
        data="normal values 0.8 SD apart",
        trial=superiority,
        truth=NORMAL_SUPERIORITY,
    ),
    Scenario(
        name="compare_two_groups(method='welch')",
        data="normal values 0.8 SD apart",
        trial=two_groups("welch"),
        truth=0.8,
    ),
    Scenario(
        name="compare_two_groups(method='student')",
        data="normal values 0.8 SD apart",
        trial=two_groups("student"),
        truth=0.8,
    ),
    Scenario(
        name="compare_two_groups(method='censored_lognormal')",
        data="log-normal values, ratio of means 2.2",
        replicates=SLOW,
        trial=two_groups("censored_lognormal", skew=True),
        truth=math.exp(0.8),
    ),
    Scenario(
        name="compare_two_groups(method='censored_lognormal'), below_limit",
        data="the same, those below 0.8 censored, some 30%",
        replicates=SLOW,
        trial=two_groups("censored_lognormal", limit=0.8),
        truth=math.exp(0.8),
    ),
    Scenario(
        name="fit_censored_lognormal, geometric mean",
        data="log-normal values, those below 0.6 censored, some 30%",
        replicates=SLOW,
        trial=geometric_mean,
        truth=1.0,
        tested=False,
    ),
    Scenario(
        name="fit_censored_lognormal, centile 97.5",
        data="log-normal values, those below 0.6 censored, some 30%",
        replicates=SLOW,
        trial=upper_limit,
        truth=math.exp(1.959964),
        tested=False,
    ),
    Scenario(
        name="correlate(method='spearman')",
        data="bivariate normal pairs, r = 0.5",
        trial=association("spearman"),
        truth=6 / math.pi * math.asin(0.25),
    ),
    Scenario(
        name="correlate(method='pearson')",
        data="bivariate normal pairs, r = 0.5",
        trial=association("pearson"),
        truth=0.5,
    ),
    Scenario(
        name="correlate(method='kendall')",
        data="bivariate normal pairs, r = 0.5",
        trial=association("kendall"),
        truth=2 / math.pi * math.asin(0.5),
    ),
    Scenario(
        name="correlate(method='spearman'), below_limit",
        data="normal pairs, some 30% of one censored",
        trial=association("spearman", limit=-0.5),
        truth=NAN,
    ),
    Scenario(
        name="correlate(method='kendall'), below_limit",
        data="normal pairs, some 30% of one censored",
        trial=association("kendall", limit=-0.5),
        truth=NAN,
    ),
    Scenario(
        name="correlate(method='partial')",
        data="normal pairs with a shared cause, r = 0.5 given it",
        trial=association("partial"),
        truth=0.5,
    ),
    Scenario(
        name="estimate_proportion(method='wilson')",
        data="binomial counts of 20%",
        trial=one_proportion,
        truth=20.0,
        tested=False,
    ),
    Scenario(
        name="compare_proportions(method='fisher'), odds ratio",
        data="binomial counts of 50 and 20%",
        replicates=SLOW,
        trial=two_proportions("fisher", ratio=True),
        truth=4.0,
    ),
    Scenario(
        name="compare_proportions(method='fisher'), risk difference",
        data="binomial counts of 50 and 20%",
        replicates=SLOW,
        trial=two_proportions("fisher"),
        truth=0.3,
    ),
    Scenario(
        name="compare_proportions(method='chi2')",
        data="binomial counts of 20%",
        replicates=SLOW,
        trial=two_proportions("chi2"),
        truth=NAN,
    ),
    Scenario(
        name="compare_proportions(method='trend')",
        data="binomial counts of 20, 35 and 50%",
        trial=trend,
        truth=0.15,
    ),
    Scenario(
        name="compare_groups(method='kruskal_wallis')",
        data="three normal groups",
        trial=three_groups("kruskal_wallis"),
        truth=NAN,
    ),
    Scenario(
        name="compare_groups(method='welch_anova'), epsilon squared",
        data="three normal groups, means 0, 0.5 and 1",
        trial=three_groups("welch_anova"),
        truth=1 / 7,
    ),
    Scenario(
        name="compare_groups(method='jonckheere')",
        data="three normal groups",
        trial=three_groups("jonckheere"),
        truth=NAN,
    ),
    Scenario(
        name="compare_two_groups(method='permutation')",
        data="normal values 0.8 SD apart",
        trial=two_groups("permutation"),
        truth=0.8,
        replicates=200,
    ),
    Scenario(
        name="compare_two_groups(method='peto_peto'), below_limit",
        data="log-normal values, some 30% censored",
        trial=two_groups("peto_peto", limit=0.8),
        truth=NAN,
    ),
    Scenario(
        name="compare_paired(method='t')",
        data="normal differences of mean 0.5",
        trial=pairs("t"),
        truth=0.5,
    ),
    Scenario(
        name="compare_paired(method='signed_rank')",
        data="normal differences of mean 0.5",
        trial=pairs("signed_rank"),
        truth=0.5,
    ),
    Scenario(
        name="roc, area",
        data="a normal marker 0.8 SD higher with the event",
        trial=marker,
        truth=NORMAL_SUPERIORITY,
        tested=False,
    ),
)
