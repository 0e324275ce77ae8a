from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.dose_curves import dose_response

REFERENCE = Path(__file__).parents[1] / "reference"
DNASE = pd.read_csv(REFERENCE / "laboratory_dnase.csv")
WANTED = pd.read_csv(REFERENCE / "laboratory_dose_response.csv").set_index("data")


@pytest.mark.parametrize(("name", "block"), [("run_1", None), ("runs_1_to_3", "Run")])
def test_the_curve_agrees_with_nls(name: str, block: str | None) -> None:
    data = DNASE if block else DNASE[DNASE["Run"] == 1]
    wanted = WANTED.loc[name]
    found = dose_response(data, "conc", "density", block=block)
    estimate = found.ec50.estimate
    assert isinstance(estimate, Estimate)
    # nls stops at a relative offset of 1e-6; the profile is found to 1e-9 by both.
    assert estimate.value == pytest.approx(wanted["ec50"], rel=1e-6)
    assert estimate.std_error == pytest.approx(wanted["log_std_error"], rel=1e-6)
    assert found.slope == pytest.approx(wanted["slope"], rel=1e-6)
    assert found.span == pytest.approx(wanted["span"], rel=1e-6)
    assert found.residual_sd**2 * wanted["df"] == pytest.approx(wanted["rss"], rel=1e-9)
    assert estimate.conf_low == pytest.approx(wanted["conf_low"], rel=1e-8)
    assert estimate.conf_high == pytest.approx(wanted["conf_high"], rel=1e-8)


def curve(doses: list[float], ec50: float, *, noise: float, span: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    dose = np.repeat(doses, 4)
    response = 1 + span * dose / (dose + ec50) + rng.normal(0, noise, len(dose))
    return pd.DataFrame({"dose": dose, "response": response})


def test_the_dose_of_zero_belongs_to_the_curve() -> None:
    data = curve([0, 1, 5, 10, 25, 50], 8, noise=0.001)
    found = dose_response(data, "dose", "response", unit="ng/mL")
    assert isinstance(found.ec50.estimate, Estimate)
    assert found.ec50.estimate.value == pytest.approx(8, rel=0.02)
    assert found.predict(np.array([0.0, 8.0])) == pytest.approx([1.0, 1.5], abs=0.01)


def test_no_dependence_on_dose_gives_no_ec50() -> None:
    found = dose_response(curve([0, 1, 5, 10, 25, 50], 8, noise=0.1, span=0), "dose", "response")
    assert found.ec50.estimate == NotEstimable(
        reason="the response does not depend on the dose", measure="ec50"
    )


def test_half_the_effect_beyond_the_doses_gives_no_ec50() -> None:
    found = dose_response(curve([0, 1, 5, 10, 25, 50], 900, noise=0.001), "dose", "response")
    assert isinstance(found.ec50.estimate, NotEstimable)
    assert found.ec50.estimate.reason == "half the effect lies outside the doses tested"


def test_a_plateau_never_reached_leaves_the_interval_open() -> None:
    found = dose_response(curve([0, 1, 5, 10, 25, 50], 8, noise=0.1), "dose", "response")
    assert isinstance(found.ec50.estimate, Estimate)
    assert found.ec50.estimate.conf_high == np.inf


def test_too_few_doses_and_logarithms_of_doses_are_refused_together() -> None:
    data = pd.DataFrame({"dose": [-1.0, 0, 1, 2], "response": [1.0, 1, 2, 2]})
    with pytest.raises(AnalysisError, match=r"1 negative(?s:.*)found 2 doses and 4 responses"):
        dose_response(data, "dose", "response")


def test_responses_that_are_all_the_same_do_not_depend_on_the_dose() -> None:
    data = pd.DataFrame({"dose": [1.0, 3, 10, 30, 100], "response": 1.0})
    estimate = dose_response(data, "dose", "response").ec50.estimate
    assert isinstance(estimate, NotEstimable)
    assert estimate.reason == "the response does not depend on the dose"


def test_responses_without_any_error_have_an_ec50_and_no_interval() -> None:
    dose = [1.0, 1, 1e10, 2e10, 3e10, 4e10]
    data = pd.DataFrame({"dose": dose, "response": [0.0, 0, 1, 1, 1, 1]})
    estimate = dose_response(data, "dose", "response").ec50.estimate
    assert isinstance(estimate, Estimate)
    assert estimate.no_interval == "every response lies on the curve"


@pytest.mark.parametrize("seed", range(8))
def test_the_ends_are_where_the_best_slope_just_fits_no_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dose = np.tile([0.0, 1, 3, 10, 30, 100, 300], 3)
    response = 2 / (1 + (rng.uniform(5, 60) / np.maximum(dose, 1e-9)) ** rng.uniform(0.5, 4))
    data = pd.DataFrame({"dose": dose, "response": response + rng.normal(0, 0.2, len(dose))})
    found = dose_response(data, "dose", "response", conf_level=0.9)
    estimate, df = found.ec50.estimate, len(dose) - 4
    assert isinstance(estimate, Estimate)
    allowed = found.residual_sd**2 * (df + stats.f.isf(0.1, 1, df))
    for end in (estimate.conf_low, estimate.conf_high):
        assert end is not None
        with np.errstate(divide="ignore"):
            away = np.log(dose) - np.log(end)
        least = min(
            np.linalg.lstsq(
                np.column_stack([np.ones(len(dose)), 1 / (1 + np.exp(-slope * away))]),
                data["response"],
            )[1][0]
            for slope in np.geomspace(0.1, 10, 4001)
        )
        assert least == pytest.approx(allowed, rel=1e-5)
