"""What pandoc, citeproc, Lua filters and typst say when they fail, told so that one can mend it.

Each message names the file and line the reader wrote, not those of a temporary file, and no stack
of the engine's own filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from il6report.errors import RenderError
from il6report.render.embedded.options import INSTALL
from il6report.render.embedded.text import Document
from il6report.render.metadata import shown

Find = Callable[[str], str]  # a text of the document -> its file and line

NOTICED = {  # warnings of pandoc
    "citation": r"\[WARNING\] Citeproc: citation (.*) not found",
    "formula": r"\[WARNING\] Could not convert TeX math (?s:(.*?)),\s+rendering as TeX",
    "unclosed": r"\[WARNING\] Div at document\.md line (\d+) column \d+ unclosed",
}
BIBLIOGRAPHY = re.compile(
    r"Error reading bibliography file (?P<file>.*?):\n"
    r"(?:.*?\(line (?P<line>\d+), column \d+\):\n)?(?P<problem>.*)",
    re.DOTALL,
)
STYLE = re.compile(r"Citeproc(?:XML|Parse)Error:? ?(?P<problem>.*)", re.DOTALL)
FILTER = re.compile(r"Error running filter (?P<file>\S+?):\n(?P<problem>.*)", re.DOTALL)
METADATA = re.compile(
    r'Error parsing YAML metadata at "document.md" \(line (?P<line>\d+), .*?\n(?P<problem>.*)',
    re.DOTALL,
)
PICTURE = re.compile(r'"/[0-9a-f]{40}-(?P<name>[^"]+)"')
CODE = re.compile(r"^ *\d+ │ ?(?P<code>.*\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Told:
    """What was noticed: its kind (reference, citation, picture, ...) and what it is about."""

    kind: str
    text: str


def noticed(said: str, markdown: str) -> Iterator[Told]:
    """Yield what the filters and pandoc noticed while they wrote.

    Parameters
    ----------
    said : str
        What pandoc wrote to standard error.
    markdown : str
        What it read.
    """
    for line in said.splitlines():
        sender, _, told = line.partition("\t")
        if sender == "il6report":
            yield Told(*told.split("\t", 1))
    for kind, pattern in NOTICED.items():
        for found in re.findall(pattern, said):
            if kind == "unclosed":
                yield Told(kind, markdown.splitlines()[int(found) - 1].strip())
            else:
                yield Told(kind, max(map(str.strip, found.splitlines()), key=len))


def pandoc_failure(said: str, to: str, *, style: str, markdown: str, find: Find) -> RenderError:
    """Tell why pandoc failed.

    Parameters
    ----------
    said : str
        What it wrote to standard error.
    to : str
        What it was to write.
    style : str
        The citation style in use.
    markdown : str
        What it read.
    find : callable
        Says in which file and line of the document a text stands.
    """
    lines = (line for line in said.splitlines() if not line.startswith("il6report\t"))
    said = "\n".join(lines).partition("\nstack traceback:")[0].strip()
    if found := BIBLIOGRAPHY.search(said):
        return RenderError(_bibliography(Path(found["file"]), found["line"], found["problem"]))
    if found := STYLE.search(said):
        return RenderError(
            f"{shown(Path(style))}: this citation style cannot be read ({found['problem']}). "
            "Sound ones are at https://www.zotero.org/styles."
        )
    if found := FILTER.search(said):
        if Path(found["file"]).parent != Path(__file__).parent / "filters":
            advice = f" {INSTALL}" if "'quarto'" in found["problem"] else ""
            file = shown(Path(found["file"]))
            return RenderError(f"{file}: the filter failed: {found['problem']}.{advice}")
        said = found["problem"]
    if found := METADATA.search(said):
        first = int(found["line"])
        texts = (text for text in markdown.splitlines()[first - 1 :] if text.strip("- "))
        return RenderError(
            f"{find(next(texts, ''))}: this YAML cannot be read:\n{found['problem']}"
        )
    return RenderError(f"{find('')}: pandoc could not write {to}: {said}")


def _bibliography(file: Path, line: str | None, problem: str) -> str:
    """Name the entry at which reading stopped, and the one before, whose end may be missing."""
    reason = " ".join(problem.split())
    if line is None:
        return f"{shown(file)}: this bibliography cannot be read: {reason}"
    texts = file.read_text("utf-8-sig", errors="replace").splitlines()
    number = min(int(line), len(texts))
    starts = [at for at, text in enumerate(texts[:number], 1) if text.lstrip().startswith("@")]
    entry = next((at for at in reversed(starts) if at < number), starts[-1] if starts else number)
    return (
        f"{shown(file)}:{number}: this bibliography cannot be read ({reason}):\n"
        f"    {texts[number - 1]}\n"
        f"The entry that begins on line {entry} ({texts[entry - 1].strip()}) is where to look: "
        "a brace, quote, comma or `=` is missing there."
    )


def typst_failure(told: str, document: Document) -> RenderError:
    """Tell why typst failed, at the place where the document holds what it could not read."""
    problem = re.search(r"^error: (.*)$", told, re.MULTILINE)
    hints = "".join(f" ({hint})" for hint in re.findall(r"= hint: (.*)", told)[:1])
    code = found["code"].strip() if (found := CODE.search(told)) else ""
    picture = PICTURE.search(code)
    words = re.findall(r"(?<![#\w])\w{4,}(?!:)", code)  # not those of typst itself
    alone = [w for w in words if sum(w in line.text for line in document.lines) == 1]
    place = document.find(picture["name"] if picture else code, max(alone, key=len, default=""))
    quoted = f":\n    {code}" if code else "."
    return RenderError(
        f"{place}: typst could not set the PDF: {problem[1] if problem else told}{hints}{quoted}"
    )
