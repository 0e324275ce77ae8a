"""Compare what an engine makes of a small Quarto document with what Quarto 1.9.38 made of it.

`facts/` holds headings with their numbers, captions, references, table cells, paragraphs and so on,
recorded with the real Quarto; `pages.py` reduces rendered files to the same facts, whatever markup
or styling carries them. More content than Quarto shows is no difference, except for texts that must
not be shown.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quarto_facts.pages import MATH, NOTE, Page, key

SHORTEST = 12  # letters of the smaller piece when a PDF breaks a paragraph in two

Facts = dict[str, Any]


@dataclass
class Result:
    """One run of an engine on one fixture and format."""

    ok: bool
    log: str
    page: Page | None  # None: no output file was left


def shows(page: Page, text: str, to: str) -> bool:
    """Say whether a text can be read in a page in one piece."""
    loose = to == "pdf"
    return key(text, loose=loose) in key(page.text, loose=loose)


def holds(page: Page, text: str, to: str) -> bool:
    """Say the same of a longer text, which a PDF may break once (at a page, note or float)."""
    if to != "pdf" or shows(page, text, to):
        return shows(page, text, to)
    whole, part = key(page.text, loose=True), key(text, loose=True)
    pieces = [key(piece, loose=True) for piece in re.split(f"{MATH}|{NOTE}", text)]
    if len(pieces) > 1:
        return all(piece in whole for piece in pieces)
    for cut in range(len(part) - SHORTEST, SHORTEST, -1):
        if part[:cut] in whole:
            return part[cut:] in whole
    return False


def holds_numbered(page: Page, item: Sequence[Any]) -> bool:
    """Say whether a caption or heading can be read in a PDF, with any delimiter."""
    *numbers, text = (key(str(part), loose=True) for part in item)
    delimiter = r"[:.|)\u2013\u2014]?" if any(numbers) else ""
    pattern = re.escape("".join(numbers)) + delimiter + re.escape(text)
    return re.search(pattern, key(page.text, loose=True)) is not None


def nearest(page: Page, text: str) -> str:
    """Describe what a page shows instead of a text."""
    if near := difflib.get_close_matches(text, page.paragraphs, 1, 0.5):
        return f"found: {near[0]}"
    whole, words = key(page.text, loose=True), text.split()
    for count in range(len(words) - 1, 0, -1):
        start = key(" ".join(words[:count]), loose=True)
        if len(start) > SHORTEST and start in whole:
            place = whole.index(start) + len(start)
            return f"found as far as: {' '.join(words[:count])} [then: {whole[place : place + 30]}]"
    return "found nothing like it"


@dataclass
class Outcome:
    """Whether one fact holds, and if not, what was found instead."""

    name: str
    ok: bool
    detail: str = ""


def as_text(item: Any) -> str:
    """Show an item of a list of facts on one line."""
    if isinstance(item, list):
        return " | ".join(str(part) for part in item if part != "") or "(empty)"
    return str(item)


def match(name: str, expected: list[Any], actual: list[Any], *, ordered: bool) -> Iterator[Outcome]:
    """Compare two lists item by item, in order or as bags."""
    want, got = [key(as_text(e)) for e in expected], [key(as_text(a)) for a in actual]
    hits: set[int] = set()
    if ordered:
        matcher = difflib.SequenceMatcher(a=want, b=got, autojunk=False)
        for block in matcher.get_matching_blocks():
            hits.update(range(block.a, block.a + block.size))
    else:
        left = Counter(got)
        for place, item in enumerate(want):
            if left[item] > 0:
                left[item] -= 1
                hits.add(place)
    for place, item in enumerate(expected):
        near = difflib.get_close_matches(as_text(item), [as_text(a) for a in actual], 1, 0.4)
        detail = f"found: {near[0]}" if near else "found nothing like it"
        if want[place] in got:
            counts = f"{got.count(want[place])} of {want.count(want[place])} times"
            detail = f"found {counts}, or out of order"
        yield Outcome(f"{name}/{as_text(item)}", place in hits, detail)


def match_tables(expected: list[Facts], page: Page, to: str) -> Iterator[Outcome]:
    """Compare tables one by one: columns, rows, and the notes anywhere in the page."""
    count = len(page.tables)
    yield Outcome("tables/count", len(expected) == count, f"{count}, not {len(expected)}")
    free = list(page.tables)
    for number, table in enumerate(expected, 1):
        likeness = difflib.SequenceMatcher(b=str(table))
        found: Facts = {"columns": [], "rows": []}
        best = -1.0
        for other in free:
            likeness.set_seq1(str(other))
            if likeness.ratio() > best:
                found, best = other, likeness.ratio()
        free = [other for other in free if other is not found]
        for part in ("columns", "rows"):
            yield from match(f"tables/{number}/{part}", table[part], found[part], ordered=True)
        for note in table["notes"]:
            yield Outcome(f"tables/{number}/notes/{note}", holds(page, note, to), "not in the text")


def match_texts(facts: Facts, page: Page, to: str) -> Iterator[Outcome]:
    """Look for texts that may stand anywhere in the page."""
    for text, present in facts.get("probes", {}).items():
        wish = "must be shown" if present else "must not be shown"
        yield Outcome(f"probes/{text}", shows(page, text, to) == present, wish)
    for name, value in facts["meta"].items():
        if value:
            found = page.meta.get(name, "")
            yield Outcome(f"meta/{name}", key(found) == key(value), f"{found!r}, not {value!r}")
    anywhere = ("paragraphs", "bibliography")
    for name in (*anywhere, "footnotes", "cells") if to == "pdf" else anywhere:
        for text in facts.get(name, []):
            yield Outcome(f"{name}/{text}", holds(page, text, to), nearest(page, text))
    for name in ("headings", "captions") if to == "pdf" else ():
        for item in facts[name]:
            detail = nearest(page, " ".join(item))
            yield Outcome(f"{name}/{as_text(item)}", holds_numbered(page, item), detail)


def match_structure(facts: Facts, page: Page, to: str) -> Iterator[Outcome]:
    """Compare what only HTML and DOCX tell apart from plain text."""
    yield from match_tables(facts["tables"], page, to)
    for name in ("headings", "footnotes", "equations", "callouts"):
        yield from match(name, facts.get(name, []), getattr(page, name), ordered=True)
    for name in ("captions", "links"):
        yield from match(name, facts.get(name, []), getattr(page, name), ordered=False)
    alts = facts.get("alts", [])
    yield from match("alts", [text for text in alts if text], page.alts, ordered=True)
    count = len(page.alts)
    yield Outcome("pictures/count", count == len(alts), f"{count}, not {len(alts)}")


def compare(facts: Facts, result: Result, to: str) -> Iterator[Outcome]:
    """Yield one outcome per fact of a fixture in one format."""
    page, ending = result.page, "\n".join(result.log.strip().splitlines()[-6:])
    success = f"success: {result.ok}; the log ends:\n{ending}"
    yield Outcome("succeeds", result.ok == facts["succeeds"], success)
    for text in facts.get("messages", []):
        yield Outcome(f"messages/{text}", text in result.log, "not in the log")
    detail = "a file was left" if page else "no file was left; its other facts are not counted"
    yield Outcome("writes", (page is not None) == facts["writes"], detail)
    if page is not None and facts["writes"]:
        yield from match_texts(facts, page, to)
        if to != "pdf":
            yield from match_structure(facts, page, to)
