from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.splines import SplineHazardResult, spline_basis, spline_hazard

REFERENCE = Path(__file__).parents[1] / "reference"
CURVES = pd.read_csv(REFERENCE / "survival_spline_curves.csv")
FITS = pd.read_csv(REFERENCE / "survival_spline_fits.csv")
ADJUST = {("pbc", "albumin"): ["age"], ("lung", "age"): ["sex", "ph.ecog"]}
EVENTS = {"lung": "death", "pbc": "death", "few": "status"}
CASES = list(zip(FITS["data"], FITS["marker"], strict=True))


def fit(name: str, marker: str) -> SplineHazardResult:
    wanted = CURVES.query("data == @name and marker == @marker").iloc[0]
    return spline_hazard(
        pd.read_csv(REFERENCE / f"survival_{name}.csv"), marker, "time", EVENTS[name],
        adjust_for=ADJUST.get((name, marker), ()), knots=int(wanted["n_knots"]),
        reference=float(wanted["reference"]), n_points=9,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "marker"), CASES)
def test_the_curve_agrees_with_rms(name: str, marker: str) -> None:
    wanted = CURVES.query("data == @name and marker == @marker")
    found = fit(name, marker).curve
    np.testing.assert_allclose(found["value"], wanted["value"], rtol=1e-12)
    for ours, theirs in (
        ("hazard_ratio", "log_ratio"), ("conf_low", "conf_low"), ("conf_high", "conf_high"),
    ):  # fmt: skip
        np.testing.assert_allclose(np.log(found[ours]), wanted[theirs], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("name", "marker"), CASES)
def test_knots_and_tests_agree_with_rms(name: str, marker: str) -> None:
    wanted = FITS.query("data == @name and marker == @marker").iloc[0]
    found = fit(name, marker)
    assert found.knots == pytest.approx([float(knot) for knot in wanted["knots"].split(";")])
    for statistic, column, df in (
        (found.association, "overall", wanted["df"]),
        (found.nonlinearity, "nonlinear", wanted["df"] - 1),
    ):
        assert isinstance(statistic.test, HypothesisTest)
        assert statistic.test.statistic == pytest.approx(wanted[column], rel=1e-6)
        assert statistic.test.df == df


def test_the_curve_is_one_at_its_reference_and_straight_beyond_the_knots() -> None:
    knots = np.array([1.0, 2.0, 4.0])
    basis = spline_basis(np.array([-3.0, -1.0, 1.0, 5.0, 6.0, 7.0]), knots)
    assert basis[:3, 1] == pytest.approx([0, 0, 0])
    assert np.diff(basis[3:, 1], n=2) == pytest.approx([0])
    few = pd.read_csv(REFERENCE / "survival_few.csv")
    curve = spline_hazard(few, "karno", "time", "status", reference=few["karno"].min()).curve
    assert curve.loc[0, ["hazard_ratio", "conf_low", "conf_high"]].tolist() == [1, 1, 1]


def test_the_association_is_the_ratio_of_the_quartiles() -> None:
    few = pd.read_csv(REFERENCE / "survival_few.csv")
    low, high = few["karno"].quantile([0.25, 0.75])
    found = spline_hazard(few, "karno", "time", "status", reference=low)
    assert isinstance(found.association.estimate, Estimate)
    curve = found.curve
    at = np.interp(high, curve["value"], np.log(curve["hazard_ratio"]))
    assert np.log(found.association.estimate.value) == pytest.approx(at, rel=1e-3)


def test_what_has_no_curve_has_a_reason() -> None:
    few = pd.read_csv(REFERENCE / "survival_few.csv")
    nobody = spline_hazard(few.assign(status=0), "karno", "time", "status")
    assert nobody.association.estimate == NotEstimable(
        reason="nobody had the event", measure="hazard_ratio"
    )
    assert nobody.curve.empty
    twice = spline_hazard(
        few.assign(age=few["karno"]), "karno", "time", "status", adjust_for=["age"]
    )
    assert isinstance(twice.association.estimate, NotEstimable)
    assert "age" in twice.association.estimate.reason
    with pytest.raises(AnalysisError, match="three or more different values"):
        spline_hazard(few.assign(karno=few["karno"] > 50), "karno", "time", "status")
    with pytest.raises(AnalysisError, match="3 to 7 knots"):
        spline_hazard(few, "karno", "time", "status", knots=2)
    with pytest.raises(AnalysisError, match=r"n_points=.*found 0(.|\n)*reference=.*found nan"):
        spline_hazard(few, "karno", "time", "status", reference=float("nan"), n_points=0)
