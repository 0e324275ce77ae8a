"""What documents become that authors write every day, as Quarto has it."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdf
import pytest

from il6report.errors import RenderError
from il6report.render.embedded.engine import EmbeddedEngine
from il6report.render.engine import Job
from il6report.render.metadata import parse_yaml
from il6report.render.project import find_project

Render = Callable[..., str]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt"/>'
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Return the text of a document made of some lines: a page's own, else without markup."""

    def render_document(*lines: str, to: str = "html", header: str = "title: T") -> str:
        document = tmp_path / "doc.qmd"
        document.write_text("\n".join(["---", header, "---", "", *lines, ""]), "utf-8")
        (tmp_path / "a.svg").write_text(PICTURE)
        job = Job(document=document, project=find_project(document), formats=(to,))
        (file,) = EmbeddedEngine().render(job, lambda _: None).files
        if to == "html":
            return re.sub(r"<style>.*?</style>", "", file.read_text("utf-8"), flags=re.DOTALL)
        if to == "docx":
            with zipfile.ZipFile(file) as parts:
                root = ET.fromstring(parts.read("word/document.xml"))  # noqa: S314 # our own file
            return "\n".join("".join(cell.itertext()) for cell in root.iter(f"{WORD}tc"))
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)

    return render_document


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", page).replace("\u00a0", " ").split())


def cell(*lines: str) -> str:
    return "\n".join(["```{python}", *lines, "```"])


SIDE_BY_SIDE = (
    "::: {layout-ncol=2}", "![Left](a.svg){#fig-left}", "", "![Right](a.svg){#fig-right}", ":::",
    "", "See @fig-right.",
)  # fmt: skip


def test_floats_stand_side_by_side_with_their_captions(render: Render) -> None:
    assert render(*SIDE_BY_SIDE, to="docx").replace("\u00a0", " ").split("\n") == [
        "Figure 1: Left", "Figure 2: Right",
    ]  # fmt: skip
    assert "See Figure 2" in text(render(*SIDE_BY_SIDE, to="pdf"))


def test_what_a_plot_returns_is_not_printed(render: Render) -> None:
    page = render(cell("import matplotlib.pyplot as plt", "plt.plot([1, 2])"), cell("(1, 2)"))
    assert "matplotlib.lines" not in page
    assert page.count("<img") == 1
    assert "(1, 2)" in page


def test_equations_are_numbered_wherever_they_stand(render: Render) -> None:
    page = render(
        "The model is $$y = a$$ {#eq-line} where $a$ is fixed.", "",
        "- tight $$t = 1$$ {#eq-tight}", "- $$u = 2$$ {#eq-tighter}", "",
        "Term", ":   $$w$$ {#eq-term}", "",
        "A note^[With $$n$$ {#eq-note} in it.], see @eq-tighter, @eq-term and @eq-note.",
    )  # fmt: skip
    assert "{#eq" not in page
    assert "see Equation 3, Equation 4 and Equation 5." in text(page)
    assert re.search(r"<p>The model is.*where.*is fixed\.</p>", page, re.DOTALL)


def test_floats_of_the_documents_own_kinds_come_from_cells(render: Render) -> None:
    page = render(
        cell("#| label: extra-a", "#| fig-cap: Own.", "import matplotlib.pyplot as plt",
             "plt.plot([1]); plt.show()"),
        header="crossref: {custom: [{kind: float, key: extra, reference-prefix: Extra}]}",
    )  # fmt: skip
    assert "Extra 1: Own." in text(page)
    assert page.count("<figcaption>") == 1


def test_a_label_that_is_no_identifier_is_only_a_name(render: Render) -> None:
    assert ":::" not in render(cell("#| label: my cell!", "1"))


