"""What a document is made of: lines that know where they stand, cells, inline expressions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded.dates import KEYS, settle_date
from il6report.render.embedded.options import INSTALL
from il6report.render.metadata import Metadata, merge, parse_yaml, read_yaml, shown
from il6report.render.project import Project

INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<path>[^>]+?)\s*>\}\}\s*$")
SHORT_CODE = re.compile(
    r"\{(?P<braced>\{\{<.*?>\}\})\}|\{\{</\*(?P<starred>.*?)\*/>\}\}"  # shown as they are
    r"|\{\{<\s*(?P<name>[\w-]+)\s*(?P<rest>.*?)\s*>\}\}"
)
WORD = re.compile(r"""["']([^"']*)["']|(\S+)""")
PAGE_BREAK = "\n\n::: {.pagebreak}\n:::\n\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands."""

    place: Place
    text: str


def read_lines(path: Path) -> tuple[str, list[Line]]:
    """Return the front matter of a file, and its other lines.

    Raises
    ------
    RenderError
        If the file is no text in UTF-8, or its front matter never ends.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RenderError(
            f"{shown(path)}:{line}: expected text in UTF-8; found a byte that is not. "
            "Save the file as UTF-8."
        ) from error
    texts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    file = shown(path)
    lines = [Line(Place(file, number), text) for number, text in enumerate(texts, 1)]
    if texts[0].rstrip() != "---":
        return "", lines
    for number, text in enumerate(texts[1:], 1):
        if text.rstrip() in ("---", "..."):
            return "\n".join(texts[1:number]), lines[number + 1 :]
    raise RenderError(f"{lines[0].place}: the front matter begins here and never ends with `---`.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Code that runs, and where each of its lines stands; options that hold for it, and its own."""

    place: Place
    code: str
    places: tuple[Place, ...]
    options: dict[str, Any]
    own: dict[str, Any]
    indent: str = ""
    raw: str = ""

    @property
    def name(self) -> str:
        """How messages call it."""
        label = self.own.get("label")
        return f"cell {label} ({self.place})" if label else f"cell at {self.place}"


@dataclass(frozen=True, slots=True)
class Inline:
    """An expression whose value stands in the text."""

    place: Place
    code: str


Part = str | Cell | Inline


@dataclass(kw_only=True, slots=True)
class Document:
    """A document: its metadata from all layers, and its text in parts.

    Parameters
    ----------
    path : Path
        The document.
    project : Project
        The project it belongs to.
    to : {"html", "pdf", "docx"}
        The format it is read for.
    metadata : dict
        All metadata that hold for it; those of included files are added.
    files : list of Path
        The files that were read.
    warnings : list of str
        What a reader should know, with file and line.
    header : dict
        The marks that stand for expressions in the metadata, and the expressions.
    lines : list of Line
        The text as it was read, with the files it includes.
    parts : list
        The text as it is rendered.
    """

    path: Path
    project: Project
    to: str
    metadata: Metadata
    files: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    header: dict[str, Inline] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def find(self, *texts: str) -> str:
        """Return the place where the first of some texts stands, or the document's own name."""
        for text in filter(None, texts):
            for line in self.lines:
                if text in line.text:
                    return str(line.place)
        return shown(self.path)

    def included(self, lines: list[Line], *trail: Path) -> Iterator[Line]:
        """Yield lines with those of included files in place, in code as well, as Quarto does it."""
        self.files.append(trail[-1])
        for line in lines:
            include = INCLUDE.match(line.text)
            if include is None:
                yield line
                continue
            name = include["path"].strip("\"'")
            base = self.project.root if name.startswith("/") else self.path.parent
            path = (base / name.lstrip("/")).resolve()
            if path in trail:
                raise RenderError(f"{line.place}: {name} includes itself.")
            if not path.is_file():
                raise RenderError(
                    f"{line.place}: the included file {name} is not there (looked for {path}). An "
                    "include is named from the folder of the main document, or from the project "
                    "with /."
                )
            header, within = read_lines(path)
            own = parse_yaml(header, file=shown(path), first_line=2)
            self.metadata = merge(own, self.metadata)
            yield from self.included(within, *trail, path)
            if within and within[-1].text:
                yield Line(line.place, "")

    def settled(self, line: Line, *, in_code: bool = False) -> list[Line]:
        """Return a line with its short codes replaced, which may make several of it."""
        text = self.replaced(line.text, line.place, in_code=in_code)
        return [Line(line.place, part) for part in text.split("\n")]

    def replaced(self, text: str, place: Place, *, in_code: bool = False) -> str:
        """Return a text with its short codes replaced."""

        def replace(match: re.Match[str]) -> str:
            if match["name"] is None:
                return match["braced"] or "{{<" + match["starred"] + ">}}"
            name, words = match["name"], WORD.findall(match["rest"])
            key, *default = [quoted or plain for quoted, plain in words] or [""]
            if name in ("meta", "var"):
                return self._looked_up(name, key, place)
            if name == "env":
                return os.environ.get(key, default[0] if default else f"?env:{key}")
            if name == "pagebreak":
                return PAGE_BREAK
            if in_code:
                return match[0]
            if name == "include":
                raise RenderError(f"{place}: expected the include on a line of its own.")
            raise RenderError(f"{place}: the embedded engine has no short code `{name}`. {INSTALL}")

        return SHORT_CODE.sub(replace, text) if "{{<" in text else text

    def _looked_up(self, kind: str, key: str, place: Place) -> str:
        file = self.project.root / "_variables.yml"
        value: Any = self.metadata
        if kind == "meta" and key in KEYS and key in self.metadata:
            return settle_date(self.metadata, key, self.path)[0]
        if kind == "var":
            value = read_yaml(file) if file.is_file() else {}
        for step in key.split("."):
            if isinstance(value, list) and step.isdecimal():  # counted from 1
                value = dict(enumerate(value, 1)).get(int(step))
            else:
                value = value.get(step) if isinstance(value, dict) else None
        if value is None or isinstance(value, dict | list):
            self.warnings.append(f"{place}: {{{{< {kind} {key} >}}}} finds no value.")
            return f"?{kind}:{key}"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return str(value).lower() if isinstance(value, bool) else str(value)
