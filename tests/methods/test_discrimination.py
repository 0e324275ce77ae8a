import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.methods.discrimination import roc
from il6report.methods.groups import compare_two_groups

RNG = np.random.default_rng(8)
DIED = np.repeat([1, 0], [20, 30])
FRAME = pd.DataFrame({"il6": np.floor(RNG.lognormal(1 + DIED, 1)), "died": DIED})


def test_the_area_is_the_probability_of_superiority() -> None:
    found = roc(FRAME, "il6", "died")
    superiority = compare_two_groups(FRAME, "il6", "died").further[0]
    assert found.area.value == pytest.approx(superiority.value, rel=1e-12)


def test_a_marker_turned_round_tells_the_other_way() -> None:
    found, turned = (roc(one, "il6", "died") for one in (FRAME, FRAME.assign(il6=-FRAME["il6"])))
    assert turned.area.value == pytest.approx(1 - found.area.value, rel=1e-12)
    assert turned.area.conf_low == pytest.approx(1 - (found.area.conf_high or 0), rel=1e-9)


def test_the_curve_runs_from_all_positive_to_all_negative() -> None:
    curve = roc(FRAME, "il6", "died").curve
    assert curve["sensitivity"].is_monotonic_decreasing
    assert curve["specificity"].is_monotonic_increasing
    assert curve.iloc[0].tolist() == [-np.inf, 1.0, 0.0]
    assert curve.iloc[-1].tolist() == [np.inf, 0.0, 1.0]


def test_groups_that_do_not_overlap_still_have_an_interval_with_a_width() -> None:
    data = pd.DataFrame({"il6": [1, 2, 3, 7, 8, 9], "died": [0, 0, 0, 1, 1, 1]})
    area = roc(data, "il6", "died").area
    assert area.value == 1.0
    assert area.conf_low is not None
    assert 0.3 < area.conf_low < 0.9
    assert "Newcombe" in area.method


def test_too_few_events_are_refused() -> None:
    data = pd.DataFrame({"il6": [1.0, 2.0, 3.0], "died": [0, 0, 1]})
    with pytest.raises(AnalysisError, match="1 with, 2 without"):
        roc(data, "il6", "died")
