"""How long rendering the manuscript takes, beside the time its cells take.

    python -m benchmarks.rendering [PROJECT]

Times are wall times of one machine at one moment, each the median of several runs. Quarto 1.9.38,
which executes once per format, took 26 to 33 s for a small manuscript in the same three formats;
where Quarto is on the PATH it is measured as well.
"""

from __future__ import annotations

import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from il6report.render import quarto
from il6report.render.embedded import engine as embedded
from il6report.render.engine import Job
from il6report.render.project import find_project

ROOT = Path(__file__).parents[1]
REPEATS = 5
IGNORED = shutil.ignore_patterns(".git", ".venv", "_output", ".il6report", "*_cache")


def median_seconds(run: Callable[[], object], repeats: int = REPEATS) -> float:
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def report(what: str, seconds: float, target: str = "") -> None:
    print(f"{what:<58}{seconds:8.2f} s   {target}")


def main(project: Path = ROOT) -> None:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "project"
        shutil.copytree(project, copy, ignore=IGNORED)
        command = [sys.executable, "-m", "il6report", "render", "--engine", "embedded"]

        def render() -> None:
            subprocess.run(command, cwd=copy, check=True, capture_output=True)

        document = find_project(copy).documents()[0]
        original = document.read_text("utf-8")

        def change_text() -> None:
            document.write_text(f"{original}\nA sentence more, {time.monotonic_ns()}.\n", "utf-8")
            render()

        def start(code: str) -> float:
            return median_seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True))

        report("import il6report", start("import il6report") - start("pass"), "target 0.15")
        report("cold: execute once, three formats", median_seconds(render, 1))
        report("nothing changed", median_seconds(render), "target 0.30")
        report("text changed, three formats", median_seconds(change_text), "target 1.00")
        text, cell = preview(copy, document, original)
        report("preview: text saved to page changed", text, "target 1.00")
        report("preview: last cell saved to page changed", cell, "target 2.00")
        document.write_text(original, "utf-8")
        executing, all_else = split(Job(document=document, project=find_project(copy)))
        report("executing the cells", executing)
        report("everything else, three formats", all_else, "target 2.00")
        if found := quarto.find():
            words = [found.program, "render"]
            report(
                f"{found.name}, three formats",
                median_seconds(lambda: subprocess.run(words, cwd=copy, check=True), 1),
            )


def preview(project: Path, document: Path, original: str) -> tuple[float, float]:
    """Return how long a page takes to follow a change of the text, and of a cell at the end."""
    command = [sys.executable, "-m", "il6report", "preview", "--no-browser"]
    watch = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True)
    said = iter(watch.stdout or ())
    next(said)  # the address

    def save(text: str) -> None:
        document.write_text(text, "utf-8")
        next(said)

    next(said)  # the first page
    try:
        return (
            median_seconds(lambda: save(f"{original}\n{time.monotonic_ns()}\n")),
            median_seconds(
                lambda: save(f"{original}\n```{{python}}\nx = {time.monotonic_ns()}\n```\n")
            ),
        )
    finally:
        watch.send_signal(signal.SIGINT)
        watch.wait()


def split(job: Job) -> tuple[float, float]:
    """Return the time the cells take, and the time all else takes, starting the kernel included."""
    shutil.rmtree(job.project.root / ".il6report", ignore_errors=True)
    executing = 0.0
    step = embedded.Kernel.step

    async def timed(*arguments: object) -> object:
        nonlocal executing
        started = time.perf_counter()
        outputs = await step(*arguments)  # pyright: ignore[reportArgumentType]
        executing += time.perf_counter() - started
        return outputs

    embedded.Kernel.step = timed  # pyright: ignore[reportAttributeAccessIssue]
    try:
        whole = median_seconds(lambda: embedded.EmbeddedEngine().render(job, lambda _: None), 1)
    finally:
        embedded.Kernel.step = step
    return executing, whole - executing


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
