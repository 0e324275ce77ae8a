import dataclasses
import math

import pytest

from il6report.errors import AnalysisError
from il6report.estimates import (
    FRAME_COLUMNS,
    LOG_SCALE,
    NULL_VALUES,
    CountPercent,
    Estimate,
    HypothesisTest,
    Measure,
    NotEstimable,
    Statistic,
    statistics_frame,
)

RATIO = Estimate(measure="hazard_ratio", value=2.0, conf_low=1.1, conf_high=3.6, method="Cox")


def test_the_vocabulary_of_frames_is_frozen() -> None:
    assert FRAME_COLUMNS == (
        "term", "contrast", "group1", "group2", "n", "n1", "n2", "n_events", "measure", "estimate",
        "std_error", "statistic", "df", "p_value", "p_adjusted", "adjust_method", "conf_low",
        "conf_high", "conf_level", "method", "note",
    )  # fmt: skip


def test_every_scale_names_a_measure() -> None:
    measures = set(Measure.__args__)  # type: ignore[attr-defined]
    assert measures >= LOG_SCALE
    assert set(NULL_VALUES) <= measures


def test_an_estimate_without_interval_needs_a_reason() -> None:
    with pytest.raises(AnalysisError, match="has no interval; say why"):
        Estimate(measure="count", value=3, method="count")
    assert Estimate(measure="count", value=3, method="count", no_interval="a count").value == 3


def test_a_missing_number_is_refused() -> None:
    with pytest.raises(AnalysisError, match="return NotEstimable"):
        Estimate(measure="median", value=math.nan, method="median", no_interval="n is 1")


@pytest.mark.parametrize(
    ("low", "high", "excludes", "above"), [(1.1, 3.6, True, True), (0.9, 3.6, False, True)]
)
def test_an_interval_excludes_the_null_only_when_it_lies_beside_it(
    low: float, high: float, *, excludes: bool, above: bool
) -> None:
    estimate = dataclasses.replace(RATIO, conf_low=low, conf_high=high)
    assert estimate.excludes_null is excludes
    assert estimate.above_null is above


def test_an_impossible_p_value_is_refused() -> None:
    with pytest.raises(AnalysisError, match=r"p_value is 1\.2"):
        HypothesisTest(statistic=1.0, p_value=1.2, method="t")


def test_nobody_has_no_percentage() -> None:
    assert isinstance(CountPercent(count=0, total=0).percent, NotEstimable)
    assert CountPercent(count=1, total=4).percent == 25.0


def test_a_frame_keeps_the_reason_of_what_could_not_be_estimated() -> None:
    missing = NotEstimable(reason="no deaths", measure="hazard_ratio")
    frame = statistics_frame(
        [Statistic(term="il6_high", estimate=missing, n=4), Statistic(term="age", estimate=RATIO)]
    )
    assert frame.loc[0, "note"] == "not estimable: no deaths"
    assert math.isnan(frame.loc[0, "estimate"])
    assert frame.loc[1, "estimate"] == 2.0
    assert list(frame.columns) == [name for name in FRAME_COLUMNS if name in frame.columns]
    assert str(frame["n"].dtype) == "Int64"
