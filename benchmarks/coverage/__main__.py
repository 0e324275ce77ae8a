"""Print the page of coverage: `python -m benchmarks.coverage > docs/coverage.md`."""

from __future__ import annotations

import math
from itertools import islice

from joblib import Parallel, delayed

from benchmarks.coverage.collection import SCENARIOS
from benchmarks.coverage.scenario import (
    LEAST_COVERED,
    MOST_REJECTED,
    SIZES,
    Coverage,
    Scenario,
    study,
)

HEAD = f"""# Coverage of intervals and level of tests

How often does a 95% interval hold the truth, and a 5% test reject what is true? Each method was
carried out on many simulated data sets of {", ".join(map(str, SIZES[:-1]))} and {SIZES[-1]} in each
group, or of what the method counts: pairs, blocks, specimens, samples.

*Covers* is the per cent of intervals that hold the truth, of those given; a second number tells in
what per cent of the data sets one could be given, where not in all. *Rejects* is the per cent of
tests with p of at most 0.05 where nothing differs. There are 1000 data sets for each number, 400 of
slow methods and 200 of the slowest, so that a coverage of 95 is known to 0.7, 1.1 or 1.5 points.
**Bold** is what misses the aim, at least {LEAST_COVERED:g} covered and at most {MOST_REJECTED:g}
rejected, by more than this error; the documentation of the function says where it fails and what
to use instead. Regenerate with `python -m benchmarks.coverage > docs/coverage.md`, which takes some
ten minutes on two cores."""


def covers(found: Coverage) -> str:
    """Write how often the interval covers, and how often there is one."""
    if math.isnan(found.covered):
        return "–"
    share = f"{found.covered:.1f}"
    share = f"**{share}**" if found.covers_too_little else share
    return share if found.given == 100 else f"{share} ({found.given:.0f})"


def rejects(found: Coverage) -> str:
    """Write how often the test rejects."""
    if math.isnan(found.rejected):
        return "–"
    share = f"{found.rejected:.1f}"
    return f"**{share}**" if found.rejects_too_much else share


def line(scenario: Scenario, found: list[Coverage]) -> str:
    """Write one scenario, at all sizes, as a row of the table."""
    cells = [*map(covers, found), *map(rejects, found)]
    return f"| `{scenario.name}` | {scenario.data} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table as Markdown."""
    print(HEAD + "\n")
    heads = [f"{what} {n}" for what in ("covers, n =", "rejects, n =") for n in SIZES]
    print(f"| method | simulated | {' | '.join(heads)} |")
    print("|---|---|" + "---|" * len(heads))
    cells = [(scenario, n) for scenario in SCENARIOS for n in SIZES]
    results = Parallel(n_jobs=-1, return_as="generator")(delayed(study)(*cell) for cell in cells)
    missed = 0
    for scenario in SCENARIOS:
        found: list[Coverage] = list(islice(results, len(SIZES)))
        missed += sum(one.covers_too_little + one.rejects_too_much for one in found)
        print(line(scenario, found), flush=True)
    print(f"\n{missed} numbers in bold.")


if __name__ == "__main__":
    main()
