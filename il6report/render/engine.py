"""What an engine is, and which one renders: the system's Quarto if there, else the embedded one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from il6report.errors import RenderError
from il6report.render.project import Project

EngineName = Literal["auto", "quarto", "embedded"]
FORMATS = ("html", "pdf", "docx")
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One document to render.

    Parameters
    ----------
    document : Path
        The .qmd file.
    project : Project
        The project it belongs to.
    formats : tuple of {"html", "pdf", "docx"}
        What to make of it.
    out : Path, optional
        The folder for the files; by default where Quarto would put them.
    parameters : mapping
        Values for the cell tagged `parameters`.
    overrides : mapping
        Metadata that win over the document's own, for example the origin of other data.
    strict : bool
        Whether a warning is an error.
    """

    document: Path
    project: Project
    formats: tuple[str, ...] = FORMATS
    out: Path | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    strict: bool = False

    def target(self, to: str) -> Path:
        """Return where the file of a format goes."""
        name = self.document.with_suffix(f".{to}")
        if self.out is not None:
            return self.out / name.name
        return self.project.output / name.relative_to(self.project.root)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """What came out of a job: its files, what a reader should know, the files it depended on."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


class Engine(Protocol):
    """Turns a document into files."""

    @property
    def name(self) -> str:
        """Name and version, as printed beside the files."""
        ...

    def render(self, job: Job, tell: Tell) -> Rendered:
        """Render one document; `tell` hears what is being worked on."""
        ...


def choose_engine(name: EngineName) -> Engine:
    """Return the engine asked for; `auto` prefers a Quarto that is new enough.

    Raises
    ------
    RenderError
        If Quarto is asked for and is not there, or is too old.
    """
    from il6report.render import quarto  # noqa: PLC0415 # an engine is loaded when it is chosen

    if name != "embedded":
        found = quarto.find()
        if found is not None:
            return found
        if name == "quarto":
            raise RenderError(
                f"Quarto {quarto.OLDEST} or newer is not on the PATH. Install it "
                "(https://quarto.org/docs/get-started), or render with --engine embedded."
            )
    from il6report.render.embedded.engine import EmbeddedEngine  # noqa: PLC0415

    return EmbeddedEngine()
