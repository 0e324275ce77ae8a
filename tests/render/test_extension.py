"""What the extension mends of Quarto's own text, told to a filter that believes Quarto runs it."""

import subprocess
from pathlib import Path

import pytest

from il6report.render.embedded.write import EXTENSION, pandoc


@pytest.fixture
def under_quarto(tmp_path: Path) -> Path:
    path = tmp_path / "quarto.lua"
    path.write_text(f"quarto = {{}}\ndofile({str(EXTENSION / 'il6report.lua')!r})\n")
    return path


def written(under_quarto: Path, text: str, to: str) -> str:
    command = [pandoc(), "--from", "markdown", "--to", to, "--lua-filter", str(under_quarto)]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (r"95%\\\\xa0CI", "95%\N{NO-BREAK SPACE}CI"),
        (r"2\\\\u2009mg", "2\N{THIN SPACE}mg"),
        (r"Dunnett\\\\'s", "Dunnett's"),
        (r"`\xa0`", r"\xa0"),
    ],
)
def test_a_string_that_quarto_printed_by_its_repr_reads_as_it_was_meant(
    under_quarto: Path, printed: str, shown: str
) -> None:
    assert (
        written(under_quarto, printed, "plain").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        == shown
    )


def test_entities_in_the_cells_of_a_table_are_read_for_typst_only(under_quarto: Path) -> None:
    table = "| p |\n|---|\n| \\&lt;0.001 |"
    assert r"\<0.001" in written(under_quarto, table, "typst")
    assert "&amp;lt;0.001" in written(under_quarto, table, "html")


def test_authors_of_a_word_file_get_the_number_of_their_place(under_quarto: Path) -> None:
    header = "---\nby-affiliation: [{number: 2, name: Here}]\n---\n"
    template = under_quarto.with_name("marks.openxml")
    template.write_text("$for(by-affiliation)$$it.mark$$endfor$")
    command = ["--standalone", "--template", str(template)]
    run = subprocess.run(
        [pandoc(), "--to", "html", "--lua-filter", str(under_quarto), *command],
        input=header, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "<sup>2</sup>"
