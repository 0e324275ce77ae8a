import math

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from il6report.estimates import Estimate, NotEstimable
from il6report.methods.association import correlate
from il6report.methods.brief_fits import Coefficient, correlation_z, log_hazard, log_ratio
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.cox_model import cox

RNG = np.random.default_rng(3)
N = 40
PEOPLE = pd.DataFrame(
    {
        "value": np.maximum(np.exp(RNG.normal(1.5, 1.0, N)), 3.12),
        "high": RNG.integers(0, 2, N),
        "age": RNG.normal(55, 10, N),
        "years": RNG.exponential(8, N).round(1) + 0.1,
        "death": RNG.integers(0, 2, N),
    }
).assign(below=lambda frame: frame["value"] == 3.12)


def same(found: Coefficient | NotEstimable, expected: Estimate | NotEstimable, back) -> None:  # noqa: ANN001
    assert isinstance(found, Coefficient)
    assert isinstance(expected, Estimate)
    assert back(found.value) == pytest.approx(expected.value, rel=1e-8)
    assert back(found.low) == pytest.approx(expected.conf_low, rel=1e-8)
    assert back(found.high) == pytest.approx(expected.conf_high, rel=1e-8)


@pytest.mark.parametrize("censored", [True, False])
def test_the_brief_ratio_is_that_of_the_public_function(censored: bool) -> None:  # noqa: FBT001
    people = PEOPLE if censored else PEOPLE.assign(below=False)
    expected = fit_censored_lognormal(people, "value", "below", predictors=["high", "age"])
    found = log_ratio(
        np.log(people["value"].to_numpy()),
        people["below"].to_numpy(),
        people[["high", "age"]].to_numpy(float),
    )
    same(found, expected.ratios[0].estimate, math.exp)


@pytest.mark.parametrize("penalty", [None, "firth"])
def test_the_brief_hazard_is_that_of_the_public_function(penalty) -> None:  # noqa: ANN001
    expected = cox(PEOPLE, "years", "death", ["high", "age"], penalty=penalty, interval="wald")
    found = log_hazard(
        PEOPLE["years"].to_numpy(),
        PEOPLE["death"].to_numpy() == 1,
        PEOPLE[["high", "age"]].to_numpy(float),
        penalised=penalty is not None,
    )
    same(found, expected.terms["high"].estimate, math.exp)


def test_the_brief_hazard_is_that_of_lifelines() -> None:
    fitted = CoxPHFitter().fit(PEOPLE[["high", "age", "years", "death"]], "years", "death")
    found = log_hazard(
        PEOPLE["years"].to_numpy(),
        PEOPLE["death"].to_numpy() == 1,
        PEOPLE[["high", "age"]].to_numpy(float),
    )
    assert isinstance(found, Coefficient)
    assert found.value == pytest.approx(fitted.params_["high"], rel=1e-6)
    assert found.std_error == pytest.approx(fitted.standard_errors_["high"], rel=1e-6)


@pytest.mark.parametrize("adjust_for", [(), ("high",)])
def test_the_brief_correlation_is_that_of_the_public_function(adjust_for: tuple[str, ...]) -> None:
    expected = correlate(PEOPLE, "value", "age", adjust_for=adjust_for, below_limit="below")
    held = PEOPLE[list(adjust_for)].to_numpy(float) if adjust_for else None
    found = correlation_z(PEOPLE["value"].to_numpy(), PEOPLE["age"].to_numpy(), held)
    same(found, expected.estimate, math.tanh)


def test_a_brief_fit_without_an_answer_says_why() -> None:
    time, nobody = np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4, dtype=bool)
    x = np.array([[0.0], [0.0], [1.0], [1.0]])
    died = np.array([True, True, False, False])
    assert log_hazard(time, nobody, x) == NotEstimable(reason="nobody had the event")
    assert isinstance(log_hazard(time, died, x), NotEstimable)
    assert isinstance(correlation_z(np.ones(9), np.arange(9.0)), NotEstimable)
    assert isinstance(correlation_z(np.arange(9.0), np.arange(9.0)), NotEstimable)
    assert isinstance(log_ratio(np.zeros(4), np.ones(4, dtype=bool), x), NotEstimable)
    assert isinstance(log_ratio(time, nobody, np.ones((4, 1))), NotEstimable)
