"""Results of execution, kept: a change in the text runs nothing.

The key is all code that runs and what else decides on its results (options, the versions of all
packages); kept with it are the hashes of the files the code read: data, and modules it imported.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from il6report.render.embedded.execute import Results, Step
from il6report.render.project import EXTENSION
from il6report.render.unchanged import FOLDER, digests, hold, read_json, write_json, write_whole

RESULTS = 6  # per document: a few sets of parameters, or of data
KEPT = 2000  # pictures and tables per project


def own_files() -> list[Path]:
    """Return the files that make up the engine and the look."""
    files = (*Path(__file__).parents[1].rglob("*"), *EXTENSION.rglob("*"))
    return [path for path in files if path.is_file() and path.suffix != ".pyc"]


def package_folders() -> list[Path]:
    """Return the folders whose file names tell the versions of all installed packages."""
    return [Path(place) for place in sys.path if place.endswith("-packages")]


class Cache:
    """What is kept of one document, in its project's folder.

    Parameters
    ----------
    root : Path
        The project's folder.
    document : Path
        The document.
    """

    def __init__(self, root: Path, document: Path) -> None:
        name = hashlib.sha256(str(document).encode()).hexdigest()[:8]
        self.kept = root / FOLDER / "kept"
        self.folder = root / FOLDER / f"{document.stem}-{name}"

    def results(self, steps: Sequence[Step]) -> Results | None:
        """Return what the same code gave before, if no file it read has changed since."""
        kept: Any = read_json(self._file(steps))
        return Results(**kept["results"]) if kept and hold(kept["reads"]) else None

    def keep(self, steps: Sequence[Step], results: Results) -> None:
        """Remember what some code gave."""
        reads = digests([*results.files, *results.folders])
        write_json(self._file(steps), {"reads": reads, "results": asdict(results)})
        _drop_oldest(self.folder.glob("results-*.json"), RESULTS)
        _drop_oldest(self.kept.glob("*"), KEPT)

    def keep_values(self, values: list[dict[str, str]]) -> None:
        """Keep the list of values the text quotes, for `verify`."""
        write_json(self.folder / "values.json", {"values": values})

    def _file(self, steps: Sequence[Step]) -> Path:
        said = [step.decides for step in steps]
        engine = (Path(__file__).with_name(name) for name in ("session.py", "matplotlibrc"))
        key = repr((said, sys.version, digests([*package_folders(), *engine]))).encode()
        return self.folder / f"results-{hashlib.sha256(key).hexdigest()[:24]}.json"


def keep(folder: Path, content: bytes, suffix: str) -> Path:
    """Return the file of a picture or table, written if it is not there whole."""
    path = folder / f"{hashlib.sha256(content).hexdigest()[:20]}.{suffix}"
    if path.exists() and path.read_bytes() == content:
        path.touch()  # used today: the oldest are dropped
    else:
        write_whole(path, content)
    return path


def _drop_oldest(paths: Iterable[Path], most: int) -> None:
    """Delete what has not been used for longest, if there is more than so many."""
    ages: dict[Path, int] = {}
    for path in paths:
        with suppress(FileNotFoundError):  # another rendering deletes as well
            ages[path] = path.stat().st_mtime_ns
    for old in sorted(ages, key=lambda path: ages[path])[:-most]:
        old.unlink(missing_ok=True)
