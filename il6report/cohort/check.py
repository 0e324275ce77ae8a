"""The whole way from files to cohort, tried: every problem of a study at once, or what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from il6report.assays.elisa import COLUMNS, SerumResult, quantify_serum
from il6report.cohort.cohort import Cohort
from il6report.cohort.derivation import build_cohort
from il6report.cohort.validation import study_problems
from il6report.errors import AssayError, DataError, Problem
from il6report.plan import DEFAULT_PLAN, AnalysisPlan
from il6report.source import read_files, read_study


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
        With every problem of files, rows, plates and between files; none hides another.
    """
    files = read_files(folder)
    problems = [*files.problems, *study_problems(files.tables, files.codebook)]
    plates = files.tables.get("elisa_plates")
    if plates is not None and set(plates) >= COLUMNS:
        problems += _plate_problems(plates, plan)
    DataError.raise_if_any(problems)
    raw = read_study(folder)
    serum = quantify_serum(raw.elisa_plates, plan)
    return _summarise(build_cohort(raw, serum, plan), serum)


def _plate_problems(plates: pd.DataFrame, plan: AnalysisPlan) -> list[Problem | str]:
    try:
        quantify_serum(plates, plan)
    except AssayError as error:
        return list(error.problems)
    return []


def _summarise(cohort: Cohort, serum: SerumResult) -> StudySummary:
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
    label = f" ({description.label.lower()})" if description.label else ""
    return StudySummary(title=f"{description.title}{label}", counts=counts)
