"""Many studies in parts: run side by side, interrupted, resumed, on one machine or a cluster.

A part is some studies in one file. Its folder is named after everything its numbers depend on, so
that a run goes on where an earlier one stopped, and what another version wrote is never mixed in.
Who computes a part, and in which order, changes nothing: each study has a seed of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

import joblib
import numpy as np
import pandas as pd
import scipy

from il6report.errors import AnalysisError, Problem
from il6report.plan import AnalysisPlan
from il6report.simulation.parameters import StudyModel
from il6report.simulation.replicate import analyse_studies

STUDIES_A_PART = 10
"""What an interruption can lose, for each worker."""

_PACKAGE = Path(__file__).parents[1]
_ONLY_SHOWS = {"claims", "figures", "render", "tables"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Studies that are simulated and analysed together.

    Parameters
    ----------
    model : StudyModel
        The data-generating model.
    numbers : range
        Which studies.
    path : Path
        The file for their rows.
    """

    model: StudyModel
    numbers: range
    path: Path


def plan_parts(
    model: StudyModel, plan: AnalysisPlan, n_studies: int, folder: Path
) -> tuple[Part, ...]:
    """Divide studies into parts.

    Parameters
    ----------
    model : StudyModel
        The data-generating model; its seed is that of all studies.
    plan : AnalysisPlan
        The analysis.
    n_studies : int
        How many.
    folder : Path
        Where parts of all versions are kept.
    """
    described = f"{code_version()} {model!r} {plan!r}"
    home = folder / hashlib.sha256(described.encode()).hexdigest()[:16]
    starts = range(0, n_studies, STUDIES_A_PART)
    ranges = [range(start, min(start + STUDIES_A_PART, n_studies)) for start in starts]
    return tuple(
        Part(model=model, numbers=one, path=home / f"{one.start:06d}-{one.stop - 1:06d}.csv")
        for one in ranges
    )


@cache
def code_version() -> str:
    """Name the code that numbers depend on: the package but for what only shows, and libraries."""
    digest = hashlib.sha256(f"{np.__version__} {scipy.__version__} {pd.__version__}".encode())
    for path in sorted([*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.csv")]):
        place = path.relative_to(_PACKAGE)
        if place.parts[0] not in _ONLY_SHOWS:
            digest.update(place.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def run_parts(
    parts: tuple[Part, ...],
    plan: AnalysisPlan,
    *,
    jobs: int = 1,
    cluster: str | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> pd.DataFrame:
    """Run the parts that have no file yet, write each as it is finished, and give all rows.

    Parameters
    ----------
    parts : tuple of Part
        From `plan_parts`.
    plan : AnalysisPlan
        The analysis.
    jobs : int
        Processes on this machine; -1 for one a core.
    cluster : str, optional
        Address of the scheduler of a dask.distributed cluster whose workers have il6report, such
        as "tcp://10.0.0.1:8786"; it then decides how much runs at once.
    on_progress : callable
        Told how many more studies are done; first of all those of earlier runs.

    Returns
    -------
    DataFrame
        One row per study and statistic, in the order of the studies.

    Raises
    ------
    AnalysisError
        If there is no such cluster, or dask is not installed.
    """
    waiting = [part for part in parts if not part.path.exists()]
    on_progress(sum(len(part.numbers) for part in parts if part not in waiting))
    with _backend(cluster):
        run = joblib.Parallel(
            n_jobs=jobs if cluster is None else -1, return_as="generator_unordered"
        )
        for part, rows in _finished(run, waiting, plan):
            _write_whole(part.path, rows)
            on_progress(len(part.numbers))
    return pd.concat([pd.read_csv(part.path) for part in parts], ignore_index=True)


def _finished(
    run: joblib.Parallel, parts: list[Part], plan: AnalysisPlan
) -> Iterator[tuple[Part, pd.DataFrame]]:
    """Give parts with their rows, whichever is finished first."""
    found = run(
        joblib.delayed(_numbered)(number, part.model, part.numbers, plan)
        for number, part in enumerate(parts)
    )
    for number, rows in cast("Iterator[tuple[int, pd.DataFrame]]", found):
        yield parts[number], rows


def _numbered(
    number: int, model: StudyModel, studies: range, plan: AnalysisPlan
) -> tuple[int, pd.DataFrame]:
    return number, analyse_studies(model, studies, plan)


@contextmanager
def _backend(cluster: str | None) -> Generator[None]:
    """Let joblib use a cluster, where one is named."""
    if cluster is None:
        yield
        return
    try:
        client = import_module("distributed").Client(cluster, timeout=10)
    except (ModuleNotFoundError, OSError, ValueError) as error:
        raise AnalysisError(
            Problem(
                where=f"--cluster {cluster}",
                expected="the address of a dask scheduler that answers, and dask itself here",
                found=str(error),
                remedy="Start one with dask scheduler and dask worker, or install dask with "
                "pip install 'il6report[cluster]'.",
            )
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        yield


def _write_whole(path: Path, rows: pd.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    rows.to_csv(unfinished, index=False, lineterminator="\n")
    unfinished.replace(path)
