"""The skin score: the numbers by hand where they can be, and cohorts that lack something."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.analyses.skin_score import SkinScoreResult, compare_skin_scores
from il6report.assays.elisa import quantify_serum
from il6report.claims.skin_score import CLAIMS
from il6report.claims.wording import say
from il6report.cohort.cohort import Cohort
from il6report.cohort.derivation import build_cohort
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.figures import skin_score_figure
from il6report.ledger import build_ledger
from il6report.plan import DEFAULT_PLAN
from il6report.source import read_study
from il6report.tables import skin_difference_table, skin_score_table

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    raw = read_study(DATA)
    return build_cohort(raw, quantify_serum(raw.elisa_plates, DEFAULT_PLAN), DEFAULT_PLAN)


@pytest.fixture(scope="module")
def found(cohort: Cohort) -> SkinScoreResult:
    return compare_skin_scores(cohort, DEFAULT_PLAN)


def early(cohort: Cohort) -> pd.DataFrame:
    people = cohort.participants
    return people[people["early_dcssc"].fillna(value=False)]


def scores_at(cohort: Cohort, month: int) -> pd.Series:
    scores = cohort.skin_scores
    return scores[scores["visit_month"] == month].set_index("participant_id")["mrss"]


def value(result: SkinScoreResult, key: str) -> float:
    estimate = result.statistics[key].estimate
    assert isinstance(estimate, Estimate), estimate
    return estimate.value


def test_early_means_no_longer_than_the_plan_says(cohort: Cohort, found: SkinScoreResult) -> None:
    people = cohort.participants
    months = people.loc[people["disease_subset"] == "dcSSc", "disease_duration_months"]
    assert value(found, "n") == (months <= 60).sum()


def test_ancova_is_least_squares_on_baseline_and_category(
    cohort: Cohort, found: SkinScoreResult
) -> None:
    people = early(cohort)
    first, last = (
        people["participant_id"].map(scores_at(cohort, month)).to_numpy(float) for month in (0, 36)
    )
    known = ~np.isnan(last)
    x = np.column_stack(
        [np.ones(known.sum()), first[known], people["il6_high"][known].astype(float)]
    )
    beta = np.linalg.lstsq(x, last[known])[0]
    assert value(found, "ancova.adjusted_difference") == pytest.approx(beta[2], rel=1e-10)


def test_death_ranks_below_every_change(cohort: Cohort, found: SkinScoreResult) -> None:
    people = early(cohort)
    change = people["participant_id"].map(scores_at(cohort, 36)) - people["mrss"]
    died = (people["death_observed"] == 1) & (people["followup_years"] < 3)
    outcome = (-change).where(~died, -1000 + people["followup_years"])
    high, low = (
        outcome[(people["il6_high"] == level).fillna(value=False)].dropna().to_numpy()
        for level in (True, False)
    )
    pairs = np.sign(high[:, None] - low[None, :])
    assert value(found, "worst_rank.superiority") == pytest.approx((1 + pairs.mean()) / 2)
    assert found.statistics["worst_rank.superiority"].n == len(high) + len(low)


def test_changes_are_held_against_the_error_of_the_assessors_who_scored(
    cohort: Cohort, found: SkinScoreResult
) -> None:
    scores = cohort.skin_scores.set_index(["participant_id", "visit_month"])
    beyond = 0
    for person in early(cohort).query("il6_high == False")["participant_id"]:
        if (person, 36) in scores.index:
            first, last = scores.loc[(person, 0)], scores.loc[(person, 36)]
            error = 6.79 if first["assessor_id"] == last["assessor_id"] else 12.75
            beyond += abs(last["mrss"] - first["mrss"]) > error
    assert found.statistics["beyond_error.not_high"].n_events == beyond


def test_a_visit_is_missed_if_due_while_alive_and_not_made(
    cohort: Cohort, found: SkinScoreResult
) -> None:
    made = cohort.skin_scores.groupby("participant_id")["visit_month"].agg(set)
    due = missed = 0
    for _, person in early(cohort).query("il6_high == True").iterrows():
        for month in range(6, 37, 6):
            if 12 * person["followup_years"] >= month:
                due += 1
                missed += month not in made[person["participant_id"]]
    row = found.statistics["missed.high"]
    assert (row.n, row.n_events) == (due, missed)


def test_the_figure_holds_no_identifier(found: SkinScoreResult) -> None:
    assert list(found.lines) == ["line", "level", "month", "mrss", "last_before_death"]
    assert set(found.lines["line"]) == set(range(int(value(found, "n"))))


def without_deaths(cohort: Cohort) -> Cohort:
    return dataclasses.replace(cohort, participants=cohort.participants.assign(death_observed=0.0))


def one_category(cohort: Cohort) -> Cohort:
    people = cohort.participants
    return dataclasses.replace(cohort, participants=people[~people["il6_high"].astype(bool)])


def one_visit(cohort: Cohort) -> Cohort:
    scores = cohort.skin_scores
    return dataclasses.replace(cohort, skin_scores=scores[scores["visit_month"] == 0])


def two_visits(cohort: Cohort) -> Cohort:
    scores = cohort.skin_scores
    return dataclasses.replace(cohort, skin_scores=scores[scores["visit_month"].isin([0, 36])])


def one_score(cohort: Cohort) -> Cohort:
    return dataclasses.replace(cohort, skin_scores=cohort.skin_scores.assign(mrss=12))


def nobody_early(cohort: Cohort) -> Cohort:
    people = cohort.participants.assign(early_dcssc=False)
    return dataclasses.replace(cohort, participants=people)


LACKING: dict[str, tuple[Callable[[Cohort], Cohort], str]] = {
    "one category": (one_category, "fewer than two patients with IL-6 high have skin scores"),
    "one visit": (one_visit, "fewer than two patients with IL-6 not high have skin scores"),
    "two visits": (two_visits, "skin was scored at fewer than three visits"),
    "one score": (one_score, "the scores do not determine the mixed model"),
    "nobody": (nobody_early, "fewer than two patients with IL-6 not high have skin scores"),
}


@pytest.mark.parametrize("name", LACKING)
def test_a_cohort_that_lacks_something_is_reported_with_the_reason(
    cohort: Cohort, name: str
) -> None:
    change, reason = LACKING[name]
    result = compare_skin_scores(change(cohort), DEFAULT_PLAN)
    main = result.statistics["mixed.adjusted_difference"]
    assert main.estimate == NotEstimable(reason=reason, measure="mean_difference")
    assert reason in skin_difference_table(result).as_raw_html()
    skin_score_table(result).as_raw_html()
    skin_score_figure(result).draw()
    ledger = build_ledger({"skin_score": result}, DEFAULT_PLAN)
    for claim in CLAIMS:
        sentence = say(claim.id, ledger, {claim.id: claim})
        assert sentence.endswith((".", ")."))


def test_without_deaths_everybody_is_ranked_by_the_score(cohort: Cohort) -> None:
    result = compare_skin_scores(without_deaths(cohort), DEFAULT_PLAN)
    row = result.statistics["worst_rank.superiority"]
    assert isinstance(row.test, HypothesisTest)
    assert row.note == "0 deaths rank worst, the earlier the worse"
    assert not result.lines["last_before_death"].any()
