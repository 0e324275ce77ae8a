import dataclasses
import re
from collections.abc import Callable
from html import unescape

import pytest
from great_tables import GT

from il6report import tables
from il6report.estimates import NotEstimable
from il6report.study import StudyResults
from il6report.tables.style import estimate_cell, p_cell

TABLES: dict[str, Callable[[StudyResults], GT]] = {
    "tbl-baseline": lambda study: tables.baseline_table(study.baseline),
    "tbl-circulating-il6": lambda study: tables.circulating_il6_table(study.circulating_il6),
    "tbl-il6-categories": lambda study: tables.il6_categories_table(study.circulating_il6),
    "tbl-acute-phase": lambda study: tables.acute_phase_table(study.acute_phase),
    "tbl-skin-score": lambda study: tables.skin_score_table(study.skin_score),
    "tbl-skin-difference": lambda study: tables.skin_difference_table(study.skin_score),
    "tbl-skin-biopsies": lambda study: tables.skin_biopsies_table(study.skin_biopsies),
    "tbl-rater-agreement": lambda study: tables.rater_agreement_table(study.skin_biopsies),
    "tbl-fibroblasts": lambda study: tables.fibroblasts_table(study.fibroblasts),
    "tbl-dose": lambda study: tables.dose_table(study.fibroblasts),
    "tbl-design": lambda study: tables.design_table(study.fibroblasts),
    "tbl-signalling": lambda study: tables.signalling_table(study.signalling),
    "tbl-time-course": lambda study: tables.time_course_table(study.signalling),
    "tbl-survival": lambda study: tables.survival_table(study.survival),
    "tbl-multiverse": lambda study: tables.multiverse_table(study.sensitivity),
    "tbl-decisions": lambda study: tables.decisions_table(study.sensitivity),
    "tbl-missing": lambda study: tables.missing_table(study.sensitivity),
    "tbl-robustness": lambda study: tables.robustness_table(study.sensitivity),
    "tbl-hazard": lambda study: tables.hazard_table(study.survival),
    "tbl-survival-checks": lambda study: tables.survival_checks_table(study.survival),
    "tbl-cut-point": lambda study: tables.cut_point_table(study.survival),
    "tbl-error-rates": lambda study: tables.error_rates_table(study.operating_characteristics),
    "tbl-recovery": lambda study: tables.recovery_table(study.operating_characteristics),
    "tbl-family-levels": lambda study: tables.family_levels_table(study.operating_characteristics),
}


def text_of(table: GT) -> str:
    html = table.as_raw_html()
    return re.sub(r"[ \n]+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


@pytest.mark.parametrize("table_id", TABLES)
def test_a_table_is_the_same_at_every_render_and_labelled(
    table_id: str, study: StudyResults
) -> None:
    first, second = (TABLES[table_id](study).as_raw_html() for _ in range(2))
    assert first == second
    assert f'id="{table_id}"' in first
    assert study.description.label in text_of(TABLES[table_id](study))


@pytest.mark.parametrize("table_id", TABLES)
def test_no_raw_value_reaches_a_table(table_id: str, study: StudyResults) -> None:
    text = text_of(TABLES[table_id](study))
    assert re.findall(r"\b(?:nan|None|NaN|NA|inf)\b", text) == []
    assert re.findall(r"\b\w+_\w+\b", text) == []
    assert re.findall(r"\d\.\d{5,}", text) == []


def test_hazard_ratios_are_those_of_the_ledger(study: StudyResults) -> None:
    text = text_of(tables.hazard_table(study.survival))
    for key in ("cox.log2_il6", "cox.il6_high", "cox_adjusted.il6_high"):
        statistic = study.survival.statistics[key]
        assert estimate_cell(statistic) in text
        assert p_cell(statistic) in text


def test_what_could_not_be_estimated_is_explained_beneath(study: StudyResults) -> None:
    nothing = NotEstimable(reason="nobody died", measure="hazard_ratio")
    crude = dataclasses.replace(study.survival.statistics["cox.il6_high"], estimate=nothing)
    result = dataclasses.replace(
        study.survival, statistics={**study.survival.statistics, "cox.il6_high": crude}
    )
    text = text_of(tables.hazard_table(result))
    assert "not estimable" in text
    assert "nobody died" in text


def test_observed_data_carry_no_label(study: StudyResults) -> None:
    result = dataclasses.replace(study.survival, data_label="")
    assert "Simulated" not in text_of(tables.survival_table(result))


def test_a_survival_that_could_not_be_read_off_is_named_as_in_the_table(
    study: StudyResults,
) -> None:
    nothing = NotEstimable(reason="beyond the follow-up", measure="survival")
    key = f"survival_{study.survival.milestones_years[0]}y.high"
    lost = dataclasses.replace(study.survival.statistics[key], estimate=nothing)
    result = dataclasses.replace(
        study.survival, statistics={**study.survival.statistics, key: lost}
    )
    text = text_of(tables.survival_table(result))
    column, row = "IL-6 above 10 pg/mL", f"survival at {study.survival.milestones_years[0]} years"
    assert f"{row} ({column}): beyond the follow-up" in text


def test_raters_who_could_not_be_compared_leave_a_table(study: StudyResults) -> None:
    statistics = dict(study.skin_biopsies.statistics)
    nothing = NotEstimable(reason="one rater only", measure="weighted_kappa")
    statistics["kappa.il6"] = dataclasses.replace(
        statistics["kappa.il6"], estimate=nothing, n_events=None
    )
    del statistics["ac2.il6"], statistics["same.il6"]
    result = dataclasses.replace(study.skin_biopsies, statistics=statistics)
    assert text_of(tables.rater_agreement_table(result)).count("not estimable") == 3


def test_every_announced_test_of_dose_has_its_p_value_in_the_table(study: StudyResults) -> None:
    text = text_of(tables.dose_table(study.fibroblasts))
    for key, statistic in study.fibroblasts.statistics.items():
        if key.startswith("ec50."):
            cells = (estimate_cell(statistic), p_cell(statistic, adjusted=True))
            assert re.search(r" +".join(map(re.escape, cells)), unescape(text))
