import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.methods.landmarking import landmark

FRAME = pd.DataFrame(
    {"years": [1.0, 3.0, 3.0, 5.0, None, 8.0], "died": [1, 0, 1, 1, 1, 0], "x": range(6)},
    index=[7, 7, 8, 9, 10, 11],
)


def test_those_after_the_landmark_are_counted_from_it() -> None:
    before = FRAME.copy(deep=True)
    found = landmark(FRAME, "years", "died", at=3)
    assert found.data["years"].tolist() == [2.0, 5.0]
    assert found.data["x"].tolist() == [3, 5]
    assert found.data.index.tolist() == [9, 11]
    assert (found.n_at_risk, found.n_events, found.n_censored, found.n_missing) == (2, 2, 1, 1)
    assert found.to_frame()["estimate"].tolist() == [2, 2, 1]
    pd.testing.assert_frame_equal(FRAME, before)


def test_a_landmark_must_be_outlived_by_somebody() -> None:
    with pytest.raises(AnalysisError, match="somebody outlived"):
        landmark(FRAME, "years", "died", at=8)
    with pytest.raises(AnalysisError, match="a time above zero"):
        landmark(FRAME, "years", "died", at=0)


def test_columns_may_be_numbered() -> None:
    people = pd.DataFrame([[1.0, 1], [3.0, 0], [5.0, 1]])
    assert landmark(people, 0, 1, at=3).data[0].tolist() == [2.0]  # type: ignore[arg-type]
