"""The finishing touches on a Word file that Quarto has made."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from il6report.render.docx import finish

CAPTION = (
    '<w:p><w:pPr><w:jc w:val="center" /></w:pPr><w:pPr><w:jc w:val="left"/>'
    '<w:spacing w:before="200" /><w:pStyle w:val="ImageCaption" /></w:pPr>'
    "<w:r><w:t>{}</w:t></w:r></w:p>"
)
CELL = (
    '<w:tc><w:tcPr /><w:p><w:pPr><w:pStyle w:val="TableText" /><w:jc w:val="right" />'
    '<w:jc w:val="center" /></w:pPr><w:r><w:t>{}</w:t></w:r></w:p></w:tc>'
)
TABLE = (
    '<w:tbl><w:tblPr /><w:tblGrid><w:gridCol w:w="1" /><w:gridCol w:w="1" /></w:tblGrid>'
    f"<w:tr>{CELL.format('Group')}{CELL.format('n')}</w:tr></w:tbl>"
)
PICTURE = (
    '<w:p><w:pPr><w:pStyle w:val="Compact" /><w:jc w:val="center" /></w:pPr>'
    "<w:r><w:drawing></w:drawing></w:r></w:p>"
)


def boxed(inner: str) -> str:
    """Put something numbered into a table of one cell, as Quarto does."""
    return (
        '<w:tbl><w:tblPr /><w:tblGrid><w:gridCol w:w="2" /></w:tblGrid>'
        f"<w:tr><w:tc><w:tcPr />{inner}</w:tc></w:tr></w:tbl>"
    )


@pytest.fixture
def finished(tmp_path: Path) -> Callable[[str], str]:
    def finished(document: str) -> str:
        with zipfile.ZipFile(tmp_path / "it.docx", "w") as file:
            file.writestr("word/document.xml", document)
        finish(tmp_path / "it.docx")
        with zipfile.ZipFile(tmp_path / "it.docx") as file:
            return file.read("word/document.xml").decode()

    return finished


def test_a_table_in_a_table_of_one_cell_stands_by_itself(finished: Callable[[str], str]) -> None:
    out = finished(boxed(CAPTION.format("Table 1") + TABLE) + boxed(CAPTION.format("2") + TABLE))
    assert out.count("<w:tbl>") == 2
    assert out.count('<w:pPr><w:pStyle w:val="TableCaption" /></w:pPr>') == 2
    assert "center" not in out
    assert out.count('<w:jc w:val="right" />') == 4


def test_a_figure_in_a_table_of_one_cell_stands_by_itself(finished: Callable[[str], str]) -> None:
    out = finished(boxed(PICTURE + CAPTION.format("Figure 1")))
    assert "<w:tbl>" not in out
    assert out.index("CaptionedFigure") < out.index("ImageCaption")


def test_a_table_of_one_cell_without_a_caption_stays(finished: Callable[[str], str]) -> None:
    assert finished(boxed("<w:p><w:r><w:t>Alone</w:t></w:r></w:p>")).count("<w:tbl>") == 1
