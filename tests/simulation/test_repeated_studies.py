import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from distributed import LocalCluster
from scipy.stats import norm

from il6report.analyses.beyond_accepted import TOGETHER
from il6report.analyses.headlines import HEADLINES
from il6report.cli import app
from il6report.errors import AnalysisError, CohortError
from il6report.estimates import NULL_VALUES
from il6report.ledger import Ledger
from il6report.plan import AnalysisPlan
from il6report.simulation import repeated_studies, replicate
from il6report.simulation.observation import GROUPS
from il6report.simulation.parameters import StudyModel
from il6report.simulation.participants import draw_participants
from il6report.simulation.performance import count_studies, write_counts
from il6report.simulation.repeated_studies import Part, plan_parts, run_parts
from il6report.simulation.replicate import REPEATED_PLAN, STOPPED, analyse_studies, study_model
from il6report.simulation.truth import Truth, true_values
from il6report.source import REPEATED_COLUMNS, read_repeated_studies

NULL = StudyModel(effect_scale=0.0)
HAZARD = "survival.cox.il6_high"


def drawn(model: StudyModel, numbers: range, plan: AnalysisPlan) -> pd.DataFrame:
    """Stand in for the analysis: one quick row a study, from the seed of the study."""
    seeds = [study_model(model, number).seed for number in numbers]
    values = [np.random.default_rng(seed).normal() for seed in seeds]
    rows = pd.DataFrame({"study": list(numbers), "id": HAZARD, "estimate": values})
    return rows.assign(p_value=plan.conf_level)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated_studies, "analyse_studies", drawn)


def parts_of(folder: Path, n_studies: int = 25) -> tuple[Part, ...]:
    return plan_parts(NULL, REPEATED_PLAN, n_studies, folder)


def test_a_study_is_the_same_alone_and_among_others() -> None:
    together = analyse_studies(NULL, range(1, 3), REPEATED_PLAN)
    alone = analyse_studies(NULL, range(2, 3), REPEATED_PLAN)
    second = together[together["study"] == 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, second, check_exact=True)
    assert set(HEADLINES) <= set(alone["id"])
    first = together[together["study"] == 1].reset_index(drop=True)
    assert not first["estimate"].equals(second["estimate"])


def test_only_null_studies_have_a_laboratory_and_not_all_of_them() -> None:
    rows = analyse_studies(NULL, range(3, 5), REPEATED_PLAN)
    questions = rows["id"].str.split(".").str[0].groupby(rows["study"]).agg(set)
    assert "fibroblasts" not in questions[3]
    assert {"fibroblasts", "signalling", "skin_biopsies"} <= questions[4]


def test_a_study_that_cannot_be_analysed_is_a_row_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> Ledger:
        raise CohortError("nobody came.")

    monkeypatch.setattr(replicate, "analyse_study", stop)
    rows = analyse_studies(NULL, range(1, 3), REPEATED_PLAN)
    assert rows["id"].tolist() == [STOPPED, STOPPED]
    counts = count_studies(rows, {HAZARD: Truth(value=1.0)}, REPEATED_PLAN, effect_scale=0.0)
    hazard = counts.set_index("id").loc[HAZARD]
    assert hazard[["n_studies", "n_estimated", "n_rejected", "n_intervals"]].tolist() == [
        2,
        0,
        0,
        0,
    ]


@pytest.mark.usefixtures("quick")
def test_a_run_that_was_stopped_goes_on_and_ends_in_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_parts(parts_of(tmp_path / "whole"), REPEATED_PLAN)
    analysed: list[int] = []

    def break_off(model: StudyModel, numbers: range, plan: AnalysisPlan) -> pd.DataFrame:
        if numbers.start == 10 and not analysed.count(10):
            analysed.append(10)
            raise KeyboardInterrupt
        analysed.append(numbers.start)
        return drawn(model, numbers, plan)

    monkeypatch.setattr(repeated_studies, "analyse_studies", break_off)
    parts = parts_of(tmp_path / "broken")
    with pytest.raises(KeyboardInterrupt):
        run_parts(parts, REPEATED_PLAN)
    assert [part.path.exists() for part in parts] == [True, False, False]
    done: list[int] = []
    resumed = run_parts(parts, REPEATED_PLAN, on_progress=done.append)
    assert analysed == [0, 10, 10, 20]
    assert done == [10, 10, 5]
    pd.testing.assert_frame_equal(resumed, whole, check_exact=True)


