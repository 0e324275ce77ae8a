from pathlib import Path

import pytest

from il6report.cohort.codebook import COLUMNS, KEYS, OWN_CODEBOOK, own_codebook, own_variables
from il6report.cohort.schema import build_schema

DATA = Path(__file__).parents[2] / "data"


def test_the_study_carries_the_codebook_of_the_package() -> None:
    assert (DATA / "codebook.csv").read_bytes() == OWN_CODEBOOK.read_bytes()


def test_every_variable_is_described_in_full() -> None:
    codebook = own_codebook()
    assert tuple(codebook.columns) == COLUMNS
    assert (codebook[["file", "name", "label", "type", "description"]] != "").all(axis=None)
    numbers = codebook["type"] != "string"
    limited = (codebook["allowed_values"] != "") | (codebook["maximum"] != "")
    assert limited[numbers].all()


@pytest.mark.parametrize("file", KEYS)
def test_schema_and_codebook_have_the_same_columns(file: str) -> None:
    described = [one.name for one in own_variables() if one.file == file]
    header = (DATA / "raw" / f"{file}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert list(build_schema(file, own_variables()).columns) == described == header.split(",")
    assert set(KEYS[file]) <= set(described)
