"""Files of a study into raw frames: the only reader of `data/`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

import pandas as pd
import yaml

from il6report.cohort.codebook import (
    COLUMNS,
    KEYS,
    OPTIONAL,
    codebook_problems,
    own_codebook,
    own_variables,
    read_variables,
)
from il6report.cohort.decoding import decode_table
from il6report.errors import DataError, Problem, name_rows, tell_kind

Origin = Literal["simulated", "observed"]

REPEATED_FILE = Path("simulation") / "operating_characteristics.csv"
"""Where, in the folder of a study, repeated studies are summed up."""

REPEATED_COLUMNS: tuple[str, ...] = (
    "effect_scale", "kind", "id", "measure", "n_studies", "n_estimated", "n_rejected",
    "n_rejected_adjusted", "n_intervals", "n_covered", "truth", "truth_error", "mean", "std_dev",
)  # fmt: skip
"""Columns of that file; `mean`, `std_dev` and `truth_error` are of logarithms where ratios are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyDescription:
    """What the data are, from `study.yml`.

    Parameters
    ----------
    title : str
        Title of the study.
    origin : {"simulated", "observed"}
        Whether the data were made or measured; decides whether every page is labelled.
    version : str
        Version of the data.
    seed : int, optional
        Seed they were simulated from.
    """

    title: str
    origin: Origin
    version: str
    seed: int | None = None

    @property
    def label(self) -> str:
        """The label every page, table and figure carries; empty for observed data."""
        return "Simulated data" if self.origin == "simulated" else ""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StudyData:
    """The raw files of a study, as read: one frame per file, nothing dropped or derived.

    Text is `object`, whole numbers are `int64` where none may be missing, all others `float64`.

    Parameters
    ----------
    description : StudyDescription
        From `study.yml`.
    codebook : DataFrame
        One row per variable of every file, as text: file, name, label, unit, type, minimum,
        maximum, allowed_values (joined by "|"), missing_allowed (yes, no), description.
    participants : DataFrame
        One row per participant.
    elisa_plates : DataFrame
        One row per well.
    skin_scores : DataFrame
        One row per participant and visit.
    followup : DataFrame
        One row per participant with systemic sclerosis.
    biopsies : DataFrame
        One row per biopsy, stain, cell type and rater; no rows where the study has no such file.
    immunoblots : DataFrame
        One row per band; no rows where the study has no such file.
    qpcr : DataFrame
        One row per well; no rows where the study has no such file.
    """

    description: StudyDescription
    codebook: pd.DataFrame
    participants: pd.DataFrame
    elisa_plates: pd.DataFrame
    skin_scores: pd.DataFrame
    followup: pd.DataFrame
    biopsies: pd.DataFrame
    immunoblots: pd.DataFrame
    qpcr: pd.DataFrame


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RepeatedStudies:
    """What became of the analysis on many simulated studies, as `il6report repeat` counted it.

    Parameters
    ----------
    counts : DataFrame
        One row per scenario and claim or family: `REPEATED_COLUMNS`; no rows where a study comes
        without.
    provenance : mapping of str to str
        Command, seed, version and what else the head of the file tells.
    """

    counts: pd.DataFrame
    provenance: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StudyFiles:
    """What could be read of a study, and everything that could not.

    Parameters
    ----------
    description : StudyDescription or None
        From `study.yml`.
    codebook : DataFrame
        That of the study, or of the package where the study's cannot be read.
    tables : mapping of str to DataFrame
        The raw files that could be read; undecodable cells are missing, absent columns absent.
    problems : tuple of Problem
        Everything that is wrong, file by file.
    """

    description: StudyDescription | None
    codebook: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]


def as_folder(folder: object) -> Path:
    """Take the path of a folder, written in either way, or say that it is none."""
    if isinstance(folder, Path | str):
        return Path(folder)
    raise DataError(
        Problem(
            where="the folder of the study", expected="a path", found=tell_kind(folder),
            remedy="Give it as text, such as 'data'.",
        )
    )  # fmt: skip


def read_study(folder: Path | str) -> StudyData:
    """Read a study, or say everything that is wrong with its files.

    Parameters
    ----------
    folder : Path or str
        Holds `study.yml`, `codebook.csv` and `raw/`.

    Raises
    ------
    DataError
        If it is no folder, files or columns are missing or not described, or values cannot be
        decoded; names all.
    """
    files = read_files(as_folder(folder))
    DataError.raise_if_any(files.problems)
    return StudyData(
        description=cast("StudyDescription", files.description),
        codebook=files.codebook,
        **files.tables,
    )


