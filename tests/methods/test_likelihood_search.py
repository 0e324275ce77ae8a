import numpy as np
import pytest
from scipy.optimize import minimize

from il6report.methods.firth import PenalisedLikelihood
from il6report.methods.likelihood_search import (
    Likelihood,
    maximise,
    profile_height,
    profile_interval,
)
from il6report.methods.partial_likelihood import PartialLikelihood

DROP = 1.92


def few_people(seed: int, *, people: int = 12) -> PartialLikelihood:
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [rng.normal(size=people), rng.normal(size=people), rng.random(people) < 0.4]
    )
    time = np.ceil(4 * rng.exponential(np.exp(-x[:, 0])))
    return PartialLikelihood(time, rng.random(people) < 0.6, x, "efron")


def highest_by_brute_force(likelihood: Likelihood, term: int, place: float, p: int) -> float:
    """Maximise over the other coefficients by a method that knows no derivative."""

    def fall(others: np.ndarray) -> float:
        return -likelihood(np.insert(others, term, place)).value

    options = {"xatol": 1e-8, "fatol": 1e-13, "maxiter": 4000, "maxfev": 4000}
    return -minimize(fall, np.zeros(p - 1), method="Nelder-Mead", options=options).fun


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("penalised", [False, True])
def test_profiles_of_few_events_are_those_of_brute_force(seed: int, *, penalised: bool) -> None:
    partial = few_people(seed, people=12 if penalised else 30)
    likelihood = PenalisedLikelihood(partial).at if penalised else partial.at
    maximum = maximise(likelihood, np.zeros(3))
    for term in range(3):
        height = profile_height(likelihood, maximum, term, 0.0)
        assert height == pytest.approx(highest_by_brute_force(likelihood, term, 0.0, 3), abs=1e-8)
        for end in profile_interval(likelihood, maximum, term, drop=DROP):
            reached = highest_by_brute_force(likelihood, term, end, 3)
            assert maximum.point.value - reached == pytest.approx(DROP, abs=1e-6)


def test_the_penalty_has_the_curvature_that_its_slope_changes_by() -> None:
    likelihood = PenalisedLikelihood(few_people(0)).at
    beta, step = np.array([0.1, -0.2, 0.3]), 1e-5
    changes = [
        likelihood(beta - ahead).gradient - likelihood(beta + ahead).gradient
        for ahead in step * np.eye(3)
    ]
    assert likelihood(beta).curvature == pytest.approx(np.array(changes) / (2 * step), rel=1e-6)


def test_the_slope_of_the_penalty_is_the_same_for_few_and_for_many() -> None:
    few, many = few_people(1), few_people(1)
    many.at_risk = None
    beta = np.array([0.1, -0.2, 0.3])
    found, wanted = (PenalisedLikelihood(one).at(beta) for one in (few, many))
    assert found.value == pytest.approx(wanted.value, rel=1e-12)
    assert found.gradient == pytest.approx(wanted.gradient, rel=1e-10)