def test_short_codes_work_in_the_front_matter(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE", "")
    monkeypatch.delenv("PLACE")
    page = render(
        '{{< env PLACE "far away" >}}, {{< env PLACE >}}, {{< meta sites.2 >}}, {{< meta size >}}.',
        header="study: Larch\nsites: [Bern, Leeds]\nsize: 1e3\n"
        'title: "Report on {{< meta study >}}"',
    )
    assert "<h1>Report on Larch</h1>" in re.sub(r"<h1[^>]*>", "<h1>", page)
    assert "far away, ?env:PLACE, Leeds, 1000." in text(page)


def test_a_linked_picture_is_a_figure(render: Render) -> None:
    page = render("[![Linked](a.svg){#fig-a}](https://example.org)", "", "See @fig-a.")
    assert "Figure 1: Linked" in text(page)
    assert re.search('<a href="https://example.org"><img', page)


def test_panels_may_have_letters_only(render: Render) -> None:
    page = render(
        cell("#| label: fig-two", "#| fig-cap: Two.", "#| fig-subcap: true",
             "import matplotlib.pyplot as plt",
             "for i in 1, 2: plt.plot([i]); plt.show()"),
        "See @fig-two-2.",
    )  # fmt: skip
    assert re.search(r"\(a\) .*\(b\) Figure 1: Two\. See Figure 1 \(b\)\.", text(page))


def test_a_cell_in_double_braces_is_shown_with_its_fences(render: Render) -> None:
    assert "```{python} 1 + 1 ```" in text(render("```{{python}}", "1 + 1", "```"))


def test_tabs_are_no_sections(render: Render) -> None:
    page = render(
        "# One", "", "::: {.panel-tabset}", "## Tab", "", "A.", ":::", "", "## Next {#sec-next}",
        "", "See @sec-next.", header="number-sections: true",
    )  # fmt: skip
    assert "1.1 Next See Section 1.1." in text(page)


def test_two_cells_with_one_label_are_refused(render: Render) -> None:
    one = cell("#| label: sum", "1")
    with pytest.raises(RenderError, match=r"doc.qmd:10: .* sum is that of the cell at .*qmd:5\."):
        render(one, "", one)


def test_a_label_used_twice_does_not_stop_the_pdf(render: Render) -> None:
    twice = ["![A](a.svg){#fig-a}", ""] * 2
    assert "Figure 2: A" in text(render(*twice, "See @fig-a.", to="pdf"))


def test_yaml_is_of_version_1_2() -> None:
    values = "{a: 12:30, b: 0123, c: 1e3, d: yes, e: true, f: -1.5, g: 1.2.3, h: 2024-13-45}"
    assert parse_yaml(f"x: {values}", file="x")["x"] == {
        "a": "12:30", "b": 123, "c": 1000.0, "d": "yes", "e": True, "f": -1.5, "g": "1.2.3",
        "h": "2024-13-45",
    }  # fmt: skip


@pytest.mark.parametrize(
    "date",
    ["3/9/2024", '"March 9, 2024"', "9 March 2024", "2024/03/09", "2024-03-09T10:00:00"],
)
def test_dates_are_read_as_people_write_them(render: Render, date: str) -> None:
    assert "March 9, 2024" in render("Text.", header=f"title: T\ndate: {date}")


def test_options_may_follow_a_blank_line(render: Render) -> None:
    page = render(cell("", "#| echo: false", "", "print(6 * 7)"))
    assert text(page).endswith("42")
    assert "6 *" not in text(page)


def test_a_table_made_as_markdown_brings_its_caption(render: Render) -> None:
    page = render(
        cell("#| label: tbl-a", "#| echo: false", "from IPython.display import Markdown",
             'Markdown("| a |\\n|---|\\n| 1 |\\n\\n: Its own")'),
    )  # fmt: skip
    assert "Table 1: Its own" in text(page)
    assert page.count("Its own") == 1


def test_an_institute_is_an_affiliation(render: Render) -> None:
    header = "title: T\nauthor: [A B, C D]\ninstitute: Somewhere"
    assert "Somewhere" in render("Text.", header=header)


def test_a_value_may_bring_html_for_a_line(render: Render) -> None:
    line = "Value `{python} HTML('<b>x</b> &lt;')`, not `{python} 'a < b'`."
    page = render(cell("from IPython.display import HTML"), "", line)
    assert "Value <b>x</b> &lt;, not a &lt; b." in page


def test_a_slip_in_the_code_is_named_with_its_line(render: Render) -> None:
    with pytest.raises(RenderError, match=r":7: cell .* failed: SyntaxError: [^(]*\n"):
        render(cell("a = 1", "b = = 2"))


@pytest.mark.parametrize(
    ("tag", "shown"), [("remove-cell", ""), ("hide-code", "42"), ("hide-output", "print(6 * 7)")]
)
def test_tags_hide_parts_of_a_cell(render: Render, tag: str, shown: str) -> None:
    page = render("Start.", "", cell(f"#| tags: [{tag}]", "print(6 * 7)"))
    assert text(page).endswith(f"Start. {shown}".strip())


def test_a_file_name_stands_above_its_code(render: Render) -> None:
    page = render('```{.python filename="fit.py"}', "fit()", "```")
    assert re.search("fit.py fit\\(\\)", text(page))


def test_notes_and_works_have_headings_of_their_own(render: Render, tmp_path: Path) -> None:
    (tmp_path / "own.bib").write_text("@book{a, author={A, B}, title={C}, year={2000}}")
    page = render("Text^[Note.] by @a.", header="bibliography: own.bib")
    assert re.findall("<h2[^>]*>([^<]*)", page) == ["References", "Footnotes"]


def test_numbers_of_sections_may_be_shifted(render: Render) -> None:
    header = "number-sections: true\nshift-heading-level-by: 1\nnumber-offset: 2"
    page = render("# One", header=header)
    assert re.search(r"<h2[^>]*><span[^>]*>3</span> One</h2>", page)


def test_a_plot_of_matplotlib_is_shown_after_one_of_plotnine(render: Render) -> None:
    page = render(
        cell("from plotnine import ggplot", "ggplot()"),
        cell("import matplotlib.pyplot as plt", "plt.plot([1, 2])"),
    )
    assert page.count("<img") == 2


@pytest.mark.parametrize("to", ["html", "pdf", "docx"])
def test_a_picture_may_be_named_from_the_project(tmp_path: Path, render: Render, to: str) -> None:
    (tmp_path / "in it").mkdir()
    (tmp_path / "in it/b.svg").write_text(PICTURE)
    page = render("![B](/in it/b.svg)", to=to)
    assert to != "html" or '<img src="data:image/svg+xml' in page


def test_a_progress_bar_is_shown_as_it_ends(render: Render) -> None:
    page = render(cell("#| echo: false", 'print("1/2\\r2/2\\rdone\\r\\nnext")'))
    assert "<code>done\nnext</code>" in page


def test_colours_of_pandas_stay_with_their_cells(render: Render) -> None:
    page = render(
        cell("import pandas as pd",
             'pd.DataFrame({"a": [1, 2]}).style.highlight_max(color="#ffee00")'),
    )  # fmt: skip
    assert re.search(r'<td style="[^"]*background-color: #ffee00[^"]*">2</td>', page)


def test_pictures_in_html_and_empty_links_do_not_stop_the_pdf(render: Render) -> None:
    page = render(
        cell("from IPython.display import HTML",
             'HTML(\'<p>Drawn <svg width="9" height="9"/> and <img src="a.svg"></p>\')'),
        "", "[Nowhere]().", to="pdf",
    )  # fmt: skip
    assert "Nowhere" in page


def test_no_float_stands_above_the_title(render: Render) -> None:
    assert render("![B](a.svg){#fig-b}", header="title: Words", to="pdf").startswith("Words")


@pytest.mark.parametrize("lines", [cell(f"a = '{'x' * 300}'"), f"| {'x' * 300} |\n|---|\n| y |"])
def test_a_word_longer_than_a_line_is_broken(render: Render, lines: str) -> None:
    page = render(lines, to="pdf")
    assert page.count("x") == 300
    assert "x" * 150 not in page.replace("\u200b", "")


def test_an_error_that_is_shown_names_no_folder_of_the_machine(render: Render) -> None:
    page = render(
        "Of `{python} 1 + 1`.", "",
        cell("#| error: true", "#| echo: false", "import json", 'json.loads("{")'),
        header="execute: {error: true}",
    )  # fmt: skip
    trace = text(page).partition("Of 2.")[2]
    assert "JSONDecodeError Traceback (most recent call last) Cell In[1], line 2" in trace
    assert "File decoder.py:" in trace
    assert "/" not in trace
    assert "\x1b" not in page


def test_an_include_within_a_line_is_refused(render: Render) -> None:
    with pytest.raises(RenderError, match=r"doc.qmd:5: expected the include on a line of its own"):
        render("Text {{< include a.md >}}")


def test_a_failure_in_included_code_is_named_with_its_own_line(
    render: Render, tmp_path: Path
) -> None:
    (tmp_path / "fit.py").write_text("a = 1\n1 / 0\n")
    with pytest.raises(RenderError, match=r"fit\.py:2: cell .* failed: ZeroDivisionError"):
        render(cell("#| label: fit", "", "{{< include fit.py >}}"))


@pytest.mark.parametrize(
    "lines",
    [
        ('::: {#fig-a layout="[[1,1],[1]]"}', *("![](a.svg){#fig-x}", "") * 3, "A", ":::"),
        (cell("#| label: fig-a", "#| fig-cap: A", "#| fig-subcap: true", "#| layout: [[1,1],[1]]",
              "import matplotlib.pyplot as plt", "for i in 1, 2, 3: plt.plot([i]); plt.show()"),),
    ],
)  # fmt: skip
def test_panels_stand_in_rows_of_different_lengths(render: Render, lines: tuple[str]) -> None:
    page = render(*lines)
    assert re.findall(r"repeat\((\d),", page) == ["2", "1"]
    assert re.search(r"\(a\).*\(b\).*\(c\).*Figure 1: A", text(page))


def test_an_escaped_short_code_is_shown(render: Render) -> None:
    assert "{{&lt; meta title &gt;}}" in render("Write {{</* meta title */>}}.")


def test_a_caption_that_code_gives_is_counted_where_its_table_has_an_id(render: Render) -> None:
    plain = "<table><caption>Plain</caption><tr><td>1</td></tr></table>"
    page = render(
        cell("import pandas as pd", 'pd.DataFrame({"a": [1]}).style.set_caption("Styled")'), "",
        cell("from IPython.display import HTML", f"HTML('{plain}')"), "",
        "| b |", "|---|", "| 1 |", "", ": Written {#tbl-b}",
        header="execute: {echo: false}",
    )  # fmt: skip
    assert re.search("Table 1: Styled a 0 1 Plain 1 Table 2: Written", text(page))


def test_a_linked_picture_without_a_label_keeps_its_caption(render: Render) -> None:
    page = render("[![Linked](a.svg)](https://example.org)")
    assert text(re.findall("<figcaption>.*?</figcaption>", page, re.DOTALL)[0]) == "Linked"


def test_own_floats_have_a_word_for_captions_and_one_for_references(render: Render) -> None:
    page = render(
        "::: {#extra-a}", "![](a.svg)", "", "Own.", ":::", "", "See @extra-a.",
        header="crossref: {custom: "
        "[{kind: float, key: extra, reference-prefix: Extra Figure, caption-prefix: Extra}]}",
    )  # fmt: skip
    assert text(page).endswith("Extra Figure 1: Own. See Extra 1.")


def test_the_pdf_gives_the_address_of_every_author(render: Render) -> None:
    authors = "[{name: A B, email: a@b.org, corresponding: true}, {name: C D, email: c@d.org}]"
    page = render(
        "# One", to="pdf", header=f"title: T\nauthor: {authors}\ntoc: true\ntoc-title: Where"
    )
    assert "Correspondence: A B, a@b.org\nE-mail: C D, c@d.org\nWhere\n" in page


def test_a_size_of_figures_holds_for_its_cell_alone(render: Render) -> None:
    draw = "import matplotlib.pyplot as plt; plt.plot([1]); plt.show()"
    page = render(cell("#| fig-width: 3", "#| fig-height: 2", draw), cell(draw))
    first, second = map(float, re.findall(r"width:([\d.]+)in", page))
    assert first < 4 < second


@pytest.mark.parametrize("to", ["html", "pdf"])
def test_what_only_places_a_text_elsewhere_is_passed_over(render: Render, to: str) -> None:
    page = render("::: {.column-page}", "Wide [aside]{.aside}.", ":::", to=to)
    assert "Wide aside." in text(page)


def test_a_division_may_have_its_caption_as_an_attribute(render: Render) -> None:
    page = render('::: {#fig-a fig-cap="By *attribute*"}', "![](a.svg)", ":::")
    assert "Figure 1: By attribute" in text(page)


def test_the_properties_of_a_page_name_authors_without_markup(render: Render) -> None:
    page = render("Text.", header="title: T\nauthor: A One^1^")
    assert '<meta name="author" content="A One1"' in page


def test_sections_are_numbered_in_word_as_quarto_numbers_them(
    render: Render, tmp_path: Path
) -> None:
    render("# One", "", "## Two", to="docx", header="number-sections: true")
    with zipfile.ZipFile(tmp_path / "doc.docx") as parts:
        assert text(parts.read("word/document.xml").decode()) == "1. One 1.1 Two"


def test_a_format_may_have_options_and_values_of_its_own(render: Render) -> None:
    header = (
        "title: T\nstudy: General\nexecute: {echo: false}\n"
        "format: {html: {echo: true, study: Web}, typst: {execute: {output: false}}}"
    )
    lines = (cell("print('six', 6)"), "", "Of {{< meta study >}}.")
    web, pdf = (text(render(*lines, header=header, to=to)) for to in ("html", "pdf"))
    assert "print(" in web
    assert "six 6" in web
    assert "Of Web." in web
    assert "six" not in pdf
    assert "Of General." in pdf


def test_formats_that_would_run_cells_differently_are_refused(tmp_path: Path) -> None:
    document = tmp_path / "doc.qmd"
    header = "format: {html: {eval: false}, docx: default}"
    document.write_text("\n".join(["---", header, "---", cell("1 + 1"), ""]))
    formats = ("html", "docx")
    job = Job(document=document, project=find_project(document), formats=formats)
    with pytest.raises(RenderError, match=r"doc\.qmd: .* alike in all formats .* --to html"):
        EmbeddedEngine().render(job, lambda _: None)


def test_short_codes_are_replaced_wherever_they_stand(render: Render) -> None:
    page = render(
        cell(
            "#| label: fig-a", "#| fig-cap: N is {{< meta n >}}",
            "import matplotlib.pyplot as plt; plt.plot([1]); plt.show()",
        ),
        cell("#| output: asis", "#| echo: false", "print('Made of {{' '< meta n >}}.')"),
        "In two lines {{< meta", "n >}} people.",
        header="title: T\nn: 12",
    )  # fmt: skip
    read = text(page)
    assert "Figure 1: N is 12" in read
    assert "Made of 12." in read
    assert "In two lines 12 people." in read


@pytest.mark.parametrize("option", ["enabled: false", "ipynb-shell-interactivity: all"])
def test_what_would_run_other_code_is_refused(render: Render, option: str) -> None:
    with pytest.raises(RenderError, match=rf"doc\.qmd:3: {option.partition(':')[0]}: expected"):
        render(cell("1"), header=f"title: T\nexecute: {{{option}}}")


def test_numbers_stay_numbers_in_mathematics(render: Render) -> None:
    page = render(cell("b = 2.5"), "$x = `{python} b`$, $y = `{python} -1`$")
    assert page.count("<math") == 2
    assert "<mn>2.5</mn>" in page


def test_an_abstract_may_quote_values_in_all_its_lines(render: Render) -> None:
    header = "title: T\nabstract: |\n  One.\n\n  Two is `{python} 1 + 1`."
    assert "Two is 2." in text(render(cell("0"), header=header))
    with pytest.raises(RenderError, match=r"doc\.qmd:6: .*division by zero"):
        render(cell("0"), header=header.replace("1 + 1", "1 / 0"))


def test_a_labelled_cell_that_shows_nothing_is_counted(render: Render) -> None:
    page = render(
        cell("#| label: fig-not", "#| fig-cap: Not run", "#| eval: false", "plot()"),
        "![Second](a.svg){#fig-two}", "", "See @fig-two.",
    )  # fmt: skip
    assert text(page).endswith("Figure 2: Second See Figure 2.")


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("date: 2025-11-03 14:05", "November 3, 2025"),
        ("date: 2025-11-03\nlang: en-GB", "3 November 2025"),
        ("date: 2025-11-03\ndate-format: dddd D MMM [of] YYYY", "Monday 3 Nov of 2025"),
    ],
)
def test_a_date_is_read_alike_in_the_title_and_in_the_text(
    render: Render, header: str, read: str
) -> None:
    page = text(render("Of {{< meta date >}}.", header=f"title: T\n{header}"))
    assert page.count(read) == 2


