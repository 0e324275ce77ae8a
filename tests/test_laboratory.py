"""A study with and without a laboratory, from its files to its pages."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from il6report import figures, tables
from il6report.claims import CLAIMS
from il6report.cohort.codebook import OPTIONAL
from il6report.errors import AssayError
from il6report.study import StudyResults, run_study

ROOT = Path(__file__).parents[1]
QUESTIONS = ("skin_biopsies", "fibroblasts", "signalling")


@pytest.fixture(scope="module")
def clinic_only(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    folder = tmp_path_factory.mktemp("clinic") / "data"
    shutil.copytree(ROOT / "data", folder)
    for file in OPTIONAL:
        (folder / "raw" / f"{file}.csv").unlink()
    return run_study(folder)


@pytest.mark.parametrize("claim_id", [one for one in CLAIMS if one.split(".")[0] in QUESTIONS])
def test_without_a_laboratory_every_sentence_still_holds(
    claim_id: str, clinic_only: StudyResults
) -> None:
    sentence = clinic_only.say(claim_id)
    assert sentence.endswith(".")
    assert not any(
        character.isdigit() for character in sentence.replace("IL-6", "").replace("STAT3", "")
    )


def test_without_a_laboratory_tables_and_figures_say_so(clinic_only: StudyResults) -> None:
    results = [getattr(clinic_only, question) for question in QUESTIONS]
    shown = [
        tables.skin_biopsies_table(results[0]), tables.rater_agreement_table(results[0]),
        tables.fibroblasts_table(results[1]), tables.dose_table(results[1]),
        tables.design_table(results[1]), tables.signalling_table(results[2]),
        tables.time_course_table(results[2]),
    ]  # fmt: skip
    assert all("not available in these data" in one.as_raw_html() for one in shown)
    figures.skin_biopsies_figure(results[0]).draw()
    figures.fibroblasts_figure(results[1]).draw()
    figures.dose_figure(results[1]).draw()
    figures.signalling_figure(results[2]).draw()


def test_without_a_laboratory_the_clinic_is_untouched(
    clinic_only: StudyResults, study: StudyResults
) -> None:
    for key, row in clinic_only.survival.statistics.items():
        assert row == study.survival.statistics[key]


def test_a_blot_without_loading_control_stops_the_study(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data" / "raw" / "immunoblots.csv"
    blots = pd.read_csv(path, dtype=str, keep_default_na=False)
    blots[blots["target"] != "GAPDH"].to_csv(path, index=False)
    with pytest.raises(AssayError, match="expected a band of GAPDH in every lane"):
        run_study(tmp_path / "data")
