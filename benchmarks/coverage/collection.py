"""Every interval and test whose coverage and level are studied."""

from __future__ import annotations

from benchmarks.coverage import groups, laboratory, survival
from benchmarks.coverage.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *groups.SCENARIOS,
    *survival.SCENARIOS,
    *laboratory.SCENARIOS,
)