def test_a_cell_between_tildes_is_shown(render: Render) -> None:
    page = text(render(cell("print('r' + 'an')"), "~~~{python}", "print('not ' + 'ran')", "~~~"))
    assert "ran" in page
    assert "not ran" not in page


def test_a_missing_picture_is_found_where_it_is_named(render: Render) -> None:
    with pytest.raises(RenderError, match=r"doc\.qmd:7: the picture b is not there"):
        render("Of b.", "", "![B](b)")


def test_what_is_printed_after_a_plot_stands_after_its_caption(render: Render) -> None:
    draw = "import matplotlib.pyplot as plt; print('one'); plt.plot([1]); plt.show(); print('two')"
    page = text(render(cell("#| label: fig-a", "#| fig-cap: A plot", "#| echo: false", draw)))
    assert page.endswith("one Figure 1: A plot two")


def test_an_affiliation_in_words_is_a_name(render: Render) -> None:
    header = (
        "title: T\naffiliations: [{id: agri, name: Agriculture}]\n"
        "author: [{name: A, affiliations: [agri]}, {name: B, affiliations: {ref: agri}}]"
    )
    assert re.findall("<li>(.*?)</li>", render("Text.", header=header)) == ["agri", "Agriculture"]


def test_only_what_is_true_meets_a_condition_on_metadata(render: Render) -> None:
    conditions = [f"[{kind}-{key}]{{.content-visible {kind}-meta={key}}}"
                  for kind in ("when", "unless") for key in ("arm", "own", "off")]  # fmt: skip
    page = render(*conditions, header="arm: treatment\nown: true\noff: false")
    assert text(page).endswith("when-own unless-arm unless-off")


