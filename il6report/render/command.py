"""The render command: documents found, engine chosen, progress shown, files and warnings told."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from il6report.errors import RenderError
from il6report.render import unchanged
from il6report.render.engine import FORMATS, Job, Rendered, Tell, choose_engine
from il6report.render.metadata import parse_yaml, read_yaml
from il6report.render.project import find_project

ENGINES = ("auto", "quarto", "embedded")


def render_all(
    source: Path, *, data: Path | None = None, to: str = ",".join(FORMATS), out: Path | None = None,
    parameters: Sequence[str], engine: str = "auto", strict: bool = False,
) -> None:  # fmt: skip
    """Render what a source names, and say where the files are.

    Raises
    ------
    click.BadParameter
        If a format, engine or parameter is not one (wrong usage).
    RenderError
        If a document cannot be rendered, or warns and `strict` is asked for.
    """
    if engine not in ENGINES:
        raise click.BadParameter(
            f"--engine: expected one of {', '.join(ENGINES)}; found {engine!r}"
        )
    values, overrides = _parameters(parameters), {}
    if data is not None:
        origin = _origin(data)
        overrides = {"origin": origin, "simulated": origin == "simulated"}
        values["data"] = str(data.resolve())
    if not source.exists():
        raise RenderError(f"{source}: there is no such file or folder.")
    project = find_project(source)
    documents = [source.resolve()] if source.is_file() else project.documents(source.resolve())
    chosen = choose_engine(engine)  # pyright: ignore[reportArgumentType] # checked above
    made: list[Rendered] = []
    for document in documents:
        job = Job(
            document=document, project=project, formats=_formats(to), parameters=values,
            overrides=overrides, out=out.resolve() if out else None, strict=strict,
        )  # fmt: skip
        with _progress(document.name) as tell:
            made.append(chosen.render(job, tell))
        for warning in made[-1].warnings:
            click.echo(f"warning: {warning}", err=True)
    files = [file for rendered in made for file in rendered.files]
    listed = "".join(f"\n  {_near(file)}" for file in files)
    click.echo(f"Rendered by {chosen.name}:{listed}")
    inputs = [path for rendered in made for path in rendered.inputs]
    if inputs:
        warnings = "".join(f"warning: {text}\n" for one in made for text in one.warnings)
        said = f"{warnings}Nothing has changed since {chosen.name} rendered:{listed}"
        unchanged.remember(sys.argv[1:], said, inputs=inputs, outputs=files)


def document_of(source: Path) -> Job:
    """Return the job of making the web page of the first document a source names."""
    project = find_project(source)
    listed = [source.resolve()] if source.is_file() else project.documents(source.resolve())
    return Job(document=listed[0], project=project, formats=("html",))


def _formats(to: str) -> tuple[str, ...]:
    asked = [name.strip() for name in to.split(",") if name.strip()]
    wrong = [name for name in asked if name not in FORMATS]
    if wrong or not asked:
        raise click.BadParameter(f"--to: expected some of {', '.join(FORMATS)}; found {to!r}")
    return tuple(dict.fromkeys(asked))


def _parameters(pairs: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for pair in pairs:
        name, colon, value = pair.partition(":")
        if not colon or not name.isidentifier() or iskeyword(name):
            raise click.BadParameter(f"-P: expected NAME:VALUE, such as -P cut:10; found {pair!r}")
        values[name] = parse_yaml(f"value: {value}", file="-P").get("value")
    return values


def _origin(data: Path) -> str:
    file = data / "study.yml"
    if not file.is_file():
        raise RenderError(
            f"{data}: expected a folder with a study.yml that says whether the data are simulated "
            "or observed; found none."
        )
    return str(read_yaml(file).get("origin"))


def _near(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


@contextmanager
def _progress(name: str) -> Generator[Tell]:
    """Show what is being worked on and for how long; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 # loaded where somebody watches
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name)
        yield lambda text: progress.update(task, description=f"{name}: {text}")
        progress.update(task, description=f"{name}: {time.monotonic() - started:.1f} s")
