"""How a page of the PDF is laid out: where tables stand, and what no line may tear apart."""

from pathlib import Path

import pypdf

from il6report.render.embedded.engine import EmbeddedEngine
from il6report.render.engine import Job
from il6report.render.project import find_project

TABLE = ["| A | B |", "|---|---|", *(f"| row{n} | 2 |" for n in range(8)), "", ": T {#tbl-a}"]


def printed(folder: Path, *lines: str) -> list[pypdf.PageObject]:
    document = folder / "doc.qmd"
    document.write_text("\n".join(["---", "title: Document", "---", "", *lines, ""]))
    job = Job(
        document=document,
        project=find_project(document),
        formats=("pdf",),
        strict=True,
        overrides={},
    )
    (pdf,) = EmbeddedEngine().render(job, lambda _: None).files
    return list(pypdf.PdfReader(pdf).pages)


def heights(page: pypdf.PageObject) -> dict[str, float]:
    """Give every piece of text its distance from the bottom of the page."""
    found: dict[str, float] = {}

    def note(text: str, transform: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            found[text.strip()] = transform[5] + transform[3] * matrix[5]

    page.extract_text(visitor_text=note)
    return found


def test_the_first_table_of_a_chapter_stands_beneath_its_heading(tmp_path: Path) -> None:
    (page,) = printed(tmp_path, "Before.", "", "# Chapter", "", "Words.", "", *TABLE)
    places = heights(page)
    assert places["Chapter"] > places["Words."] > places["row0"]


def test_a_unit_is_not_torn_apart(tmp_path: Path) -> None:
    said = " ".join(f"from {'i' * (n % 7)} 3.1\N{NO-BREAK SPACE}pg/mL to" for n in range(300))
    text = "\n".join(page.extract_text() for page in printed(tmp_path, said))
    assert text.count("pg/mL") == said.count("pg/mL")
