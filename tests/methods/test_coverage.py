"""A small seeded version of docs/coverage.md: it finds what is broken, not what is 1% off."""

import math

import pytest

from benchmarks.coverage.collection import SCENARIOS
from benchmarks.coverage.scenario import Scenario, study


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_intervals_hold_the_truth_and_tests_keep_their_level(scenario: Scenario) -> None:
    found = study(scenario, 10, replicates=30)
    if not math.isnan(found.covered):
        assert found.covered >= 80
    if not math.isnan(found.rejected):
        assert found.rejected <= 17