def test_what_has_a_condition_stays_what_it_is(render: Render) -> None:
    condition = '.content-visible when-format="html"'
    page = render(
        f"::: {{#fig-a {condition}}}", "![](a.svg)", "", "Web.", ":::", "",
        f"::: {{.callout-tip {condition}}}", "Said.", ":::", "",
        f"::: {{{condition}}}", f"[Note]{{.smallcaps {condition}}}, see @fig-a.", ":::", "",
        "``` {.content-hidden when-format=html}", "Print.", "```",
    )  # fmt: skip
    assert "Figure 1: Web. Tip Said. Note, see Figure 1." in text(page)
    assert '<div class="callout callout-tip">' in page
    assert '<span class="smallcaps">Note' in page
    assert "content-" not in page
    assert "Print." not in page


HTML_TABLE = "<table><caption>As {}</caption><tr><th>Arm</th></tr><tr><td>in {}</td></tr></table>"


@pytest.mark.parametrize("to", ["html", "pdf", "docx"])
def test_tables_written_as_html_are_shown_in_every_format(render: Render, to: str) -> None:
    raw = "```{{=html}}\n" + HTML_TABLE + "\n```"
    listed = raw.format("item", "a list").replace("\n", "\n  ")
    made = cell("from IPython.display import Markdown", f"Markdown({raw.format('made', 'code')!r})")
    page = text(render(
        "::: {#tbl-a}", raw.format("said", "a float"), ":::", "", "- Item", "", f"  {listed}", "",
        made, "", "See @tbl-a.", to=to, header="title: T\nexecute: {echo: false}",
    ))  # fmt: skip
    for place in "a float", "a list", "code":
        assert page.count(f"in {place}") == 1
    if to != "docx":
        assert "Table 1: As said" in page


