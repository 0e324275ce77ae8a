import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from il6report.check import check_study
from il6report.cli import app, main
from il6report.errors import CohortError, DataError
from il6report.study import run_study

DATA = Path(__file__).parents[1] / "data"
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "study"))


def edit(study: Path, file: str, change: Change) -> None:
    path = study / "raw" / f"{file}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False)


def put(column: str, row: int, value: str) -> Change:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row, column] = value
        return table

    return change


def problems(study: Path) -> list[str]:
    with pytest.raises(DataError) as raised:
        check_study(study)
    return [str(problem) for problem in raised.value.problems]


def test_the_committed_study_is_well() -> None:
    done = CliRunner().invoke(app, ["check", str(DATA)])
    assert done.exit_code == 0
    assert "(simulated data)" in done.output
    assert "83 enrolled" in done.output


ONE_MISTAKE = {
    "a duplicate id": (
        "participants", put("participant_id", 7, "C01"),
        ("column participant_id, rows 2, 9: expected one row for each participant_id; "
        "found several for C01"),
    ),
    "a duplicate visit": (
        "skin_scores", put("visit_month", 1, "0"),
        "column participant_id and visit_month, rows 2, 3: expected one row for each",
    ),
    "an id that joins to nobody": (
        "followup", put("participant_id", 2, "S99"),
        ("raw/followup.csv, column participant_id, row 4: expected a participant_id of "
        "participants.csv; found S99, not there"),
    ),
    "a sample of nobody": (
        "elisa_plates", lambda table: table.replace({"sample_id": {"S20": "S99"}}),
        "raw/elisa_plates.csv, column sample_id, rows",
    ),
    "a value out of range": (
        "participants", put("mrss_peak", 20, "60"),
        ("column mrss_peak, row 22: expected at least 0 and at most 51 points; "
        "found something else in 1 of 83. Check the values and that their unit is points."),
    ),
    "an unknown category": (
        "participants", put("sex", 20, "F"),
        ("column sex, row 22: expected one of female, male; found something else in 1 of 83. Check "
        "the spelling"),
    ),
    "a blank where none may be": (
        "participants", put("sex", 20, ""),
        "column sex, row 22: expected a value in every row; found a blank in 1 of 83",
    ),
    "a unit ten times too large": (
        "participants",
        lambda table: table.assign(
            crp_mg_l=(pd.to_numeric(table["crp_mg_l"]) / 10).clip(lower=0.05)
        ),
        ("column crp_mg_l: expected C-reactive protein in mg/L; found 64 values that look like "
        "mg/dL, some ten times too small. Multiply the column by 10."),
    ),
    "a stratum outside dcSSc": (
        "participants", put("sampling_stratum", 0, "high_platelets"),
        ("column sampling_stratum, row 2: expected a stratum in dcSSc and a blank in all others; "
        "found the opposite for C01"),
    ),
    "a peak below the current score": (
        "participants", put("mrss_peak", 20, "0"),
        "column mrss_peak, row 22: expected a peak skin score not below that of blood sampling",
    ),
    "a follow-up half known": (
        "followup", put("death_observed", 1, ""),
        "column followup_years and death_observed, row 3: expected both, or neither",
    ),
    "a follow-up shorter than the last visit": (
        "followup", put("followup_years", 1, "1.0"),
        "column visit_month, rows 10, 11, 12, 13: expected visits not after the last contact",
    ),
    "a death at blood sampling": (
        "followup", put("followup_years", 0, "0"),
        "column followup_years, row 2: expected deaths after blood sampling; found 0 years to the "
        "death of S01",
    ),
    "a death before the last visit": (
        "followup", put("followup_years", 0, "0.1"),
        "column visit_month, rows 3, 4, 5, 6, 7: expected visits not after death",
    ),
    "a wrong unit of the standards": (
        "elisa_plates", lambda table: table.assign(unit="ng/mL"),
        "column unit, rows 2, 3, 4, 5, 6 and 223 more: expected pg/mL for il6 and ng/mL for sil6r",
    ),
    "a nameless sample": (
        "elisa_plates", put("sample_id", 2, ""),
        "column sample_id, row 4: expected the name of every sample and control",
    ),
    "a well that is none": (
        "elisa_plates", put("well", 2, "A3"),
        "column well, row 4: expected a row letter A to H and a column number 01 to 12",
    ),
    "a plate without standards": (
        "elisa_plates",
        lambda table: table[(table["plate_id"] != "IL6-02") | (table["role"] != "standard")],
        "plate IL6-02 (il6), column role: expected wells of standards; found none",
    ),
    "a curve that does not converge": (
        "elisa_plates",
        lambda table: table.assign(
            absorbance=table["absorbance"].mask(table["plate_id"] == "IL6-02", "0.5")
        ),
        ("plate IL6-02 (il6), standards: expected responses along one S-shaped curve; found a fit "
        "that does not converge. Look at the standards"),
    ),
    "a score that is none": (
        "biopsies", put("intensity", 3, "4"),
        ("raw/biopsies.csv, column intensity, row 5: expected at least 0 and at most 3; found "
        "something else in 1 of 360. Check the values."),
    ),
    "a rater who scored half": (
        "biopsies", lambda table: table[(table["rater_id"] != "R2") | (table.index % 4 == 1)],
        "biopsies, rater R2: expected scores of all 180 sections, or nearly; found",
    ),
    "an unknown condition": (
        "immunoblots", put("condition", 5, "IL6 + sIL6R"),
        "raw/immunoblots.csv, column condition, row 7: expected one of untreated, IL-6, sIL-6R",
    ),
    "a protein without its total": (
        "immunoblots", lambda table: table[table["target"] != "STAT3"],
        "normalise_bands(bands), pSTAT3, blot P-F01-1 lane 1",
    ),
    "a cycle beyond the last": (
        "qpcr", put("cq", 3, "55"),
        "raw/qpcr.csv, column cq, row 5: expected at least 1 and at most 40 cycles",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "change", "message"), ONE_MISTAKE.values(), ids=ONE_MISTAKE)
