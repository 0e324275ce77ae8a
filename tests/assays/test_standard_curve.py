from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from il6report.assays.standard_curve import StandardCurve, fit_standard_curve
from il6report.errors import AnalysisError, AssayError

REFERENCE = Path(__file__).parents[1] / "reference"
LEVELS = np.array([3.12, 6.25, 12.5, 25, 50, 100, 300])


def wells(
    lower: float = 0.04,
    upper: float = 4.2,
    inflection: float = 260.0,
    slope: float = 1.08,
    noise: float = 0.0,
) -> pd.DataFrame:
    pg_ml = np.repeat(np.concatenate([[0.0], LEVELS]), 2)
    share = pg_ml**slope / (pg_ml**slope + inflection**slope)
    error = 1 + noise * np.random.default_rng(1).standard_normal(len(pg_ml))
    return pd.DataFrame({"pg_ml": pg_ml, "absorbance": (lower + (upper - lower) * share) * error})


def fit(standards: pd.DataFrame, **options: object) -> StandardCurve:
    return fit_standard_curve(
        standards,
        concentration="pg_ml",
        response="absorbance",
        **options,  # type: ignore[arg-type]
    )


def test_parameters_errors_and_readings_agree_with_r() -> None:
    dnase = pd.read_csv(REFERENCE / "DNase.csv")
    for known in pd.read_csv(REFERENCE / "standard_curve.csv").itertuples():
        curve = fit_standard_curve(
            dnase[dnase["Run"] == known.run],
            concentration="conc",
            response="density",
            weights=known.weights,
            recovery_limits_percent=(1.0, 1000.0),
        )
        unknown = [
            curve.lower, curve.upper, curve.inflection, curve.slope,
            *np.sqrt(np.diag(curve.covariance)), curve.residual_sd,
            curve.back_calculate(np.array([0.5]))["concentration"][0],
        ]  # fmt: skip
        expected = [
            known.lower, known.upper, known.inflection, known.slope,
            known.lower_se, known.upper_se, known.inflection_se, known.slope_se,
            known.residual_sd, known.read_at_half,
        ]  # fmt: skip
        assert unknown == pytest.approx(expected, rel=1e-6)


@settings(max_examples=50)
@given(
    lower=st.floats(0.01, 0.2),
    span=st.floats(0.5, 5.0),
    inflection=st.floats(10.0, 400.0),
    slope=st.floats(0.6, 2.5),
)
def test_a_curve_without_error_is_found_and_inverts(
    lower: float, span: float, inflection: float, slope: float
) -> None:
    curve = fit(wells(lower, lower + span, inflection, slope))
    found = [curve.lower, curve.upper, curve.inflection, curve.slope]
    assert found == pytest.approx([lower, lower + span, inflection, slope], rel=1e-6)
    read = curve.back_calculate(curve.respond(LEVELS))
    assert read["concentration"].to_numpy() == pytest.approx(LEVELS, rel=1e-9)
    assert (curve.lloq, curve.uloq) == (3.12, 300.0)


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_wells_does_not_matter(random: object) -> None:
    standards = wells(noise=0.03)
    order = list(range(len(standards)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled, straight = fit(standards.iloc[order]), fit(standards)
    assert shuffled.inflection == pytest.approx(straight.inflection, rel=1e-7)
    assert shuffled.covariance == pytest.approx(straight.covariance, rel=1e-5)


def test_a_falling_curve_has_a_negative_slope_and_its_range_the_right_way_round() -> None:
    falling = wells()
    falling["absorbance"] = 4.3 - falling["absorbance"]
    curve = fit(falling, weights="none")
    assert curve.slope == pytest.approx(-1.08, rel=1e-6)
    assert curve.lower < curve.upper
    read = curve.back_calculate(curve.respond(np.array([1.0, 20.0, 400.0])))
    assert read["below_quantitation"].tolist() == [True, False, False]
    assert read["above_quantitation"].tolist() == [False, False, True]


def test_outside_the_range_the_limit_is_given_and_flagged_and_nothing_is_missing() -> None:
    curve = fit(wells())
    read = curve.back_calculate(np.array([-1.0, 0.01, 0.05, 1.0, 3.0, 9.0]))
    assert read["concentration"].iloc[[0, 1, 4, 5]].tolist() == [3.12, 3.12, 300.0, 300.0]
    assert read["below_quantitation"].tolist() == [True, True, True, False, False, False]
    assert read["above_quantitation"].tolist() == [False, False, False, False, True, True]
    assert read.notna().all(axis=None)


def test_a_lowest_standard_that_is_not_recovered_raises_the_lower_limit() -> None:
    standards = wells(noise=0.01)
    standards.loc[standards["pg_ml"] == 3.12, "absorbance"] += 0.05
    curve = fit(standards)
    assert curve.lloq > 3.12
    assert not curve.recovery.loc[curve.recovery["concentration"] == 3.12, "accepted"].any()


def test_the_frame_has_an_interval_for_every_parameter() -> None:
    frame = fit(wells(noise=0.02)).to_frame()
    assert frame["term"].tolist() == ["lower", "upper", "inflection", "slope"]
    assert (frame["conf_low"] < frame["estimate"]).all()
    assert (frame["estimate"] < frame["conf_high"]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.assign(absorbance=0.5), "does not converge"),
        (lambda w: w.assign(absorbance=0.001 * w["pg_ml"] + 0.05), "does not converge"),
        (lambda w: w[w["pg_ml"] < 20], "at least 4 concentrations above zero; found 3"),
        (lambda w: w.assign(absorbance=w["absorbance"] - 0.05), "positive response in every well"),
        (lambda w: w.assign(pg_ml=w["pg_ml"].replace(300.0, np.nan)), "2 wells without one"),
    ],
)
def test_standards_that_give_no_curve_are_refused(change: object, message: str) -> None:
    with pytest.raises(AssayError, match=message):
        fit(change(wells()))  # type: ignore[operator]