def read_repeated_studies(folder: Path) -> RepeatedStudies:
    """Read what became of the analysis on many simulated studies, if the study comes with it.

    Parameters
    ----------
    folder : Path
        Of the study.

    Raises
    ------
    DataError
        If the file is not one that `il6report repeat` wrote.
    """
    path = folder / REPEATED_FILE
    if not path.is_file():
        return RepeatedStudies(counts=pd.DataFrame(columns=list(REPEATED_COLUMNS)), provenance={})
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# ")]
    counts = pd.read_csv(path, comment="#")
    if list(counts) != list(REPEATED_COLUMNS):
        raise DataError(
            Problem(
                where=str(REPEATED_FILE),
                expected=f"the columns {', '.join(REPEATED_COLUMNS)}",
                found="others",
                remedy="Write it again with il6report repeat, or take it away.",
            )
        )
    return RepeatedStudies(
        counts=counts, provenance={name: told for name, told in head if name and told}
    )


def read_files(folder: Path) -> StudyFiles:
    """Read what can be read of a study and collect what is wrong, without raising."""
    problems: list[Problem] = []
    description = _read_description(folder / "study.yml", problems)
    codebook = _read_codebook(folder / "codebook.csv", problems)
    variables = read_variables(codebook)
    tables: dict[str, pd.DataFrame] = {}
    for file in KEYS:
        path = folder / "raw" / f"{file}.csv"
        described = [one for one in variables if one.file == file]
        if file in OPTIONAL and not path.is_file():
            described = [one for one in own_variables() if one.file == file]
            text = pd.DataFrame(columns=[one.name for one in described], dtype="object")
        else:
            text = _read_text(path, f"raw/{file}.csv", problems)
        if not described:
            problems.append(_undescribed(file))
        elif text is not None:
            tables[file] = decode_table(text, described, problems)
    return StudyFiles(
        description=description, codebook=codebook, tables=tables, problems=tuple(problems)
    )


def _read_description(path: Path, problems: list[Problem]) -> StudyDescription | None:
    example = 'Write "title: ...", "origin: observed" and "version: ...", one to a line.'
    if not path.is_file():
        problems.append(_missing_file(path.name, path, example))
        return None
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        loaded = None
    found = cast("dict[str, object]", loaded) if isinstance(loaded, dict) else {}
    wrong = [key for key in ("title", "origin", "version") if not found.get(key)]
    if wrong or found["origin"] not in get_args(Origin):
        problems.append(
            Problem(
                where=path.name,
                expected="title, version and origin (simulated or observed)",
                found=f"nothing usable for {', '.join(wrong or ['origin'])}",
                remedy=example,
            )
        )
        return None
    if "simulated" in found and (found["simulated"] is True) != (found["origin"] == "simulated"):
        problems.append(
            Problem(
                where=path.name,
                expected='"simulated: true" beside "origin: simulated" only; it shows what the '
                "report says about the simulation",
                found=f"origin: {found['origin']}, simulated: {found['simulated']}",
                remedy='Take the line "simulated" out for observed data.',
            )
        )
    seed = found.get("seed")
    return StudyDescription(
        title=str(found["title"]),
        origin=cast("Origin", found["origin"]),
        version=str(found["version"]),
        seed=seed if isinstance(seed, int) else None,
    )


def _read_codebook(path: Path, problems: list[Problem]) -> pd.DataFrame:
    """Read the study's codebook; where it is unusable, go on with that of the package."""
    own = own_codebook()
    codebook = _read_text(path, path.name, problems)
    if codebook is None:
        return own
    missing = [name for name in COLUMNS if name not in codebook]
    if missing:
        problems.append(
            Problem(
                where=f"{path.name}, header",
                expected=f"the columns {', '.join(COLUMNS)}",
                found=f"no {', '.join(missing)}",
                remedy="Copy the codebook of a simulated study and change what differs.",
            )
        )
        return own
    found = codebook_problems(codebook)
    problems += found
    return own if found else codebook


def _read_text(path: Path, name: str, problems: list[Problem]) -> pd.DataFrame | None:
    """Read a CSV file as text."""
    if not path.is_file():
        problems.append(_missing_file(name, path, "Add the file, also where it has no rows."))
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = [cells for cells in csv.reader(lines, strict=True) if cells] or [[]]
    except (UnicodeDecodeError, csv.Error):
        header, rows = [], []
    ragged = [number for number, cells in enumerate(rows) if len(cells) != len(header)]
    if ragged or len(set(header)) < max(len(header), 1):
        where = f"{name}, {name_rows(ragged)}" if ragged else name
        problems.append(
            Problem(
                where=where,
                expected="comma-separated text in UTF-8: a header of different names and as many "
                "cells in every row",
                found="another number of cells" if ragged else "a file that cannot be read so",
                remedy="Export it again as CSV (UTF-8) with text that holds commas in quotes.",
            )
        )
        return None
    return pd.DataFrame(rows, columns=header, dtype="object")


def _undescribed(file: str) -> Problem:
    return Problem(
        where="codebook.csv",
        expected=f"a row for every column of raw/{file}.csv",
        found="none",
        remedy="Copy those rows from the codebook of a simulated study and change what differs.",
    )


def _missing_file(name: str, path: Path, remedy: str) -> Problem:
    return Problem(where=name, expected=f"the file {path}", found="none", remedy=remedy)
