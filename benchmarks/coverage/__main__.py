"""Print the page of coverage: `python -m benchmarks.coverage > docs/coverage.md`."""

from __future__ import annotations

import math

from joblib import Parallel, delayed

from benchmarks.coverage.collection import SCENARIOS
from benchmarks.coverage.scenario import LEAST_COVERED, MOST_REJECTED, SIZES, Coverage, study

HEAD = """# Coverage of intervals and level of tests

Per cent of simulated data sets: 1000 per cell, 400 for slow methods and 200 for the slowest, which
tell these shares with an error of some 0.7, 1.1 and 1.5 percentage points. *covers*: 95% intervals
that hold the truth, of those given; *given*: data sets in which the interval could be given;
*rejects*: 5% tests that reject where nothing differs. n is the size of each group, or what the
method counts: blocks, specimens, pairs. Regenerate with
`python -m benchmarks.coverage > docs/coverage.md`."""


def line(found: Coverage) -> str:
    """Write one cell as a row of the table."""
    shares = (found.covered, found.given, found.rejected)
    cells = ["" if math.isnan(share) else f"{share:.1f}" for share in shares]
    mark = "off" if found.is_off else ""
    return f"| {found.name} | {found.n} | {' | '.join(cells)} | {mark} |"


def main() -> None:
    """Print the table as Markdown."""
    cells = [(scenario, n) for scenario in SCENARIOS for n in SIZES]
    print(HEAD + "\n")
    print(
        f"A cell is off where the interval covers less than {LEAST_COVERED:g} or the test rejects "
        f"more than {MOST_REJECTED:g}. The documentation of the function then says where it fails "
        "and what to use.\n"
    )
    print("| method | n | covers | given | rejects | |")
    print("|---|---|---|---|---|---|")
    found: list[Coverage] = []
    for one in Parallel(n_jobs=-1, return_as="generator")(delayed(study)(*cell) for cell in cells):
        found.append(one)
        print(line(one), flush=True)
    print(f"\n{sum(one.is_off for one in found)} of {len(found)} cells are off.")


if __name__ == "__main__":
    main()
