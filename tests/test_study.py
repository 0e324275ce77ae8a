import json
import math
from pathlib import Path

import pandas as pd
import pytest

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.multiplicity import adjust_p_values
from il6report.source import REPEATED_FILE
from il6report.study import StudyResults, run_study

GOLDEN = Path(__file__).parent / "golden" / "results.json"


def test_every_statistic_says_how_many_and_how(study: StudyResults) -> None:
    unclear = [
        one
        for one, row in study.ledger.rows.items()
        if row.n is None or (isinstance(row.estimate, Estimate) and not row.estimate.method)
    ]
    assert unclear == []


def test_every_p_value_stands_beside_an_estimate(study: StudyResults) -> None:
    bare = [
        one
        for one, row in study.ledger.rows.items()
        if isinstance(row.test, HypothesisTest) and isinstance(row.estimate, NotEstimable)
    ]
    assert bare == []


def test_families_are_adjusted_as_the_plan_declares(study: StudyResults) -> None:
    frame = study.ledger.to_frame().dropna(subset=["p_value"])
    for family in study.plan.families:
        members = frame[frame["family"] == family.name]
        if family.adjust == "none" or members.empty:
            assert members["p_adjusted"].isna().all()
            continue
        if family.adjust == "dunnett":
            assert (members["p_adjusted"] >= members["p_value"]).all()
            continue
        expected = adjust_p_values(members["p_value"].tolist(), method=family.adjust)
        assert members["p_adjusted"].tolist() == pytest.approx(expected, rel=1e-12)


def test_the_order_of_rows_in_the_files_changes_nothing(
    study: StudyResults, tmp_path: Path
) -> None:
    root = Path(__file__).parents[1] / "data"
    for name in ("study.yml", "codebook.csv", str(REPEATED_FILE)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((root / name).read_bytes())
    (tmp_path / "raw").mkdir()
    for path in sorted((root / "raw").glob("*.csv")):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        shuffled = "\n".join([header, *lines[::-1]]) + "\n"
        (tmp_path / "raw" / path.name).write_text(shuffled, encoding="utf-8")
    pd.testing.assert_frame_equal(
        run_study(tmp_path).ledger.to_frame(), study.ledger.to_frame(), rtol=1e-6
    )  # as near as the search for the best standard curve comes to its end


def test_the_results_of_the_committed_data_are_those_on_record(study: StudyResults) -> None:
    record = {row["id"]: row for row in json.loads(GOLDEN.read_text(encoding="utf-8"))}
    found = json.loads(study.ledger.to_frame().to_json(orient="records", double_precision=15))
    assert [row["id"] for row in found] == list(record)
    different = [
        f"{row['id']}.{name}: {value} on record {record[row['id']][name]}"
        for row in found
        for name, value in row.items()
        if not _same(value, record[row["id"]][name])
    ]
    assert different == []


def _same(found: float | str | None, recorded: float | str | None) -> bool:
    if isinstance(found, float) and isinstance(recorded, float | int):
        return math.isclose(found, recorded, rel_tol=1e-6, abs_tol=1e-12)  # no share at all: noise
    return found == recorded