def test_workers_and_a_cluster_change_nothing(tmp_path: Path) -> None:
    few = AnalysisPlan(cut_resamples=2, cut_permutations=19, concordance_resamples=2)

    def run(name: str, **how: object) -> pd.DataFrame:
        parts = plan_parts(StudyModel(), few, 11, tmp_path / name)
        short = [dataclasses.replace(one, numbers=one.numbers[:1]) for one in parts]
        return run_parts(tuple(short), few, **how)  # pyright: ignore[reportArgumentType]

    alone = run("alone", jobs=1)
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        elsewhere = run("elsewhere", cluster=cluster.scheduler_address)
    pd.testing.assert_frame_equal(alone, run("two", jobs=2), check_exact=True)
    pd.testing.assert_frame_equal(alone, elsewhere, check_exact=True)


def test_a_cluster_that_is_not_there_is_told_of() -> None:
    with pytest.raises(AnalysisError, match=r"--cluster nowhere: .*pip install 'il6report\[clus"):
        run_parts((), REPEATED_PLAN, cluster="nowhere")


@pytest.mark.parametrize(
    "other",
    [
        lambda folder: plan_parts(StudyModel(effect_scale=0.5), REPEATED_PLAN, 5, folder),
        lambda folder: plan_parts(dataclasses.replace(NULL, seed=1), REPEATED_PLAN, 5, folder),
        lambda folder: plan_parts(NULL, AnalysisPlan(il6_high_pg_ml=12.0), 5, folder),
    ],
    ids=["model", "seed", "plan"],
)
def test_parts_of_another_kind_are_never_mixed(
    tmp_path: Path, other: Callable[[Path], tuple[Part, ...]]
) -> None:
    assert parts_of(tmp_path, 5)[0].path.parent != other(tmp_path)[0].path.parent


def test_parts_of_other_code_are_never_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parts_of(tmp_path)[0].path
    monkeypatch.setattr(repeated_studies, "code_version", lambda: "another")
    assert parts_of(tmp_path)[0].path.parent != before.parent


def test_without_effects_the_truth_is_no_effect() -> None:
    truths = true_values(NULL, REPEATED_PLAN)
    assert "survival.logrank" not in truths
    assert {key: one.value for key, one in truths.items()} == {
        key: NULL_VALUES[one.measure] for key, one in HEADLINES.items() if one.has_truth
    }


def test_true_ratios_are_those_of_a_large_sample() -> None:
    model = StudyModel(scale=400)
    people = draw_participants(model)
    group = people["study_group"] + (
        ", " + people["sampling_stratum"].str.replace("_", " ")
    ).fillna("")
    logs = np.log(people["true_il6_pg_ml"]).groupby(group).mean()
    truths = true_values(StudyModel(), REPEATED_PLAN, cohorts=2, scale=2)
    names = {"lcssc": "lcSSc", "dcssc_normal": "dcSSc, normal platelets",
             "dcssc_high": "dcSSc, high platelets"}  # fmt: skip
    assert set(names.values()) <= set(GROUPS)
    for key, name in names.items():
        truth = truths[f"circulating_il6.ratio.il6.{key}"]
        assert truth.error == 0
        assert math.log(truth.value) == pytest.approx(logs[name] - logs["control"], abs=0.05)


def test_simulated_truths_lie_near_what_was_built_in() -> None:
    truths = true_values(StudyModel(), REPEATED_PLAN, cohorts=2, scale=100)
    built_in = StudyModel()
    given_age = truths["survival.cox_adjusted.il6_high"]
    assert given_age.value == pytest.approx(built_in.hazard_ratio_il6_high, rel=0.12)
    skin = truths["skin_score.mixed.adjusted_difference"].value
    assert 0.9 * built_in.skin_change_il6_high < skin < built_in.skin_change_il6_high
    pooled, within = (truths[f"acute_phase.{one}.platelets_10e9_l"].value for one in
                      ("correlation", "partial"))  # fmt: skip
    assert pooled > within > 0.2


def rows_by_hand() -> pd.DataFrame:
    """Four studies: the hazard is 2; the second has no estimate, the third no interval."""
    columns = ["study", "id", "estimate", "conf_low", "conf_high", "p_value", "p_adjusted"]
    protein = "fibroblasts.protein.ctgf"
    return pd.DataFrame(
        [
            (0, HAZARD, math.e, 2.0, 4.0, 0.01, math.nan),
            (1, HAZARD, math.nan, math.nan, math.nan, math.nan, math.nan),
            (2, HAZARD, math.e**3, math.nan, math.nan, 0.04, math.nan),
            (3, HAZARD, math.e**2, 2.1, 9.0, 0.20, math.nan),
            (0, "acute_phase.correlation.crp_mg_l", 0.5, 0.1, 0.7, 0.03, 0.06),
            (0, "acute_phase.correlation.mrss", 0.5, 0.1, 0.7, 0.001, 0.01),
            (3, "acute_phase.correlation.mrss", 0.1, -0.1, 0.7, 0.04, 0.10),
            (2, "acute_phase.partial.mrss", 0.1, -0.1, 0.7, 0.04, 0.10),
            (1, "acute_phase.correlation.mrss", 0.9, math.nan, math.nan, math.nan, math.nan),
            (0, "survival.cox_adjusted.age_years", 1.1, 1.0, 1.2, 0.001, math.nan),
            (0, f"{protein}.il6", 1.1, 1.0, 1.2, 0.001, 0.02),
            (0, f"{protein}.trans", 1.1, 1.0, 1.2, 0.001, 0.03),
            (0, "fibroblasts.protein.collagen_i.il6", 1.1, 1.0, 1.2, 0.9, 1.0),
            (1, f"{protein}.il6", 1.1, 1.0, 1.2, 0.2, 0.5),
        ],
        columns=columns,
    )


