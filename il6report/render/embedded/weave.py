"""Parts and results put together again as one Markdown text, the input of pandoc.

Every output becomes what Quarto would make of it: a picture, a table, Markdown, a block of text.
What the filters need to know about a cell (label, captions, columns) rides on fenced divisions.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from il6report.errors import RenderError
from il6report.render.embedded.cache import keep
from il6report.render.embedded.execute import ANSI, Output, Results
from il6report.render.embedded.made import blocks
from il6report.render.embedded.options import INSTALL
from il6report.render.embedded.text import Cell, Document, Inline
from il6report.render.metadata import Metadata, listed, mapped

LONGEST_OUTPUT = 200_000  # characters of printed text; more is cut, with a warning
# How warnings and tracebacks name a cell, and a file of this machine.
KERNEL_FILE = re.compile(r"^.*?[/\\]ipykernel_\d+[/\\]\d+\.py:(\d+): ", re.MULTILINE)
MACHINE_FILE = re.compile(r"^(File |)(?:[/~]|[A-Z]:).*?(\w+\.py:\d+)", re.MULTILINE)
PICTURES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
IDENTIFIER = re.compile(r"[A-Za-z][\w:.-]*")
LAYOUT = ("layout", "layout-ncol", "layout-nrow")
HANDLES = ("[<matplotlib", "<matplotlib", "<seaborn.", "<ggplot:")
HANDLE = re.compile(r"[<(\[].*[>)\]]")
# Outputs that live by scripts: widgets and interactive plots.
LIVELY = re.compile(r"application/(?:javascript|vnd\.(?!il6report))")


@dataclass(frozen=True, kw_only=True, slots=True)
class Woven:
    """The text of a document with what its cells gave, as one format has it, and its metadata."""

    document: Document
    markdown: str
    metadata: Metadata


def weave(document: Document, results: Results, kept: Path) -> Woven:
    """Weave a document; pictures and tables are kept in a folder under their hash."""
    header = dict(zip(document.header, results.inlines, strict=False))

    def with_values(text: str) -> str:
        for mark, value in header.items():
            text = text.replace(mark, value["markdown"])
        return text

    weaver = Weaver(document=document, kept=kept)
    outputs, values = iter(results.outputs), iter(results.inlines[len(header) :])
    pieces: list[str] = []
    for part in document.parts:
        if isinstance(part, Inline):
            pieces.append(document.replaced(next(values)["markdown"], part.place))
        elif isinstance(part, Cell):
            text = "\n".join(weaver.cell(part, next(outputs) if part.options["eval"] else []))
            pieces.append("\n" + re.sub("^", part.indent, text, flags=re.MULTILINE) + "\n")
        else:
            pieces.append(part)
    metadata = mapped(document.metadata, with_values)
    return Woven(document=document, markdown="".join(pieces), metadata=metadata)


def quoted_values(document: Document, results: Results) -> list[dict[str, str]]:
    """Return every value the text quotes: where, by which expression, how it reads."""
    inlines = (*document.header.values(), *(p for p in document.parts if isinstance(p, Inline)))
    return [
        {"place": str(inline.place), "code": inline.code, "text": value["text"]}
        for inline, value in zip(inlines, results.inlines, strict=True)
    ]


@dataclass(kw_only=True, slots=True)
class Weaver:
    """Weaves the cells of a document."""

    document: Document
    kept: Path

    def cell(self, cell: Cell, outputs: Sequence[Output]) -> Iterator[str]:
        """Yield the Markdown of a cell."""
        if not cell.options["include"]:
            return
        code = list(_code(cell, self.document.metadata))
        shown = list(self._outputs(cell, outputs)) if cell.options["output"] else []
        if cell.options["output"] == "asis" and not cell.own.get("label"):
            yield from code
            for block in shown:
                yield from ("", block, "")
            return
        label = str(cell.own.get("label") or "")
        label = label if IDENTIFIER.fullmatch(label) else ""
        own_kinds = (self.document.metadata.get("crossref") or {}).get("custom") or ()
        floats = ("fig-", "tbl-", *(f"{item.get('key')}-" for item in own_kinds))
        is_given = bool(shown) or not (cell.options["eval"] and cell.options["output"])
        is_float = label.startswith(floats) and is_given
        kind = "tbl" if "tbl-cap" in cell.own or label.startswith("tbl-") else "fig"
        captions = [str(text) for text in listed(cell.own.get(f"{kind}-cap"))]
        panels = [str(text) for text in listed(cell.own.get(f"{kind}-subcap"))]
        if panels == ["True"]:  # letters only
            panels = ["" for _ in shown]
        separate = is_float and len(captions) > 1 and not panels  # each output its own float
        if separate:
            panels, captions = captions, []
        classes = "".join(f" .{name}" for name in listed(cell.own.get("classes")))
        layout = "".join(f' {key}="{cell.own[key]}"' for key in LAYOUT if key in cell.own)
        is_named = label and not (label.startswith(floats) and (not is_float or separate))
        identifier = f"#{label} " if is_named else ""
        if is_float or layout:  # code stands before a float or a grid, not in it
            yield from code
            code = []
        printed = list(takewhile(_is_verbatim, reversed(shown[1:]))) if is_float else []
        shown = shown[: len(shown) - len(printed)]  # what is printed at last stands after a float
        yield f"::: {{{identifier}.cell{classes}{layout}}}"
        yield from code
        yield from _placed(shown, captions, panels, label if is_float else "", kind)
        yield ":::"
        yield from (line for block in reversed(printed) for line in ("", block))

    def _outputs(self, cell: Cell, outputs: Sequence[Output]) -> Iterator[str]:
        """Yield one Markdown block per output that is shown."""
        alts = listed(cell.own.get("fig-alt"))
        pictures = 0
        has_pictures = any(PICTURES.keys() & output.get("data", ()) for output in outputs)
        for output in _joined(outputs):
            kind = output["output_type"]
            if _is_handle(output, has_pictures=has_pictures):
                continue
            if kind == "stream":
                if output["name"] == "stdout" and cell.options["output"] == "asis":
                    yield self.document.replaced(output["text"], cell.place)
                elif output["name"] == "stdout" or cell.options["warning"]:
                    yield _verbatim(self._cut(_told(output["text"]), cell), output["name"])
            elif kind == "error":
                trace = ANSI.sub("", "\n".join(output["traceback"]))
                yield _verbatim(_told(trace), "error")
            else:
                picture = next((mime for mime in PICTURES if mime in output["data"]), None)
                if picture:
                    alt = alts[min(pictures, len(alts) - 1)] if alts else ""
                    pictures += 1
                    yield self._picture(cell, picture, output["data"][picture], alt)
                else:
                    yield from self._shown(output["data"], cell)

    def _shown(self, data: dict[str, Any], cell: Cell) -> Iterator[str]:
        if lively := [kind for kind in data if LIVELY.match(kind)]:
            self.document.warnings.append(
                f"{cell.name}: {lively[0]} needs a browser's help; only a still form is shown."
            )
        if "text/markdown" in data:
            text = self.document.replaced(data["text/markdown"], cell.place)
            yield f"::: {{.cell-output}}\n\n{text}\n\n:::"
        elif "text/html" in data:
            yield self._html(data["text/html"])
        elif "text/latex" in data:
            yield data["text/latex"]
        elif "text/plain" in data:
            yield _verbatim(self._cut(data["text/plain"], cell), "result")
        else:
            raise RenderError(
                f"{cell.name}: shows {', '.join(data)}, which the embedded engine cannot. {INSTALL}"
            )

    def _picture(self, cell: Cell, mime: str, data: str, alt: str) -> str:
        content = data.encode() if mime == "image/svg+xml" else b64decode(data)
        path = keep(self.kept, content, PICTURES[mime])
        size = re.search(r'<svg[^>]*?\swidth="([\d.]+)pt"', data) if mime.endswith("xml") else None
        width = cell.options.get("out-width") or (f"{float(size[1]) / 72:.3f}in" if size else "")
        said = {
            "width": width, "height": cell.options.get("out-height"),
            "fig-align": cell.options.get("fig-align"), "fig-alt": _quoted(alt),
        }  # fmt: skip
        attributes = "".join(f' {key}="{value}"' for key, value in said.items() if value)
        return f"![]({quote(path.as_posix(), safe='/:')}){{.cell-picture{attributes}}}"

    def _html(self, text: str) -> str:
        """Return HTML for a browser as it is; tables, and all of it on paper, as of a journal."""
        if self.document.to == "html" and "<table" not in text:
            return f"::: {{.cell-output}}\n{_raw(text, 'html')}\n:::"
        made = blocks(text, self.kept).as_posix()
        return f"::: {{.cell-output}}\n{_raw(made, 'made')}\n:::"

    def _cut(self, text: str, cell: Cell) -> str:
        text = self.document.replaced(text, cell.place, in_code=True)
        if len(text) <= LONGEST_OUTPUT:
            return text
        self.document.warnings.append(
            f"{cell.place}: this cell printed {len(text)} characters; only the first "
            f"{LONGEST_OUTPUT} are shown."
        )
        return text[:LONGEST_OUTPUT] + "\n[cut here]"


def _is_handle(output: Output, *, has_pictures: bool) -> bool:
    """Say whether an output is what a plotting function returned beside its picture."""
    data = output.get("data", {})
    if output["output_type"] != "execute_result" or data.keys() != {"text/plain"}:
        return False
    text = data["text/plain"]
    return text.startswith(HANDLES) or (has_pictures and HANDLE.fullmatch(text) is not None)


def _placed(
    shown: Sequence[str], captions: Sequence[str], panels: Sequence[str], label: str, kind: str
) -> Iterator[str]:
    """Yield the outputs of a cell with the captions of each, and of all where it has a label."""
    for number, block in enumerate(shown):
        if label and number < len(panels):
            yield from (f"::: {{#{label}-{number + 1} .cell}}", block, "")
            yield from (*_caption(panels[number]), ":::", "")
        elif not label and number < len(captions):
            yield from (f"::: {{.captioned kind={kind}}}", block)
            yield from (*_caption(captions[number]), ":::", "")
        else:
            yield from (block, "")
    if label and captions:
        yield from _caption(captions[0])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _code(cell: Cell, metadata: Metadata) -> Iterator[str]:
    echo = cell.options["echo"]
    if not echo or not cell.code:
        return
    text = cell.code
    if echo == "fenced":
        body = re.sub(r"^\s*#\|\s*echo:.*\n", "", cell.raw, flags=re.MULTILINE)
        text = f"```{{python}}\n{body}\n```"
    fold = cell.own.get("code-fold", metadata.get("code-fold", False))
    marks = f' code-fold="{str(fold).lower()}"'
    if summary := cell.own.get("code-summary", metadata.get("code-summary")):
        marks += f' code-summary="{_quoted(str(summary))}"'
    yield _fenced(text, f".python .cell-code{marks}")
    yield ""


def _fenced(text: str, attributes: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {{{attributes}}}\n{text}\n{fence}"


def _verbatim(text: str, kind: str) -> str:
    return _fenced(ANSI.sub("", text).rstrip("\n"), f".cell-output .cell-output-{kind}")


def _is_verbatim(block: str) -> bool:
    return block.startswith("```") and ".cell-output" in block.partition("\n")[0]


def _raw(text: str, form: str) -> str:
    return _fenced(text, f"={form}").replace(" {=", "{=", 1)


def _caption(text: str) -> list[str]:
    return ["", "::: {.caption}", text, ":::"]


def _told(text: str) -> str:
    """Return what a terminal ends up showing, without the folders of this machine."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return MACHINE_FILE.sub(r"\1\2", KERNEL_FILE.sub(r"line \1: ", "\n".join(lines)))


def _joined(outputs: Sequence[Output]) -> Iterator[Output]:
    """Yield outputs, what was printed to one stream in several pieces as one."""
    for stream, pieces in groupby(outputs, lambda output: output.get("name")):
        if stream is None:
            yield from pieces
        else:
            text = "".join(piece["text"] for piece in pieces)
            yield {"output_type": "stream", "name": stream, "text": text}
