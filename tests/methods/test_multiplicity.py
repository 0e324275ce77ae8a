import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from il6report.errors import AnalysisError
from il6report.estimates import HypothesisTest, NotEstimable
from il6report.methods.multiplicity import adjust_p_values, adjust_tests
from il6report.plan import AdjustMethod

P_VALUES = [0.001, 0.04, 0.03, 0.2, 0.012]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("none", P_VALUES),
        ("bonferroni", [0.005, 0.2, 0.15, 1.0, 0.06]),
        ("holm", [0.005, 0.09, 0.09, 0.2, 0.048]),
        ("hochberg", [0.005, 0.08, 0.08, 0.2, 0.048]),
        ("bh", [0.005, 0.05, 0.05, 0.2, 0.03]),
    ],
)
def test_p_values_are_adjusted_as_by_p_adjust_of_r(
    method: AdjustMethod, expected: list[float]
) -> None:
    np.testing.assert_allclose(
        adjust_p_values(P_VALUES, method=method), expected, rtol=1e-12, atol=1e-300
    )


@pytest.mark.parametrize(
    ("method", "theirs"),
    [("bonferroni", "bonferroni"), ("holm", "holm"), ("hochberg", "simes-hochberg"),
     ("bh", "fdr_bh")],
)  # fmt: skip
@settings(max_examples=30)
@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_p_values_are_adjusted_as_by_statsmodels(
    method: AdjustMethod, theirs: str, p_values: list[float]
) -> None:
    expected = multipletests(p_values, method=theirs)[1]
    np.testing.assert_allclose(
        adjust_p_values(p_values, method=method), expected, rtol=1e-12, atol=1e-300
    )


@given(st.lists(st.floats(0, 1), max_size=20), st.sampled_from(["bonferroni", "holm", "bh"]))
def test_adjustment_never_makes_a_p_value_smaller(p_values: list[float], method: str) -> None:
    adjusted = adjust_p_values(p_values, method=method)  # type: ignore[arg-type]
    assert (adjusted >= np.asarray(p_values) * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()


def test_what_could_not_be_tested_keeps_its_place_and_is_not_counted() -> None:
    made = HypothesisTest(statistic=1.0, p_value=0.02, method="t")
    missing = NotEstimable(reason="one member")
    first, second, third = adjust_tests([made, missing, made])
    assert second is missing
    assert isinstance(first, HypothesisTest)
    assert (first.p_adjusted, first.adjust_method) == (0.04, "holm")
    assert third == first
    assert adjust_tests([made], method="none") == (made,)


def test_an_unknown_method_and_an_impossible_p_value_are_refused() -> None:
    with pytest.raises(AnalysisError, match="Did you mean 'holm'"):
        adjust_p_values([0.1], method="hom")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="2 of 3 missing or outside"):
        adjust_p_values([0.1, float("nan"), 1.2])
