"""A document, read: its metadata from all layers, checked and merged, and its text in parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded import options
from il6report.render.embedded.parts import spans, split
from il6report.render.embedded.text import Cell, Document, Inline, Line, Place, read_lines
from il6report.render.metadata import (
    PATH_KEYS,
    Layer,
    Metadata,
    for_format,
    listed,
    mapped,
    merge,
    parse_yaml,
    read_layer,
    resolve_paths,
    shown,
)
from il6report.render.project import Project, extension_metadata

# Files of a project that Quarto reads of its own accord and this engine does not.
UNREAD = ("_quarto.yml.local", "_quarto.yaml", "_environment", "_environment.local", "_brand.yml")


def read_document(
    path: Path,
    project: Project,
    overrides: Mapping[str, Any],
    to: str,
    parameters: Mapping[str, Any],
) -> Document:
    """Read a document with everything it includes, as one of html, pdf and docx has it.

    Raises
    ------
    RenderError
        If a file is missing or not text, YAML is broken, an option is wrong or asks for what this
        engine cannot do, or parameters are given and no cell is tagged so; with file and line.
    """
    if path.suffix != ".qmd":
        raise RenderError(f"{shown(path)}: expected a .qmd document. {options.INSTALL}")
    header, lines = read_lines(path)
    own = parse_yaml(header, file=shown(path), first_line=2)
    layers = [
        Layer(file=shown(path), text=header, first_line=2, values=own),
        *(
            read_layer(file)
            for file in project.all_files(path)
            if file.is_file() and file.name != "_variables.yml"
        ),
    ]
    _refuse(layers, project)
    metadata = for_format(_merged(own, path, project, overrides), to)
    document = Document(path=path, project=project, to=to, metadata=metadata)
    document.warnings += [
        f"{layer.place(*keys)}: {told}"
        for layer in layers
        for keys, told in options.document_warnings(layer.values)
    ]
    document.lines += document.included(lines, path)
    document.parts += split(document.lines, document)
    if parameters:
        _insert(parameters, document)
    _settle_metadata(document, header)
    return document


def _merged(own: Metadata, path: Path, project: Project, overrides: Mapping[str, Any]) -> Metadata:
    """Return the metadata of all layers as one."""
    extensions = extension_metadata(own.get("format", project.metadata.get("format")), project)
    RenderError.raise_if_any(
        f"{'.'.join(keys[:2])} (of an extension): {told}"
        for keys, told in options.document_problems(extensions)
    )
    layers = (
        extensions,
        project.metadata,
        project.folder_metadata(path),
        resolve_paths(own, path.parent),
        overrides,
    )
    metadata = merge(*map(options.lifted, layers))
    if "format" in own and isinstance(known := metadata["format"], dict):
        # A document that names formats does not add to the project's, it chooses.
        chosen = [own["format"]] if isinstance(own["format"], str) else own["format"]
        metadata["format"] = {name: known[name] for name in chosen if name in known}
    return metadata


def _insert(parameters: Mapping[str, Any], document: Document) -> None:
    """Add a cell with values from outside after the one that has their defaults."""
    for place, part in enumerate(document.parts, 1):
        if isinstance(part, Cell) and "parameters" in listed(part.own.get("tags")):
            lines = ["# Injected Parameters", *(f"{k} = {v!r}" for k, v in parameters.items())]
            code, places = "\n".join(lines), (part.place,) * len(lines)
            cell = replace(part, code=code, raw=code, places=places, own={})
            document.parts.insert(place, cell)
            return
    raise RenderError(
        f"{document.find('---')}: the values {', '.join(parameters)} are given, but no cell is "
        "tagged with `#| tags: [parameters]`."
    )


def _refuse(layers: list[Layer], project: Project) -> None:
    """Refuse options of the wrong type, files that are not there, and what only Quarto has."""
    RenderError.raise_if_any(
        [
            f"{layer.place(*keys)}: {told}"
            for layer in layers
            for keys, told in (*options.document_problems(layer.values), *_missing_files(layer))
        ]
        + [
            f"{shown(file)}: the embedded engine does not read this file. {options.INSTALL}"
            for file in (project.root / name for name in UNREAD)
            if file.exists()
        ]
        + [
            f"{layers[0].place(key)}: expected `{key}` in _quarto.yml. {options.INSTALL}"
            for key in {"metadata-files"} & layers[0].values.keys()
        ]
    )


def _missing_files(layer: Layer) -> Iterator[options.Problem]:
    """Yield every file that a layer of metadata names and that is not there."""
    for above, values in (((), layer.values), *options.formats(layer.values)):
        for key in PATH_KEYS:
            for name in map(str, listed(values.get(key))):
                file = Path(layer.file).parent / name
                if not file.is_file() and "://" not in name:
                    yield (*above, key), f"{key}: the file {name} is not there (looked for {file})."


def _settle_metadata(document: Document, header: str) -> None:
    """Replace short codes in the metadata, and expressions by marks; those run before all cells."""
    texts = header.split("\n")

    def line(text: str) -> Line:
        numbers = (number for number, own in enumerate(texts, 2) if text.strip() in own)
        return Line(Place(shown(document.path), next(numbers, 1)), text)

    def settle(value: str) -> str:
        pieces: list[str] = []
        for part in spans(
            [one for text in value.split("\n") for one in document.settled(line(text))]
        ):
            if isinstance(part, Inline):
                pieces.append(f"\0{len(document.header)}\0")
                document.header[pieces[-1]] = part
            else:
                pieces.append(part)
        return "".join(pieces).removesuffix("\n")

    document.metadata = mapped(document.metadata, settle)
