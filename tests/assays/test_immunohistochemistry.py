from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.assays.immunohistochemistry import score_biopsies
from il6report.errors import AnalysisError, AssayError
from il6report.source import read_study

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def biopsies() -> pd.DataFrame:
    return read_study(DATA).biopsies.copy()


def test_every_section_has_one_score_and_the_lost_one_is_counted(biopsies: pd.DataFrame) -> None:
    found = score_biopsies(biopsies)
    assert len(found.sections) == 15 * 3 * 4 == len(found.ratings)
    assert found.n_unscored == 1
    assert (found.sections["n_raters"] == 1).sum() == 1
    assert found.sections["intensity"].between(0, 3).all()
    assert found.vessels["biopsy_group"].value_counts().to_dict() == {
        "early dcSSc": 10, "control": 5
    }  # fmt: skip


def test_a_score_is_the_mean_of_the_raters_whatever_their_order(biopsies: pd.DataFrame) -> None:
    found = score_biopsies(biopsies).sections
    turned = score_biopsies(biopsies.sample(frac=1, random_state=1)).sections
    pd.testing.assert_frame_equal(found, turned)
    one = biopsies.query("biopsy_id == 'B01' and stain == 'IL-6' and cell_type == 'fibroblasts'")
    row = found.query("biopsy_id == 'B01' and stain == 'IL-6' and cell_type == 'fibroblasts'")
    assert row["intensity"].item() == one["intensity"].mean()
    assert row["h_score"].item() == pytest.approx(
        (one["intensity"] * one["percent_positive"]).mean()
    )


def test_all_faults_are_told_together(biopsies: pd.DataFrame) -> None:
    biopsies.loc[[0, 1], "intensity"] = [4, 1.5]
    biopsies.loc[biopsies["rater_id"] == "R2", "intensity"] = biopsies["intensity"].where(
        biopsies.index < 180
    )
    with pytest.raises(AssayError) as raised:
        score_biopsies(pd.concat([biopsies, biopsies.tail(1)]))
    message = str(raised.value)
    assert "3 problems" in message
    assert "column intensity, biopsy B01: expected 0 (none)" in message
    assert "rater R2: expected scores of all 180 sections, or nearly; found" in message
    assert "one score per biopsy, stain, cell type and rater" in message
    assert "1.5" not in message


def test_a_missing_column_is_named(biopsies: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="rater_id"):
        score_biopsies(biopsies.drop(columns="rater_id"))


def test_vessels_need_every_rater(biopsies: pd.DataFrame) -> None:
    seen = biopsies["vascular_il6"] == 1
    biopsies.loc[biopsies.index[seen][0], "vascular_il6"] = 0
    before = score_biopsies(read_study(DATA).biopsies).vessels["vascular_il6"].sum()
    assert score_biopsies(biopsies).vessels["vascular_il6"].sum() == before - 1
    assert not np.isnan(before)
