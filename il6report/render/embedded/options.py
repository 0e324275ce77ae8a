"""Options of cells, documents and projects: what each may be, and what only Quarto can do.

A cell beats the front matter, which beats the project. Every option Quarto documents for these
formats is in one of the lists below; none is passed over in silence. What would change the content
is refused with its file and line; what would only change the look is a warning. Keys that Quarto
does not document are the author's own metadata and are left alone.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

INSTALL = "Quarto can do it: https://quarto.org/docs/get-started."

Check = tuple[str, Callable[[Any], bool]]
Problem = tuple[tuple[str, ...], str]  # the key, with those above it, and what is wrong


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not _is_flag(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_texts(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _one_of(*words: str) -> Check:
    wish = f"true, false or {' or '.join(words)}"
    return wish, lambda value: _is_flag(value) or value in words


def _words(text: str) -> set[str]:
    return set(text.split())


FLAG: Check = ("true or false", _is_flag)
NUMBER: Check = ("a number", _is_number)
TEXT: Check = ("a text", _is_text)
TEXTS: Check = ("a text or a list of texts", _is_texts)

# Options of `execute:`, which a cell may also set for itself, and Quarto's defaults.
EXECUTE: dict[str, Check] = {
    "eval": FLAG, "echo": _one_of("fenced"), "output": _one_of("asis"), "warning": FLAG,
    "error": FLAG, "include": FLAG,
}  # fmt: skip
DEFAULTS = {
    "eval": True, "echo": True, "output": True, "warning": True, "error": False, "include": True,
}  # fmt: skip
# Options of a cell that a document may set for all its cells.
SHARED: dict[str, Check] = {
    **EXECUTE, "fig-width": NUMBER, "fig-height": NUMBER, "fig-dpi": NUMBER, "fig-align": TEXT,
}  # fmt: skip
CELL: dict[str, Check] = {
    **SHARED, "label": TEXT, "tags": TEXTS, "classes": TEXTS, "id": TEXT,
    "fig-cap": TEXTS, "fig-subcap": TEXTS, "fig-alt": TEXTS,
    "tbl-cap": TEXTS, "tbl-subcap": TEXTS, "out-width": TEXT, "out-height": TEXT,
    "code-fold": _one_of("show"), "code-summary": TEXT,
    "layout-ncol": NUMBER, "layout-nrow": NUMBER,
}  # fmt: skip
DOCUMENT: dict[str, Check] = {
    **SHARED, "toc": FLAG, "toc-depth": NUMBER, "toc-title": TEXT, "number-sections": FLAG,
    "number-depth": NUMBER, "bibliography": TEXTS, "csl": TEXT, "css": TEXTS, "template": TEXT,
    "reference-doc": TEXT, "date-format": TEXT, "code-fold": _one_of("show"),
    "code-summary": TEXT, "link-citations": FLAG,
}  # fmt: skip

# What Quarto can do and this engine cannot: a wrong rendering would be worse than none.
REFUSED_CELL = _words(
    "cap-location code-annotations column export fig-cap-location fig-column fig-link fig-scap "
    "file html-table-processing layout layout-align layout-valign lst-cap lst-label output- "
    "location panel renderings results tbl-cap-location tbl-column tbl-colwidths"
)
REFUSED_DOCUMENT = _words(
    "about appendix-cite-as axe bibliographystyle book brand cap-location citation citation- "
    "location code-annotations comments copyright dashboard default-image-extension defaults "
    "dir engines extract-media fig-cap-location file-scope html-table-processing identifier- "
    "prefix include-after-body include-before-body include-in-header ipynb-filters keep-hidden "
    "keep-source knitr language license listing lof logo lot manuscript metadata-file notebook- "
    "links notebook-view number-offset ojs-engine output-ext output-file page-layout page- "
    "numbering pdf-standard profile reference-location repo-actions resource-path resources "
    "section-numbering server shift-heading-level-by shiny shinylive shortcodes tab-stop tbl- "
    "cap-location tbl-colwidths track-changes variables webr website wrap"
)
REFUSED_PROJECT = {"pre-render", "post-render", "resources", "brand"}
# What changes the look of a format and not what it says.
LOOK = _words(
    "anchor-sections appendix-style backgroundcolor body-classes brand-mode citations-hover "
    "classoption code-block-bg code-block-border-left code-copy code-line-numbers code-link "
    "code-overflow code-tools codefont columns crossrefs-hover document-css fig-responsive "
    "filecolor fontcolor fontsize footnotes-hover format-links geometry grid highlight-style "
    "html-math-method lightbox linestretch link-external-icon link-external-newwindow linkcolor "
    "mainfont margin margin-bottom margin-geometry margin-left margin-right margin-top mathfont "
    "max-width monobackgroundcolor monofont page-width papersize smooth-scroll syntax- "
    "definition syntax-highlighting tabsets theme theorem-appearance title-block-banner title- "
    "block-banner-color title-block-style title-prefix toc-expand toc-indent toc-location"
)
AS_HERE = {None, False, "none", "default", "mathml", "a4"}  # values of LOOK the engine has anyway
# Options of a cell that change nothing on the page, in Quarto or for this look.
QUIET_CELL = _words(
    "cache code-copy code-line-numbers code-overflow daemon daemon-restart debug enabled fig- "
    "env fig-format fig-pos freeze ipynb-shell-interactivity keep-ipynb keep-md message plotly- "
    "connected timeout"
)
CROSSREF = {
    "title-delim", "custom", "ref-hyperlink",
    *(f"{kind}-{word}" for kind in ("fig", "tbl", "eq", "sec") for word in ("title", "prefix")),
}  # fmt: skip
HOOK = "python -m il6report.render.docx"  # the one post-render hook whose work this engine does


def problems(options: Mapping[str, Any], allowed: Mapping[str, Check]) -> Iterator[tuple[str, str]]:
    """Yield the key and what is wrong with it, for every cell option refused or mistyped."""
    for key, value in options.items():
        if key in REFUSED_CELL:
            yield key, f"the embedded engine has no option `{key}`. {INSTALL}"
        elif key in allowed:
            yield from _mistyped(key, value, allowed)


def _mistyped(key: str, value: Any, allowed: Mapping[str, Check]) -> Iterator[tuple[str, str]]:
    wish, holds = allowed[key]
    if value is not None and not holds(value):
        yield key, f"{key}: expected {wish}; found {value!r}"


def unknown(options: Mapping[str, Any], allowed: Mapping[str, Check]) -> Iterator[tuple[str, str]]:
    """Yield the key and a warning for every cell option that means nothing."""
    for key in options:
        if key not in allowed and key not in REFUSED_CELL and key not in QUIET_CELL:
            near = difflib.get_close_matches(str(key), allowed, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            yield key, f"the option `{key}` is not known and changes nothing.{hint}"


def document_problems(metadata: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is refused or mistyped in one layer of metadata: front matter or a YAML file."""
    for key, value in metadata.items():
        if key in REFUSED_DOCUMENT:
            yield (key,), f"the embedded engine has no `{key}`. {INSTALL}"
        elif key in DOCUMENT:
            for name, told in _mistyped(key, value, DOCUMENT):
                yield (name,), told
        elif key in SPECIAL:
            yield from SPECIAL[key](value)


