"""What is timed on a million rows: here, in R and by the library that does the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter, LogNormalAFTFitter
from lifelines.statistics import multivariate_logrank_test
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from benchmarks.registry import COVARIATES
from benchmarks.timing import peak_bytes, seconds
from il6report.methods.association import correlate
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.cox_model import cox
from il6report.methods.groups import compare_two_groups
from il6report.methods.logrank_test import logrank
from il6report.methods.product_limit import kaplan_meier
from il6report.methods.several_groups import compare_groups

Call = Callable[[pd.DataFrame], object]
PREDICTORS = ["x1", "x2", "x3", "x4"]
REPEATS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One method, done three ways.

    Parameters
    ----------
    name : str
        What is done.
    data : str
        Which registry it is done on.
    ours : callable
        Does it here, on a frame.
    r : str
        The call in R, on a frame `d`.
    libraries : mapping of str to callable
        What does it elsewhere, by name.
    slow : bool
        Whether the libraries would take minutes on a million rows.
    """

    name: str
    data: str
    ours: Call
    r: str
    libraries: Mapping[str, Call]
    slow: bool = False


def our_seconds(job: Job, data: pd.DataFrame) -> float:
    """Time it here."""
    return seconds(lambda: job.ours(data), REPEATS)


def memory_of(job: Job, data: pd.DataFrame) -> tuple[float, float]:
    """Give the size of the data and the most memory used beside them, in megabytes."""
    return data.memory_usage(index=False).sum() / 1e6, peak_bytes(lambda: job.ours(data)) / 1e6


def _curves(data: pd.DataFrame) -> None:
    for _, group in data.groupby("sex"):
        KaplanMeierFitter().fit(group["years"], group["died"])


def _groups(data: pd.DataFrame, column: str) -> list[np.ndarray]:
    return [group.to_numpy() for _, group in data.groupby(column)["y"]]


def _log_normal(data: pd.DataFrame) -> object:
    columns = data[["limited", *PREDICTORS]].assign(above=1 - data["below"])
    return LogNormalAFTFitter().fit_left_censoring(columns, "limited", "above")


JOBS: tuple[Job, ...] = (
    Job(
        name="Kaplan-Meier, two groups",
        data="patients",
        ours=lambda d: kaplan_meier(d, "years", "died", group="sex"),
        r='survfit(Surv(years, died) ~ sex, d, conf.type = "log-log")',
        libraries={"lifelines": _curves},
    ),
    Job(
        name="log-rank test",
        data="patients",
        ours=lambda d: logrank(d, "years", "died", "sex"),
        r="survdiff(Surv(years, died) ~ sex, d)",
        libraries={
            "lifelines": lambda d: multivariate_logrank_test(d["years"], d["sex"], d["died"])
        },
    ),
    Job(
        name="Cox model, four covariates",
        data="patients",
        ours=lambda d: cox(d, "years", "died", COVARIATES),
        r="coxph(Surv(years, died) ~ age + sex + log2_il6 + duration, d)",
        libraries={
            "lifelines": lambda d: CoxPHFitter().fit(
                d[["years", "died", *COVARIATES]], "years", "died"
            ),
            "statsmodels": lambda d: PHReg(d["years"], d[COVARIATES], d["died"]).fit(),
        },
        slow=True,
    ),
    Job(
        name="rank-sum test, and the shift with its interval",
        data="measurements",
        ours=lambda d: compare_two_groups(d, "y", "g"),
        r="wilcox.test(y ~ g, d)",
        libraries={"scipy, test only": lambda d: stats.mannwhitneyu(*_groups(d, "g"))},
    ),
    Job(
        name="Kruskal-Wallis test, and Dunn's of every two groups",
        data="measurements",
        ours=lambda d: compare_groups(d, "y", "k"),
        r="kruskal.test(y ~ k, d)",
        libraries={"scipy, test only": lambda d: stats.kruskal(*_groups(d, "k"))},
    ),
    Job(
        name="Spearman's correlation",
        data="measurements",
        ours=lambda d: correlate(d, "y", "x1"),
        r='cor.test(d$y, d$x1, method = "spearman", exact = FALSE)',
        libraries={"scipy": lambda d: stats.spearmanr(d["y"], d["x1"])},
    ),
    Job(
        name="censored log-normal regression, four predictors",
        data="measurements",
        ours=lambda d: fit_censored_lognormal(d, "limited", "below", predictors=PREDICTORS),
        r='survreg(Surv(limited, 1 - below, type = "left") ~ x1 + x2 + x3 + x4, d, '
        'dist = "lognormal")',
        libraries={"lifelines": _log_normal},
        slow=True,
    ),
)
