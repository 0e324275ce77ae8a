"""Print the page of speed: `python -m benchmarks.methods > docs/speed.md`.

A million rows beside R and the libraries, in one run; then every public function on 68 rows.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.large import JOBS, REPEATS, Job, memory_of, our_seconds
from benchmarks.registry import measurements, patients
from benchmarks.small import Small, every_function
from benchmarks.timing import seconds

ROWS, FEWER = 1_000_000, 100_000
SMALL = 68
FEW_MS = 5.0

HEAD = f"""# Speed

Seconds of one machine at one moment ({os.cpu_count()} cores, Python {platform.python_version()}), \
everything timed in the same run; regenerate with `python -m benchmarks.methods > docs/speed.md`.
What counts is the ratio: above 1 il6report is faster.

## A million rows

{ROWS:,} made-up rows, most values different from each other, half of the patients dead. \
il6report and R: the best of {REPEATS}; libraries once, those that would take minutes on \
{FEWER:,} rows. Each time covers reading the columns, all \
checks of the input, the estimates, intervals and tests; reading files is in none of them."""

MEMORY = """
## Memory

The most that is held at once while a million rows are analysed, the result included and the data \
not, beside the size of the data frame that was handed over. The aim is less than 4 times."""

FUNCTIONS = f"""
## {SMALL} rows

Milliseconds of every public function on {SMALL} rows, the best of many calls; those of raw files \
on the files of the study. The aim is {FEW_MS:g} ms for all but bootstraps and mixed models."""


def time_r(script: str, data: pd.DataFrame) -> dict[str, float]:
    """Time the same in R; nothing where Rscript is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file, code = Path(folder) / "data.csv", Path(folder) / "time.R"
        data.to_csv(file, index=False)
        code.write_text(script, encoding="utf-8")
        command = [rscript, str(code), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    pairs = (line.split("\t") for line in done.stdout.splitlines() if line)
    return {name: float(taken) for name, taken in pairs}


def r_script(jobs: list[Job]) -> str:
    """Write a script that prints the seconds of every call."""
    lines = [
        "suppressPackageStartupMessages(library(survival))",
        "d <- read.csv(commandArgs(TRUE))",
    ]
    for job in jobs:
        timed = f'min(replicate({REPEATS}, system.time(suppressWarnings({job.r}))[["elapsed"]]))'
        lines.append(f'cat("{job.name}", {timed}, sep = "\\t", fill = TRUE)')
    return "\n".join(lines)


def row(job: Job, data: pd.DataFrame, in_r: float | None) -> str:
    """Time one method and write its row."""
    ours = our_seconds(job, data)
    with_r = ("", "") if in_r is None else (f"{in_r:.2f}", f"{in_r / ours:.1f}")
    some = data.head(FEWER) if job.slow else data
    beside = our_seconds(job, some) if job.slow else ours
    theirs = {name: seconds(lambda one=one: one(some), 1) for name, one in job.libraries.items()}
    taken = ", ".join(f"{name} {took:.2f}" for name, took in theirs.items())
    where = f"; il6report {beside:.2f}, of {FEWER:,} rows" if job.slow else ""
    ratios = ", ".join(f"{took / beside:.1f}" for took in theirs.values())
    return f"| {job.name} | {ours:.2f} | {with_r[0]} | {with_r[1]} | {taken}{where} | {ratios} |"


def function_row(one: Small) -> str:
    """Write the row of one function on few rows."""
    return f"| `{one.name}` | {one.rows} | {one.milliseconds:.1f} | {one.why(FEW_MS)} |"


def main() -> None:
    """Print the page as Markdown."""
    frames = {"patients": patients(ROWS), "measurements": measurements(ROWS)}
    print(HEAD + "\n")
    print("| method | il6report, s | R, s | R / il6report | library, s | library / il6report |")
    print("|---|---|---|---|---|---|")
    for name, data in frames.items():
        jobs = [job for job in JOBS if job.data == name]
        in_r = time_r(r_script(jobs), data)
        for job in jobs:
            print(row(job, data, in_r.get(job.name)), flush=True)
    print(MEMORY + "\n")
    print("| method | data, MB | peak, MB | peak / data |")
    print("|---|---|---|---|")
    for job in JOBS:
        size, peak = memory_of(job, frames[job.data])
        print(f"| {job.name} | {size:.0f} | {peak:.0f} | {peak / size:.1f} |", flush=True)
    print(FUNCTIONS + "\n")
    print("| function | rows | ms | |")
    print("|---|---|---|---|")
    found = sorted(every_function(SMALL), key=lambda one: one.milliseconds)
    print("\n".join(map(function_row, found)))


if __name__ == "__main__":
    main()
