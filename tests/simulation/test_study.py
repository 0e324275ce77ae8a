import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from il6report.cli import app
from il6report.cohort.codebook import KEYS, OPTIONAL
from il6report.errors import AnalysisError, DataError
from il6report.simulation import parameters, targets
from il6report.simulation.observation import Observed, observe_study
from il6report.simulation.outcomes import draw_followup
from il6report.simulation.parameters import StudyModel
from il6report.simulation.participants import draw_participants
from il6report.simulation.streams import stream
from il6report.simulation.study import simulate_study, study_in_memory, write_study
from il6report.simulation.targets import TARGETS, Target
from il6report.source import read_study

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
LARGE = 40

# Deaths and correlations follow from several parameters together, so that a target is met less
# closely than the Monte Carlo error of a large study alone would allow.
TOLERANCE = 0.2


@pytest.fixture(scope="module")
def large() -> Observed:
    return observe_study(simulate_study(StudyModel(scale=LARGE, seed=7)))


@pytest.fixture(scope="module")
def null() -> Observed:
    return observe_study(simulate_study(StudyModel(scale=LARGE, effect_scale=0.0)))


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_committed_data_are_what_the_seed_gives(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["simulate", "--out", str(tmp_path / "new")])
    assert done.exit_code == 0
    of_many_studies = "simulation/"
    committed = {
        name: held for name, held in files(DATA).items() if not name.startswith(of_many_studies)
    }
    assert files(tmp_path / "new") == committed


def test_another_seed_gives_other_data() -> None:
    one, other = (simulate_study(StudyModel(seed=seed)) for seed in (1, 2))
    assert all(not one[file].equals(other[file]) for file in one)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.quantity)
def test_a_large_study_meets_its_calibration(large: Observed, target: Target) -> None:
    wanted = target.value * (LARGE if target.unit == "persons" else 1)
    assert target.observe(large) == pytest.approx(wanted, rel=TOLERANCE)


@pytest.mark.parametrize("column", ["crp_mg_l", "esr_mm_h", "platelets_10e9_l", "mrss"])
def test_without_effect_il6_is_related_to_nothing(null: Observed, column: str) -> None:
    pairs = null.among("SSc")[["il6", column]].dropna()
    limit = 4 / np.sqrt(len(pairs))
    assert abs(pairs.corr("spearman").iloc[0, 1]) < limit


def test_without_effect_the_groups_have_the_same_il6_and_mortality(null: Observed) -> None:
    high = null.people.groupby("group")["il6_high"].agg(["mean", "size"])
    in_clinic = 0.244  # above 10 pg/mL at a median of 4.6 and a log SD of 1.12
    assert high["mean"].to_numpy() == pytest.approx(
        in_clinic, abs=4 * np.sqrt(in_clinic / high["size"].min())
    )
    assert targets._mortality_ratio(null) == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize(
    "target",
    [one for one in TARGETS if "untreated" in one.quantity and one.file in {"immunoblots", "qpcr"}],
    ids=lambda target: target.quantity,
)
def test_without_effect_no_line_differs_and_no_stimulus_acts(
    null: Observed, target: Target
) -> None:
    assert target.observe(null) == pytest.approx(1.0, abs=0.06)


def test_without_effect_early_disease_stains_like_control_skin(null: Observed) -> None:
    scores = null.tables["biopsies"].astype({"intensity": float})
    means = scores.pivot_table("intensity", ["stain", "cell_type"], "biopsy_group")
    assert means["early dcSSc"].to_numpy() == pytest.approx(means["control"].to_numpy(), abs=0.12)


def test_without_effect_the_receptor_is_alike_in_all_groups(null: Observed) -> None:
    medians = null.people.groupby("group")["sil6r"].median()
    assert medians.to_numpy() == pytest.approx(40.0, rel=0.06)


def test_a_study_without_a_middling_serum_is_simulated_all_the_same() -> None:
    controls = replace(StudyModel().control, il6_median=0.1, il6_sigma=0.1)
    model = StudyModel(
        effect_scale=0.0, diffuse=replace(StudyModel().diffuse, il6_median=0.1, il6_sigma=0.1)
    )
    wells = simulate_study(replace(model, control=controls))["elisa_plates"]
    assert wells["absorbance"].notna().all()


@pytest.mark.parametrize("laboratory", [True, False])
def test_a_study_in_memory_is_the_one_that_would_be_read(tmp_path: Path, laboratory: bool) -> None:  # noqa: FBT001
    model = StudyModel(seed=3, effect_scale=0.0)
    write_study(tmp_path, model)
    if not laboratory:
        for file in OPTIONAL:
            (tmp_path / "raw" / f"{file}.csv").unlink()
    drawn, read = study_in_memory(model, laboratory=laboratory), read_study(tmp_path)
    assert drawn.description == read.description
    for file in KEYS:
        pd.testing.assert_frame_equal(getattr(drawn, file), getattr(read, file), check_exact=True)


def test_nobody_dies_before_sampling_and_the_strata_hold(large: Observed) -> None:
    people = large.people
    assert (people["followup_years"].dropna() > 0).all()
    stratum = people.groupby("sampling_stratum")["platelets_10e9_l"]
    assert stratum.min()["high_platelets"] > 400 >= stratum.max()["normal_platelets"]
    assert (people["mrss_peak"].dropna() >= people["mrss"][people["mrss_peak"].notna()]).all()


def test_a_stream_depends_on_its_name_and_seed_only() -> None:
    draws = {
        (seed, name): stream(seed, name).integers(2**62)
        for seed in (1, 2)
        for name in ("followup", "plates.il6")
    }
    assert len(set(draws.values())) == 4
    model = StudyModel()
    first = draw_followup(model, draw_participants(model))
    simulate_study(model)
    assert draw_followup(model, draw_participants(model)).equals(first)


def test_the_package_knows_the_bytes_of_its_files() -> None:
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (DATA / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == content.decode().splitlines()[0].split(",")


def test_a_study_that_cannot_be_simulated_leaves_the_earlier_one_alone(tmp_path: Path) -> None:
    write_study(tmp_path, StudyModel())
    before = files(tmp_path)
    with pytest.raises(AnalysisError, match="effect_scale: expected correlations of IL-6 that are"):
        write_study(tmp_path, StudyModel(effect_scale=3.0))
    assert files(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where a folder is needed")
    with pytest.raises(DataError, match="expected a folder to write the study into"):
        write_study(tmp_path, StudyModel())
    assert list(files(tmp_path)) == ["raw"]


def test_every_source_is_in_the_references() -> None:
    references = (ROOT / "report/references.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"@\w+\{(\w+),", references))
    model = Path(parameters.__file__).read_text(encoding="utf-8")
    cited = set(re.findall(r"\[([a-z]+\d{4}\w*)\]", model))
    cited |= {key for one in TARGETS for key in re.findall(r"\b[a-z]+\d{4}\w*", one.source)}
    assert cited - known == set()
