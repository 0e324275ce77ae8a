"""Methods on a million rows, beside R where Rscript is installed.

Run `python -m benchmarks.methods > docs/speed.md`. Times are of the machine it runs on, the best of
three here and one in R, and include everything but making the data.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from il6report.methods.association import correlate
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.groups import compare_two_groups
from il6report.methods.several_groups import compare_groups

ROWS = 1_000_000
SMALL = 68
SEED = 2012

R_SCRIPT = """
suppressPackageStartupMessages(library(survival))
d <- read.csv(commandArgs(TRUE)[1])
took <- function(name, e) {
  t <- system.time(suppressWarnings(e))[["elapsed"]]
  cat(name, t, sep = "\\t", fill = TRUE)
}
took("rank-sum test", wilcox.test(d$y[d$g == 1], d$y[d$g == 0]))
took("Kruskal-Wallis test", kruskal.test(d$y, d$k))
took("Spearman correlation", cor.test(d$y, d$x1, method = "spearman", exact = FALSE))
took("censored log-normal, 4 predictors", survreg(
  Surv(limited, 1 - below, type = "left") ~ x1 + x2 + x3 + x4, data = d, dist = "lognormal"
))
"""


def make_data(rows: int) -> pd.DataFrame:
    """Make a registry: an outcome, groups and four predictors."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(rows, 4))
    group = rng.integers(0, 2, rows)
    y = np.exp(x @ np.array([0.1, 0.2, 0.3, 0.0]) + 0.05 * group + rng.normal(size=rows))
    predictors = {f"x{place}": x[:, place - 1] for place in range(1, 5)}
    return pd.DataFrame(
        {"y": y, "g": group, "k": rng.integers(0, 4, rows), "limited": np.maximum(y, 0.7),
         "below": (y < 0.7).astype(int), **predictors}
    )  # fmt: skip


def jobs(data: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """Name what is timed; the rank-sum test also estimates the shift, which R is not asked for."""
    names = ["x1", "x2", "x3", "x4"]
    return {
        "rank-sum test": lambda: compare_two_groups(data, "y", "g"),
        "Kruskal-Wallis test": lambda: compare_groups(data, "y", "k"),
        "Spearman correlation": lambda: correlate(data, "y", "x1"),
        "censored log-normal, 4 predictors": lambda: fit_censored_lognormal(
            data, "limited", "below", predictors=names
        ),
    }


def best_of(job: Callable[[], object], times: int) -> float:
    """Give the shortest time, in seconds."""
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return min(taken)


def time_r(data: pd.DataFrame) -> dict[str, float]:
    """Time the same in R; nothing where Rscript is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        data.to_csv(Path(folder) / "data.csv", index=False)
        (Path(folder) / "time.R").write_text(R_SCRIPT, encoding="utf-8")
        command = [rscript, str(Path(folder) / "time.R"), str(Path(folder) / "data.csv")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    pairs = (line.split("\t") for line in done.stdout.splitlines() if line)
    return {name: float(seconds) for name, seconds in pairs}


def main() -> None:
    """Print the table as Markdown."""
    large, small = make_data(ROWS), make_data(SMALL)
    theirs = time_r(large)
    little = jobs(small)
    print("# Speed\n")
    print(f"Seconds on {ROWS:,} rows, milliseconds on {SMALL}.\n")
    print(f"| method | here, s | R, s | times as fast | here, n = {SMALL}, ms |")
    print("|---|---|---|---|---|")
    for name, job in jobs(large).items():
        ours, r = best_of(job, 3), theirs.get(name)
        beside = ("", "") if r is None else (f"{r:.2f}", f"{r / ours:.1f}")
        print(f"| {name} | {ours:.2f} | {beside[0]} | {beside[1]} | "
              f"{1000 * best_of(little[name], 20):.1f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