def test_an_equation_may_have_attributes_after_its_label(render: Render) -> None:
    lines = ('$$a$$ {#eq-a alt="a {A}, or *more*"}, and', "$$b$$ {#eq-b .big", "key=1}.", "",
             "See @eq-a, @eq-b.")  # fmt: skip
    page = text(render(*lines))
    assert re.search(r"\(1\) *, and .*\(2\) *\. See Equation 1, Equation 2\.", page)
    assert "#eq" not in page
    assert "See Equation 1, Equation 2." in text(render(*lines, to="pdf"))


def test_a_heading_stands_in_the_column_of_what_follows_it(render: Render) -> None:
    page = render(
        "::: {layout-ncol=2}", "### One", "", "- a", "", "### Two", "", "- b", ":::", to="docx"
    )
    assert page.split("\n") == ["Onea", "Twob"]


def test_a_label_may_begin_with_a_capital(render: Render) -> None:
    page = text(render("![One](a.svg){#Fig-one}", "", "![Two](a.svg){#fig-two}", "",
                       "@Fig-one, @Fig-two, @fig-two."))  # fmt: skip
    assert page.endswith("Figure 1: One Figure 2: Two Figure 1, Figure 2, Figure 2.")


def test_brackets_after_a_reference_are_kept(render: Render) -> None:
    page = text(render("![One](a.svg){#fig-a}", "", "See @fig-a [left] and [@fig-a, right]."))
    assert page.endswith("See Figure 1 [left] and Figure 1, right.")


def test_values_from_outside_are_shown_after_their_defaults(tmp_path: Path) -> None:
    document = tmp_path / "doc.qmd"
    document.write_text(cell("#| tags: [parameters]", "cut = 10") + "\n\nCut at `{python} cut`.\n")
    project = find_project(document)
    job = Job(document=document, project=project, formats=("html",), parameters={"cut": 5})
    (page,) = EmbeddedEngine().render(job, lambda _: None).files
    shown = text(re.sub(r"<style>.*?</style>", "", page.read_text("utf-8"), flags=re.DOTALL))
    assert shown.endswith("cut = 10 # Injected Parameters cut = 5 Cut at 5.")
