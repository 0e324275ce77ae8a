"""The references: every work cited exists, every work listed is cited, and each can be found."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = ROOT / "report" / "references.bib"
ORIGINS = sorted((*ROOT.glob("il6report/simulation/*.py"), *ROOT.glob("data/*.md")))
DOCUMENTS = sorted((*ROOT.glob("report/**/*.qmd"), *ROOT.glob("examples/**/*.qmd")))

# A citation is an @key that neither follows a letter (an e-mail address) nor names a figure,
# table, section or equation; code cells and code spans are taken out first.
CODE = re.compile(r"^(`{3,}).*?^\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)
CITATION = re.compile(r"(?<![\w\\])@(?!(?:fig|tbl|sec|eq|suppfig|supptbl)-)([A-Za-z][\w:-]*)")


def entries() -> dict[str, dict[str, str]]:
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    found = re.split(r"^@\w+\{", text, flags=re.MULTILINE)[1:]
    keyed = [entry.split(",", 1) for entry in found]
    assert len(keyed) == len({key for key, _ in keyed}), "a key is used twice"
    field = re.compile(r"(\w+) = \{((?:[^{}]|\{[^{}]*\})*)\}")
    return {key: dict(field.findall(body)) for key, body in keyed}


def cited() -> set[str]:
    texts = [CODE.sub("", path.read_text(encoding="utf-8")) for path in DOCUMENTS]
    return {key for text in texts for key in CITATION.findall(text)}


def test_every_work_cited_is_listed_and_every_work_listed_is_cited() -> None:
    assert cited() == set(entries())


def test_every_origin_of_a_simulated_number_is_listed() -> None:
    keys = re.compile(r"\[([a-z]+(?:19|20)\d\d[a-z]*)\]")
    named = {key for path in ORIGINS for key in keys.findall(path.read_text(encoding="utf-8"))}
    assert named <= set(entries())


@pytest.mark.parametrize(("key", "fields"), entries().items(), ids=list(entries()))
def test_a_work_has_author_title_and_year(key: str, fields: dict[str, str]) -> None:
    assert {"author", "title", "year"} <= set(fields), key
    assert re.fullmatch(r"(18|19|20)\d\d", fields["year"])


@pytest.mark.parametrize(("key", "fields"), entries().items(), ids=list(entries()))
def test_a_work_has_a_doi_or_a_reason_for_none(key: str, fields: dict[str, str]) -> None:
    assert ("doi" in fields) != ("nodoi" in fields), key
    assert re.fullmatch(r"10\.\d{4,5}/\S+", fields.get("doi", "10.1000/none"))


@pytest.mark.parametrize(("key", "fields"), entries().items(), ids=list(entries()))
def test_a_range_of_pages_is_written_with_an_en_dash(key: str, fields: dict[str, str]) -> None:
    assert not re.search(r"\d-\d|[–—]", fields.get("pages", "")), key


def test_keys_stand_in_alphabetical_order() -> None:
    assert list(entries()) == sorted(entries())
