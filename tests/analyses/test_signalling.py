from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.analyses.cell_culture import read_cell_culture
from il6report.analyses.signalling import SignallingResult, compare_signalling
from il6report.estimates import Estimate, NotEstimable
from il6report.plan import DEFAULT_PLAN
from il6report.simulation.fibroblasts import draw_immunoblots
from il6report.simulation.parameters import StudyModel
from il6report.source import StudyData, read_study
from il6report.study import StudyResults

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def raw() -> StudyData:
    return read_study(DATA)


def compare(blots: pd.DataFrame, qpcr: pd.DataFrame) -> SignallingResult:
    return compare_signalling(read_cell_culture(blots, qpcr), DEFAULT_PLAN, data_label="")


def test_the_per_cent_blocked_by_hand(raw: StudyData, study: StudyResults) -> None:
    blots = raw.immunoblots.query("quality == 'ok' and time_min == 30 and il6_ng_ml in [0, 50]")
    wide = blots.pivot_table(
        index=["donor_id", "experiment_id", "condition"], columns="target", values="density"
    )
    logs = np.log(wide["pERK"] / wide["ERK"]).groupby(["condition", "donor_id"]).mean()
    stimulated, left = (
        np.exp(logs[condition] - logs["untreated"])
        for condition in ("IL-6 + sIL-6R", "MEK inhibitor")
    )
    wanted = 100 * (stimulated - left).mean() / (stimulated - 1).mean()
    for prefix in ("blocked", "bootstrap"):
        found = study.signalling.statistics[f"{prefix}.perk.mek"].estimate
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(wanted, rel=1e-9)


def test_an_induction_that_may_be_none_gives_no_per_cent(raw: StudyData) -> None:
    null = draw_immunoblots(StudyModel(seed=5, effect_scale=0.0))
    found = compare(null, raw.qpcr).statistics["blocked.collagen_i.jak2"].estimate
    assert isinstance(found, NotEstimable)
    assert found.reason == "the induced part is too small to be told from none"


def test_a_missing_inhibitor_is_said(raw: StudyData) -> None:
    found = compare(raw.immunoblots.query("condition != 'sgp130Fc'"), raw.qpcr)
    estimate = found.statistics["blocked.pstat3.sgp130fc"].estimate
    assert isinstance(estimate, NotEstimable)
    assert "fewer than three lines" in estimate.reason


def test_the_course_is_compared_with_time_zero(study: StudyResults) -> None:
    assert study.signalling.times == (5, 15, 30, 60)
    rows = [study.signalling.statistics[f"time.pstat3.{time}"] for time in (5, 15, 30, 60)]
    assert [row.group2 for row in rows] == ["0"] * 4


def test_the_bootstrap_repeats_itself(raw: StudyData) -> None:
    one, two = (
        compare(raw.immunoblots, raw.qpcr).statistics["bootstrap.pstat3.jak2"] for _ in range(2)
    )
    assert one == two


def test_without_blots_only_the_lines_are_counted(raw: StudyData) -> None:
    found = compare(raw.immunoblots.head(0), raw.qpcr.head(0))
    assert list(found.statistics) == ["lines"]
    assert found.times == ()
