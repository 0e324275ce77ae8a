"""The way from files to cohort and assays, tried: every problem at once, or what a study holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from il6report.analyses.cell_culture import read_cell_culture
from il6report.assays.elisa import COLUMNS, SerumResult, quantify_serum
from il6report.assays.immunohistochemistry import score_biopsies
from il6report.cohort.cohort import Cohort
from il6report.cohort.derivation import build_cohort
from il6report.cohort.validation import study_problems
from il6report.errors import AssayError, DataError, Problem
from il6report.plan import DEFAULT_PLAN, AnalysisPlan
from il6report.source import StudyFiles, read_files, read_study

LABORATORY = {"biopsies": "scores of stained skin", "immunoblots": "bands", "qpcr": "qPCR wells"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StudySummary:
    """What a study that is well holds.

    Parameters
    ----------
    title : str
        Title, with the label of simulated data.
    counts : mapping of str to int
        What was counted, in words, to how many.
    """

    title: str
    counts: Mapping[str, int]

    def __str__(self) -> str:
        width = max(len(str(n)) for n in self.counts.values())
        lines = [f"  {n:>{width}} {what}" for what, n in self.counts.items()]
        return "\n".join([self.title, *lines])


def check_study(folder: Path, plan: AnalysisPlan = DEFAULT_PLAN) -> StudySummary:
    """Say everything that is wrong with a study, or what it holds.

    Parameters
    ----------
    folder : Path
        Holds `study.yml`, `codebook.csv` and `raw/`.
    plan : AnalysisPlan
        Holds the limits of the assay.

    Raises
    ------
    DataError
        With every problem of files, rows, assays and between files; none hides another.
    """
    files = read_files(folder)
    problems: list[Problem | str] = [
        *files.problems,
        *study_problems(files.tables, files.codebook),
    ]
    plates = files.tables.get("elisa_plates")
    if plates is not None and set(plates) >= set(COLUMNS):
        problems += _assay_problems(lambda: quantify_serum(plates, plan))
    problems += _laboratory_problems(files, problems)
    DataError.raise_if_any(problems)
    raw = read_study(folder)
    serum = quantify_serum(raw.elisa_plates, plan)
    return _summarise(build_cohort(raw, serum, plan), serum, files.tables)


def _laboratory_problems(files: StudyFiles, known: list[Problem | str]) -> Iterator[Problem | str]:
    """Try the assays of the files whose cells are well; of others enough is known."""
    told = " ".join(str(problem) for problem in known)
    well = {file: table for file, table in files.tables.items() if f"{file}.csv" not in told}
    if "biopsies" in well:
        yield from _assay_problems(lambda: score_biopsies(well["biopsies"]))
    if {"immunoblots", "qpcr"} <= set(well):
        yield from _assay_problems(lambda: read_cell_culture(well["immunoblots"], well["qpcr"]))


def _assay_problems(assay: Callable[[], object]) -> tuple[Problem | str, ...]:
    try:
        assay()
    except AssayError as error:
        return error.problems
    return ()


def _summarise(
    cohort: Cohort, serum: SerumResult, tables: Mapping[str, pd.DataFrame]
) -> StudySummary:
    description = cohort.description
    counts = {f"{step.label[0].lower()}{step.label[1:]}": step.total for step in cohort.flow.steps}
    counts["deaths"] = int(cohort.participants["death_observed"].sum())
    counts["skin scores"] = len(cohort.skin_scores)
    counts["plates"] = serum.curves["plate_id"].nunique()
    below = serum.samples.groupby("analyte")["below_quantitation"].sum()
    counts |= {f"{analyte} below the limit of quantitation": int(n) for analyte, n in below.items()}
    flags = serum.flags
    for analyte, flag, n in zip(flags["analyte"], flags["flag"], flags["n"], strict=True):
        counts[f"{analyte} flagged {flag}"] = int(n)
    for file, what in LABORATORY.items():
        if len(tables[file]):
            counts[what] = len(tables[file])
    label = f" ({description.label.lower()})" if description.label else ""
    return StudySummary(title=f"{description.title}{label}", counts=counts)
