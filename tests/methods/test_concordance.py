import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.utils import concordance_index

from il6report.estimates import Estimate, NotEstimable
from il6report.methods.concordance import _count_by_order, _count_directly, harrell_concordance

rows = st.lists(
    st.tuples(st.integers(1, 9), st.booleans(), st.integers(-3, 3)), min_size=2, max_size=60
)


def columns(listed: list[tuple[int, bool, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time, event, risk = (np.array(column) for column in zip(*listed, strict=True))
    return time.astype(float), event, risk.astype(float)


@given(rows)
def test_both_ways_of_counting_pairs_agree(listed: list[tuple[int, bool, int]]) -> None:
    time, event, risk = columns(listed)
    order = np.lexsort((event, -time))
    for ours, direct in zip(
        _count_by_order(time, event, risk), _count_directly(time, event, risk), strict=True
    ):
        np.testing.assert_allclose(ours, direct[order])


@given(rows)
def test_lifelines_gives_the_same(listed: list[tuple[int, bool, int]]) -> None:
    time, event, risk = columns(listed)
    found = harrell_concordance(time, event, risk, conf_level=0.95)
    if isinstance(found, Estimate):
        # lifelines also counts two events at one time, so its times are made distinct here.
        distinct = time + np.where(event, 0, 1e-3) + 1e-6 * np.arange(len(time))
        theirs = concordance_index(distinct, -risk, event)
        ours = harrell_concordance(distinct, event, risk, conf_level=0.95)
        assert isinstance(ours, Estimate)
        assert ours.value == pytest.approx(theirs, rel=1e-12)


def test_nobody_to_compare_gives_a_reason() -> None:
    nobody = harrell_concordance(
        np.array([1.0, 2.0]), np.array([False, True]), np.array([1.0, 2.0]), conf_level=0.95
    )
    assert isinstance(nobody, NotEstimable)


def test_perfect_order_has_no_interval() -> None:
    perfect = harrell_concordance(
        np.array([1.0, 2.0]), np.array([True, True]), np.array([2.0, 1.0]), conf_level=0.95
    )
    assert isinstance(perfect, Estimate)
    assert (perfect.value, perfect.no_interval) == (1.0, "every pair is ordered alike")
