"""A .qmd as parts: text, cells and inline expressions, each knowing its file and line.

Included files are put in place, short codes are replaced, comments are dropped. Nothing here
understands Markdown beyond fences and code spans, which is what tells code that runs from code
that is only shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded import options
from il6report.render.metadata import (
    PATH_KEYS,
    Layer,
    Metadata,
    line_of,
    mapped,
    merge,
    parse_yaml,
    read_layer,
    read_yaml,
    resolve_paths,
    shown,
)
from il6report.render.project import Project, extension_metadata

FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
CELL = re.compile(r"^\s*\{\s*(?P<language>[A-Za-z]\w*)\s*(?P<rest>[^}]*)\}\s*$")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<path>.+?)\s*>\}\}\s*$")
SHORT_CODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)\s*(?P<rest>.*?)\s*>\}\}")
ESCAPED_SHORT_CODE = re.compile(r"\{\{(\{<.*?>\})\}\}")
TICKS = re.compile(r"(?<![`\\])(`+)(?!`)")
INLINE = re.compile(r"^\{python\}\s+(?P<code>.+)$", re.DOTALL)
OTHER_INLINE = re.compile(r"^\{(r|julia|ojs)\}\s")
# Files of a project that Quarto reads of its own accord and this engine does not.
UNREAD = ("_quarto.yml.local", "_quarto.yaml", "_environment", "_environment.local", "_brand.yml")
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Code that runs, with its options."""

    place: Place
    code: str
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
    """What is read from a document and the files it includes."""

    path: Path
    project: Project
    metadata: Metadata = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    header: dict[str, Inline] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def find(self, text: str) -> str:
        """Return the place where a text first stands, or the document's own name."""
        found = next((line.place for line in self.lines if text and text in line.text), None)
        return str(found) if found else shown(self.path)


def read_document(path: Path, project: Project, overrides: Metadata) -> Document:
    """Read a document with everything it includes.

    Raises
    ------
    RenderError
        If a file is missing or not text, YAML is broken, an option is wrong or asks for what this
        engine cannot do; with file and line.
    """
    if path.suffix != ".qmd":
        raise RenderError(f"{shown(path)}: expected a .qmd document. {options.INSTALL}")
    document = Document(path=path, project=project)
    lines = _text_lines(path)
    header, lines = _split_header(lines)
    own = parse_yaml(header, file=shown(path), first_line=2)
    formats = own.get("format", project.metadata.get("format"))
    extensions = extension_metadata(formats, project)
    RenderError.raise_if_any(
        f"{'.'.join(keys[:2])} (of an extension): {told}"
        for keys, told in options.document_problems(extensions)
    )
    document.metadata = merge(
        extensions,
        project.metadata,
        project.folder_metadata(path),
        resolve_paths(own, path.parent),
        overrides,
    )
    if "format" in own:  # a document that names formats does not add to the project's, it chooses
        chosen = [own["format"]] if isinstance(own["format"], str) else list(own["format"])
        known = document.metadata["format"]
        document.metadata["format"] = (
            {name: known[name] for name in chosen if name in known}
            if isinstance(known, dict)
            else known
        )
    document.layers = [
        Layer(file=shown(path), text=header, first_line=2, values=own),
        *(
            read_layer(file)
            for file in project.all_files(path)
            if file.is_file() and file.name != "_variables.yml"
        ),
    ]
    _check_layers(document)
    document.lines = list(_with_includes(lines, document, trail=(path,)))
    _split_parts(document)
    _take_header_inlines(document)
    return document


def _text_lines(path: Path) -> list[Line]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RenderError(
            f"{shown(path)}:{line}: expected text in UTF-8; found a byte that is not. "
            "Save the file as UTF-8."
        ) from error
    texts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [Line(Place(shown(path), number), text) for number, text in enumerate(texts, 1)]


def _split_header(lines: list[Line]) -> tuple[str, list[Line]]:
    if not lines or lines[0].text.rstrip() != "---":
        return "", lines
    for number, line in enumerate(lines[1:], 1):
        if line.text.rstrip() in ("---", "..."):
            return "\n".join(line.text for line in lines[1:number]), lines[number + 1 :]
    raise RenderError(f"{lines[0].place}: the front matter begins here and never ends with `---`.")


