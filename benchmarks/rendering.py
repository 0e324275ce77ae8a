"""How long the manuscript takes to render, and what a change costs.

`python -m benchmarks.rendering` renders a copy of the project with the embedded engine: from
nothing, after a change in prose (everything but executing cells), and with nothing changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROSE = Path("report/sections/_introduction.qmd")
COPIED = ("_extensions", "_quarto.yml", "data", "il6report", "pyproject.toml", "report")


def seconds(*arguments: str, folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    render = ("-m", "il6report", "render", "--engine", "embedded")
    with tempfile.TemporaryDirectory() as parent:
        project = Path(parent) / "project"
        project.mkdir()
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, project / name)
        python = min(seconds("-c", "pass", folder=project) for _ in range(5))
        package = min(seconds("-c", "import il6report", folder=project) for _ in range(5))
        first = seconds(*render, folder=project)
        prose = project / PROSE
        changed: list[float] = []
        for word in ("one", "two", "three"):
            prose.write_text(f"{prose.read_text(encoding='utf-8')}\n{word}\n", encoding="utf-8")
            changed.append(seconds(*render, folder=project))
        unchanged = min(seconds(*render, folder=project) for _ in range(3))
    print("seconds, three formats, wall clock with the start of Python")
    for name, value in {
        "import il6report": package - python,
        "render from nothing": first,
        "render after a change in prose": min(changed),
        "render with nothing changed": unchanged,
    }.items():
        print(f"{name:34}{value:8.2f}")


if __name__ == "__main__":
    main()
