"""Survival by IL-6: what hangs together, and cohorts that lack something."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.analyses.survival import SurvivalResult, compare_survival
from il6report.assays.elisa import quantify_serum
from il6report.claims import survival, survival_checks
from il6report.claims.wording import say
from il6report.cohort.cohort import Cohort
from il6report.cohort.derivation import build_cohort
from il6report.estimates import Estimate, NotEstimable
from il6report.figures import (
    cut_point_figure,
    hazard_residual_figure,
    limited_survival_figure,
    survival_figure,
)
from il6report.ledger import build_ledger
from il6report.plan import DEFAULT_PLAN
from il6report.source import read_study
from il6report.tables import (
    cut_point_table,
    hazard_table,
    survival_checks_table,
    survival_table,
)

PLAN = dataclasses.replace(
    DEFAULT_PLAN, concordance_resamples=25, cut_resamples=100, cut_permutations=199
)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    raw = read_study(Path(__file__).parents[2] / "data")
    return build_cohort(raw, quantify_serum(raw.elisa_plates, PLAN), PLAN)


@pytest.fixture(scope="module")
def found(cohort: Cohort) -> SurvivalResult:
    return compare_survival(cohort, PLAN)


def value(result: SurvivalResult, key: str) -> float:
    estimate = result.statistics[key].estimate
    assert isinstance(estimate, Estimate), estimate
    return estimate.value


def test_those_after_the_landmark_outlived_it(cohort: Cohort, found: SurvivalResult) -> None:
    people = cohort.participants
    later = people[(people["disease_subset"] == "dcSSc") & (people["followup_years"] > 3)]
    row = found.statistics["landmark.n_events"]
    assert (row.n, row.n_events) == (len(later), later["death_observed"].sum())
    assert found.statistics["landmark.il6_high"].n == len(later)


def test_the_difference_in_years_is_that_of_the_means(found: SurvivalResult) -> None:
    high, low = (value(found, f"restricted_mean.{key}") for key in ("high", "not_high"))
    assert value(found, "restricted_mean.difference") == pytest.approx(high - low, rel=1e-12)
    assert 0 < min(high, low) <= max(high, low) <= PLAN.restricted_mean_years


def test_the_planned_cut_is_one_of_those_looked_at(found: SurvivalResult) -> None:
    cuts = found.cut_panel.cuts
    below = cuts[cuts["cut"] <= PLAN.il6_high_pg_ml].iloc[-1]
    # Wald and profile likelihood have the same maximum.
    assert below["hazard_ratio"] == pytest.approx(value(found, "cox.il6_high"), rel=1e-6)


def test_the_selected_cut_has_the_largest_statistic(found: SurvivalResult) -> None:
    cuts = found.cut_panel.cuts
    best = cuts.loc[cuts["statistic"].idxmax()]
    assert best["cut"] == value(found, "cut.selected") == found.cut_panel.selected_pg_ml
    assert best["hazard_ratio"] == pytest.approx(value(found, "cut.apparent"), rel=1e-12)
    assert abs(np.log(value(found, "cut.corrected"))) < abs(np.log(value(found, "cut.apparent")))


def test_every_resample_that_could_be_cut_is_counted(found: SurvivalResult) -> None:
    chosen = found.cut_panel.chosen
    assert chosen["n_resamples"].sum() == found.statistics["cut.significant_corrected"].n
    assert chosen["percent"].sum() == pytest.approx(100)


def test_the_spline_is_one_at_the_limit_of_quantitation(found: SurvivalResult) -> None:
    start = found.spline.iloc[0]
    assert start["il6_pg_ml"] == pytest.approx(PLAN.il6_lloq_pg_ml)
    assert start["hazard_ratio"] == pytest.approx(1)


def test_the_trend_of_the_residuals_has_their_mean(found: SurvivalResult) -> None:
    residuals = found.residuals
    assert len(residuals) == found.statistics["n_events"].n_events
    assert residuals["trend"].mean() == pytest.approx(residuals["log_ratio"].mean())


def with_people(cohort: Cohort, **changed: object) -> Cohort:
    return dataclasses.replace(cohort, participants=cohort.participants.assign(**changed))


def without_deaths(cohort: Cohort) -> Cohort:
    return with_people(cohort, death_observed=0.0)


def one_category(cohort: Cohort) -> Cohort:
    people = cohort.participants
    return dataclasses.replace(cohort, participants=people[~people["il6_high"].astype(bool)])


def all_deaths_high(cohort: Cohort) -> Cohort:
    people = cohort.participants
    deaths = people["death_observed"].where(people["il6_high"].astype(bool), 0.0)
    return with_people(cohort, death_observed=deaths.where(people["death_observed"].notna()))


def one_value(cohort: Cohort) -> Cohort:
    return with_people(
        cohort,
        il6_pg_ml=3.12,
        log2_il6=np.log2(3.12),
        il6_high=pd.array([False] * len(cohort.participants), dtype="boolean"),
    )


def no_limited(cohort: Cohort) -> Cohort:
    people = cohort.participants
    return dataclasses.replace(cohort, participants=people[people["disease_subset"] != "lcSSc"])


def short_follow_up(cohort: Cohort) -> Cohort:
    return with_people(
        cohort,
        followup_years=cohort.participants["followup_years"].clip(upper=0.2),
        death_observed=0.0,
    )


LACKING: dict[str, tuple[Callable[[Cohort], Cohort], str, str]] = {
    "no deaths": (without_deaths, "cox.il6_high", "nobody had the event"),
    "one category": (one_category, "cox.il6_high", "it has the same value in everybody"),
    "all deaths in one category": (all_deaths_high, "cox.il6_high", "completely separated"),
    "one value of the marker": (one_value, "spline.association", "too few different values"),
    "nobody with lcSSc": (no_limited, "lcssc.median", "nobody with lcSSc was followed"),
    "short follow-up": (short_follow_up, "landmark.il6_high", "nobody was followed beyond"),
}


@pytest.mark.parametrize("name", LACKING)
def test_a_cohort_that_lacks_something_is_reported_with_the_reason(
    cohort: Cohort, name: str
) -> None:
    change, key, reason = LACKING[name]
    result = compare_survival(change(cohort), PLAN)
    estimate = result.statistics[key].estimate
    assert isinstance(estimate, NotEstimable)
    assert reason in estimate.reason
    tables = [
        table(result).as_raw_html()
        for table in (survival_table, hazard_table, survival_checks_table, cut_point_table)
    ]
    assert any(estimate.reason in table for table in tables)
    for figure in (
        survival_figure,
        cut_point_figure,
        hazard_residual_figure,
        limited_survival_figure,
    ):
        figure(result).draw()
    ledger = build_ledger({"survival": result}, PLAN)
    for claim in (*survival.CLAIMS, *survival_checks.CLAIMS):
        assert say(claim.id, ledger, {claim.id: claim}).endswith((".", ")."))
