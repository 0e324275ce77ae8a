from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.assays.immunoblot import NormalisedBands, normalise_bands
from il6report.errors import AnalysisError, AssayError
from il6report.source import read_study

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def bands() -> pd.DataFrame:
    return read_study(DATA).immunoblots.copy()


def normalise(bands: pd.DataFrame, **changes: object) -> NormalisedBands:
    options = {
        "target": "target",
        "loading_control": {"collagen I": "GAPDH", "pSTAT3": "STAT3"},
        "experiment": ["donor_id", "experiment_id"],
        "condition": ["condition", "il6_ng_ml", "time_min"],
    } | changes
    return normalise_bands(bands, **options)  # type: ignore[arg-type]


def test_saturated_and_failed_bands_are_left_out_and_counted(bands: pd.DataFrame) -> None:
    found = normalise(bands)
    usable = bands.query("target in ['collagen I', 'pSTAT3']")
    assert found.n_bands == len(usable)
    assert found.excluded["n"].sum() == (usable["quality"] != "ok").sum() > 0
    assert found.ratios["n_lanes"].sum() == found.n_bands - found.excluded["n"].sum()


def test_a_bad_denominator_excludes_the_band_too(bands: pd.DataFrame) -> None:
    lane = (bands["blot_id"] == "M-F02-1") & (bands["lane"] == 1)
    bands.loc[lane & (bands["target"] == "GAPDH"), "quality"] = "saturated"
    excluded = normalise(bands).excluded.set_index(["target", "reason"])["n"]
    assert excluded["collagen I", "denominator saturated"] == 1


def test_loading_and_exposure_cancel(bands: pd.DataFrame) -> None:
    doubled = bands.assign(density=bands["density"] * (1 + bands["lane"]))
    pd.testing.assert_frame_equal(normalise(bands).ratios, normalise(doubled).ratios)


def test_lanes_of_a_condition_are_averaged_on_the_log_scale() -> None:
    lanes = pd.DataFrame(
        {
            "blot_id": "M1", "lane": [1, 1, 2, 2], "donor": "a", "condition": "x",
            "protein": ["collagen", "actin"] * 2, "density": [100.0, 100.0, 400.0, 100.0],
            "quality": "ok",
        }
    )  # fmt: skip
    found = normalise_bands(
        lanes, target="protein", loading_control="actin", experiment=["donor"],
        condition=["condition"],
    ).ratios  # fmt: skip
    assert found["ratio"].tolist() == pytest.approx([2.0])
    assert found["n_lanes"].tolist() == [2]


def test_a_target_without_its_loading_control_is_refused(bands: pd.DataFrame) -> None:
    gone = (bands["blot_id"] == "M-F03-2") & (bands["target"] == "GAPDH") & (bands["lane"] < 3)
    with pytest.raises(AssayError) as raised:
        normalise(bands[~gone])
    assert (
        "collagen I, blot M-F03-2 lane 1, M-F03-2 lane 2: expected a band of GAPDH in every lane; "
        "found none in 2 lanes"
    ) in str(raised.value)


def test_an_empty_band_called_ok_and_an_unknown_quality_are_told_together(
    bands: pd.DataFrame,
) -> None:
    rows = bands.index[bands["target"] == "collagen I"]
    bands.loc[rows[0], "density"] = 0
    bands.loc[rows[1], "quality"] = "fine"
    with pytest.raises(AssayError) as raised:
        normalise(bands)
    assert "2 problems" in str(raised.value)
    assert "one of ok, saturated, failed" in str(raised.value)


def test_an_unknown_column_is_named(bands: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="expected the columns dose"):
        normalise(bands, condition=["dose"])


def test_the_input_is_not_changed(bands: pd.DataFrame) -> None:
    before = bands.copy()
    normalise(bands)
    pd.testing.assert_frame_equal(bands, before)
    assert np.isnan(bands["density"]).sum() > 0


@pytest.mark.parametrize("column", ["donor_id", "condition"])
def test_a_band_that_belongs_nowhere_is_refused_and_not_dropped(
    bands: pd.DataFrame, column: str
) -> None:
    row = bands.query("target == 'collagen I'").index[0]
    bands[column] = bands[column].astype(object).mask(bands.index == row, None)
    with pytest.raises(AssayError, match="missing in 1 bands"):
        normalise(bands)


def test_several_loading_controls_are_no_mapping(bands: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match=r"loading_control.* found something of type list"):
        normalise(bands, loading_control=["GAPDH", "STAT3"])
