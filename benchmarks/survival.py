"""How fast the survival methods are, beside lifelines and R in the same run.

`python -m benchmarks.survival` times forty patients; `--rows 1000000` a registry. R is asked where
Rscript is installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from il6report.methods.cox import cox
from il6report.methods.cutpoint import select_cutpoint
from il6report.methods.kaplan_meier import kaplan_meier
from il6report.methods.logrank import logrank

PREDICTORS = ["age", "sex", "log2_il6", "duration"]
R_CALLS = {
    "Kaplan-Meier": 'survfit(Surv(years, died) ~ sex, d, conf.type = "log-log")',
    "log-rank": "survdiff(Surv(years, died) ~ sex, d)",
    "Cox, 4 covariates": "coxph(Surv(years, died) ~ age + sex + log2_il6 + duration, d)",
    "Cox, 2 covariates": "coxph(Surv(years, died) ~ age + log2_il6, d)",
}
FEW = 10_000


def registry(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(2012)
    frame = pd.DataFrame(
        {
            "age": rng.normal(55, 12, rows),
            "sex": rng.integers(0, 2, rows),
            "log2_il6": rng.normal(2, 1.5, rows),
            "duration": rng.exponential(24, rows),
        }
    )
    hazard = np.exp(0.03 * (frame["age"] - 55) + 0.3 * frame["sex"] + 0.2 * frame["log2_il6"]) / 20
    death, end = rng.exponential(1 / hazard), rng.uniform(1, 20, rows)
    return frame.assign(years=np.minimum(death, end), died=(death <= end).astype(int))


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Give the least time of several runs: the one least disturbed by others."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def ours(data: pd.DataFrame) -> dict[str, Callable[[], object]]:
    calls: dict[str, Callable[[], object]] = {
        "Kaplan-Meier": lambda: kaplan_meier(data, "years", "died", group="sex"),
        "log-rank": lambda: logrank(data, "years", "died", "sex"),
        "Cox, 4 covariates": lambda: cox(data, "years", "died", PREDICTORS),
        "Cox, 2 covariates": lambda: cox(data, "years", "died", ["age", "log2_il6"]),
    }
    if len(data) < FEW:
        calls |= {
            "Cox, profile intervals": lambda: cox(
                data, "years", "died", ["age", "log2_il6"], interval="profile"
            ),
            "Cox, Firth's penalty": lambda: cox(
                data, "years", "died", ["age", "log2_il6"], penalty="firth"
            ),
            "cut-point, 2000 resamples": lambda: select_cutpoint(
                data, "log2_il6", "years", "died", seed=1, n_bootstrap=2000
            ),
        }
    return calls


def lifelines_calls(data: pd.DataFrame) -> dict[str, Callable[[], object]]:
    def curves() -> None:
        for _, group in data.groupby("sex"):
            KaplanMeierFitter().fit(group["years"], group["died"])

    def model(predictors: list[str]) -> object:
        return CoxPHFitter().fit(data[["years", "died", *predictors]], "years", "died")

    return {
        "Kaplan-Meier": curves,
        "log-rank": lambda: multivariate_logrank_test(data["years"], data["sex"], data["died"]),
        "Cox, 4 covariates": lambda: model(PREDICTORS),
        "Cox, 2 covariates": lambda: model(["age", "log2_il6"]),
    }


def r_seconds(data: pd.DataFrame, repeats: int) -> dict[str, float]:
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.csv"
        data.to_csv(file, index=False)
        timed = "\n".join(
            f'cat(min(replicate({repeats}, system.time({call})[["elapsed"]])), "\\n")'
            if len(data) >= FEW
            else f'cat(system.time(for (i in 1:200) {call})[["elapsed"]] / 200, "\\n")'
            for call in R_CALLS.values()
        )
        script = f"library(survival); d <- read.csv({os.fspath(file)!r})\n{timed}"
        done = subprocess.run([rscript, "-e", script], capture_output=True, text=True, check=True)
    return dict(zip(R_CALLS, map(float, done.stdout.split()), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--without-lifelines", action="store_true")
    options = parser.parse_args()
    data = registry(options.rows)
    repeats = 2 if options.rows >= FEW else 50
    in_r = r_seconds(data, repeats)
    theirs = {} if options.without_lifelines else lifelines_calls(data)
    print(f"{options.rows} rows, {int(data['died'].sum())} events; least of {repeats} runs, ms")
    print(f"{'':28}{'il6report':>12}{'lifelines':>12}{'R':>12}{'memory':>10}")
    for name, call in ours(data).items():
        repeats_here = min(repeats, 3) if "resamples" in name else repeats
        one = seconds(call, repeats_here)
        two = seconds(theirs[name], 1 if options.rows >= FEW else 10) if name in theirs else None
        tracemalloc.start()
        call()
        peak = tracemalloc.get_traced_memory()[1] / data.memory_usage(index=False).sum()
        tracemalloc.stop()
        cells = (one, two, in_r.get(name))
        shown = "".join("".rjust(12) if x is None else f"{1000 * x:12.2f}" for x in cells)
        print(f"{name:28}{shown}{peak:9.1f}x")


if __name__ == "__main__":
    main()