def test_an_unknown_option_or_column_is_named() -> None:
    with pytest.raises(AnalysisError, match=r"weights=.*'1/y\^2', '1/y', 'none'; found '1/y2'"):
        fit(wells(), weights="1/y2")
    with pytest.raises(AnalysisError, match="'4pl', '5pl'; found '6pl'"):
        fit(wells(), model="6pl")
    with pytest.raises(AnalysisError, match=r"recovery_limits_percent=.*found 120 and 80"):
        fit(wells(), recovery_limits_percent=(120, 80))
    with pytest.raises(AnalysisError, match="the columns od"):
        fit_standard_curve(wells(), concentration="pg_ml", response="od")


@settings(max_examples=30)
@given(
    slope=st.floats(0.8, 2.0),
    asymmetry=st.floats(0.4, 2.5),
    falling=st.booleans(),
)
def test_an_asymmetrical_curve_is_found_and_inverts(
    *, slope: float, asymmetry: float, falling: bool
) -> None:
    pg_ml = np.repeat(np.append(0.0, np.geomspace(0.3, 20000, 14)), 2)
    steep = -slope if falling else slope
    share = 1 / (1 + (np.maximum(pg_ml, 1e-90) / 90.0) ** -steep)
    standards = pd.DataFrame({"pg_ml": pg_ml, "absorbance": 0.05 + 3 * share**asymmetry})
    curve = fit(standards, model="5pl")
    found = [curve.lower, curve.upper, curve.inflection, curve.slope, curve.asymmetry]
    assert found == pytest.approx([0.05, 3.05, 90, steep, asymmetry], rel=1e-4)
    levels = np.geomspace(curve.lloq, curve.uloq, 5)
    responses = curve.respond(levels)
    read = curve.back_calculate(responses)["concentration"].to_numpy()
    # What a rounded response can tell where the curve is flat.
    steepness = np.abs(curve.respond(levels * 1.001) - responses) / 0.001
    tolerance = 1e-9 + 4 * np.finfo(float).eps * responses / steepness
    assert (np.abs(read / levels - 1) < tolerance).all()
    assert curve.to_frame()["term"].tolist()[-1] == "asymmetry"


def test_a_fifth_parameter_needs_a_fifth_concentration() -> None:
    four = wells(noise=0.01).query("pg_ml in [3.12, 12.5, 50, 300]")
    with pytest.raises(AssayError, match="at least 5 concentrations above zero; found 4"):
        fit(four, model="5pl")
