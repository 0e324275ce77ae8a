from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.analyses.cell_culture import read_cell_culture
from il6report.analyses.fibroblasts import FibroblastsResult, compare_fibroblasts
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.plan import DEFAULT_PLAN
from il6report.simulation.fibroblasts import draw_immunoblots, draw_qpcr
from il6report.simulation.parameters import StudyModel
from il6report.source import StudyData, read_study
from il6report.study import StudyResults

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def raw() -> StudyData:
    return read_study(DATA)


def compare(blots: pd.DataFrame, qpcr: pd.DataFrame) -> FibroblastsResult:
    return compare_fibroblasts(read_cell_culture(blots, qpcr), DEFAULT_PLAN, data_label="")


def test_n_counts_donor_lines_and_never_lanes(study: StudyResults) -> None:
    for key, row in study.fibroblasts.statistics.items():
        if key.startswith(("protein.", "exact.", "receptor.", "rna.", "ec50.")):
            assert row.n == 8, key


def test_the_ratio_is_that_of_geometric_means_over_lines(
    raw: StudyData, study: StudyResults
) -> None:
    blots = raw.immunoblots.query("quality == 'ok' and il6_ng_ml in [0, 50] and time_min == 2880")
    wide = blots.pivot_table(
        index=["donor_id", "experiment_id", "condition"], columns="target", values="density"
    )
    logs = np.log(wide["fibronectin"] / wide["GAPDH"]).groupby(["condition", "donor_id"]).mean()
    wanted = np.exp((logs["IL-6 + sIL-6R"] - logs["untreated"]).mean())
    found = study.fibroblasts.statistics["protein.fibronectin.trans"].estimate
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(wanted, rel=1e-9)


def test_more_lanes_of_the_same_experiment_add_no_evidence(raw: StudyData) -> None:
    again = raw.immunoblots.assign(lane=raw.immunoblots["lane"] + 20)
    doubled = pd.concat([raw.immunoblots, again], ignore_index=True)
    once, twice = (
        compare(blots, raw.qpcr).statistics["protein.collagen_i.trans"]
        for blots in (raw.immunoblots, doubled)
    )
    assert isinstance(once.estimate, Estimate)
    assert isinstance(twice.estimate, Estimate)
    assert twice.estimate.conf_low == pytest.approx(once.estimate.conf_low, rel=1e-9)


def test_the_smallest_exact_p_is_that_of_eight_lines(study: StudyResults) -> None:
    test = study.fibroblasts.statistics["exact.collagen_i.trans"].test
    assert isinstance(test, HypothesisTest)
    assert test.p_value == pytest.approx(2 / 2**8)


def test_without_effect_nothing_is_declared() -> None:
    model = StudyModel(seed=5, effect_scale=0.0)
    found = compare(draw_immunoblots(model), draw_qpcr(model)).statistics
    raised = [
        key
        for key, row in found.items()
        if key.startswith(("protein.", "rna."))
        and key.endswith((".il6", ".sil6r", ".trans"))
        and isinstance(row.estimate, Estimate)
        and row.estimate.excludes_null
    ]
    assert raised == []
    assert all(
        isinstance(found[f"ec50.{key}"].estimate, NotEstimable)
        for key in ("collagen_i", "fibronectin", "ctgf", "alpha_sma")
    )


def test_one_donor_only_is_estimated_without_interval(raw: StudyData) -> None:
    one = compare(
        raw.immunoblots.query("donor_id == 'F01'"),
        raw.qpcr[(raw.qpcr["donor_id"] == "F01") | (raw.qpcr["role"] != "sample")],
    ).statistics
    row = one["protein.collagen_i.trans"]
    assert isinstance(row.estimate, Estimate)
    assert row.estimate.no_interval == "one block only"
    assert row.test == NotEstimable(reason="one block only")
    assert isinstance(one["false_positives.lines"].estimate, NotEstimable)


def test_a_condition_that_was_not_tested_is_said(raw: StudyData) -> None:
    found = compare(raw.immunoblots.query("condition != 'TGF-beta'"), raw.qpcr).statistics
    estimate = found["protein.collagen_i.tgf_beta"].estimate
    assert isinstance(estimate, NotEstimable)
    assert estimate.reason == "the condition was not tested"


def test_blots_without_rna_leave_the_rna_open(raw: StudyData) -> None:
    found = compare(raw.immunoblots, raw.qpcr.head(0)).statistics
    assert isinstance(found["rna.col1a1.trans"].estimate, NotEstimable)
    assert isinstance(found["protein.collagen_i.trans"].estimate, Estimate)


def test_excluded_bands_are_counted(raw: StudyData, study: StudyResults) -> None:
    quality = raw.immunoblots.query("target in ['collagen I', 'fibronectin', 'CTGF', 'alpha-SMA', "
                                    "'pSTAT3', 'pERK']")["quality"]  # fmt: skip
    for reason in ("saturated", "failed"):
        assert study.fibroblasts.statistics[f"bands.{reason}"].n == (quality == reason).sum()


def test_points_hold_no_identifier_and_every_line(study: StudyResults) -> None:
    points = study.fibroblasts.points
    assert "donor_id" not in points
    assert points["line"].nunique() == 8
    untreated = points.query("level == 'donor' and condition == 'untreated'")
    assert untreated["fold"].tolist() == pytest.approx([1.0] * 32)
