import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.assays.elisa import SerumResult, quantify_plates
from il6report.cohort.cohort import Cohort
from il6report.cohort.derivation import ANALYSIS_GROUPS, build_cohort, il6_categories
from il6report.errors import CohortError
from il6report.plan import DEFAULT_PLAN
from il6report.source import StudyData, read_study

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def raw() -> StudyData:
    return read_study(DATA)


@pytest.fixture(scope="module")
def serum(raw: StudyData) -> SerumResult:
    return quantify_plates(raw.elisa_plates)


@pytest.fixture(scope="module")
def cohort(raw: StudyData, serum: SerumResult) -> Cohort:
    return build_cohort(raw, serum, DEFAULT_PLAN)


def with_il6(
    serum: SerumResult, sample_id: str, *, concentration: float, below: bool, above: bool = False
) -> SerumResult:
    samples = serum.samples.copy()
    row = (samples["sample_id"] == sample_id) & (samples["analyte"] == "il6")
    values = [concentration, below, above]
    samples.loc[row, ["concentration", "below_quantitation", "above_quantitation"]] = values
    return dataclasses.replace(serum, samples=samples)


def test_the_committed_study_has_the_groups_of_the_paper(cohort: Cohort) -> None:
    counts = cohort.participants["analysis_group"].value_counts(sort=False)
    assert dict(counts) == dict(zip(ANALYSIS_GROUPS, (15, 29, 19, 20), strict=True))


def test_categories_follow_the_limits_of_the_plan(cohort: Cohort) -> None:
    people = cohort.participants
    below, middle, high = il6_categories(DEFAULT_PLAN)
    assert (people["il6_category"] == below).equals(people["il6_below_quantitation"])
    assert (people["il6_category"] == high).equals(people["il6_high"].astype(bool))
    assert people.loc[people["il6_category"] == middle, "il6_pg_ml"].between(3.12, 10).all()
    assert np.exp2(people["log2_il6"]).to_numpy() == pytest.approx(people["il6_pg_ml"].to_numpy())


@pytest.mark.parametrize(
    ("measured", "category", "high"),
    [
        ((3.12, True), "<3.12", False),
        ((3.12, False), "3.12-10", False),
        ((10.0, False), "3.12-10", False),
        ((10.001, False), ">10", True),
        ((6.25, True), None, False),
        ((12.5, True), None, None),
    ],
)
def test_a_censored_value_leaves_open_what_it_cannot_tell(
    raw: StudyData,
    serum: SerumResult,
    measured: tuple[float, bool],
    category: str | None,
    high: bool | None,  # noqa: FBT001
) -> None:
    changed = with_il6(serum, "S10", concentration=measured[0], below=measured[1])
    people = build_cohort(raw, changed, DEFAULT_PLAN).participants.set_index("participant_id")
    found = people.loc["S10", ["il6_category", "il6_high"]]
    assert [None if pd.isna(one) else one for one in found] == [category, high]


def test_those_without_il6_are_left_out_and_counted(raw: StudyData, serum: SerumResult) -> None:
    changed = with_il6(serum, "S10", concentration=300.0, below=False, above=True)
    lost = changed.samples["sample_id"] == "C01"
    changed = dataclasses.replace(changed, samples=changed.samples[~lost])
    cohort = build_cohort(raw, changed, DEFAULT_PLAN)
    assert not set(cohort.participants["participant_id"]) & {"S10", "C01"}
    assert "S10" not in set(cohort.skin_scores["participant_id"])
    assert dict(cohort.flow.steps[1].excluded) == {
        "IL-6 above the range and not diluted": 1,
        "no serum IL-6": 1,
    }


def test_every_count_of_the_flow_adds_up(cohort: Cohort) -> None:
    totals = {step.label: step.total for step in cohort.flow.steps}
    for step in cohort.flow.steps[1:]:
        assert step.total == totals[step.parent] - sum(step.excluded.values())
    assert totals["dcSSc followed up"] == 38


def test_missing_values_stay_missing(raw: StudyData, cohort: Cohort) -> None:
    for column in ("crp_mg_l", "esr_mm_h", "autoantibody", "mrss_peak"):
        assert (
            cohort.participants[column].isna().sum() == raw.participants[column].isna().sum() > 15
        )
    assert cohort.participants["log2_crp"].isna().equals(cohort.participants["crp_mg_l"].isna())


def test_the_raw_frames_are_left_alone(raw: StudyData, serum: SerumResult) -> None:
    before = raw.participants.copy()
    build_cohort(raw, serum, DEFAULT_PLAN)
    pd.testing.assert_frame_equal(raw.participants, before)


def test_invalid_rows_are_refused(raw: StudyData, serum: SerumResult) -> None:
    young = raw.participants.assign(age_years=2)
    with pytest.raises(CohortError, match="column age_years, rows 2, 3, 4, 5, 6 and 78 more"):
        build_cohort(dataclasses.replace(raw, participants=young), serum, DEFAULT_PLAN)


def test_a_follow_up_of_no_time_is_none(raw: StudyData, serum: SerumResult) -> None:
    followup = raw.followup.assign(
        followup_years=raw.followup["followup_years"].where(
            raw.followup["participant_id"] != "S02", 0.0
        )
    )
    skin_scores = raw.skin_scores[raw.skin_scores["participant_id"] != "S02"]
    changed = dataclasses.replace(raw, followup=followup, skin_scores=skin_scores)
    cohort = build_cohort(changed, serum, DEFAULT_PLAN)
    found = cohort.participants.set_index("participant_id").loc["S02"]
    assert found[["followup_years", "death_observed"]].isna().all()
