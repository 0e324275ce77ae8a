"""The whole simulated study on one page, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import yaml

from il6report.cohort.codebook import KEYS, OWN_CODEBOOK, Variable, own_codebook, own_variables
from il6report.errors import DataError, Problem
from il6report.simulation.biopsies import draw_biopsies
from il6report.simulation.datapackage import describe_package
from il6report.simulation.fibroblasts import draw_immunoblots, draw_qpcr
from il6report.simulation.outcomes import draw_followup, draw_skin_scores, with_skin_at_sampling
from il6report.simulation.parameters import StudyModel
from il6report.simulation.participants import draw_participants, remove_at_random
from il6report.simulation.plates import draw_plates
from il6report.simulation.readme import write_readme
from il6report.source import StudyData, StudyDescription

VERSION = "1.0.0"
TITLE = "Interleukin 6 in systemic sclerosis: a simulated mirror of Khan et al. 2012"


def simulate_study(model: StudyModel) -> dict[str, pd.DataFrame]:
    """Draw the raw files of a study.

    Parameters
    ----------
    model : StudyModel
        The data-generating model, with its seed.

    Returns
    -------
    dict of str to DataFrame
        File to frame, with the columns of the codebook in its order.
    """
    tables = {**draw_clinical(model), **draw_laboratory(model)}
    return {file: _as_described(file, table) for file, table in tables.items()}


def draw_clinical(model: StudyModel) -> dict[str, pd.DataFrame]:
    """Draw the files on participants."""
    everybody = draw_participants(model)
    followup = draw_followup(model, everybody)
    skin_scores = draw_skin_scores(model, everybody, followup)
    seen = with_skin_at_sampling(model, everybody, skin_scores)
    return {
        "participants": remove_at_random(seen, model),
        "elisa_plates": draw_plates(model, everybody),
        "skin_scores": skin_scores,
        "followup": followup,
    }


def draw_laboratory(model: StudyModel) -> dict[str, pd.DataFrame]:
    """Draw the files of the laboratory."""
    return {
        "biopsies": draw_biopsies(model),
        "immunoblots": draw_immunoblots(model),
        "qpcr": draw_qpcr(model),
    }


def study_in_memory(model: StudyModel, *, laboratory: bool = True) -> StudyData:
    """Draw a study as `il6report.source.read_study` gives one, without files in between.

    Parameters
    ----------
    model : StudyModel
        The data-generating model, with its seed.
    laboratory : bool
        Whether to draw the files of the laboratory too; they have no rows otherwise.
    """
    drawn = draw_clinical(model) | (draw_laboratory(model) if laboratory else {})
    tables = {
        file: _as_read(file, drawn[file]) if file in drawn else _no_rows(file) for file in KEYS
    }
    return StudyData(
        description=StudyDescription(
            title=TITLE, origin="simulated", version=VERSION, seed=model.seed
        ),
        codebook=own_codebook(),
        **tables,
    )


def write_study(folder: Path, model: StudyModel) -> None:
    """Write a simulated study: raw files and what describes them, whole or not at all.

    Parameters
    ----------
    folder : Path
        Made where it is not; files of the same names are replaced once all are ready.
    model : StudyModel
        The data-generating model, with its seed.

    Raises
    ------
    DataError
        If the folder cannot be written.
    AnalysisError
        If the model is impossible.
    """
    tables = simulate_study(model)
    contents = {f"raw/{file}.csv": _csv(table) for file, table in tables.items()}
    contents["codebook.csv"] = OWN_CODEBOOK.read_text(encoding="utf-8")
    contents["study.yml"] = _description(model)
    contents["datapackage.json"] = describe_package(TITLE, VERSION, contents)
    contents["README.md"] = write_readme(tables, model)
    _write_whole(folder, contents)


def _description(model: StudyModel) -> str:
    return yaml.safe_dump(
        {
            "title": TITLE,
            "origin": "simulated",
            "simulated": True,
            "version": VERSION,
            "seed": model.seed,
            "effect_scale": model.effect_scale,
            "scale": model.scale,
        },
        sort_keys=False,
    )


def _described(file: str) -> list[Variable]:
    return [one for one in own_variables() if one.file == file]


def _as_described(file: str, table: pd.DataFrame) -> pd.DataFrame:
    """Keep the columns of the codebook in its order; whole numbers are written without a point."""
    described = _described(file)
    kept = table[[one.name for one in described]].copy()
    for one in described:
        if one.type == "integer":
            kept[one.name] = kept[one.name].astype("Int64")
    return kept.sort_values(list(KEYS[file]), ignore_index=True)


def _as_read(file: str, table: pd.DataFrame) -> pd.DataFrame:
    """Give a table the types that reading it from its file would give it."""
    described = _described(file)
    types = {one.name: "object" if one.type == "string" else "float64" for one in described}
    types |= {
        one.name: "int64" for one in described if one.type == "integer" and not one.missing_allowed
    }
    kept = table[[one.name for one in described]].astype(types)
    return kept.sort_values(list(KEYS[file]), ignore_index=True)


@cache
def _no_rows(file: str) -> pd.DataFrame:
    return _as_read(file, pd.DataFrame(columns=[one.name for one in _described(file)]))


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _write_whole(folder: Path, contents: Mapping[str, str]) -> None:
    """Write all files to a temporary place, then put them where they belong."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".unfinished-") as place:
            for name, content in contents.items():
                path = Path(place) / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(content, encoding="utf-8", newline="")
                (folder / name).parent.mkdir(exist_ok=True)
            for name in contents:
                (Path(place) / name).replace(folder / name)
    except OSError as error:
        raise DataError(
            Problem(
                where=str(folder),
                expected="a folder to write the study into",
                found=error.strerror or "an error of the file system",
                remedy="Choose another folder with --out, or see to its permissions.",
            )
        ) from error
