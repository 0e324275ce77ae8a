from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.assays.qpcr import RelativeExpression, relative_expression
from il6report.errors import AssayError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.block_comparisons import BlockedContrasts
from il6report.simulation.laboratory_parameters import LaboratoryModel
from il6report.source import read_study

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def wells() -> pd.DataFrame:
    return read_study(DATA).qpcr.copy()


def express(wells: pd.DataFrame, target: str = "CCN2", **changes: object) -> RelativeExpression:
    options = {
        "reference_genes": ["GAPDH", "TBP"],
        "condition": "condition",
        "calibrator": "untreated",
        "unit": "donor_id",
    } | changes
    return relative_expression(wells, target=target, **options)  # type: ignore[arg-type]


def test_the_dilution_series_gives_back_the_efficiency(wells: pd.DataFrame) -> None:
    found = express(wells).efficiencies
    for gene in ("CCN2", "GAPDH", "TBP"):
        estimate = found[gene].estimate
        assert isinstance(estimate, Estimate)
        assert estimate.conf_low is not None
        assert estimate.conf_high is not None
        truth = 100 * LaboratoryModel().efficiency[gene]
        assert estimate.conf_low - 3 < truth < estimate.conf_high + 3
        assert estimate.conf_low < estimate.value < estimate.conf_high


def test_fold_changes_count_donors_and_have_asymmetric_intervals(wells: pd.DataFrame) -> None:
    found = express(wells)
    assert isinstance(found.fold_change, BlockedContrasts)
    assert found.fold_change.n_blocks == 8
    for row in found.fold_change.contrasts:
        estimate = row.estimate
        assert isinstance(estimate, Estimate)
        assert row.n == 8
        assert np.log(estimate.conf_high / estimate.value) == pytest.approx(
            np.log(estimate.value / estimate.conf_low)
        )
    assert (found.n_undetermined, found.n_late_blanks) in {(0, 0), (0, 1)}


def test_delta_delta_cq_by_hand(wells: pd.DataFrame) -> None:
    found = express(wells, efficiency={"CCN2": 100, "GAPDH": 100, "TBP": 100}).ratios
    samples = wells.query("role == 'sample' and donor_id == 'F01'")
    cq = samples.groupby(["condition", "gene"])["cq"].mean()
    delta = (
        cq.xs("CCN2", level="gene")
        - (cq.xs("GAPDH", level="gene") + cq.xs("TBP", level="gene")) / 2
    )
    row = found.query("donor_id == 'F01'").set_index("condition")
    assert row.loc["TGF-beta", "log2_ratio"] == pytest.approx(
        delta["untreated"] - delta["TGF-beta"], rel=1e-12
    )
    assert set(row["n_experiments"]) == {3}


def test_an_efficiency_outside_its_limits_gives_no_fold_change(wells: pd.DataFrame) -> None:
    found = express(wells, efficiency={"CCN2": 72})
    assert isinstance(found.fold_change, NotEstimable)
    assert "outside 80 to 120%" in found.fold_change.reason
    assert found.to_frame()["term"].tolist() == ["CCN2", "GAPDH", "TBP", "GAPDH and TBP"]


def test_no_dilution_series_gives_no_fold_change(wells: pd.DataFrame) -> None:
    found = express(wells[wells["role"] != "dilution"])
    assert isinstance(found.fold_change, NotEstimable)
    assert isinstance(found.efficiencies["CCN2"].estimate, NotEstimable)


def test_one_reference_gene_says_nothing_about_its_stability(wells: pd.DataFrame) -> None:
    assert isinstance(express(wells, reference_genes=["GAPDH"]).stability.estimate, NotEstimable)
    two = express(wells).stability.estimate
    assert isinstance(two, Estimate)
    assert 0 < two.value < 0.5


def test_impossible_cycles_and_unknown_names_are_told_together(wells: pd.DataFrame) -> None:
    wells.loc[5, "cq"] = 41.0
    with pytest.raises(AssayError) as raised:
        express(wells, target="COL3A1", calibrator="medium")
    message = str(raised.value)
    assert "wells Q-F01-1 A06: expected a cycle above 0 and at most 40" in message
    assert "expected samples of the gene COL3A1; found none" in message
    assert "expected samples of the calibrator 'medium'; found IL-6" in message


def test_one_donor_gives_an_estimate_without_interval(wells: pd.DataFrame) -> None:
    one = wells[(wells["donor_id"] == "F01") | (wells["role"] == "dilution")]
    found = express(one)
    assert isinstance(found.fold_change, BlockedContrasts)
    estimate = found.fold_change.contrasts[0].estimate
    assert isinstance(estimate, Estimate)
    assert estimate.no_interval == "one block only"


def test_cycles_that_do_not_rise_with_dilution_give_no_efficiency(wells: pd.DataFrame) -> None:
    series = (wells["role"] == "dilution") & (wells["gene"] == "CCN2")
    found = express(wells.assign(cq=wells["cq"].mask(series, 24.0)))
    assert found.efficiencies["CCN2"].estimate == NotEstimable(
        reason="the cycles do not rise with dilution", measure="amplification_efficiency"
    )
    assert isinstance(found.fold_change, NotEstimable)


def test_a_noisy_dilution_series_has_no_upper_limit_of_efficiency(wells: pd.DataFrame) -> None:
    series = (wells["role"] == "dilution") & (wells["gene"] == "CCN2")
    read = 20 - np.log10(wells["dilution"].fillna(1)) + 4 * np.cos(2.0 * np.arange(len(wells)))
    found = express(wells.assign(cq=wells["cq"].mask(series, read)))
    estimate = found.efficiencies["CCN2"].estimate
    assert isinstance(estimate, Estimate)
    assert estimate.conf_low is not None
    assert estimate.conf_low < estimate.value < estimate.conf_high == np.inf


@pytest.mark.parametrize("column", ["donor_id", "condition", "experiment_id"])
def test_a_sample_that_belongs_nowhere_is_refused_and_not_dropped(
    wells: pd.DataFrame, column: str
) -> None:
    row = wells.query("role == 'sample' and gene == 'CCN2'").index[0]
    with pytest.raises(AssayError, match="missing in 1 wells"):
        express(
            wells.astype({column: object}).assign(
                **{column: lambda rows: rows[column].mask(rows.index == row, None)}
            )
        )


def test_genes_that_are_not_there_are_told_with_those_that_are(wells: pd.DataFrame) -> None:
    with pytest.raises(AssayError, match="The genes are 1"):
        express(wells.assign(gene=1))
