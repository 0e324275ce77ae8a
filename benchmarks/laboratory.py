"""How long the laboratory questions take, from raw files to statistics.

`python -m benchmarks.laboratory` prints seconds: the least of several runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from il6report.analyses.cell_culture import read_cell_culture
from il6report.analyses.fibroblasts import compare_fibroblasts
from il6report.analyses.signalling import compare_signalling
from il6report.analyses.skin_biopsies import compare_skin_biopsies
from il6report.assays.immunohistochemistry import score_biopsies
from il6report.plan import DEFAULT_PLAN
from il6report.source import read_study

DATA = Path(__file__).parents[1] / "data"
REPEATS = 5


def seconds(call: Callable[[], object]) -> float:
    """Give the least time of several runs: the one least disturbed by others."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    raw = read_study(DATA)
    scores = score_biopsies(raw.biopsies)
    culture = read_cell_culture(raw.immunoblots, raw.qpcr)
    steps: dict[str, Callable[[], object]] = {
        "score_biopsies": lambda: score_biopsies(raw.biopsies),
        "read_cell_culture": lambda: read_cell_culture(raw.immunoblots, raw.qpcr),
        "skin_biopsies": lambda: compare_skin_biopsies(scores, DEFAULT_PLAN, data_label=""),
        "fibroblasts": lambda: compare_fibroblasts(culture, DEFAULT_PLAN, data_label=""),
        "signalling": lambda: compare_signalling(culture, DEFAULT_PLAN, data_label=""),
    }
    spent = {name: seconds(step) for name, step in steps.items()}
    for name, took in {**spent, "all": sum(spent.values())}.items():
        print(f"{name:<20}{took:8.3f} s")


if __name__ == "__main__":
    main()
