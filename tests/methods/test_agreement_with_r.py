"""Every value that R gave, compared with ours; the scripts that asked R lie in tests/reference."""

import math

import pytest

from benchmarks.agreement.case import Agreement
from benchmarks.agreement.collection import collect


@pytest.mark.parametrize("found", collect(), ids=lambda found: f"{found.case}.{found.column}")
def test_a_statistic_agrees_with_r(found: Agreement) -> None:
    assert math.isclose(found.ours, found.theirs, rel_tol=1e-6, abs_tol=1e-11)
