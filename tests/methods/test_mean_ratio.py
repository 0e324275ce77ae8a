from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.mean_ratio import ratio_of_means

REFERENCE = Path(__file__).parents[1] / "reference"
PAIRED = pd.read_csv(REFERENCE / "laboratory_paired.csv")


def test_fieller_is_what_a_paired_t_test_does_not_reject() -> None:
    row = pd.read_csv(REFERENCE / "laboratory_fieller.csv").iloc[0]
    found = ratio_of_means(PAIRED, "a", "b")
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(100 * row["estimate"], rel=1e-12)
    assert found.conf_low == pytest.approx(100 * row["conf_low"], rel=1e-10)
    assert found.conf_high == pytest.approx(100 * row["conf_high"], rel=1e-10)
    for end in (found.conf_low, found.conf_high):
        assert end is not None
        p = ttest_1samp(PAIRED["a"] - end / 100 * PAIRED["b"], 0).pvalue
        assert p == pytest.approx(0.05, rel=1e-9)


def test_an_induction_that_may_be_none_gives_no_per_cent() -> None:
    found = ratio_of_means(PAIRED.assign(b=PAIRED["b"] - PAIRED["b"].mean() + 0.1), "a", "b")
    assert isinstance(found, NotEstimable)
    assert found.reason == "the induced part is too small to be told from none"


def test_the_bootstrap_is_near_fieller_and_repeats_itself() -> None:
    fieller = ratio_of_means(PAIRED, "a", "b")
    one, two = (ratio_of_means(PAIRED, "a", "b", method="bootstrap", seed=7) for _ in range(2))
    assert one == two
    assert isinstance(one, Estimate)
    assert isinstance(fieller, Estimate)
    assert one.conf_low == pytest.approx(fieller.conf_low, abs=10)
    assert one.conf_high == pytest.approx(fieller.conf_high, abs=10)


def test_exact_proportions_leave_no_width() -> None:
    donors = pd.DataFrame({"a": [0.5, 1.0, 0.75], "b": [1.0, 2.0, 1.5]})
    found = ratio_of_means(donors, "a", "b")
    assert isinstance(found, Estimate)
    assert [found.value, found.conf_low, found.conf_high] == pytest.approx([50, 50, 50])


def test_two_donors_are_refused() -> None:
    with pytest.raises(AnalysisError, match="3 or more blocks with both values; found 2 of 3"):
        ratio_of_means(PAIRED.iloc[:3].assign(a=[1.0, 2.0, np.nan]), "a", "b")
