import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.groups import compare_two_groups
from il6report.methods.several_groups import SeveralGroupsMethod, compare_groups


def frame(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.repeat(["a", "b", "c"], [8, 10, 12])
    y = rng.normal(size=30) + np.repeat([0, 0.5, 1.5], [8, 10, 12]) + 4
    return pd.DataFrame({"y": y, "g": group, "below": y < 3.8})


@pytest.mark.parametrize("method", ["kruskal_wallis", "welch_anova", "peto_peto"])
def test_every_two_groups_are_compared_and_adjusted(method: SeveralGroupsMethod) -> None:
    found = compare_groups(frame(), "y", "g", method=method, adjust="bonferroni")
    assert [(row.group1, row.group2) for row in found.pairwise] == [
        ("b", "a"), ("c", "a"), ("c", "b"),
    ]  # fmt: skip
    for row in found.pairwise:
        assert isinstance(row.estimate, Estimate)
        assert isinstance(row.test, HypothesisTest)
        assert row.test.p_adjusted == pytest.approx(min(1, 3 * row.test.p_value))
        assert row.estimate.above_null
    assert len(found.to_frame()) == 4


def test_with_two_groups_peto_peto_is_that_of_two_groups() -> None:
    data = frame()[lambda d: d["g"] != "b"]
    several = compare_groups(data, "y", "g", method="peto_peto", below_limit="below")
    two = compare_two_groups(data, "y", "g", method="peto_peto", below_limit="below")
    assert isinstance(several.test, HypothesisTest)
    assert isinstance(two.test, HypothesisTest)
    assert several.test.p_value == pytest.approx(two.test.p_value, rel=1e-12)
    assert several.pairwise[0].estimate == two.estimate


def test_values_that_are_all_equal_tell_nothing() -> None:
    found = compare_groups(frame().assign(y=1.0), "y", "g")
    assert isinstance(found.estimate, NotEstimable)
    assert isinstance(found.test, NotEstimable)


def test_the_share_lies_in_its_interval() -> None:
    for method in ("kruskal_wallis", "welch_anova"):
        estimate = compare_groups(frame(), "y", "g", method=method).estimate
        assert isinstance(estimate, Estimate)
        assert estimate.conf_low is not None
        assert estimate.conf_high is not None
        assert 0 <= estimate.conf_low <= estimate.value <= estimate.conf_high <= 1


def test_censored_values_and_means_do_not_mix() -> None:
    with pytest.raises(AnalysisError, match="methods for censored values"):
        compare_groups(frame(), "y", "g", method="welch_anova", below_limit="below")
