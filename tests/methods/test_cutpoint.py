from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, HypothesisTest, NotEstimable
from il6report.methods.cox_model import cox
from il6report.methods.cutpoint import CutpointResult, select_cutpoint
from il6report.methods.maximal_selection import logrank_scores, permutation_p_value, select_cuts
from il6report.methods.split_hazard import fit_splits

REFERENCE = Path(__file__).parents[1] / "reference"
EVENTS = {"lung": "death", "veteran": "status", "pbc": "death", "few": "status"}
WANTED = pd.read_csv(REFERENCE / "survival_maxstat.csv")
CUTS = pd.read_csv(REFERENCE / "survival_maxstat_cuts.csv")
CASES = list(zip(WANTED["data"], WANTED["marker"], strict=True))


def study(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"survival_{name}.csv")


def select(name: str, marker: str, **options: int) -> CutpointResult:
    options = {"seed": 1, "n_bootstrap": 50, "n_permutations": 199, **options}
    return select_cutpoint(study(name), marker, "time", EVENTS[name], **options)


@pytest.mark.parametrize(("name", "marker"), CASES)
def test_the_selected_cut_agrees_with_maxstat(name: str, marker: str) -> None:
    found = select(name, marker)
    wanted = WANTED.query("data == @name and marker == @marker").iloc[0]
    assert found.cut == wanted["cut"]
    assert isinstance(found.apparent.test, HypothesisTest)
    assert found.apparent.test.statistic == pytest.approx(wanted["statistic"], rel=1e-10)
    assert found.p_lausen_1992 == pytest.approx(wanted["lau92"], rel=1e-8)
    # maxstat computes 1 - P(|Z| <= b), which has lost its digits below 1e-16.
    assert found.p_lausen_1994 == pytest.approx(wanted["lau94"], rel=1e-8, abs=1e-15)


@pytest.mark.parametrize(("name", "marker"), CASES)
def test_every_admissible_cut_agrees_with_r(name: str, marker: str) -> None:
    found = select(name, marker).cuts
    wanted = CUTS.query("data == @name and marker == @marker")
    for column in ("cut", "statistic", "hazard_ratio", "std_error", "conf_low", "conf_high"):
        np.testing.assert_allclose(found[column], wanted[column], rtol=1e-9)
    assert (found["n_low"] + found["n_high"] == len(study(name))).all()


def test_the_permutation_test_agrees_with_all_permutations() -> None:
    # 6 people have 720 orders: few enough to go through all of them.
    block, event = np.arange(6)[np.newaxis], np.array([[1, 1, 0, 1, 1, 1]], dtype=bool)
    scores = logrank_scores(block, event)[0]
    admissible = np.ones((1, 5), dtype=bool)
    observed = float(select_cuts(scores[np.newaxis], admissible).statistic[0])
    everything = select_cuts(np.array(list(permutations(scores))), admissible).statistic
    exact = (everything >= observed * (1 - 1e-9)).mean()
    found = permutation_p_value(
        scores, admissible, observed, n_permutations=20_000, rng=np.random.default_rng(2)
    )
    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 20_000))


def test_many_splits_at_once_equal_one_cox_model_each() -> None:
    rng = np.random.default_rng(3)
    time = np.sort(rng.integers(1, 12, size=30)).astype(float)
    event = rng.random(30) < 0.7
    high = rng.random((5, 30)) < 0.5
    block = np.broadcast_to(np.unique(time, return_inverse=True)[1], (5, 30))
    for penalty in (None, "firth"):
        fits = fit_splits(block, np.broadcast_to(event, (5, 30)), high, penalised=bool(penalty))
        for split in range(5):
            frame = pd.DataFrame({"time": time, "event": event, "high": high[split]})
            alone = cox(frame, "time", "event", ["high"], penalty=penalty).terms["high"].estimate
            assert isinstance(alone, Estimate)
            assert np.exp(fits.log_ratio[split]) == pytest.approx(alone.value, rel=1e-7)
            assert fits.std_error[split] == pytest.approx(alone.std_error, rel=1e-6)


def test_the_correction_brings_the_ratio_of_a_useless_marker_back_towards_one() -> None:
    rng = np.random.default_rng(4)
    apparent, corrected, rejected = [], [], 0
    for seed in range(40):
        frame = pd.DataFrame(
            {"years": rng.exponential(10, 40), "died": rng.random(40) < 0.5, "x": rng.random(40)}
        )
        found = select_cutpoint(
            frame, "x", "years", "died", seed=seed, n_bootstrap=60, n_permutations=199
        )
        assert isinstance(found.corrected.estimate, Estimate)
        assert isinstance(found.apparent.test, HypothesisTest)
        if isinstance(found.apparent.estimate, Estimate):
            apparent.append(abs(np.log(found.apparent.estimate.value)))
        corrected.append(abs(np.log(found.corrected.estimate.value)))
        rejected += found.apparent.test.p_value < 0.05
    assert np.mean(corrected) < 0.8 * np.mean(apparent)
    # The corrected test holds its level; a single look at each best cut rejects in half of them.
    assert rejected <= 6


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, second, other = (select("few", "karno", seed=seed) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame())
    pd.testing.assert_frame_equal(first.bootstrap, second.bootstrap)
    assert not first.bootstrap.equals(other.bootstrap)


def test_a_monotone_change_of_the_marker_changes_nothing_but_the_cut() -> None:
    few = study("few").assign(karno=lambda frame: np.log(frame["karno"]))
    found = select_cutpoint(
        few, "karno", "time", "status", seed=1, n_bootstrap=50, n_permutations=9
    )
    plain = select("few", "karno", n_permutations=9)
    assert found.cut == pytest.approx(np.log(float(str(plain.cut))))
    pd.testing.assert_frame_equal(found.to_frame(), plain.to_frame())
    assert found.significant == plain.significant


def test_what_cannot_be_cut_has_a_reason() -> None:
    frame = pd.DataFrame({"years": [1.0, 2, 3, 4, 5, 6], "died": 0, "x": [1, 2, 3, 4, 5, 6]})
    nobody = select_cutpoint(frame, "x", "years", "died", seed=1)
    assert nobody.cut == NotEstimable(reason="nobody had the event", measure="hazard_ratio")
    assert nobody.significant.total == 0
    constant = select_cutpoint(frame.assign(died=1, x=1), "x", "years", "died", seed=1)
    assert isinstance(constant.apparent.estimate, NotEstimable)
    assert "share of 0.1" in constant.to_frame()["note"][0]
    one_side = frame.assign(died=[1, 1, 1, 0, 0, 0])
    found = select_cutpoint(one_side, "x", "years", "died", seed=1, n_bootstrap=30)
    assert found.apparent.estimate == NotEstimable(
        reason="all events are on one side of the selected cut", measure="hazard_ratio"
    )


def test_options_out_of_range_are_named() -> None:
    with pytest.raises(AnalysisError, match="a share above 0 and below"):
        select_cutpoint(study("few"), "karno", "time", "status", seed=1, min_fraction=0.5)
    with pytest.raises(AnalysisError, match="1 or more"):
        select("few", "karno", n_bootstrap=0)
