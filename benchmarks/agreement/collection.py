"""Every number that R was asked for, twice."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.agreement import (
    association,
    groups,
    laboratory,
    measurement,
    pairs,
    several_groups,
    survival,
)
from benchmarks.agreement.case import Agreement, Case, agreements

# Name of the R script in tests/reference -> what computes the same here.
SCRIPTS: dict[str, Callable[[], dict[str, Case]]] = {
    "groups": groups.cases,
    "several_groups": several_groups.cases,
    "pairs": pairs.cases,
    "association": association.cases,
    "survival": survival.cases,
    "measurement": measurement.cases,
}


def collect() -> list[Agreement]:
    """Compute all of them."""
    listed = [one for name, cases in SCRIPTS.items() for one in agreements(name, cases())]
    return [*listed, *laboratory.collect()]
