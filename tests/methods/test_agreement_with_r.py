"""Every value that R gave, compared with ours; the scripts that asked R lie in tests/reference."""

import math

import pytest

from benchmarks.agreement import association, groups, pairs, several_groups, survival
from benchmarks.agreement.case import Agreement, agreements

ALL = [
    *agreements("groups", groups.cases()),
    *agreements("association", association.cases()),
    *agreements("several_groups", several_groups.cases()),
    *agreements("pairs", pairs.cases()),
    *agreements("survival", survival.cases()),
]


@pytest.mark.parametrize("found", ALL, ids=lambda found: f"{found.case}.{found.column}")
def test_a_statistic_agrees_with_r(found: Agreement) -> None:
    assert math.isclose(found.ours, found.theirs, rel_tol=1e-6, abs_tol=1e-11)
