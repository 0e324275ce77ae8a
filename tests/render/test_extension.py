"""What the extension mends of Quarto's own text, told to a filter that believes Quarto runs it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from il6report.render.embedded.made import EXTENSION, pandoc


@pytest.fixture
def under_quarto(tmp_path: Path) -> Path:
    path = tmp_path / "quarto.lua"
    path.write_text(f"quarto = {{}}\ndofile({str(EXTENSION / 'il6report.lua')!r})\n")
    return path


def written(under_quarto: Path, text: str, to: str, *, read: str = "markdown") -> str:
    command = [pandoc(), "--from", read, "--to", to, "--lua-filter", str(under_quarto)]
    # Quarto looks for the modules of a filter beside it.
    environment = {**os.environ, "LUA_PATH": f"{EXTENSION / '?.lua'};;"}
    run = subprocess.run(
        command, input=text, capture_output=True, text=True, check=True, env=environment
    )
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


GT_TABLE = """
<table class="gt_table"><thead><tr>
<th class="gt_left">Group</th><th class="gt_right" style="color: #333333">Ratio (95% CI)</th>
</tr></thead><tbody>
<tr><th class="gt_group_heading" colspan="2">Serum</th></tr>
<tr><td class="gt_left">dcSSc</td><td class="gt_right">1.2 (0.3 to 4.5)</td></tr>
</tbody><tfoot><tr><td colspan="2">A note.</td></tr></tfoot></table>
"""


def test_a_table_from_a_cell_is_set_for_typst_as_the_embedded_engine_sets_it(
    under_quarto: Path,
) -> None:
    typst = written(under_quarto, GT_TABLE, "typst", read="html")
    assert "align: (left,right,)" in typst
    assert "#strong[Serum]" in typst
    assert "#il6-notes[\nA note." in typst
    assert "333333" not in typst


def wide_table(group: str) -> str:
    cells = ("12 (63%)", "1.39 (<0.001 to 3.26)", "13.1 (4.28 to 63.8)", "<0.001",
             "6.95 (−1.16 to 16.9)", "<0.001")  # fmt: skip
    columns = "".join(f'<td class="gt_right">{cell.replace("<", "&lt;")}</td>' for cell in cells)
    head = "<th>Group</th>" + "".join(f"<th>Measure {place}</th>" for place in range(len(cells)))
    return (
        f'<table class="gt_table"><thead><tr>{head}</tr></thead><tbody><tr>'
        f'<td class="gt_left">{group}</td>{columns}</tr></tbody></table>'
    )


def test_letters_are_smaller_where_a_label_would_else_take_two_lines(under_quarto: Path) -> None:
    letter, page, padding = 0.56 * 7.5, 464.9, 8.8  # points
    typst = written(under_quarto, wide_table("dcSSc, normal platelets"), "typst", read="html")
    (widths,) = re.findall(r"columns: \(([^)]*)\)", typst)
    first = float(widths.split("%", 1)[0]) / 100 * page - padding
    assert first > 20 * letter, "the label takes twenty letters of average width"
    assert "#set text(size: 7.5pt)" in typst
    assert "7.5pt" not in written(under_quarto, wide_table("lcSSc"), "typst", read="html")


def test_a_table_from_a_cell_gets_the_styles_of_the_look_in_word(under_quarto: Path) -> None:
    word = under_quarto.with_name("word.lua")
    word.write_text(f"FORMAT = 'docx'\ndofile({str(under_quarto)!r})\n")
    native = written(word, GT_TABLE, "native", read="html")
    styles = ("Table Head", "Table Group", "Table Text", "Table Notes")
    assert [style in native for style in styles] == [True] * 4


def test_a_table_written_by_hand_stays_as_quarto_sets_it(under_quarto: Path) -> None:
    assert "il6" not in written(under_quarto, "| a |\n|---|\n| b |", "typst")


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
