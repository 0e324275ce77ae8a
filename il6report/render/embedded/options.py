"""Options of cells, documents and projects: what each may be, and what only Quarto can do.

`support.yml` lists every option Quarto documents for these formats; none is passed over in silence.
What would change the content is refused with its file and line; what would only change the look is
a warning. A cell beats the front matter, which beats the project.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from il6report.render.metadata import BASE_FORMATS, listed, merge, parse_yaml

INSTALL = "Quarto can do it: https://quarto.org/docs/get-started."
SUPPORT = parse_yaml(Path(__file__).with_name("support.yml").read_text("utf-8"), file="support.yml")
KNOWN, REFUSED = SUPPORT["known"], SUPPORT["refused"]
DEFAULTS = {
    "eval": True, "echo": True, "output": True, "warning": True, "error": False, "include": True,
}  # fmt: skip
TAGS = {  # of a cell, and the options they stand for
    "remove-cell": {"include": False}, "hide-cell": {"include": False},
    "hide-code": {"echo": False}, "show-code": {"echo": True},
    "hide-output": {"output": False}, "show-output": {"output": True},
    "hide-warnings": {"warning": False}, "show-warnings": {"warning": True},
}  # fmt: skip
AS_HERE = {None, False, "none", "default", "mathml", "a4"}  # values of the look the engine has

Problem = tuple[tuple[str, ...], str]  # the key, with those above it, and what is wrong


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_python(value: Any) -> bool:
    own = (value.get("kernelspec") or {}) if isinstance(value, dict) else {"name": value}
    return own.get("name", "python3") == "python3"


KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "flag": ("true or false", lambda value: isinstance(value, bool)),
    "number": ("a number", lambda value: _is_text(value) and not isinstance(value, str | bool)),
    "text": ("a text", _is_text),
    "texts": ("a text or a list of texts", lambda value: all(map(_is_text, listed(value)))),
    "numbers": ("numbers", lambda value: all(isinstance(item, int) for item in listed(value))),
    "rows": ("rows of widths", lambda value: isinstance(value, str | list)),
    "deeper": ("a number of levels above 0", lambda value: str(value).isdecimal()),
    "true": ("true", lambda value: value is True),
    "python3": ("python3", _is_python),
    "english": ("English, for the words of captions", lambda value: str(value)[:2].lower() == "en"),
    "lua": (
        "Lua files",
        lambda value: all(str(v).endswith((".lua", "quarto", "citeproc")) for v in listed(value)),
    ),
    "floats": (
        "floats with captions above or below",
        lambda value: all(item.get("caption-location") != "margin" for item in value),
    ),
}
PLAIN = ("flag", "number", "text")  # kinds that a value misses by mistake, in Quarto as well


def problems(options: Mapping[str, Any], room: str) -> Iterator[tuple[str, str]]:
    """Yield the key and what is wrong with it, for every option refused or mistyped.

    Parameters
    ----------
    options : mapping
        What was written.
    room : {"cell", "document", "project", "crossref"}
        Where.
    """
    for key, value in options.items():
        kind = KNOWN[room].get(key)
        name = key if room in ("cell", "document") else f"{room}: {key}"
        if key in REFUSED.get(room, ()) or (kind is None and room == "crossref"):
            yield key, f"the embedded engine has no `{name}`. {INSTALL}"
        elif kind is not None and value is not None:
            words = kind.split(" or ")
            if not any(KINDS[w][1](value) if w in KINDS else value in (w, [w]) for w in words):
                wish = " or ".join(KINDS[word][0] if word in KINDS else word for word in words)
                advice = "" if words[0].startswith(PLAIN) else f" {INSTALL}"
                yield key, f"{name}: expected {wish}; found {value!r}.{advice}"


def unknown(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the key and a warning for every option of a cell that means nothing."""
    allowed = KNOWN["cell"]
    for key in options:
        if key not in allowed and key not in REFUSED["cell"] and key not in SUPPORT["quiet"]:
            near = difflib.get_close_matches(str(key), allowed, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            yield key, f"the option `{key}` is not known and changes nothing.{hint}"


def document_problems(metadata: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is refused or mistyped in one layer of metadata: front matter or a YAML file."""
    for key, told in problems(metadata, "document"):
        yield (key,), told
    for key, room in (("execute", "cell"), ("project", "project"), ("crossref", "crossref")):
        own = metadata.get(key)
        if isinstance(own, dict):
            for name, told in problems(own, room):
                yield (key, name), told
        elif own is not None:
            yield (key,), f"{key}: expected options; found {own!r}. {INSTALL}"
    for path, own in formats(metadata):
        for keys, told in document_problems(own):
            yield (*path, *keys), told


def document_warnings(metadata: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what one layer of metadata asks for in vain: another look, LaTeX, unknown options."""
    for key, value in metadata.items():
        if key in SUPPORT["look"] and (isinstance(value, list | dict) or value not in AS_HERE):
            yield (key,), f"`{key}` changes nothing here: the look is the extension's."
    execute, named = (metadata.get(key) for key in ("execute", "format"))
    for name, told in unknown(execute if isinstance(execute, dict) else {}):
        yield ("execute", name), told
    if isinstance(named, dict) and isinstance(named.get("pdf"), dict):
        yield ("format", "pdf"), "the PDF is set by typst; options of `pdf` are not used."
    for path, own in formats(metadata):
        for keys, told in document_warnings(own):
            yield (*path, *keys), told


def formats(metadata: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Yield the options of each format that is ours, and the keys that lead there."""
    named = metadata.get("format")
    for name, own in named.items() if isinstance(named, dict) else ():
        if isinstance(own, dict) and name.rpartition("-")[2] in BASE_FORMATS.values():
            yield ("format", name), own


def lifted(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer of metadata with all its options of cells under `execute`, of formats too."""
    names = {**KNOWN["execute"], **KNOWN["shared"]}
    own = {key: layer[key] for key in names if key in layer}
    out = {**layer, "execute": {**own, **(layer.get("execute") or {})}}
    if isinstance(named := layer.get("format"), dict):
        out["format"] = {
            name: lifted(value) if isinstance(value, dict) else value
            for name, value in named.items()
        }
    return out


def settle(metadata: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that hold for a cell: its own over the document's over the defaults."""
    tagged = [TAGS.get(tag, {}) for tag in listed(cell.get("tags"))]
    return merge(DEFAULTS, metadata["execute"], *tagged, cell)
