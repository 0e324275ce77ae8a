"""What several tests share: repeatable examples, and the committed study, run once."""

from pathlib import Path

import pytest
from hypothesis import settings

from il6report.study import StudyResults, run_study

# The same examples in every run, and no verdict on time: a slow machine is no failure.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def study() -> StudyResults:
    return run_study(ROOT / "data")
