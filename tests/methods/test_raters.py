from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.raters import Method, agreement

REFERENCE = Path(__file__).parents[1] / "reference"
SHROUT_FLEISS = pd.read_csv(REFERENCE / "laboratory_shrout_fleiss.csv")


def wanted(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"laboratory_{name}.csv")


def ratings_of(table: str) -> pd.DataFrame:
    counts = wanted(table).to_numpy()
    first, second = np.nonzero(counts >= 0)
    repeats = counts[first, second]
    return pd.DataFrame({"a": np.repeat(first, repeats), "b": np.repeat(second, repeats)})


def coefficient(ratings: pd.DataFrame, method: Method) -> Estimate:
    found = agreement(ratings, method=method).coefficient.estimate
    assert isinstance(found, Estimate)
    return found


def test_weighted_kappa_agrees_with_vcd() -> None:
    row = wanted("weighted_kappa").iloc[0]
    found = coefficient(ratings_of("sexual_fun"), "weighted_kappa")
    assert found.value == pytest.approx(row["estimate"], rel=1e-12)
    assert found.value == pytest.approx(row["psych_estimate"], rel=1e-12)
    assert found.std_error == pytest.approx(row["std_error"], rel=1e-12)


def test_ac2_agrees_with_gwet() -> None:
    table, raw = wanted("gwet_ac2").to_dict("records")
    ratings = ratings_of("abstractors")
    found = coefficient(ratings, "gwet_ac2")
    assert found.value == pytest.approx(table["estimate"], rel=1e-12)
    # The two-rater form of irrCAC divides the variance by n, its general form and ours by n - 1.
    n = len(ratings)
    assert found.std_error == pytest.approx(table["std_error"] * np.sqrt(n / (n - 1)), rel=1e-12)
    four = agreement(SHROUT_FLEISS, method="gwet_ac2", levels=range(1, 11)).coefficient.estimate
    assert isinstance(four, Estimate)
    # irrCAC prints its general form to five decimals.
    assert four.value == pytest.approx(raw["estimate"], abs=5e-6)
    assert four.std_error == pytest.approx(raw["std_error"], abs=5e-6)


def test_icc_agrees_with_psych() -> None:
    row = wanted("icc").iloc[0]
    found = coefficient(SHROUT_FLEISS, "icc")
    for ours, theirs in (("value", "estimate"), ("conf_low",) * 2, ("conf_high",) * 2):
        assert getattr(found, ours) == pytest.approx(row[theirs], rel=1e-10)


def test_kappa_suffers_from_prevalence_and_ac2_does_not() -> None:
    ratings = pd.DataFrame({"a": [0] * 18 + [1, 0], "b": [0] * 18 + [0, 1]})
    assert coefficient(ratings, "weighted_kappa").value < 0
    assert coefficient(ratings, "gwet_ac2").value > 0.85
    exact = agreement(ratings).exact
    assert isinstance(exact.estimate, Estimate)
    assert (exact.estimate.value, exact.n_events, exact.n) == (90.0, 18, 20)


def test_the_order_of_raters_and_specimens_does_not_matter() -> None:
    ratings = ratings_of("sexual_fun")
    for method in ("weighted_kappa", "gwet_ac2", "icc"):
        turned = ratings[["b", "a"]].sample(frac=1, random_state=1)
        assert coefficient(turned, method).value == pytest.approx(
            coefficient(ratings, method).value, rel=1e-12
        )


def test_specimens_scored_by_one_rater_are_left_out_and_counted() -> None:
    ratings = ratings_of("sexual_fun").astype(float)
    ratings.loc[:9, "b"] = np.nan
    found = agreement(ratings)
    assert found.n_incomplete == 10
    assert found.coefficient.n == len(ratings) - 10
    assert "10 specimens not scored by every rater left out" in found.coefficient.note


@pytest.mark.parametrize("method", ["weighted_kappa", "gwet_ac2"])
def test_one_score_only_says_nothing_about_agreement(method: Method) -> None:
    found = agreement(pd.DataFrame({"a": [2] * 5, "b": [2] * 5}), method=method)
    assert isinstance(found.coefficient.estimate, NotEstimable)
    assert found.coefficient.estimate.reason == "every score is the same"


def test_a_score_off_the_scale_and_a_third_rater_are_refused_together() -> None:
    ratings = pd.DataFrame({"a": [0, 1], "b": [0, 4], "c": [1, 1]})
    with pytest.raises(AnalysisError) as raised:
        agreement(ratings, levels=(0, 1, 2, 3))
    assert "two raters, one column each" in str(raised.value)
    assert "agreement('b'): expected the scores 0.0, 1.0, 2.0, 3.0; found 1 others" in str(
        raised.value
    )


def test_nobody_scored_by_both_is_refused() -> None:
    with pytest.raises(AnalysisError, match="found 1 of 2"):
        agreement(pd.DataFrame({"a": [0, 1], "b": [0, None]}))


def test_raters_who_give_one_score_each_have_no_kappa() -> None:
    apart = pd.DataFrame({"one": [1, 1, 1, 1], "two": [2, 2, 2, 2]})
    assert agreement(apart).coefficient.estimate == NotEstimable(
        reason="neither rater tells specimens apart", measure="weighted_kappa"
    )


@pytest.mark.parametrize(
    ("method", "one", "two", "reason"),
    [
        ("weighted_kappa", [1, 1, 1, 1], [1, 2, 1, 2], "one rater gave one score only"),
        ("weighted_kappa", [1, 2, 3, 2], [1, 2, 3, 2], "the agreement is perfect"),
        ("gwet_ac2", [1, 2, 3, 2], [1, 2, 3, 2], "the agreement is perfect"),
        ("weighted_kappa", [1, 1, 2, 0, 1], [2, 1, 1, 1, 0], "its large-sample variance is zero"),
    ],
)
def test_a_coefficient_without_variance_has_no_interval(
    method: Method, one: list[int], two: list[int], reason: str
) -> None:
    ratings = pd.DataFrame({"one": one, "two": two})
    found = agreement(ratings, method=method).coefficient.estimate
    assert isinstance(found, Estimate)
    assert (found.conf_low, found.no_interval) == (None, reason)


@pytest.mark.parametrize(("method", "quantile"), [("weighted_kappa", norm), ("gwet_ac2", t(90))])
def test_walds_interval_is_that_of_r_and_fishers_meets_it_in_many_specimens(
    method: Method, quantile: Any
) -> None:
    few = ratings_of("sexual_fun")
    wald = agreement(few, method=method, interval="wald").coefficient.estimate
    assert isinstance(wald, Estimate)
    reach = quantile.ppf(0.975) * wald.std_error
    assert (wald.conf_low, wald.conf_high) == pytest.approx(
        (wald.value - reach, wald.value + reach)
    )
    many = pd.concat([few] * 400)
    one, other = (
        agreement(many, method=method, interval=interval).coefficient.estimate
        for interval in ("wald", "fisher_z")
    )
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert other.conf_low == pytest.approx(one.conf_low, rel=1e-3)
    assert other.conf_high == pytest.approx(one.conf_high, rel=1e-3)
