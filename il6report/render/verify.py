"""The verify command: reads the rendered files again and compares them.

Checked is, for every document: that each format shows every value the text computes, as often as
the text quotes it; that the captions and the cells of tables of the web page are those of the Word
file, and stand in the PDF. So a file edited by hand, an old one beside new ones, or a format that
lost a table is found. The PDF is read with pypdf where that is installed.
"""

from __future__ import annotations

import importlib.util
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded.cache import Cache
from il6report.render.project import Project
from il6report.render.unchanged import read_json

SKIPPED = {"script", "style", "head", "annotation", "nav", "template"}
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")  # quotes are curled when set
SENTENCE = 12  # letters from which on a value may be cut by the end of a page
PARAGRAPH = re.compile(r"<w:p\b[^>]*>.*?</w:p>", re.DOTALL)
CELL = re.compile(r"<w:tc>(?:(?!<w:tc>).)*?</w:tc>", re.DOTALL)  # not that around a table
TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:footnoteReference|<w:(?:tab|br)\b")


@dataclass(slots=True)
class Reading:
    """What one file shows: all its text, its captions, and the cells of its tables."""

    text: str = ""
    captions: list[str] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)  # id of the table, text


def verify(project: Project, documents: list[Path]) -> Iterator[str]:
    """Yield what was compared, a line per document.

    Raises
    ------
    RenderError
        If a file is missing or the formats disagree; every difference with its id and place.
    """
    problems: list[str] = []
    for document in documents:
        name = document.relative_to(project.root).with_suffix("")
        manifest: Any = read_json(Cache(project.root, document).folder / "values.json")
        files = {to: project.output / f"{name}.{to}" for to in ("html", "docx", "pdf")}
        missing = [str(file) for file in files.values() if not file.is_file()]
        if manifest is None or missing:
            lost = ", ".join(missing or ["the list of its values"])
            problems.append(f"{name}: {lost} is not there. Run `il6report render` first.")
            continue
        web, word = read_html(files["html"]), read_docx(files["docx"])
        pdf = read_pdf(files["pdf"])
        problems += _lost_values(manifest, {"html": web, "docx": word, "pdf": pdf}, str(name))
        problems += _differences(web, word, pdf, str(name))
        by = "html, docx, pdf" if pdf else "html, docx (the PDF is read where pypdf is installed)"
        count = len(manifest["values"])
        yield f"{name}: {count} values, {len(web.captions)} captions, {len(web.cells)} cells; {by}"
    RenderError.raise_if_any(problems)


def _lost_values(
    manifest: dict[str, Any], readings: dict[str, Reading | None], name: str
) -> Iterator[str]:
    """Yield every value of the text that a format shows less often than the text quotes it."""
    counts = Counter(value["text"].strip() for value in manifest["values"])
    places = {value["text"].strip(): value for value in manifest["values"]}
    for to, reading in readings.items():
        for value, wanted in counts.items():
            found = _count(value, reading.text) if reading and value else wanted
            if reading and found < wanted and to == "pdf" and len(value) > SENTENCE:
                found += _is_broken(_key(value), reading.text)
            if found < wanted:
                place = places[value]
                yield (
                    f"{name}.{to}: {place['place']}: `{place['code']}` gives {place['text']!r}; "
                    f"shown {found} times, quoted {wanted} times."
                )


def _count(value: str, text: str) -> int:
    """Count how often a text shows a value; a number within a longer number does not count."""
    if re.fullmatch(r"[-\u2212]?[\d.,]+", value):
        return len(re.findall(rf"(?<![\d.,]){re.escape(value)}(?![.,]?\d)", text))
    return _key(text).count(_key(value))


def _is_broken(value: str, text: str) -> bool:
    """Say whether a value ends one line and begins another: a page ends or a float stands in it."""
    lines = [_key(line) for line in text.splitlines()]
    text, ends = "".join(lines), [0, *accumulate(map(len, lines))]
    return any(
        any(text.endswith(value[:cut], 0, end) for end in ends)
        and any(text.startswith(value[cut:], end) for end in ends)
        for cut in range(1, len(value))
    )


