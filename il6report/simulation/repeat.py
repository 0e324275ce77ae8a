"""The whole run behind the operating characteristics: scenarios, progress, the file of counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from il6report.plan import AnalysisPlan
from il6report.simulation.parameters import StudyModel
from il6report.simulation.performance import count_studies, write_counts
from il6report.simulation.repeated_studies import code_version, plan_parts, run_parts
from il6report.simulation.replicate import REPEATED_PLAN
from il6report.simulation.truth import COHORT_SCALE, COHORTS, true_values
from il6report.source import REPEATED_FILE


def repeat_studies(
    folder: Path,
    parts: Path,
    *,
    n_studies: int,
    effect_scales: Sequence[float],
    seed: int,
    jobs: int = 1,
    cluster: str | None = None,
    cohorts: int = COHORTS,
    plan: AnalysisPlan = REPEATED_PLAN,
) -> Path:
    """Simulate and analyse many studies of each effect scale, and write what they came to.

    Parameters
    ----------
    folder : Path
        Of the study that the counts will stand with.
    parts : Path
        Folder that keeps finished parts, so that a stopped run goes on.
    n_studies : int
        Of each effect scale.
    effect_scales : sequence of float
        0 is the null, 1 the study.
    seed : int
        Decides the seeds of all studies.
    jobs, cluster
        As `run_parts`.
    cohorts : int
        Large cohorts behind the true values.
    plan : AnalysisPlan
        The analysis.

    Returns
    -------
    Path
        The file of counts.
    """
    counts: list[pd.DataFrame] = []
    with _progress() as progress:
        for scale in effect_scales:
            model = replace(StudyModel(), seed=seed, effect_scale=scale)
            task = progress.add_task(f"effect scale {scale:g}", total=n_studies)
            rows = run_parts(
                plan_parts(model, plan, n_studies, parts), plan, jobs=jobs, cluster=cluster,
                on_progress=lambda done, task=task: progress.advance(task, done),
            )  # fmt: skip
            truths = true_values(model, plan, cohorts=cohorts)
            counts.append(count_studies(rows, truths, plan, effect_scale=scale))
    path = folder / REPEATED_FILE
    scales = " ".join(f"--effect-scale {scale:g}" for scale in effect_scales)
    write_counts(
        path,
        pd.concat(counts, ignore_index=True),
        {
            "command": f"il6report repeat --studies {n_studies} {scales} --seed {seed}",
            "seed": str(seed),
            "code": code_version(),
            "permutations": str(plan.cut_permutations),
            "cohorts": str(cohorts),
            "cohort_scale": str(COHORT_SCALE),
        },
    )
    return path


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("studies,"),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("to go"),
        console=Console(stderr=True),
    )
