from pathlib import Path

import pytest

from il6report.assays.elisa import quantify_plates
from il6report.cohort.cohort import Cohort
from il6report.cohort.derivation import ANALYSIS_GROUPS, build_cohort
from il6report.plan import DEFAULT_PLAN
from il6report.source import read_study

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    raw = read_study(DATA)
    return build_cohort(raw, quantify_plates(raw.elisa_plates), DEFAULT_PLAN)


def test_the_committed_study_has_the_groups_of_the_paper(cohort: Cohort) -> None:
    counts = cohort.participants["analysis_group"].value_counts(sort=False)
    assert dict(counts) == dict(zip(ANALYSIS_GROUPS, (15, 29, 19, 20), strict=True))


def test_every_count_of_the_flow_adds_up(cohort: Cohort) -> None:
    totals = {step.label: step.total for step in cohort.flow.steps}
    for step in cohort.flow.steps[1:]:
        assert step.total == totals[step.parent] - sum(step.excluded.values())
