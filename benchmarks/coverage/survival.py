"""Survival on data whose truth is known: exponential times, about 40% of them censored."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from benchmarks.coverage.scenario import SLOW, Answer, Scenario, Trial
from il6report.methods.competing_risks import cumulative_incidence
from il6report.methods.cox_model import Interval, Penalty, cox
from il6report.methods.failure_time import accelerated_failure_time
from il6report.methods.logrank_test import logrank
from il6report.methods.product_limit import kaplan_meier
from il6report.methods.restricted_mean import restricted_mean_survival
from il6report.methods.roc_in_time import time_dependent_roc

HAZARD, AT, EFFECT = 0.1, 5.0, 0.8


def follow(rng: np.random.Generator, hazard: np.ndarray) -> pd.DataFrame:
    """Draw times to the event and follow-up that ends after 2 to 20 years."""
    event, end = rng.exponential(1 / hazard), rng.uniform(2, 20, len(hazard))
    return pd.DataFrame({"years": np.minimum(event, end), "died": event <= end})


def arms(rng: np.random.Generator, n: int, *, alike: bool) -> pd.DataFrame:
    """Draw two groups; the hazard of the second is twice that of the first, or the same."""
    arm = np.repeat([0, 1], n)
    return follow(rng, HAZARD * np.where(arm == 1, 1.0 if alike else 2.0, 1.0)).assign(arm=arm)


def milestone(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Read survival at 5 years off one curve."""
    fit = kaplan_meier(follow(rng, np.full(n, HAZARD)), "years", "died")
    return fit.milestone(AT).estimate, None


def median(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Estimate the median of one curve."""
    fit = kaplan_meier(follow(rng, np.full(n, HAZARD)), "years", "died")
    return fit.median["all"].estimate, None


def hazard_ratio(interval: Interval, penalty: Penalty | None = None) -> Trial:
    """Estimate a hazard ratio of 2 between two groups."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
        data = arms(rng, n, alike=alike)
        model = cox(data, "years", "died", ["arm"], interval=interval, penalty=penalty)
        return model.terms["arm"].estimate, model.terms["arm"].test

    return trial


def equal_hazards(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Compare two groups by the log-rank test; its one-step ratio is drawn towards 1."""
    found = logrank(arms(rng, n, alike=alike), "years", "died", "arm")
    return found.hazard_ratio, found.test


def restricted_mean(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Compare the mean time lived in the first 5 years."""
    data = arms(rng, n, alike=alike)
    (found,) = restricted_mean_survival(data, "years", "died", "arm", tau=AT).differences.values()
    return found.estimate, found.test


def time_ratio(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Estimate the ratio of times between two groups."""
    model = accelerated_failure_time(arms(rng, n, alike=alike), "years", "died", ["arm"])
    return model.terms["arm"].estimate, model.terms["arm"].test


def incidence(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Estimate the incidence of the cause that has 60% of the hazard."""
    data = follow(rng, np.full(n, HAZARD))
    cause = np.where(data["died"], np.where(rng.random(n) < 0.6, 1, 2), 0)
    if not (cause == 1).any():
        return (cumulative_incidence(data.assign(cause=np.append(1, cause[1:])), "years", "cause")
                .incidence(0.0, "1").estimate, None)  # fmt: skip
    found = cumulative_incidence(data.assign(cause=cause), "years", "cause")
    return found.incidence(AT, "1").estimate, None


def marker_in_time(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Estimate how well a marker tells who dies within 5 years; n with and n without, about."""
    marker = rng.normal(size=2 * n)
    data = follow(rng, HAZARD * np.exp(EFFECT * marker)).assign(marker=marker)
    found = time_dependent_roc(data, "marker", "years", "died", times=[AT])
    return found.areas[AT].estimate, None


def true_area() -> float:
    """Give the area at 5 years by summation over a fine grid of the marker."""
    marker = np.linspace(-8, 8, 4001)
    density = np.exp(-(marker**2) / 2)
    free = np.exp(-AT * HAZARD * np.exp(EFFECT * marker))
    case, control = density * (1 - free), density * free
    below = np.cumsum(control) - control / 2
    return float(case @ below / (case.sum() * control.sum()))


def lived(hazard: float) -> float:
    """Give the mean time lived in the first 5 years."""
    return (1 - math.exp(-hazard * AT)) / hazard


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="kaplan_meier, survival at 5 years",
        data="exponential times, some 40% censored",
        replicates=SLOW,
        trial=milestone,
        tested=False,
        truth=math.exp(-HAZARD * AT),
    ),
    Scenario(
        name="kaplan_meier, median",
        data="exponential times, some 40% censored",
        trial=median,
        truth=math.log(2) / HAZARD,
        tested=False,
    ),
    Scenario(
        name="logrank, one-step hazard ratio",
        data="exponential times, hazard ratio 2",
        trial=equal_hazards,
        truth=2.0,
    ),
    Scenario(
        name="cox(interval='wald')",
        data="exponential times, hazard ratio 2",
        replicates=SLOW,
        trial=hazard_ratio("wald"),
        truth=2.0,
    ),
    Scenario(
        name="cox(interval='profile')",
        data="exponential times, hazard ratio 2",
        replicates=SLOW,
        trial=hazard_ratio("profile"),
        truth=2.0,
    ),
    Scenario(
        name="cox(penalty='firth')",
        data="exponential times, hazard ratio 2",
        replicates=SLOW,
        trial=hazard_ratio("profile", "firth"),
        truth=2.0,
    ),
    Scenario(
        name="restricted_mean_survival, difference at 5 years",
        data="exponential times, hazard ratio 2",
        trial=restricted_mean,
        truth=lived(2 * HAZARD) - lived(HAZARD),
    ),
    Scenario(
        name="accelerated_failure_time",
        data="exponential times, time ratio 0.5",
        replicates=SLOW,
        trial=time_ratio,
        truth=0.5,
    ),
    Scenario(
        name="cumulative_incidence at 5 years",
        data="two causes, 60 and 40% of the hazard",
        replicates=SLOW,
        trial=incidence,
        tested=False,
        truth=0.6 * (1 - math.exp(-HAZARD * AT)),
    ),
    Scenario(
        name="time_dependent_roc, area at 5 years",
        data="log hazard 0.8 per SD of a marker",
        trial=marker_in_time,
        truth=true_area(),
        tested=False,
    ),
)