def test_studies_are_counted_as_by_hand() -> None:
    counts = count_studies(
        rows_by_hand(), {HAZARD: Truth(value=2.0, error=0.1)}, REPEATED_PLAN, effect_scale=1.0
    )
    assert list(counts) == list(REPEATED_COLUMNS)
    found = counts.set_index("id")
    hazard = found.loc[HAZARD]
    assert hazard[["n_studies", "n_estimated", "n_rejected", "n_rejected_adjusted"]].tolist() == [
        4, 3, 2, 2
    ]  # fmt: skip
    assert hazard[["n_intervals", "n_covered"]].tolist() == [2, 1]
    assert hazard[["truth", "truth_error"]].tolist() == [2.0, 0.1]
    assert hazard[["mean", "std_dev"]].astype(float).tolist() == pytest.approx([2.0, 1.0])
    crp = found.loc["acute_phase.correlation.crp_mg_l"]
    assert crp[["n_rejected", "n_rejected_adjusted"]].tolist() == [1, 0]
    assert math.isnan(crp["n_intervals"])


def test_families_are_counted_as_by_hand() -> None:
    counts = count_studies(rows_by_hand(), {}, REPEATED_PLAN, effect_scale=0.0)
    family = counts[counts["kind"] == "family"].set_index("id")
    columns = ["n_studies", "n_rejected", "n_rejected_adjusted"]
    # Study 2 asked the question, though not by a test of this family; study 1 could not test.
    assert family.loc["IL-6 and the acute phase", columns].tolist() == [3, 2, 1]
    # The only other test of the family is that of age, which is no claim of no effect.
    assert "Survival by IL-6, supporting analyses" not in family.index
    proteins = "Each matrix protein against untreated cells"
    assert family.loc[proteins, columns].tolist() == [3, 1, 1]
    assert family.loc[f"{proteins}{TOGETHER}", columns].tolist() == [2, 1, 1]


def test_counts_are_read_as_they_were_written(tmp_path: Path) -> None:
    counts = count_studies(rows_by_hand(), {HAZARD: Truth(value=2.0)}, REPEATED_PLAN,
                           effect_scale=1.0)  # fmt: skip
    path = tmp_path / "simulation" / "operating_characteristics.csv"
    write_counts(path, counts, {"command": "il6report repeat: all", "seed": "7"})
    read = read_repeated_studies(tmp_path)
    assert dict(read.provenance) == {"command": "il6report repeat: all", "seed": "7"}
    pd.testing.assert_frame_equal(read.counts, counts, check_dtype=False)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_few_studies_are_repeated_by_one_command(tmp_path: Path) -> None:
    arguments = ["repeat", "--studies", "2", "--effect-scale", "0", "--jobs", "1"]
    folders = ["--out", str(tmp_path / "out"), "--parts", str(tmp_path / "parts")]
    done = CliRunner().invoke(app, [*arguments, *folders], catch_exceptions=False)
    assert done.exit_code == 0
    repeated = read_repeated_studies(tmp_path / "out")
    assert repeated.provenance["command"].endswith("--studies 2 --effect-scale 0 --seed 2012")
    claims = repeated.counts[repeated.counts["kind"] == "claim"]
    assert claims["id"].tolist() == list(HEADLINES)
    assert (claims["n_studies"] == 2).all()


def test_the_error_of_a_simulated_truth_is_that_of_a_mean() -> None:
    few = true_values(StudyModel(), REPEATED_PLAN, cohorts=8, scale=5)[HAZARD]
    # Some 90 deaths a cohort, a third to a half of them with high IL-6: SE of a log ratio.
    expected = 1 / math.sqrt(90 * 0.24) / math.sqrt(8)
    assert few.error == pytest.approx(expected, rel=2 * norm.isf(0.025) / math.sqrt(2 * 7))
