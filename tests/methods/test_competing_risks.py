from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.competing_risks import cumulative_incidence
from il6report.methods.product_limit import kaplan_meier

REFERENCE = Path(__file__).parents[1] / "reference"
MGUS = pd.read_csv(REFERENCE / "survival_mgus2.csv")


def test_incidence_and_standard_error_agree_with_r() -> None:
    wanted = pd.read_csv(REFERENCE / "survival_cumulative_incidence.csv", dtype={"cause": str})
    found = cumulative_incidence(MGUS, "months", "outcome", group="sex")
    at = found.at([12, 60, 120, 240, 300])
    merged = wanted.merge(at, on=["group", "cause", "time"], suffixes=("_r", ""), validate="1:1")
    assert len(merged) == len(wanted) == 20
    for column in ("incidence", "std_error", "n_at_risk"):
        np.testing.assert_allclose(merged[column], merged[f"{column}_r"], rtol=1e-8)
    assert ((at["conf_low"] < at["incidence"]) & (at["incidence"] < at["conf_high"])).all()


def test_the_causes_and_survival_add_up_to_one() -> None:
    found = cumulative_incidence(MGUS, "months", "outcome").curves
    total = found.groupby("time")["incidence"].sum()
    either = MGUS.assign(any=MGUS["outcome"] > 0)
    curve = kaplan_meier(either, "months", "any").curves.query("time > 0")
    np.testing.assert_allclose(total, 1 - curve["survival"], atol=1e-12)


def test_with_one_cause_it_is_one_minus_kaplan_meier() -> None:
    lung = pd.read_csv(REFERENCE / "survival_lung.csv")
    found = cumulative_incidence(lung, "time", "death").curves
    curve = kaplan_meier(lung, "time", "death").curves.query("time > 0")
    np.testing.assert_allclose(found["incidence"], 1 - curve["survival"], atol=1e-12)


follow_ups = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2)), min_size=3, max_size=30)


@given(follow_ups)
def test_incidence_never_falls_and_its_variance_is_that_of_leaving_one_out_in_part(
    rows: list[tuple[int, int]],
) -> None:
    frame = pd.DataFrame(rows, columns=["years", "first"])
    if not (frame["first"] == 1).any():
        return
    curve = cumulative_incidence(frame, "years", "first").curves.query("cause == '1'")
    assert (curve["incidence"].diff().dropna() >= 0).all()
    assert curve["incidence"].between(0, 1).all()
    inside = curve.dropna()
    assert (inside["conf_low"] <= inside["incidence"]).all()
    assert (inside["incidence"] <= inside["conf_high"]).all()


def test_the_incidence_of_everybody_is_one_and_no_more() -> None:
    for people in range(2, 40):
        everybody = pd.DataFrame({"years": np.arange(1.0, people + 1), "first": "death"})
        last = cumulative_incidence(everybody, "years", "first").curves.iloc[-1]
        assert last["incidence"] == 1
        assert np.isnan(last["conf_low"])


def test_what_cannot_be_read_off_has_a_reason() -> None:
    frame = pd.DataFrame({"years": [2.0, 3, 4, 5], "first": ["none", "death", "ILD", "none"]})
    found = cumulative_incidence(frame, "years", "first", censored="none")
    assert isinstance(found.incidence(9, "ILD").estimate, NotEstimable)
    early = found.incidence(3, "ILD").estimate
    assert isinstance(early, Estimate)
    assert (early.value, early.no_interval) == (0, "nobody had had it")
    assert found.to_frame()["term"].tolist() == ["ILD by 5.0", "death by 5.0"]
    with pytest.raises(AnalysisError, match="'ILD', 'death'"):
        found.incidence(3, "ild")
    with pytest.raises(AnalysisError, match="at least one kind of event"):
        cumulative_incidence(frame.assign(first="0"), "years", "first")


def test_times_outside_the_follow_up_are_told_and_not_left_out() -> None:
    people = pd.DataFrame({"years": [2.0, 3.0, 4.0], "first": ["ILD", "none", "ILD"]})
    found = cumulative_incidence(people, "years", "first", censored="none")
    rows = found.at([0, 1, 3.5, 9])
    assert rows["n_at_risk"].tolist() == [3, 3, 1, 0]
    assert rows["incidence"].tolist()[:3] == pytest.approx([0, 0, 1 / 3])
    assert rows["note"].tolist() == ["", "", "", "beyond the follow-up of the group"]
    early, late = (found.incidence(time, "ILD").estimate for time in (1, 9))
    assert isinstance(early, Estimate)
    assert (early.value, early.no_interval) == (0, "nobody had had it")
    assert isinstance(late, NotEstimable)
