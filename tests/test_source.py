import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from il6report.cohort.codebook import OPTIONAL
from il6report.errors import DataError
from il6report.source import read_study

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "study"))


def edit(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False)


def put(column: str, row: int, value: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row, column] = value
        return table

    return change


def problems(study: Path) -> list[str]:
    with pytest.raises(DataError) as raised:
        read_study(study)
    return [str(problem) for problem in raised.value.problems]


def test_the_committed_study_is_read_with_the_types_of_its_codebook() -> None:
    raw = read_study(DATA)
    assert raw.description.label == "Simulated data"
    assert raw.participants["age_years"].dtype == "int64"
    assert raw.participants["crp_mg_l"].dtype == "float64"
    assert raw.participants["autoantibody"].isna().sum() >= 15
    assert len(raw.followup) == 68


def test_a_study_without_files_names_all_of_them(tmp_path: Path) -> None:
    found = problems(tmp_path)
    assert [text.split(":")[0] for text in found] == [
        "study.yml",
        "codebook.csv",
        "raw/participants.csv",
        "raw/elisa_plates.csv",
        "raw/skin_scores.csv",
        "raw/followup.csv",
    ]


def test_missing_and_undescribed_columns_are_named_together(study: Path) -> None:
    edit(study / "raw/participants.csv", lambda table: table.rename(columns={"ild": "ILD"}))
    missing, extra = problems(study)
    assert "raw/participants.csv, header: expected the columns ild" in missing
    assert "found also ILD" in extra


def test_cells_that_are_no_numbers_are_named_by_row_and_never_quoted(study: Path) -> None:
    edit(study / "raw/participants.csv", put("crp_mg_l", 20, "<0.5"))
    edit(study / "raw/participants.csv", put("age_years", 3, "61.5"))
    age, crp = problems(study)
    assert "column age_years, row 5: expected a whole number" in age
    assert "column crp_mg_l, row 22: expected a number; found something else in 1 of 83" in crp
    assert "<0.5" not in crp
    assert "61.5" not in age


def test_a_table_separated_by_semicolons_is_recognised(study: Path) -> None:
    path = study / "raw/followup.csv"
    path.write_text(path.read_text().replace(",", ";"))
    assert "export with commas" in problems(study)[0]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2,3\n", "caf\xe9\n1\n".encode("latin-1")])
def test_a_file_that_is_no_table_is_named(study: Path, content: bytes) -> None:
    (study / "raw/followup.csv").write_bytes(content)
    assert "expected comma-separated text in UTF-8" in problems(study)[0]


def test_rows_with_another_number_of_cells_are_named(study: Path) -> None:
    path = study / "raw/followup.csv"
    lines = path.read_text().splitlines()
    lines[3] += ",0"
    path.write_text("\n".join(lines) + "\n")
    assert problems(study)[0].startswith("raw/followup.csv, row 4: expected comma-separated text")


def test_a_byte_order_mark_does_no_harm(study: Path) -> None:
    path = study / "raw/followup.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_study(study).followup) == 68


@pytest.mark.parametrize(
    "content", ["", "title: x\n", "title: x\nversion: 1\norigin: invented\n", "[1, 2]", "a: b: c"]
)
def test_a_study_needs_title_version_and_origin(study: Path, content: str) -> None:
    (study / "study.yml").write_text(content)
    assert "expected title, version and origin (simulated or observed)" in problems(study)[0]


def test_observed_data_do_not_call_themselves_simulated(study: Path) -> None:
    (study / "study.yml").write_text(
        "title: A real cohort\nversion: 2\norigin: observed\nsimulated: true\n"
    )
    assert "found origin: observed, simulated: True" in problems(study)[0]


def test_an_observed_study_of_other_size_carries_no_label(study: Path) -> None:
    (study / "study.yml").write_text("title: A real cohort\nversion: 2\norigin: observed\n")
    edit(study / "raw/participants.csv", lambda table: table.head(40))
    raw = read_study(study)
    assert (raw.description.label, raw.description.seed) == ("", None)
    assert len(raw.participants) == 40


def test_a_study_may_describe_further_columns(study: Path) -> None:
    def describe(codebook: pd.DataFrame) -> pd.DataFrame:
        row = codebook[codebook["file"] == "followup"].tail(1)
        row = row.assign(name="cause", type="string", allowed_values="")
        return pd.concat([codebook, row])

    edit(study / "codebook.csv", describe)
    edit(study / "raw/followup.csv", lambda table: table.assign(cause="heart"))
    assert read_study(study).followup["cause"].unique().tolist() == ["heart"]


def test_a_codebook_in_another_unit_or_without_a_variable_is_refused(study: Path) -> None:
    def change(codebook: pd.DataFrame) -> pd.DataFrame:
        codebook.loc[codebook["name"] == "crp_mg_l", "unit"] = "mg/dL"
        return codebook[codebook["name"] != "esr_mm_h"]

    edit(study / "codebook.csv", change)
    unit, row = problems(study)
    assert (
        "participants.crp_mg_l: expected type number, unit mg/L; found type number, unit mg/dL"
        in unit
    )
    assert "participants.esr_mm_h" in row
    assert "found no such row" in row


def test_a_codebook_with_impossible_cells_is_refused(study: Path) -> None:
    edit(study / "codebook.csv", put("minimum", 4, "sixteen"))
    edit(study / "codebook.csv", put("missing_allowed", 5, "perhaps"))
    missing, minimum = problems(study)
    assert "codebook.csv, column missing_allowed, row 7: expected one of yes, no" in missing
    assert "codebook.csv, column minimum, row 6: expected a number or a blank" in minimum


def test_a_codebook_without_its_columns_is_refused(study: Path) -> None:
    edit(study / "codebook.csv", lambda codebook: codebook.drop(columns="label"))
    assert "found no label" in problems(study)[0]


def test_a_study_without_laboratory_has_empty_tables(study: Path) -> None:
    for file in sorted(OPTIONAL):
        (study / "raw" / f"{file}.csv").unlink()
    edit(study / "codebook.csv", lambda rows: rows[~rows["file"].isin(OPTIONAL)])
    raw = read_study(study)
    assert [len(raw.biopsies), len(raw.immunoblots), len(raw.qpcr)] == [0, 0, 0]
    assert "intensity" in raw.biopsies


def test_a_laboratory_file_that_the_codebook_leaves_out_is_told(study: Path) -> None:
    edit(study / "codebook.csv", lambda rows: rows[rows["file"] != "qpcr"])
    with pytest.raises(DataError, match=r"a row for every column of raw/qpcr.csv; found none"):
        read_study(study)
