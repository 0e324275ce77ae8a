import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.paired import PairedMethod, compare_paired, compare_to_value


def frame(first: list[float], second: list[float]) -> pd.DataFrame:
    n = len(first)
    return pd.DataFrame(
        {"y": [*first, *second], "visit": ["a"] * n + ["b"] * n, "who": [*range(n)] * 2}
    )


@pytest.mark.parametrize("method", ["t", "signed_rank"])
def test_pairs_are_found_whatever_the_order_of_rows(method: PairedMethod) -> None:
    data = frame([1.0, 5.0, 2.5, 8.0, 3.0, 6.5], [2.0, 7.5, 2.0, 11.0, 5.5, 10.0])
    shuffled = data.sample(frac=1, random_state=3)
    one = compare_paired(data, "y", "visit", "who", method=method)
    assert compare_paired(shuffled, "y", "visit", "who", method=method) == one
    against = compare_to_value(
        pd.DataFrame({"d": data["y"][6:].to_numpy() - data["y"][:6].to_numpy()}),
        "d",
        value=0,
        method=method,
    )
    assert (against.estimate, against.test) == (one.estimate, one.test)


def test_an_incomplete_pair_is_left_out_and_counted() -> None:
    found = compare_paired(frame([1, 2, 4, 9], [2, 4, np.nan, 3]), "y", "visit", "who")
    assert (found.n, found.n_incomplete) == (3, 1)
    assert "1 incomplete" in found.statistic.note


def test_differences_that_do_not_vary_have_no_t_but_a_median() -> None:
    data = frame([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7])
    assert isinstance(compare_paired(data, "y", "visit", "who").estimate, NotEstimable)
    ranks = compare_paired(data, "y", "visit", "who", method="signed_rank")
    assert isinstance(ranks.estimate, Estimate)
    assert ranks.estimate.value == 1.0
    assert isinstance(ranks.test, HypothesisTest)


def test_a_condition_measured_twice_is_refused() -> None:
    data = pd.concat([frame([1, 2], [3, 4]), frame([1, 2], [3, 4])])
    with pytest.raises(AnalysisError, match="4 cells with several rows"):
        compare_paired(data, "y", "visit", "who")


@pytest.mark.parametrize("factor", [1, 10, 1e-7, 2.0**-20, 1e9])
def test_equal_differences_are_tied_in_every_unit(factor: float) -> None:
    before = np.array([1.1, 2.3, 0.7, 3.4, 2.2, 1.9, 4.1, 2.8, 1.0])
    after = np.array([0.8, 2.6, 0.4, 2.9, 2.5, 1.3, 3.6, 2.1, 1.0])
    rows = pd.DataFrame({"y": np.append(before, after) * factor, "unit": [*range(9)] * 2,
                         "visit": ["a"] * 9 + ["b"] * 9})  # fmt: skip
    found = compare_paired(rows, "y", "visit", "unit", method="signed_rank")
    assert isinstance(found.test, HypothesisTest)
    # R: wilcox.test(after, before, paired = TRUE, digits.rank = 12)
    assert found.test.p_value == pytest.approx(0.0759914558, rel=1e-6)
    moved = rows.assign(y=rows["y"] + 0.1 * factor).query("visit == 'a'")
    other = compare_to_value(moved, "y", value=1.2 * factor, method="signed_rank")
    assert isinstance(other.test, HypothesisTest)
    assert other.test.p_value == pytest.approx(0.04231527491, rel=1e-6)
