"""A text as parts: what is shown as it stands, cells, and inline expressions.

Nothing here understands Markdown beyond comments, fences and code spans, which is what tells code
that runs from code that is only shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile

from il6report.errors import RenderError
from il6report.render.embedded import options
from il6report.render.embedded.text import Cell, Document, Inline, Line, Part, Place
from il6report.render.metadata import line_of, mapped, parse_yaml

FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
CELL = re.compile(r"^\s*\{\s*(?P<language>[A-Za-z]\w*)\s*(?P<rest>[^}]*)\}\s*$")
OPTION = re.compile(r"^\s*#\| ?")
ESCAPED_CELL = re.compile(r"\{(\{.*\})\}")
TICKS = re.compile(r"(?<![`\\])(`+)(?!`)")
INLINE = re.compile(r"^\{(?P<language>python|r|julia|ojs)\}\s+(?P<code>.+)$", re.DOTALL)


def split(lines: list[Line], document: Document) -> Iterator[Part]:
    """Cut lines into text, cells and inline expressions; replace short codes, drop comments.

    Raises
    ------
    RenderError
        If a cell never ends, is of another language, or has options the engine refuses.
    """
    prose: list[Line] = []
    labels: dict[str, Cell] = {}
    left = iter(lines)
    for first in left:
        line = _whole(first, left)
        fence = FENCE.match(line.text)
        if not fence:
            prose += document.settled(line)
            continue
        yield from spans(prose)
        prose = []
        body, end = _fenced(left, fence)
        cell = CELL.match(fence["info"])
        if cell and fence["mark"][0] == "`":
            if end is None:
                raise RenderError(
                    f"{line.place}: this cell begins here and its fence is never closed."
                )
            made = _cell(line, cell, fence["indent"], body, document)
            if (label := str(made.own.get("label") or made.place)) in labels:
                raise RenderError(
                    f"{made.place}: expected a label of its own; {label} is that of the cell at "
                    f"{labels[label].place}."
                )
            labels[label] = made
            yield made
        else:
            within = [document.replaced(item.text, item.place, in_code=True) for item in body]
            yield _shown(line, fence, [*within, *([end.text] if end else [])])
    yield from spans(prose)


def _whole(line: Line, left: Iterator[Line]) -> Line:
    """Return a line without a comment that begins it, and with the end of a short code."""
    if line.text.lstrip().startswith("<!--"):
        while "-->" not in line.text:
            line = next(left, Line(line.place, "-->"))
        line = Line(line.place, line.text.split("-->", 1)[1])
    while line.text.rfind("{{<") > line.text.rfind(">}}"):
        following = next(left, Line(line.place, ">}}"))
        line = Line(line.place, f"{line.text} {following.text}")
    return line


def _fenced(left: Iterator[Line], fence: re.Match[str]) -> tuple[list[Line], Line | None]:
    """Return the lines within a fence, and the one that closes it."""
    closing = re.compile(rf"^\s*{fence['mark'][0]}{{{len(fence['mark'])},}}\s*$")
    body: list[Line] = []
    for line in left:
        if closing.match(line.text):
            return body, line
        body.append(line)
    return body, None


def _shown(line: Line, fence: re.Match[str], within: list[str]) -> str:
    """Return code that does not run; of a cell in double braces, its fences as well."""
    texts = [ESCAPED_CELL.sub(r"\1", line.text), *within, ""]
    if ESCAPED_CELL.search(line.text):
        outer = f"{fence['indent']}{fence['mark']}{fence['mark'][0]}"
        texts = [outer, *texts[:-1], outer, ""]
    return "\n".join(texts)


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
    body = [Line(item.place, item.text.removeprefix(indent)) for item in body]
    body = list(dropwhile(_is_blank, body))
    head = list(takewhile(lambda item: OPTION.match(item.text), body))
    code = list(dropwhile(_is_blank, body[len(head) :]))
    header = "\n".join(OPTION.sub("", item.text) for item in head)
    first = head[0].place if head else line.place
    own = parse_yaml(header, file=first.file, first_line=first.line)

    def place(key: str) -> Place:
        return head[line_of(header, (key,))].place

    RenderError.raise_if_any(f"{place(k)}: {told}" for k, told in options.problems(own, "cell"))
    own = mapped(own, lambda text: document.replaced(text, line.place))
    document.warnings += [f"{place(k)}: {told}" for k, told in options.unknown(own)]
    return Cell(
        place=line.place,
        code="\n".join(item.text for item in code).rstrip(),
        places=tuple(item.place for item in code),
        options=options.settle(document.metadata, own),
        own=own,
        indent=indent,
        raw="\n".join(item.text for item in body),
    )


def _is_blank(line: Line) -> bool:
    return not line.text.strip()


def spans(lines: list[Line]) -> Iterator[str | Inline]:
    """Split a stretch of text at its inline expressions."""
    text = "".join(f"{line.text}\n" for line in lines)
    start = at = 0
    while mark := TICKS.search(text, at):
        at = mark.end()
        end = re.compile(rf"(?<!`){mark[1]}(?!`)").search(text, at)
        if end is None or re.search(r"\n\s*\n", text[at : end.start()]):
            continue
        content, at = text[at : end.start()], end.end()
        inline = INLINE.match(content) if len(mark[1]) == 1 else None
        place = lines[text.count("\n", 0, mark.start())].place
        if inline and inline["language"] != "python":
            raise RenderError(
                f"{place}: the embedded engine runs Python only: `{content}`. {options.INSTALL}"
            )
        if inline:
            yield text[start : mark.start()]
            yield Inline(place, inline["code"].strip())
            start = at
        elif content.startswith("{{python}}"):
            shown = content.replace("{{python}}", "{python}", 1)
            yield f"{text[start : mark.end()]}{shown}{mark[1]}"
            start = at
    yield text[start:]
