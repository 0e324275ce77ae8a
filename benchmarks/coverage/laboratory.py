"""Blocks, raters, curves and readings on data whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from benchmarks.coverage.scenario import SLOW, Answer, Scenario, Trial
from il6report.assays.dilution import dilution_linearity
from il6report.assays.parallelism import fit_parallel_curves
from il6report.errors import AssayError
from il6report.estimates import NotEstimable
from il6report.methods.block_comparisons import blocked_contrasts
from il6report.methods.dose_curves import dose_response
from il6report.methods.limits_of_agreement import bland_altman
from il6report.methods.mean_ratio import ratio_of_means
from il6report.methods.mixed_effects import mixed_model
from il6report.methods.raters import Method, agreement


def contrast(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Compare one of three conditions with the reference, on n blocks."""
    effect = 0.0 if alike else 1.0
    y = rng.normal(size=(n, 4)) + rng.normal(size=(n, 1)) + [0, effect, 0, 0]
    data = pd.DataFrame(
        {"y": y.ravel(), "kind": list("rabc") * n, "block": np.repeat(np.arange(n), 4)}
    )
    found = blocked_contrasts(data, "y", "kind", "block", reference="r", adjust="none")
    return found.contrasts[0].estimate, found.contrasts[0].test


def slope_of_groups(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Compare n groups of three rows with n others, by a mixed model."""
    treated = np.repeat([0, 1], 3 * n)
    group = np.repeat(np.arange(2 * n), 3)
    y = rng.normal(size=6 * n) + rng.normal(size=2 * n)[group] + treated * (0.0 if alike else 1.0)
    data = pd.DataFrame({"y": y, "treated": treated, "group": group})
    found = mixed_model(data, "y ~ treated", groups="group").fixed[1]
    return found.estimate, found.test


def raters(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Draw scores of three raters who differ a little, continuous."""
    bias = rng.normal(scale=math.sqrt(0.1), size=3)
    true = rng.normal(size=(n, 1))
    return pd.DataFrame(true + bias + rng.normal(scale=math.sqrt(0.5), size=(n, 3)))


def scores(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Draw scores of 0 to 3 of two raters."""
    true = rng.normal(1.5, 1, size=(n, 1))
    given = np.clip(np.round(true + rng.normal(scale=0.6, size=(n, 2))), 0, 3)
    return pd.DataFrame(given, columns=["one", "two"])


def rated(method: Method) -> Trial:
    """Estimate how raters agree on n specimens."""

    def trial(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
        given = raters(rng, n) if method == "icc" else scores(rng, n)
        levels = None if method == "icc" else (0, 1, 2, 3)
        return agreement(given, method=method, levels=levels).coefficient.estimate, None

    return trial


def true_agreement(method: Method) -> float:
    """Give the coefficient in very many specimens."""
    given = scores(np.random.default_rng(1), 400_000)
    found = agreement(given, method=method, levels=(0, 1, 2, 3)).coefficient.estimate
    return math.nan if isinstance(found, NotEstimable) else found.value


def limit_of_agreement(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Estimate the upper limit of differences of standard deviation 1."""
    one = rng.normal(size=n)
    data = pd.DataFrame({"one": one, "two": one + rng.normal(size=n)})
    return bland_altman(data, "one", "two").upper.estimate, None


def ratio(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001, ARG001
    """Estimate the ratio of two means, 2 and 4, of n blocks, in per cent."""
    shared = rng.normal(size=n)
    data = pd.DataFrame({"a": 2 + shared + rng.normal(size=n), "b": 4 + shared})
    return ratio_of_means(data, "a", "b"), None


def half_effect(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Estimate the EC50 of n blocks with eight doses each."""
    dose = np.tile([0.0, 0.3, 1, 3, 10, 30, 100, 300], n)
    rise = 0.0 if alike else 2.0
    y = rise * dose / (dose + 10) + rng.normal(scale=0.4, size=len(dose))
    data = pd.DataFrame({"dose": dose, "y": y, "block": np.repeat(np.arange(n), 8)})
    found = dose_response(data, "dose", "y", block="block").ec50
    return found.estimate, found.test


def potency(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Estimate a potency of one half, with n / 5 wells at each of eight concentrations."""
    dose = np.repeat(np.geomspace(1, 3000, 8), n // 5)
    sample = dose * (1.0 if alike else 0.5)
    clean = [0.05 + 3 / (1 + (x / 60) ** -1.2) for x in (dose, sample)]
    od = np.concatenate(clean) * (1 + 0.05 * rng.standard_normal(2 * len(dose)))
    kind = np.repeat(["standard", "serum"], len(dose))
    data = pd.DataFrame({"dose": np.tile(dose, 2), "od": od, "kind": kind})
    try:
        found = fit_parallel_curves(
            data, concentration="dose", response="od", preparation="kind", reference="standard"
        )
    except AssayError:
        none = NotEstimable(reason="no curve")
        return none, none
    return found.potencies["serum"].estimate, found.parallelism.test


def dilution(rng: np.random.Generator, n: int, alike: bool) -> Answer:  # noqa: FBT001
    """Estimate the slope of n samples at three dilutions."""
    factor = np.tile([1.0, 2, 4], n)
    log_read = np.repeat(rng.normal(4, 1, n), 3) - (1.0 if alike else 0.9) * np.log(factor)
    read = np.exp(log_read + 0.1 * rng.standard_normal(3 * n))
    data = pd.DataFrame({"read": read, "factor": factor, "id": np.repeat(np.arange(n), 3)})
    found = dilution_linearity(
        data, concentration="read", dilution_factor="factor", sample="id"
    ).slope
    return found.estimate, found.test


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="blocked_contrasts(adjust='none')",
        data="four conditions in each block, one 1 SD higher",
        trial=contrast,
        truth=1.0,
        replicates=200,
    ),
    Scenario(
        name="mixed_model, difference of groups",
        data="three rows in each of 2n subjects, half of them 1 SD higher",
        trial=slope_of_groups,
        truth=1.0,
        replicates=200,
    ),
    Scenario(
        name="agreement(method='icc')",
        data="three raters, true ICC 0.63",
        replicates=SLOW,
        trial=rated("icc"),
        truth=0.625,
        tested=False,
    ),
    Scenario(
        name="agreement(method='weighted_kappa')",
        data="two raters, scores from 0 to 3, true kappa 0.66",
        replicates=SLOW,
        tested=False,
        trial=rated("weighted_kappa"),
        truth=true_agreement("weighted_kappa"),
    ),
    Scenario(
        name="agreement(method='gwet_ac2')",
        data="two raters, scores from 0 to 3, true AC2 0.73",
        replicates=SLOW,
        trial=rated("gwet_ac2"),
        tested=False,
        truth=true_agreement("gwet_ac2"),
    ),
    Scenario(
        name="bland_altman, upper limit",
        data="normal differences",
        trial=limit_of_agreement,
        truth=1.959964,
        tested=False,
    ),
    Scenario(
        name="ratio_of_means(method='fieller')",
        data="paired normal values, means 2 and 4",
        trial=ratio,
        truth=50.0,
        tested=False,
    ),
    Scenario(
        name="dose_response, EC50",
        data="eight doses in each block",
        trial=half_effect,
        truth=10.0,
        replicates=200,
    ),
    Scenario(
        name="fit_parallel_curves, potency",
        data="4PL wells at eight concentrations, n / 5 of each",
        trial=potency,
        truth=0.5,
    ),
    Scenario(
        name="dilution_linearity, slope",
        data="three dilutions of each sample, slope 0.9",
        replicates=SLOW,
        trial=dilution,
        truth=0.9,
    ),
)
