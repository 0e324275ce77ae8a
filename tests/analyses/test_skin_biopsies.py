from pathlib import Path

import pandas as pd
import pytest

from il6report.analyses.skin_biopsies import (
    CELL_TYPES,
    STAINS,
    SkinBiopsiesResult,
    compare_skin_biopsies,
)
from il6report.assays.immunohistochemistry import score_biopsies
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.ordinal import compare_ordinal
from il6report.plan import DEFAULT_PLAN
from il6report.source import read_study
from il6report.study import StudyResults

DATA = Path(__file__).parents[2] / "data"


def compare(biopsies: pd.DataFrame) -> SkinBiopsiesResult:
    return compare_skin_biopsies(score_biopsies(biopsies), DEFAULT_PLAN, data_label="")


def test_every_stain_and_cell_type_is_compared_once(study: StudyResults) -> None:
    keys = [key for key in study.skin_biopsies.statistics if key.startswith("score.")]
    assert len(keys) == len(STAINS) * len(CELL_TYPES)
    assert all(study.skin_biopsies.statistics[key].n == 15 for key in keys)


def test_a_comparison_is_that_of_the_mean_scores(study: StudyResults) -> None:
    sections = score_biopsies(read_study(DATA).biopsies).sections
    chosen = sections.query("stain == 'IL-6' and cell_type == 'fibroblasts'")
    alone = compare_ordinal(chosen, "intensity", "biopsy_group", reference="control")
    found = study.skin_biopsies.statistics["score.il6.fibroblasts"]
    assert found.estimate == alone.estimate
    assert isinstance(found.test, HypothesisTest)
    assert isinstance(alone.test, HypothesisTest)
    assert found.test.p_value == alone.test.p_value
    assert found.test.adjust_method == "holm"


def test_a_stain_that_is_nowhere_is_not_tested(study: StudyResults) -> None:
    row = study.skin_biopsies.statistics["score.alpha_sma.keratinocytes"]
    assert row.test == NotEstimable(reason="all scores are the same")


def test_every_biopsy_is_a_tile(study: StudyResults) -> None:
    scores = study.skin_biopsies.scores
    assert len(scores) == 15 * 12
    assert scores.groupby(["stain", "cell_type", "group"])["place"].max().isin([5, 10]).all()
    assert "biopsy_id" not in scores


def test_one_rater_leaves_agreement_open_and_the_comparison_in_place() -> None:
    biopsies = read_study(DATA).biopsies
    found = compare(biopsies[biopsies["rater_id"] == "R1"]).statistics
    assert isinstance(found["kappa.il6"].estimate, NotEstimable)
    assert isinstance(found["score.il6.fibroblasts"].estimate, Estimate)


def test_one_control_gives_no_comparison() -> None:
    biopsies = read_study(DATA).biopsies
    control = biopsies.loc[biopsies["biopsy_group"] == "control", "biopsy_id"].unique()[1:]
    found = compare(biopsies[~biopsies["biopsy_id"].isin(control)]).statistics
    estimate = found["score.il6.fibroblasts"].estimate
    assert isinstance(estimate, NotEstimable)
    assert estimate.reason == "fewer than two biopsies scored in a group"


def test_the_order_of_rows_changes_nothing() -> None:
    biopsies = read_study(DATA).biopsies
    pd.testing.assert_frame_equal(
        compare(biopsies).to_frame(), compare(biopsies.sample(frac=1, random_state=3)).to_frame()
    )


def test_without_biopsies_only_the_counts_are_given() -> None:
    found = compare(read_study(DATA).biopsies.head(0))
    assert {row.n for row in found.statistics.values()} == {0}
    assert found.scores.empty


def test_the_vessels_have_an_exact_interval(study: StudyResults) -> None:
    row = study.skin_biopsies.statistics["vascular.early"]
    assert (row.n_events, row.n) == (8, 10)
    assert isinstance(row.estimate, Estimate)
    assert row.estimate.conf_low == pytest.approx(44.39045, rel=1e-6)  # R: binom.test(8, 10)
    assert row.estimate.conf_high == pytest.approx(97.47893, rel=1e-6)
