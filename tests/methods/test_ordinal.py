from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.ordinal import compare_ordinal, exact_rank_sum_test
from il6report.methods.pseudoreplication import false_positive_rates

REFERENCE = Path(__file__).parents[1] / "reference"
CARS = pd.read_csv(REFERENCE / "laboratory_cars.csv")


@pytest.mark.parametrize(
    "row", pd.read_csv(REFERENCE / "laboratory_ordinal.csv").to_dict("records")
)
def test_the_exact_test_agrees_with_coin(row: dict) -> None:
    found = compare_ordinal(CARS.head(int(row["rows"])), "gear", "am", reference="0")
    assert isinstance(found.test, HypothesisTest)
    assert found.test.p_value == pytest.approx(row["p_value"], rel=1e-9)


def test_counting_sums_is_looking_at_every_division() -> None:
    x1, x2 = np.array([2.0, 2, 3, 1.5]), np.array([0.0, 1, 2])
    pooled = pd.Series([*x1, *x2]).rank().to_numpy()
    sums = np.array([pooled[list(chosen)].sum() for chosen in combinations(range(7), 4)])
    extreme = np.abs(sums - sums.mean()) >= abs(pooled[:4].sum() - sums.mean()) - 1e-9
    found = exact_rank_sum_test(x1, x2)
    assert isinstance(found, HypothesisTest)
    assert found.p_value == pytest.approx(extreme.mean(), rel=1e-12)


def test_ten_against_five_can_reach_two_in_3003() -> None:
    found = exact_rank_sum_test(np.arange(10.0) + 5, np.arange(5.0))
    assert isinstance(found, HypothesisTest)
    assert found.p_value == pytest.approx(2 / 3003, rel=1e-12)


def test_one_score_for_all_is_no_test_and_superiority_of_one_half() -> None:
    data = pd.DataFrame({"score": [0] * 7, "group": ["a"] * 4 + ["b"] * 3})
    found = compare_ordinal(data, "score", "group")
    assert found.test == NotEstimable(reason="all scores are the same")
    assert isinstance(found.estimate, Estimate)
    assert found.estimate.value == 0.5


def test_repeats_taken_for_donors_raise_false_positives_and_block_means_do_not() -> None:
    repeats, blocks = false_positive_rates(
        between_sd=0.2, within_sd=0.2, n_blocks=4, n_repeats=3, seed=1
    )
    assert blocks.conf_low is not None
    assert blocks.conf_high is not None
    assert blocks.conf_low - 0.3 < 5 < blocks.conf_high + 0.3
    assert repeats.value > 15
    none, _ = false_positive_rates(between_sd=0.0, within_sd=0.2, n_blocks=4, n_repeats=3, seed=1)
    assert none.value == pytest.approx(5, abs=0.6)
