"""YAML of a document, a project and an extension, merged the way Quarto merges it.

The nearest value wins: format over document, document over folder (`_metadata.yml`), folder over
project (`_quarto.yml`), project over extension. Mappings are merged key by key, lists are joined.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from il6report.errors import RenderError

Metadata = dict[str, Any]

# How a `--to` is called as a base format in YAML; the name of an extension may stand before it.
BASE_FORMATS = {"html": "html", "pdf": "typst", "docx": "docx"}
# Values of these keys are files, looked for beside the YAML that names them.
PATH_KEYS = ("css", "csl", "reference-doc", "template", "template-partials", "bibliography")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # C where built
    """YAML as Quarto reads it: of version 1.2, where `yes` and a date are words, 12:30 as well."""


# How version 1.2 writes flags and numbers, with which letters they begin, and what they are.
_SCALARS: dict[str, tuple[str, str, Callable[[str], object]]] = {
    "bool": ("true|True|TRUE|false|False|FALSE", "tTfF", lambda text: text.lower() == "true"),
    "int": ("[-+]?[0-9]+", "-+0123456789", int),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
        "-+.0123456789",
        lambda text: float(text.replace(".inf", "inf").replace(".nan", "nan")),
    ),
}


def _reading(convert: Callable[[str], object]) -> Callable[[Any, Any], object]:
    return lambda loader, node: convert(loader.construct_scalar(node))


_Loader.yaml_implicit_resolvers = {
    letter: [
        (tag, rule) for tag, rule in rules if tag.rpartition(":")[2] not in (*_SCALARS, "timestamp")
    ]
    for letter, rules in _Loader.yaml_implicit_resolvers.items()
}
for _name, (_pattern, _letters, _convert) in _SCALARS.items():
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), list(_letters)
    )
    _Loader.add_constructor(f"tag:yaml.org,2002:{_name}", _reading(_convert))


def parse_yaml(text: str, *, file: Path | str, first_line: int = 1) -> Metadata:
    """Read a YAML mapping; an error names the file and the line and shows it.

    Raises
    ------
    RenderError
        If the text is not YAML or not a mapping.
    """
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 # derived from the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        lines = text.splitlines()
        at = min(mark.line if mark else 0, max(len(lines) - 1, 0))
        shown = "\n".join(f"    {line}" for line in lines[max(at - 1, 0) : at + 1])
        problem = getattr(error, "problem", None) or "not readable"
        raise RenderError(
            f"{file}:{first_line + at}: this YAML cannot be read ({problem}):\n{shown}"
        ) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RenderError(
            f"{file}:{first_line}: expected `key: value` lines; found a {type(value).__name__}."
        )
    return value


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Return on which line of a YAML text (from 0) a nested key stands; 0 if it is not there."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 0
    for key in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        for name, value in pairs:
            if name.value == key:
                line, node = name.start_mark.line, value
                break
    return line


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """Metadata of one source: the front matter, or a YAML file.

    Parameters
    ----------
    file : str
        Its name, as a reader knows it.
    text : str
        Its YAML.
    first_line : int
        On which line of the file the YAML begins.
    values : dict
        What the YAML says.
    """

    file: str
    text: str
    first_line: int
    values: Metadata

    def place(self, *keys: str) -> str:
        """Return the file and line of a nested key."""
        return f"{self.file}:{line_of(self.text, keys) + self.first_line}"


def read_layer(path: Path) -> Layer:
    """Read a YAML file as it stands."""
    text, name = path.read_text("utf-8-sig"), shown(path)
    return Layer(file=name, text=text, first_line=1, values=parse_yaml(text, file=name))


def shown(path: Path) -> str:
    """Return a path as a reader at the command line knows it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def read_yaml(path: Path) -> Metadata:
    """Read a YAML file; files it names become absolute paths."""
    return resolve_paths(parse_yaml(path.read_text("utf-8-sig"), file=path), path.parent)


def resolve_paths(metadata: Metadata, folder: Path) -> Metadata:
    """Make absolute what `PATH_KEYS` name, at the top and under `format:`."""
    out = dict(metadata)
    for key in {*PATH_KEYS, "filters"} & out.keys():
        paths = [
            str((folder / item).resolve())
            if isinstance(item, str) and (key != "filters" or item.endswith(".lua"))
            else item
            for item in listed(out[key])
        ]
        out[key] = paths if isinstance(out[key], list) else next(iter(paths), None)
    formats = out.get("format")
    if isinstance(formats, dict):
        out["format"] = {
            name: resolve_paths(options, folder) if isinstance(options, dict) else options
            for name, options in formats.items()
        }
    return out


def listed(value: Any) -> list[Any]:
    """Return what may be given alone, in a list, or not at all, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def merge(*layers: Mapping[str, Any]) -> Metadata:
    """Merge mappings, the last one winning; lists are joined without repeating."""
    out: Metadata = {}
    for layer in layers:
        for key, value in layer.items():
            before = out.get(key)
            if value == "default" and isinstance(before, dict):
                continue  # `il6report-html: default` keeps what the extension says
            if isinstance(before, dict) and isinstance(value, Mapping):
                out[key] = merge(before, value)
            elif isinstance(before, list) and isinstance(value, list):
                out[key] = [*before, *(item for item in value if item not in before)]
            else:
                out[key] = value
    return out


def for_format(metadata: Mapping[str, Any], to: str) -> Metadata:
    """Return the metadata that hold for one of html, pdf, docx: its own options laid on top."""
    base = BASE_FORMATS[to]
    formats = metadata.get("format")
    if isinstance(formats, str):
        formats = {formats: "default"}
    own = [
        options
        for name, options in (formats or {}).items()
        if name.split("-")[-1] == base and isinstance(options, Mapping)
    ]
    general = {key: value for key, value in metadata.items() if key != "format"}
    return merge(general, *own)


def plain(value: Any) -> Any:
    """Return metadata without what is null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value if item is not None]
    return value


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return metadata with every string changed, however deep."""
    if isinstance(value, Mapping):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