def test_one_mistake_is_told_with_its_place_and_way_out(
    study: Path, file: str, change: Change, message: str
) -> None:
    edit(study, file, change)
    assert [text for text in problems(study) if message in text]


def test_no_problem_hides_another(study: Path) -> None:
    edit(study, "participants", put("age_years", 3, "abc"))
    edit(study, "participants", put("sex", 20, "F"))
    edit(study, "followup", put("participant_id", 2, "S99"))
    edit(study, "elisa_plates", lambda table: table[table["role"] != "standard"])
    (study / "raw/skin_scores.csv").unlink()
    found = "\n".join(problems(study))
    for part in ("column age_years, row 5", "column sex", "S99", "skin_scores.csv", "plate IL6-03"):
        assert part in found


def test_the_command_says_so_and_fails_without_traceback(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(study, "participants", put("sex", 20, "F"))
    monkeypatch.setattr("sys.argv", ["il6report", "check", str(study)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    assert capsys.readouterr().err.startswith("il6report: raw/participants.csv, column sex")


def test_no_message_quotes_a_patients_value(study: Path) -> None:
    edit(study, "participants", put("crp_mg_l", 20, "7777"))
    edit(study, "participants", put("disease_duration_months", 21, "8888"))
    found = "\n".join(problems(study))
    assert "7777" not in found
    assert "8888" not in found


def test_a_shell_variable_cannot_switch_validation_off(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pandera.config import CONFIG  # noqa: PLC0415

    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    edit(study, "participants", put("mrss_peak", 20, "60"))
    assert "column mrss_peak" in problems(study)[0]


def test_an_analysis_refuses_what_the_check_refuses(study: Path) -> None:
    edit(study, "immunoblots", put("condition", 5, "IL6 + sIL6R"))
    with pytest.raises(CohortError, match="column condition, row 7: expected one of untreated"):
        run_study(study)