def _differences(web: Reading, word: Reading, pdf: Reading | None, name: str) -> Iterator[str]:
    in_word = Counter(_key(text) for _, text in word.cells)
    in_pdf = _key(pdf.text) if pdf else None
    for table, text in web.cells:
        key = _key(text)
        if not key:
            continue
        in_word[key] -= 1
        if in_word[key] < 0:
            yield f"{name}.docx: table {table or 'without id'}: the cell {text!r} is not there."
        if in_pdf is not None and key not in in_pdf:
            yield f"{name}.pdf: table {table or 'without id'}: the cell {text!r} is not there."
    captions = {_key(text) for text in word.captions}
    for caption in web.captions:
        if _key(caption) not in captions:
            yield f"{name}.docx: the caption {caption[:60]!r} is not there."
        if in_pdf is not None and _key(caption) not in in_pdf:
            yield f"{name}.pdf: the caption {caption[:60]!r} is not there."


def _key(text: str) -> str:
    """Return what two texts must share to read alike: no white space, no hyphens of line ends."""
    return re.sub(r"[\s\u2010\u2011-]+", "", UNSEEN.sub("", text.translate(STRAIGHT)))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.reading, self.open = Reading(), list[tuple[str, str]]()
        self.piece: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"meta", "link", "img", "br", "hr", "input", "col"}:
            return
        self.open.append((tag, dict(attrs).get("id") or ""))
        in_notes = "tfoot" in (kind for kind, _ in self.open)  # paragraphs in the other formats
        if tag in {"figcaption", "td", "th"} and not in_notes:
            self.piece = []

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag in {"figcaption", "td", "th"} and self.piece is not None:
            text = " ".join("".join(self.piece).split())
            if tag == "figcaption":
                self.reading.captions.append(text)
            else:
                figures = [name for kind, name in self.open if kind == "figure"]
                self.reading.cells.append((next(filter(None, reversed(figures)), ""), text))
            self.piece = None

    def handle_data(self, data: str) -> None:
        if not SKIPPED.intersection(kind for kind, _ in self.open):
            self.reading.text += data
            if self.piece is not None:
                self.piece.append(data)


def read_html(path: Path) -> Reading:
    """Read a web page."""
    page = _Page()
    page.feed(path.read_text("utf-8"))
    return page.reading


def read_docx(path: Path) -> Reading:
    """Read a Word file with its notes."""
    with zipfile.ZipFile(path) as file:
        notes = file.read("word/footnotes.xml").decode()
        document = file.read("word/document.xml").decode()
    reading = Reading(text=_shown(document) + _shown(notes))
    reading.cells += [("", _shown(cell)) for cell in CELL.findall(document)]
    for paragraph in PARAGRAPH.findall(document):
        if re.search(r'<w:pStyle w:val="(?:Table|Image)Caption"', paragraph):
            reading.captions.append(_shown(paragraph))
    return reading


def _shown(xml: str) -> str:
    import html  # noqa: PLC0415 # a name the parameters of others would hide

    return html.unescape("".join(match[1] or " " for match in TEXT.finditer(xml)))


def read_pdf(path: Path) -> Reading | None:
    """Read a PDF, where pypdf is installed."""
    if importlib.util.find_spec("pypdf") is None:
        return None
    from pypdf import PdfReader  # noqa: PLC0415 # not needed to render

    pages = [page.extract_text().strip().split("\n") for page in PdfReader(path).pages]
    edges = Counter(line for lines in pages for line in {lines[0], lines[-1]})

    def is_running(line: str) -> bool:  # a page's number, or the same line on several pages
        return edges[line] > 1 or re.fullmatch(r"\d+ ?/ ?\d+", line.strip()) is not None

    texts = [
        "\n".join(
            line
            for place, line in enumerate(lines)
            if not (place in {0, len(lines) - 1} and is_running(line))
        )
        for lines in pages
    ]
    return Reading(text="\n".join(texts))