def _check_layers(document: Document) -> None:
    """Refuse options of the wrong type and what only Quarto has; warn of what changes nothing."""
    document.warnings += [
        f"{layer.place(*keys)}: {told}"
        for layer in document.layers
        for keys, told in options.document_warnings(layer.values)
    ]
    own, unread = document.layers[0], (document.project.root / name for name in UNREAD)
    RenderError.raise_if_any(
        [
            f"{layer.place(*keys)}: {told}"
            for layer in document.layers
            for keys, told in (*options.document_problems(layer.values), *_missing_files(layer))
        ]
        + [
            f"{shown(file)}: the embedded engine does not read this file. {options.INSTALL}"
            for file in unread
            if file.exists()
        ]
        + [
            f"{own.place(key)}: expected `{key}` in _quarto.yml. {options.INSTALL}"
            for key in {"metadata-files"} & own.values.keys()
        ]
    )


def _missing_files(layer: Layer) -> Iterator[options.Problem]:
    """Yield every file that a layer of metadata names and that is not there."""
    formats = layer.values.get("format")
    nested = formats.items() if isinstance(formats, dict) else ()
    for above, values in (((), layer.values), *((("format", name), own) for name, own in nested)):
        for key in PATH_KEYS if isinstance(values, dict) else ():
            named = values.get(key) or ()
            for name in [named] if isinstance(named, str) else named:
                file = Path(layer.file).parent / str(name)
                if not file.is_file() and "://" not in str(name):
                    yield (*above, key), f"{key}: the file {name} is not there (looked for {file})."


def _with_includes(
    lines: list[Line], document: Document, trail: tuple[Path, ...]
) -> Iterator[Line]:
    """Yield the lines with included files in place and short codes replaced."""
    document.files.append(trail[-1])
    closing: re.Pattern[str] | None = None
    is_cell = False
    for line in lines:
        if closing is None and (include := INCLUDE.match(line.text)):
            yield from _included(include["path"].strip("\"'"), line, document, trail)
            continue
        if closing is not None:
            if closing.match(line.text):
                closing = None
        elif fence := FENCE.match(line.text):
            closing = _closing(fence)
            is_cell = CELL.match(fence["info"]) is not None
        if closing is not None and is_cell:
            yield line
        else:
            text = _replace_short_codes(line, document, in_code=closing is not None)
            yield from (Line(line.place, part) for part in text.split("\n"))


def _included(name: str, line: Line, document: Document, trail: tuple[Path, ...]) -> Iterator[Line]:
    base = document.project.root if name.startswith("/") else document.path.parent
    path = (base / name.lstrip("/")).resolve()
    if path in trail:
        raise RenderError(f"{line.place}: {name} includes itself.")
    if not path.is_file():
        raise RenderError(
            f"{line.place}: the included file {name} is not there (looked for {path}). "
            "An include is named from the folder of the main document, or from the project with /."
        )
    header, lines = _split_header(_text_lines(path))
    if header:
        document.metadata = merge(
            parse_yaml(header, file=shown(path), first_line=2), document.metadata
        )
    yield Line(line.place, "")
    yield from _with_includes(lines, document, (*trail, path))
    yield Line(line.place, "")


def _closing(fence: re.Match[str]) -> re.Pattern[str]:
    mark = fence["mark"]
    return re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")


def _replace_short_codes(line: Line, document: Document, *, in_code: bool) -> str:
    if "{{<" not in line.text:
        return line.text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append("{" + match[1] + "}")
        return f"\0{len(kept) - 1}\0"

    def replace(match: re.Match[str]) -> str:
        name, argument = match["name"], match["rest"].strip("\"'")
        if name in ("meta", "var"):
            return _looked_up(name, argument, line, document)
        if name == "pagebreak":
            return PAGE_BREAK
        if name == "env":
            key, _, default = argument.partition(" ")
            return os.environ.get(key, default)
        if in_code:
            return match[0]
        raise RenderError(
            f"{line.place}: the embedded engine has no short code `{name}`. {options.INSTALL}"
        )

    text = SHORT_CODE.sub(replace, ESCAPED_SHORT_CODE.sub(keep, line.text))
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], text)


