"""Options of cells and documents: what each may be, and what only Quarto can do.

A cell beats the front matter, which beats the project. A value of the wrong type, and a feature
this engine does not have, is refused with its file and line, never passed over in silence.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

INSTALL = "Quarto can do it: https://quarto.org/docs/get-started."

Check = tuple[str, Callable[[Any], bool]]


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and value is not True and value is not False


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_texts(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


FLAG: Check = ("true or false", _is_flag)
NUMBER: Check = ("a number", _is_number)
TEXT: Check = ("a text", _is_text)
TEXTS: Check = ("a text or a list of texts", _is_texts)

# Options of `execute:`, which a cell may also set for itself, and Quarto's defaults.
EXECUTE: dict[str, Check] = {
    "eval": FLAG,
    "echo": ("true, false or fenced", lambda value: value == "fenced" or _is_flag(value)),
    "output": ("true, false or asis", lambda value: value == "asis" or _is_flag(value)),
    "warning": FLAG,
    "error": FLAG,
    "include": FLAG,
}
DEFAULTS = {
    "eval": True, "echo": True, "output": True, "warning": True, "error": False, "include": True,
}  # fmt: skip
FIGURE: dict[str, Check] = {"fig-width": NUMBER, "fig-height": NUMBER, "fig-dpi": NUMBER}
CELL: dict[str, Check] = {
    **EXECUTE, **FIGURE,
    "label": TEXT, "tags": TEXTS, "classes": TEXTS, "id": TEXT,
    "fig-cap": TEXTS, "fig-subcap": TEXTS, "fig-alt": TEXTS, "fig-align": TEXT,
    "tbl-cap": TEXTS, "tbl-subcap": TEXTS, "out-width": TEXT, "out-height": TEXT,
    "code-fold": ("true, false or show", lambda value: value == "show" or _is_flag(value)),
    "code-summary": TEXT, "layout-ncol": NUMBER, "layout-nrow": NUMBER,
}  # fmt: skip
# Options that change nothing here: Quarto's own caches and notebooks.
IGNORED = {
    "cache", "freeze", "daemon", "daemon-restart", "keep-ipynb", "keep-md", "enabled", "debug",
    "timeout", "message", "fig-format", "ipynb-shell-interactivity",
}  # fmt: skip
# What Quarto can do and this engine cannot. A wrong rendering would be worse than none.
REFUSED_CELL = {
    "layout", "column", "fig-column", "tbl-column", "cap-location", "fig-cap-location",
    "tbl-cap-location", "lst-cap", "lst-label", "panel", "tbl-colwidths", "code-annotations",
    "code-line-numbers", "code-overflow", "file", "fig-link", "fig-scap", "renderings",
    "results", "plotly-connected",
}  # fmt: skip
REFUSED_DOCUMENT = {
    "listing", "about", "ojs-engine", "server", "webr", "shinylive", "number-offset",
    "code-annotations", "reference-location", "citation-location", "tbl-colwidths", "book",
    "website", "manuscript", "cap-location", "fig-cap-location", "tbl-cap-location",
}  # fmt: skip


def problems(options: Mapping[str, Any], allowed: Mapping[str, Check]) -> Iterator[tuple[str, str]]:
    """Yield the key and what is wrong with it, for every option that is refused or mistyped."""
    for key, value in options.items():
        if key in REFUSED_CELL:
            yield key, f"the embedded engine has no option `{key}`. {INSTALL}"
        elif key in allowed:
            wish, holds = allowed[key]
            if value is not None and not holds(value):
                yield key, f"{key}: expected {wish}; found {value!r}"


def unknown(options: Mapping[str, Any], allowed: Mapping[str, Check]) -> Iterator[tuple[str, str]]:
    """Yield the key and a warning for every option that means nothing."""
    for key in options:
        if key not in allowed and key not in REFUSED_CELL and key not in IGNORED:
            near = difflib.get_close_matches(str(key), allowed, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            yield key, f"the option `{key}` is not known and changes nothing.{hint}"


def settle(metadata: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that hold for a cell: its own over the document's over the defaults."""
    execute = metadata.get("execute") or {}
    general = {key: metadata[key] for key in (*EXECUTE, *FIGURE) if key in metadata}
    inherited = {key: execute[key] for key in (*EXECUTE, *FIGURE) if key in execute}
    return {**DEFAULTS, **general, **inherited, **cell}
