import numpy as np
import pandas as pd
import pytest

from il6report.assays.dilution import DilutionLinearity, dilution_linearity
from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable


def readings(slope: float = 1.0, noise: float = 0.0) -> pd.DataFrame:
    dilution = np.tile([1.0, 2, 4, 8], 3)
    rng = np.random.default_rng(3)
    start = np.repeat([100.0, 250, 40], 4)
    read = start * dilution**-slope * np.exp(noise * rng.standard_normal(12))
    return pd.DataFrame({"id": np.repeat(["a", "b", "c"], 4), "dilution": dilution, "read": read})


def judge(frame: pd.DataFrame) -> DilutionLinearity:
    return dilution_linearity(frame, concentration="read", dilution_factor="dilution", sample="id")


def test_linear_dilution_has_a_slope_of_one_and_recovers_everything() -> None:
    found = judge(readings(noise=1e-6))
    assert isinstance(found.slope.estimate, Estimate)
    assert found.slope.estimate.value == pytest.approx(1, abs=1e-5)
    assert found.recoveries["recovery_percent"].to_numpy() == pytest.approx(100, abs=0.01)
    assert found.recoveries["accepted"].all()


def test_a_matrix_effect_bends_the_line_and_fails_recovery() -> None:
    found = judge(readings(slope=0.8, noise=0.01))
    assert isinstance(found.slope.test, HypothesisTest)
    assert found.slope.test.p_value < 0.001
    assert not found.recoveries["accepted"].all()
    assert found.recoveries.groupby("sample")["accepted"].first().all()


def test_a_missing_reading_is_counted_and_too_few_give_no_slope() -> None:
    frame = readings(noise=0.02)
    frame.loc[3, "read"] = np.nan
    assert judge(frame).slope.note == "1 missing"
    two = judge(frame[:2])
    assert two.slope.estimate == NotEstimable(reason="too few readings", measure="dilution_slope")
    with pytest.raises(AnalysisError, match="samples read at two dilutions or more"):
        judge(frame[frame["dilution"] == 1])


def test_limits_of_recovery_come_in_order() -> None:
    with pytest.raises(AnalysisError, match=r"recovery_limits_percent=.*found 120 and 80"):
        dilution_linearity(
            readings(), concentration="read", dilution_factor="dilution", sample="id",
            recovery_limits_percent=(120, 80),
        )  # fmt: skip
