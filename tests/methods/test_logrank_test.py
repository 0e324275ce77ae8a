from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import multivariate_logrank_test

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.logrank_test import logrank

REFERENCE = Path(__file__).parents[1] / "reference"
EVENTS = {"lung": "death", "veteran": "status", "colon": "status", "pbc": "death"}
WANTED = pd.read_csv(REFERENCE / "survival_logrank.csv", keep_default_na=False)
BY_GROUP = pd.read_csv(REFERENCE / "survival_logrank_groups.csv", keep_default_na=False)


def study(name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"survival_{name}.csv")
    if name == "veteran":
        levels = ["squamous", "smallcell", "adeno", "large"]
        frame["celltype"] = pd.Categorical(frame["celltype"], categories=levels)
    return frame[frame["etype"] == 2] if name == "colon" else frame


@pytest.mark.parametrize(
    "row", WANTED.to_dict("records"), ids=lambda row: f"{row['data']}-{row['strata']}"
)
def test_the_test_agrees_with_r(row: dict) -> None:
    name = row["data"]
    found = logrank(study(name), "time", EVENTS[name], row["group"], strata=row["strata"] or None)
    assert isinstance(found.test, HypothesisTest)
    assert found.test.statistic == pytest.approx(row["chi_square"], rel=1e-9)
    assert found.test.df == row["df"]
    assert found.test.p_value == pytest.approx(row["p_value"], rel=1e-9)
    groups = BY_GROUP.query("data == @name and strata == @row['strata']").set_index("level")
    ours = found.groups.set_index("group").loc[groups.index]
    for column in ("n", "observed", "expected"):
        assert ours[column].tolist() == pytest.approx(groups[column].tolist(), rel=1e-9)
    if name != "colon":
        assert found.variance[1, 1] == pytest.approx(row["variance"], rel=1e-9)
        assert found.variance[0, 1] == pytest.approx(row["covariance"], rel=1e-9)


def test_lifelines_gives_the_same() -> None:
    colon = study("colon")
    theirs = multivariate_logrank_test(colon["time"], colon["rx"], colon["status"])
    ours = logrank(colon, "time", "status", "rx").test
    assert isinstance(ours, HypothesisTest)
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-9)
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-9)


def test_the_one_step_ratio_points_to_the_group_with_more_events() -> None:
    result = logrank(study("lung"), "time", "death", "sex")
    assert isinstance(result.hazard_ratio, Estimate)
    # exp((53 - 73.418) / 40.371), from the table of survdiff
    assert result.hazard_ratio.value == pytest.approx(0.60306, rel=1e-4)
    assert result.hazard_ratio.excludes_null
    assert result.statistic.contrast == "2 / 1"
    assert result.to_frame()["p_value"][0] == pytest.approx(0.001311, rel=1e-3)


def test_relabelling_the_groups_inverts_the_ratio_and_keeps_the_test() -> None:
    lung = study("lung")
    turned = lung.assign(sex=lung["sex"].map({1: "b", 2: "a"}))
    first, second = (logrank(frame, "time", "death", "sex") for frame in (lung, turned))
    assert isinstance(first.hazard_ratio, Estimate)
    assert isinstance(second.hazard_ratio, Estimate)
    assert first.hazard_ratio.value == pytest.approx(1 / second.hazard_ratio.value, rel=1e-12)
    assert isinstance(first.test, HypothesisTest)
    assert isinstance(second.test, HypothesisTest)
    assert first.test.statistic == pytest.approx(second.test.statistic, rel=1e-12)


def test_what_cannot_be_tested_has_its_reason() -> None:
    frame = pd.DataFrame({"years": [1.0, 2, 3, 4], "died": 0, "arm": ["a", "a", "b", "b"]})
    assert logrank(frame, "years", "died", "arm").test == NotEstimable(
        reason="nobody had the event"
    )
    early = frame.assign(died=[0, 0, 1, 1])
    assert isinstance(logrank(early, "years", "died", "arm").test, NotEstimable)
    assert isinstance(logrank(early, "years", "died", "arm").hazard_ratio, NotEstimable)
    one_arm = frame.assign(died=[1, 1, 0, 0])
    assert isinstance(logrank(one_arm, "years", "died", "arm").test, HypothesisTest)
    with pytest.raises(AnalysisError, match="two or more groups"):
        logrank(frame.assign(arm="a"), "years", "died", "arm")


def test_a_group_that_left_before_the_first_event_costs_no_degree_of_freedom() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"years": rng.exponential(size=40) + 1, "died": 1, "arm": ["a", "b"] * 20})
    early = pd.DataFrame({"years": [0.1, 0.2], "died": 0, "arm": "c"})
    with_early = logrank(pd.concat([frame, early]), "years", "died", "arm").test
    without = logrank(frame, "years", "died", "arm").test
    assert isinstance(with_early, HypothesisTest)
    assert isinstance(without, HypothesisTest)
    assert with_early.df == without.df
    assert with_early.statistic == pytest.approx(without.statistic, rel=1e-12)


def test_one_person_against_thousands_has_no_one_step_ratio() -> None:
    people = pd.DataFrame({"years": np.arange(1.0, 1501), "died": 1, "arm": "a"})
    people.loc[0, "arm"] = "b"
    found = logrank(people, "years", "died", "arm")
    assert found.hazard_ratio == NotEstimable(
        reason="one step does not lead to it; quote that of cox", measure="hazard_ratio"
    )
    assert isinstance(found.test, HypothesisTest)