def _looked_up(kind: str, key: str, line: Line, document: Document) -> str:
    value: Any = document.metadata
    if kind == "var":
        file = document.project.root / "_variables.yml"
        value = read_yaml(file) if file.is_file() else {}
    for step in key.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict | list):
        document.warnings.append(f"{line.place}: {{{{< {kind} {key} >}}}} finds no value.")
        return f"?{kind}:{key}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split_parts(document: Document) -> None:
    """Cut the lines into text, cells and inline expressions."""
    prose: list[Line] = []
    lines = iter(document.lines)
    for line in lines:
        if line.text.lstrip().startswith("<!--"):
            while "-->" not in line.text:
                line = next(lines, Line(line.place, "-->"))  # noqa: PLW2901 # one comment, many lines
            line = Line(line.place, line.text.split("-->", 1)[1])  # noqa: PLW2901
        fence = FENCE.match(line.text)
        if not fence:
            prose.append(line)
            continue
        body, closed = _until(_closing(fence), lines)
        cell = CELL.match(fence["info"])
        if cell is None:
            document.parts += _prose_parts(prose)
            prose = []
            info = re.sub(r"\{(\{.*\})\}", r"\1", fence["info"])
            shown_lines = [fence["indent"] + fence["mark"] + info, *(item.text for item in body)]
            end = [fence["indent"] + fence["mark"]] if closed else []
            document.parts.append("\n".join([*shown_lines, *end]) + "\n")
            continue
        if not closed:
            raise RenderError(f"{line.place}: this cell begins here and its fence is never closed.")
        document.parts += _prose_parts(prose)
        prose = []
        document.parts.append(_cell(line, cell, fence["indent"], body, document))
    document.parts += _prose_parts(prose)


def _until(closing: re.Pattern[str], lines: Iterator[Line]) -> tuple[list[Line], bool]:
    body: list[Line] = []
    for line in lines:
        if closing.match(line.text):
            return body, True
        body.append(line)
    return body, False


def _cell(
    line: Line, match: re.Match[str], indent: str, body: list[Line], document: Document
) -> Cell:
    if match["language"] != "python":
        raise RenderError(
            f"{line.place}: the embedded engine runs Python cells only, not "
            f"{{{match['language']}}}. {options.INSTALL}"
        )
    if match["rest"]:
        raise RenderError(
            f"{line.place}: expected the options of a cell in `#| key: value` lines; found "
            f"{match['rest']!r} in the fence."
        )
    texts = [item.text.removeprefix(indent) for item in body]
    count = 0
    while count < len(texts) and texts[count].lstrip().startswith("#|"):
        count += 1
    header = "\n".join(re.sub(r"^\s*#\| ?", "", text) for text in texts[:count])
    own = parse_yaml(header, file=line.place.file, first_line=line.place.line + 1)

    def place(key: str) -> str:
        return f"{line.place.file}:{line.place.line + 1 + line_of(header, (key,))}"

    RenderError.raise_if_any(f"{place(k)}: {m}" for k, m in options.problems(own, options.CELL))
    document.warnings += [f"{place(k)}: {m}" for k, m in options.unknown(own, options.CELL)]
    while texts[count:] and not texts[count].strip():
        count += 1
    return Cell(
        place=line.place,
        code="\n".join(texts[count:]).rstrip(),
        options=options.settle(document.metadata, own),
        own=own,
        indent=indent,
        raw="\n".join(texts),
    )


def _prose_parts(lines: list[Line]) -> Iterator[Part]:
    """Split a stretch of text at its inline expressions."""
    text = "\n".join(line.text for line in lines) + ("\n" if lines else "")
    start = at = 0
    while mark := TICKS.search(text, at):
        end = re.compile(rf"(?<!`){mark[1]}(?!`)").search(text, mark.end())
        if end is None or re.search(r"\n\s*\n", text[mark.end() : end.start()]):
            at = mark.end()
            continue
        content = text[mark.end() : end.start()]
        place = lines[text.count("\n", 0, mark.start())].place
        inline = INLINE.match(content) if len(mark[1]) == 1 else None
        if OTHER_INLINE.match(content) and len(mark[1]) == 1:
            raise RenderError(
                f"{place}: the embedded engine runs Python only: `{content}`. {options.INSTALL}"
            )
        if inline or content.startswith("{{python}}"):
            yield text[start : mark.start()]
            yield (
                Inline(place, inline["code"].strip())
                if inline
                else (f"{mark[1]}{{python}}{content.removeprefix('{{python}}')}{mark[1]}")
            )
            start = end.end()
        at = end.end()
    yield text[start:]


def _take_header_inlines(document: Document) -> None:
    """Replace expressions in the metadata by marks; they run before all cells, as in Quarto."""

    def take(value: str) -> str:
        if "`{python}" not in value:
            return value
        pieces: list[str] = []
        for part in _prose_parts([Line(Place(shown(document.path), 1), value)]):
            if isinstance(part, Inline):
                pieces.append(f"\0{len(document.header)}\0")
                document.header[pieces[-1]] = part
            else:
                pieces.append(str(part))
        return "".join(pieces).removesuffix("\n")

    document.metadata = mapped(document.metadata, take)