def document_warnings(metadata: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what one layer of metadata asks for in vain: another look, LaTeX, unknown options."""
    for key, value in metadata.items():
        if key in LOOK and (isinstance(value, list | dict) or value not in AS_HERE):
            yield (key,), f"`{key}` changes nothing here: the look is the extension's."
        elif key == "execute" and isinstance(value, dict):
            for name, told in unknown(value, EXECUTE | SHARED):
                yield ("execute", name), told
        elif key == "format" and isinstance(value, dict):
            if isinstance(value.get("pdf"), dict):
                yield ("format", "pdf"), "the PDF is set by typst; options of `pdf` are not used."
            for name, own in value.items():
                if isinstance(own, dict) and _is_ours(name):
                    for path, told in document_warnings(own):
                        yield ("format", name, *path), told


def _is_ours(name: str) -> bool:
    return name.rpartition("-")[2] in {"html", "typst", "docx"}


def _formats(value: Any) -> Iterator[Problem]:
    for name, own in value.items() if isinstance(value, dict) else ():
        if isinstance(own, dict) and _is_ours(name):
            for path, told in document_problems(own):
                yield ("format", name, *path), told


def _execute(value: Any) -> Iterator[Problem]:
    if value is not None and not isinstance(value, dict):
        yield ("execute",), f"execute: expected options; found {value!r}."
        return
    for key, told in problems(value or {}, EXECUTE | SHARED):
        yield ("execute", key), told


def _engine(value: Any) -> Iterator[Problem]:
    if value != "jupyter":
        yield ("engine",), f"the embedded engine runs Python only, not {value}. {INSTALL}"


def _jupyter(value: Any) -> Iterator[Problem]:
    name = (value.get("kernelspec") or {}).get("name") if isinstance(value, dict) else value
    if name not in {"python3", None}:
        yield ("jupyter",), f"the embedded engine runs python3 only, not {name}. {INSTALL}"


def _language(value: Any) -> Iterator[Problem]:
    if not str(value).lower().startswith("en"):
        said = f"lang: the embedded engine writes `Figure`, `Table`, `Note` in English, not {value}"
        yield ("lang",), f"{said}. {INSTALL}"


def _crossref(value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield ("crossref",), f"the embedded engine has no `crossref: {value}`. {INSTALL}"
        return
    for key, own in value.items():
        if key not in CROSSREF or (key == "ref-hyperlink" and own is not True):
            yield ("crossref", key), f"the embedded engine has no `crossref: {key}`. {INSTALL}"
    for item in value.get("custom") or ():
        if item.get("caption-location") == "margin":
            yield ("crossref", "custom"), f"captions cannot stand in the margin here. {INSTALL}"


def _citeproc(value: Any) -> Iterator[Problem]:
    if value not in (True, None, "citeproc"):
        yield ("citeproc",), f"the embedded engine cites by citeproc only. {INSTALL}"


def _filters(value: Any) -> Iterator[Problem]:
    for item in value if isinstance(value, list) else [value]:
        if item not in ("quarto", "citeproc") and not str(item).endswith(".lua"):
            yield ("filters",), f"filters: expected Lua files; found {item!r}. {INSTALL}"


def _project(value: Any) -> Iterator[Problem]:
    for key in REFUSED_PROJECT & set(value or {}):
        if not (key == "post-render" and value[key] in (HOOK, [HOOK])):
            yield ("project", key), f"the embedded engine has no `project: {key}`. {INSTALL}"


SPECIAL: dict[str, Callable[[Any], Iterator[Problem]]] = {
    "format": _formats, "execute": _execute, "engine": _engine, "jupyter": _jupyter,
    "lang": _language, "crossref": _crossref, "citeproc": _citeproc, "cite-method": _citeproc,
    "filters": _filters, "project": _project,
}  # fmt: skip


def settle(metadata: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that hold for a cell: its own over the document's over the defaults."""
    execute = metadata.get("execute") or {}
    general = {key: layer[key] for layer in (metadata, execute) for key in SHARED if key in layer}
    return {**DEFAULTS, **general, **cell}
