"""What the embedded engine does with documents that are wrong, odd, or changed a little."""

import os
import re
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdf
import pytest

from il6report.errors import RenderError
from il6report.render.embedded.engine import EmbeddedEngine
from il6report.render.embedded.options import KNOWN, REFUSED
from il6report.render.engine import Job, Rendered
from il6report.render.project import find_project

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_document(*parts: str, newline: str = "\n", header: str = "title: Document") -> Path:
        text = "\n".join(["---", header, "---", "", *parts, ""])
        path = tmp_path / "doc.qmd"
        path.write_bytes(text.replace("\n", newline).encode())
        return path

    return write_document


def render(document: Path, *formats: str, strict: bool = False, **overrides: str) -> Rendered:
    job = Job(
        document=document,
        project=find_project(document),
        formats=formats or ("html",),
        strict=strict,
        overrides=overrides,
    )
    return EmbeddedEngine().render(job, lambda _: None)


def html(document: Path) -> str:
    return document.with_suffix(".html").read_text("utf-8")


def cell(*lines: str) -> str:
    return "\n".join(["```{python}", *lines, "```"])


def message(document: Path) -> str:
    with pytest.raises(RenderError) as error:
        render(document)
    return str(error.value)


def test_a_failing_cell_is_named_with_its_line_and_leaves_what_was_there(write: Write) -> None:
    document = write("Good.")
    render(document)
    before = html(document)
    write("Bad.", "", cell("#| label: sum", "x = 1", "x + 'a'"))
    told = message(document)
    assert "doc.qmd:10: cell sum" in told
    assert "TypeError" in told
    assert html(document) == before


def test_a_cell_that_hangs_is_stopped(write: Write) -> None:
    document = write(
        cell("#| label: long", "while True: pass"), header="execute: {timeout: 1, echo: false}"
    )
    assert re.search(r"cell long .* stopped after 1 seconds", message(document))


def test_a_cell_that_ends_python_is_named(write: Write) -> None:
    told = message(write(cell("#| label: crash", "import os", "os._exit(3)")))
    assert "cell crash" in told
    assert "ended Python" in told


def test_python_that_does_not_start_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "no-python")
    assert "no-python could not be started" in message(write(cell("1")))


def test_megabytes_of_output_are_cut_with_a_warning(write: Write) -> None:
    document = write(cell("print('x' * 3_000_000)"))
    rendered = render(document)
    assert "3000001 characters" in rendered.warnings[0]
    assert len(html(document)) < 400_000


def test_a_cell_that_never_stops_printing_fails(write: Write) -> None:
    told = message(write(cell("#| label: loud", "while True: print('x' * 100_000)")))
    assert "cell loud" in told
    assert "has printed more than" in told


@pytest.mark.parametrize(
    ("entries", "line", "problem"),
    [
        ("@book{one,\n  title = {One,\n}\n\n@book{two, title={Two}}\n", 5, "@book{one,"),
        ("@book{one,\n  title {One}\n}\n", 2, "title {One}"),
        ("@book{one, title={One}}\n\n@book{two,\n  title = {Two}\n  year = 2000\n}\n", 5, "year"),
    ],
)
def test_a_broken_bibliography_is_told_with_its_line(
    write: Write, entries: str, line: int, problem: str
) -> None:
    document = write("See [@one].", header="bibliography: refs.bib")
    document.with_name("refs.bib").write_text(entries)
    told = message(document)
    assert f"refs.bib:{line}: this bibliography cannot be read" in told
    assert problem in told
    assert "traceback" not in told


@pytest.mark.parametrize("style", ["<style", "<other/>"])
def test_a_broken_citation_style_is_named(write: Write, style: str) -> None:
    document = write("See [@one].", header="bibliography: refs.bib\ncsl: own.csl")
    document.with_name("refs.bib").write_text("@book{one, title={One}}\n")
    document.with_name("own.csl").write_text(style)
    told = message(document)
    assert "own.csl: this citation style cannot be read" in told
    assert "traceback" not in told


def test_a_failing_filter_is_named_with_its_line(write: Write) -> None:
    document = write("Text.", header="filters: [own.lua]")
    document.with_name("own.lua").write_text("function Pandoc(doc)\n  quarto.log('x')\nend\n")
    told = message(document)
    assert "own.lua:2" in told
    assert "quarto.org" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```{=typst}\n#let a = (1,\n```", "doc.qmd:8: typst could not set the PDF: unclosed"),
        ("![A](bad.png)", "doc.qmd:7: typst could not set the PDF"),
        ("---\nkey: [\n---", "doc.qmd:8: this YAML cannot be read"),
    ],
)
def test_what_pandoc_and_typst_refuse_is_told_with_its_line(
    write: Write, text: str, told: str
) -> None:
    document = write("Text.", "", text)
    document.with_name("bad.png").write_text("no picture")
    with pytest.raises(RenderError) as error:
        render(document, "pdf")
    assert told in str(error.value)


def test_what_typst_refuses_is_told_with_the_line_of_its_words(write: Write) -> None:
    document = write("[]{#a}Text of two", "*longer* lines, [see](#a).")
    with pytest.raises(RenderError, match=r"doc\.qmd:6: typst could not set"):
        render(document, "pdf")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r"$\nosuch{a}$", r"the formula \nosuch{a} is no TeX"),
        ("$$a\n\\label{own}$$ {#eq-a}", r"the formula \label{own} is no TeX"),
        ("::: {.callout-note}\nText.", "`::: {.callout-note}` is never closed"),
    ],
)
def test_what_pandoc_mends_in_silence_is_a_warning(write: Write, text: str, told: str) -> None:
    (warning,) = render(write(text), "html", "pdf", "docx").warnings
    assert told in warning
    assert re.search(r"doc\.qmd:[56]: ", warning)


def test_only_qmd_documents_are_rendered(tmp_path: Path) -> None:
    (tmp_path / "notes.ipynb").write_text("{}")
    assert "notes.ipynb: expected a .qmd document" in message(tmp_path / "notes.ipynb")


def test_carriage_returns_tabs_and_a_byte_order_mark_are_read(write: Write) -> None:
    document = write("# One", "", "-\titem", "", cell("#| echo: false", "1 + 41"), newline="\r\n")
    document.write_bytes(b"\xef\xbb\xbf" + document.read_bytes())
    render(document)
    assert "42" in html(document)
    assert "<title>Document</title>" in html(document)


def test_code_that_is_only_shown_does_not_run(write: Write) -> None:
    document = write(
        "````", cell("1 / 0"), "````", "", "```{{python}}", "1 / 0", "```", "",
        "`` `{python} 1 / 0` `` and `{{python}} 1 / 0`", "", "<!--", cell("1 / 0"), "-->",
    )  # fmt: skip
    render(document)
    assert html(document).count("1 / 0") == 4


def test_a_cell_in_a_list_item_stays_in_the_item(write: Write) -> None:
    document = write("- item", "", "  ```{python}", "  print('inside')", "  ```")
    render(document)
    assert re.search(r"<li>.*inside.*</li>", html(document), re.DOTALL)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("```{mermaid}\ngraph LR\n```", "{mermaid}"),
        ("```{r}\n1\n```", "{r}"),
        ("Value `{r} 1`.", "`{r} 1`"),
        ("{{< video film.mp4 >}}", "`video`"),
        ("::: {#thm-line}\nTheorem.\n:::", "#thm-line"),
        ("```{python}\n#| fig-scap: Short\n1\n```", "`fig-scap`"),
        ('```{.python lst-cap="Sum"}\n1\n```', "`lst-cap=`"),
        ("```python\na = 1  # <1>\n```", "`# <1>`"),
        ("```{#lst-sum .python}\n1\n```", "`#lst-sum`"),
        ("::: {.proof}\nObvious.\n:::", "`.proof`"),
        ('![A](a.svg){cap-location="margin"}', "`cap-location=`"),
    ],
)
def test_what_only_quarto_can_do_is_refused_by_name_and_line(
    write: Write, text: str, named: str
) -> None:
    told = message(write("Text.", "", text))
    assert named in told
    assert "doc.qmd:7" in told or "doc.qmd:8" in told
    assert "quarto.org" in told


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ("lang: de", "lang"),
        ("filters: [lightbox]", "lightbox"),
        ("jupyter: ir", "ir"),
        ("engine: knitr", "knitr"),
        ("crossref: {labels: alpha i}", "crossref: labels"),
        ("execute: {echo: perhaps}", "perhaps"),
        ("format: {html: {include-in-header: a.html}}", "include-in-header"),
        ("toc: often", "often"),
        ("bibliography: none.bib", "none.bib"),
        ("identifier-prefix: a", "identifier-prefix"),
        ("citeproc: false", "citeproc"),
        ("other-links: [{text: A, href: b}]", "other-links"),
    ],
)
def test_an_option_the_engine_does_not_have_is_refused_with_its_line(
    write: Write, option: str, named: str
) -> None:
    told = message(write("Text.", header=f"title: T\n{option}"))
    assert named in told
    assert "doc.qmd:3" in told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("project: {pre-render: prepare.py}", "pre-render"),
        ("project: {post-render: [publish.py]}", "post-render"),
        ("lof: true", "lof"),
    ],
)
def test_an_option_of_the_project_is_refused_with_its_line(
    write: Write, text: str, named: str
) -> None:
    document = write("Text.")
    document.with_name("_quarto.yml").write_text(f"lang: en\n{text}\n")
    told = message(document)
    assert named in told
    assert "_quarto.yml:2" in told


@pytest.mark.parametrize("option", ["location: Leeds", "tbl-cap-location: top", "prefix: A"])
def test_what_changes_nothing_and_what_is_the_authors_own_is_passed(
    write: Write, option: str
) -> None:
    assert render(write("Text.", header=f"title: T\n{option}"), strict=True).warnings == ()


def test_the_names_of_options_are_whole() -> None:
    names = str({**REFUSED, **KNOWN["document"], **KNOWN["cell"]})
    assert re.findall(r"'(-[\w-]*|[\w-]*-)'", names) == []


def test_an_include_works_in_code(write: Write) -> None:
    include = "{{< include code.py >}}"
    document = write(cell(include), "", "``` python", include, "```")
    document.with_name("code.py").write_text("print('seven', 1 + 6)\n")
    render(document)
    assert "seven 7" in html(document)
    shown = re.findall("<pre.*?</pre>", html(document), re.DOTALL)
    assert [re.sub("<.*?>", "", text).strip() for text in shown] == [
        "print(&#39;seven&#39;, 1 + 6)", "seven 7", "print(&#39;seven&#39;, 1 + 6)",
    ]  # fmt: skip


def test_files_only_quarto_reads_are_refused(write: Write) -> None:
    document = write("Text.")
    document.with_name("_environment").write_text("A=1\n")
    assert "_environment: the embedded engine does not read" in message(document)


def test_another_look_is_a_warning(write: Write) -> None:
    document = write("Text.", header="format:\n  html:\n    theme: cosmo\n    toc: true")
    assert render(document).warnings == (
        f"{document}:4: `theme` changes nothing here: the look is the extension's.",
    )


def test_several_captions_make_several_figures(write: Write) -> None:
    document = write(
        cell(
            "#| label: fig-line", "#| fig-cap: [Falling, Rising]",
            "import matplotlib.pyplot as plt",
            "plt.plot([2, 1]); plt.show()", "plt.plot([1, 2]); plt.show()",
        ),
        "", "See @fig-line-2.",
    )  # fmt: skip
    assert render(document).warnings == ()
    assert re.search(r"Figure\s1:</strong>\s*Falling", html(document))
    assert re.search(r"Figure\s2:</strong>\s*Rising", html(document))


def test_content_of_a_profile_is_shown_with_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = write('[Secret]{.content-visible when-profile="inner"}')
    render(document)
    assert "Secret" not in html(document)
    monkeypatch.setenv("QUARTO_PROFILE", "other,inner")
    render(document)
    assert "Secret" in html(document)


def test_an_output_nothing_can_show_is_refused(write: Write) -> None:
    document = write(cell('display({"application/x-odd": "1"}, raw=True)'))
    assert "application/x-odd" in message(document)


def test_colours_of_cells_are_kept_or_told(write: Write) -> None:
    document = write(
        cell(
            "import pandas as pd", "from great_tables import GT",
            "GT(pd.DataFrame({'a': [1, 2]})).data_color('a')",
        )
    )  # fmt: skip
    (warning,) = render(document, "html", "pdf", "docx").warnings
    assert "not carried over to Word" in warning
    assert "background-color: #000000" in html(document)


def test_no_file_tells_where_it_was_made(write: Write) -> None:
    document = write("![P](p.svg)", "", "See [@one].", header="title: T\nbibliography: refs.bib")
    document.with_name("refs.bib").write_text("@book{one, title={One}}\n")
    document.with_name("p.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"/>'
    )
    web, pdf, word = render(document, "html", "pdf", "docx").files
    with zipfile.ZipFile(word) as parts:
        texts = [parts.read(name) for name in parts.namelist()]
    for content in (web.read_bytes(), pdf.read_bytes(), *texts):
        assert str(document.parent).encode() not in content
        assert b"_extensions" not in content


def test_a_page_holds_its_pictures_and_sheets(write: Write) -> None:
    document = write("![P](a%20b.svg)", header="format: {html: {css: own.css}}\nbibliography: []")
    document.with_name("own.css").write_text("p { color: teal; }")
    document.with_name("a b.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"/>'
    )
    render(document)
    assert "p { color: teal; }" in html(document)
    assert 'src="data:image/svg+xml;base64,' in html(document)
    assert "<link" not in html(document)


def test_cells_of_word_tables_have_the_styles_of_tables(write: Write) -> None:
    document = write("| A | B |", "|---|---|", "| 1 | 2 |")
    (file,) = render(document, "docx").files
    with zipfile.ZipFile(file) as parts:
        text = parts.read("word/document.xml").decode()
    assert text.count('w:val="TableHead"') == 2
    assert text.count('w:val="TableText"') == 2


@pytest.mark.parametrize(("rows", "kept"), [(5, True), (60, False)])
def test_a_table_is_torn_apart_only_where_no_page_holds_it(
    write: Write, rows: int, *, kept: bool
) -> None:
    lines = ["| A | B |", "|---|---|", *(f"| r{row}q | {row} |" for row in range(rows))]
    word, pdf = render(write("Text.\n\n" * 24, *lines, "", ": T {#tbl-a}"), "docx", "pdf").files
    with zipfile.ZipFile(word) as parts:
        text = parts.read("word/document.xml").decode()
    assert ('w:val="TableText" /><w:keepNext/>' in text) is kept
    pages = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    holding = [page for page in pages if re.search(r"r\d+q", page)]
    assert (len(holding) == 1) is kept
    assert all("A" in page for page in holding)


def test_widths_of_columns_are_kept(write: Write) -> None:
    document = write("| A | B |", "|---|---|", "| 1 | 2 |", "", ': T {tbl-colwidths="[30,70]"}')
    render(document)
    assert "width: 30%" in html(document)
    assert "width: 70%" in html(document)


def test_conditions_within_conditions_hold(write: Write) -> None:
    document = write(
        '::: {.content-visible when-format="html"}',
        "| A | B |", "|---|---|", "| 1 | 2 |", "", ': T {tbl-colwidths="[30,70]"}', "",
        '::: {.content-visible when-format="docx"}', "Hidden", ":::", ":::",
    )  # fmt: skip
    render(document)
    assert "width: 30%" in html(document)
    assert "Hidden" not in html(document)


def test_a_page_holds_what_its_sheets_name(write: Write) -> None:
    document = write("Text.", header="title: T\nformat: {html: {css: own.css}}")
    document.with_name("own.css").write_text("main { background: url(dot.svg); }")
    document.with_name("dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    render(document)
    assert "url(data:image/svg+xml;base64," in html(document).replace('"', "").replace("'", "")
    assert "<title>T</title>" in html(document)


def test_a_project_may_leave_documents_out(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text('project: {render: ["*.qmd", "!draft.qmd"]}\n')
    for name in ("a.qmd", "draft.qmd"):
        (tmp_path / name).write_text("Text.\n")
    assert find_project(tmp_path).documents() == [tmp_path / "a.qmd"]


def test_a_missing_picture_is_named_with_its_line(write: Write) -> None:
    assert re.search(r"doc\.qmd:5: the picture none\.png", message(write("![Nothing](none.png)")))


def test_loose_ends_are_warnings_and_errors_where_strict(write: Write) -> None:
    document = write("See @fig-none.", "", "And [@nobody2000].")
    warnings = render(document).warnings
    assert re.search(r"doc\.qmd:5: .*@fig-none", warnings[0])
    assert re.search(r"doc\.qmd:7: .*nobody2000", warnings[1])
    with pytest.raises(RenderError, match="2 problems"):
        render(document, strict=True)


def test_an_unknown_option_is_a_warning(write: Write) -> None:
    warnings = render(write(cell("#| ech: false", "1"))).warnings
    assert re.search(r"doc\.qmd:6: .*`ech`.*Did you mean `echo`", warnings[0])


def test_only_what_changed_is_executed(write: Write, tmp_path: Path) -> None:
    runs, data, module = tmp_path / "runs", tmp_path / "data.txt", tmp_path / "part.py"
    data.write_text("first")
    module.write_text("VALUE = 1")
    code = cell(
        "import part, pathlib", f"open({str(runs)!r}, 'a').write('x')",
        f"print(pathlib.Path({str(data)!r}).read_text(), part.VALUE)",
    )  # fmt: skip
    render(write("Text.", code))
    render(write("Another text.", code))
    assert runs.read_text() == "x"
    data.write_text("second")
    document = write("Another text.", code)
    render(document)
    assert runs.read_text() == "xx"
    assert "second 1" in html(document)
    module.write_text("VALUE = 20")
    render(document)
    assert "second 20" in html(document)


TABLES = cell(
    "#| label: tbl-a", "#| tbl-cap: A.", "#| tbl-subcap: [One, Two]", "#| layout-ncol: 2",
    "import pandas as pd", "from great_tables import GT",
    "d = pd.DataFrame({'x': ['a & b', '1 (0 to 2)'], 'y': [2, 1]})",
    "display(GT(d).tab_source_note('A note.').tab_spanner('Both', ['x', 'y']), d)",
)  # fmt: skip


def word_tables(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as parts:
        text = parts.read("word/document.xml").decode()
    return re.findall(r"<w:tbl>.*</w:tbl>", text, re.DOTALL)


@pytest.mark.parametrize("damage", [b"", b"cut", None])
def test_kept_tables_are_those_made_anew(write: Write, damage: bytes | None) -> None:
    made: list[tuple[list[str], list[str], str]] = []
    document = write("Text.", TABLES)
    for text in ("Text.", "Another text."):
        document = write(text, TABLES)
        web, pdf, word = render(document, "html", "pdf", "docx").files
        assert text in html(document)
        tables = re.findall(r"<table.*?</table>", web.read_text("utf-8"), re.DOTALL)
        page = pypdf.PdfReader(pdf).pages[0].extract_text().replace(text, "")
        made.append((tables, word_tables(word), page))
        for kept in document.parent.glob(".il6report/kept/*.json"):
            if damage is not None:
                kept.write_bytes(kept.read_bytes()[:-9] + damage)
    assert len(made[0][0]) == 2
    assert made[0] == made[1]


def test_kept_works_are_those_of_the_bibliography(write: Write) -> None:
    document = write("See [@one].", header="title: T\nbibliography: refs.bib")
    entries = document.with_name("refs.bib")
    pages: list[str] = []
    for title in ("First", "First", "Second"):
        entries.write_text(f"@book{{one, title={{{title} of *two* $x^2$}}, year={{2020}}}}")
        render(document)
        pages.append(html(document))
        for kept in document.parent.glob(".il6report/kept/*.works"):
            kept.write_bytes(kept.read_bytes()[: 999 if len(pages) == 1 else 9])
    assert "First of" in pages[0]
    assert pages[0] == pages[1]
    assert pages[0].replace("First", "Second") == pages[2]


def test_a_table_made_again_is_converted_once(write: Write) -> None:
    for text in ("1", "2"):
        render(write(cell(text), TABLES))
    kept = list((write("").parent / ".il6report/kept").glob("*.json"))
    assert len(kept) == 2


def test_what_all_formats_notice_is_told_once(write: Write) -> None:
    (warning,) = render(write("See @fig-none."), "html", "pdf", "docx").warnings
    assert "@fig-none leads nowhere" in warning


def test_colours_that_are_lost_are_told_every_time(write: Write) -> None:
    code = cell(
        "import pandas as pd", "from great_tables import GT",
        "GT(pd.DataFrame({'a': [1, 2]})).data_color('a')",
    )  # fmt: skip
    for text in ("Text.", "Another text."):
        (warning,) = render(write(text, code), "docx").warnings
        assert "not carried over to Word" in warning


def test_two_renderings_at_once_both_end_well(write: Write) -> None:
    document = write(cell("print('done')"))
    with ThreadPoolExecutor() as pool:
        rendered = list(pool.map(render, [document, document]))
    assert len(rendered) == 2
    assert "done" in html(document)
    assert not list(document.parent.glob("*.partial"))


def test_two_fresh_renderings_are_equal_byte_for_byte(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "doc.qmd").write_text(
            "---\ntitle: Same\nexecute: {echo: false}\n---\n\n"
            "```{python}\n#| label: tbl-a\n#| tbl-cap: A.\nimport pandas as pd\n"
            "from great_tables import GT\nfrom plotnine import aes, geom_point, ggplot\n"
            "d = pd.DataFrame({'x': [1, 2], 'y': [2, 1]})\nGT(d)\n```\n\n"
            "```{python}\n#| label: fig-a\n#| fig-cap: A.\n"
            "ggplot(d, aes('x', 'y')) + geom_point()\n```\n"
        )
        files = render(folder / "doc.qmd", "html", "pdf", "docx").files
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]


def headers(file: Path) -> str:
    with zipfile.ZipFile(file) as parts:
        names = [name for name in parts.namelist() if name.startswith("word/header")]
        return "".join(parts.read(name).decode() for name in names)


@pytest.mark.parametrize(("origin", "labelled"), [("simulated", True), ("observed", False)])
def test_simulated_data_are_labelled_on_every_page(
    tmp_path: Path, origin: str, *, labelled: bool
) -> None:
    (tmp_path / "_quarto.yml").write_text("metadata-files: [study.yml]\n")
    (tmp_path / "study.yml").write_text("title: Study\norigin: simulated\n")
    document = tmp_path / "doc.qmd"
    document.write_text("---\ntitle: T\n---\n\nOne.\n\n{{< pagebreak >}}\n\nTwo.\n")
    web, pdf, word = render(document, "html", "pdf", "docx", origin=origin).files
    pages = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    assert len(pages) == 2
    shown = [page.upper().count("SIMULATED DATA") for page in (web.read_text(), *pages)]
    assert all(shown) if labelled else not any(shown)
    assert ("Simulated data" in headers(word)) is labelled


def test_the_kernel_runs_in_the_folder_the_project_says(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("project: {execute-dir: project, output-dir: out}\n")
    (tmp_path / "report").mkdir()
    document = tmp_path / "report" / "doc.qmd"
    document.write_text("---\ntitle: T\n---\n\n" + cell("import os", "print(os.getcwd())"))
    (file,) = render(document).files
    assert file == tmp_path / "out" / "report" / "doc.html"
    assert f">{os.path.realpath(tmp_path)}<" in file.read_text()


def test_expressions_after_page_breaks_keep_their_places(tmp_path: Path) -> None:
    document = tmp_path / "doc.qmd"
    document.write_text(
        "---\ntitle: T\n---\n\n" + "{{< pagebreak >}}\n\n" * 3 + "The last is `{python} 6 * 7`.\n"
    )
    (file,) = render(document).files
    assert "The last is 42." in file.read_text()


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("D MMMM YYYY", "9 March 2012"),
        ("full", "Friday, March 9, 2012"),
        ("iso", "2012-03-09"),
        ("[Week of] DD.MM.YY", "Week of 09.03.12"),
    ],
)
def test_a_date_is_written_in_the_form_asked_for(tmp_path: Path, style: str, written: str) -> None:
    document = tmp_path / "doc.qmd"
    document.write_text(f"---\ntitle: T\ndate: 2012-03-09\ndate-format: '{style}'\n---\n\nText.\n")
    (file,) = render(document).files
    assert f">{written}<" in file.read_text()


def test_the_date_of_the_last_change_is_that_of_the_file(tmp_path: Path) -> None:
    document = tmp_path / "doc.qmd"
    document.write_text("---\ntitle: T\ndate: last-modified\ndate-format: iso\n---\n\nText.\n")
    os.utime(document, (1331290800, 1331290800))
    (file,) = render(document).files
    assert ">2012-03-09<" in file.read_text()


def test_an_unknown_form_of_date_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "doc.qmd"
    document.write_text("---\ntitle: T\ndate: 2012-03-09\ndate-format: Do MMMM\n---\n\nText.\n")
    with pytest.raises(RenderError, match="found 'o' in 'Do MMMM'"):
        render(document)


def test_a_huge_picture_is_drawn_for_word_no_larger_than_paper(write: Write) -> None:
    document = write("![Huge](huge.svg)", "", "![Page](page.pdf)")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99999pt" height="66666pt"/>'
    document.with_name("huge.svg").write_text(svg)
    with document.with_name("page.pdf").open("wb") as file:
        pages = pypdf.PdfWriter()
        pages.add_blank_page(90, 60)
        pages.write(file)
    render(document, "docx")
    with zipfile.ZipFile(document.with_suffix(".docx")) as file:
        pictures = [file.read(name) for name in file.namelist() if "media/" in name]
    widths = [int.from_bytes(picture[16:20]) for picture in pictures]  # as a PNG holds it
    assert sorted(widths) == [375, 3600]


def test_what_is_hidden_is_not_displayed_in_the_page(write: Write) -> None:
    document = write("::: {.hidden}", "Text.", ":::")
    render(document)
    page = html(document)
    assert re.search(r'<div class="hidden">', page)
    assert re.search(r"^\.hidden *\{ display: none; \}", page, re.MULTILINE)


def test_the_properties_of_a_pdf_are_plain_text(write: Write) -> None:
    header = (
        "title: 'Its *own* \"words\"^[Note.], $x^2$ & @kern [1]\\_#'\nauthor: 'A *B*^[Note.]'\n"
        "keywords: ['#1 & `x`']\nreferences: [{id: kern, type: book, author: [{family: Kern}]}]"
    )
    (file,) = render(write("Text.", header=header), "pdf").files
    properties = pypdf.PdfReader(file).metadata
    assert properties is not None
    assert properties.title == 'Its own "words", x2 & Kern (n.d., 1)_#'
    assert properties.author == "A B"
    assert properties.keywords == "#1 & x"


def test_a_cell_that_quits_fails_itself(write: Write) -> None:
    told = message(write(cell("#| label: end", "quit()"), "", cell("#| label: later", "1")))
    assert "doc.qmd:5: cell end" in told
    assert "SystemExit" in told


def test_an_expression_that_exits_or_hangs_is_told_with_its_line(write: Write) -> None:
    imports = cell("import os, sys, time")
    told = message(write(imports, "", "Text `{python} sys.exit(3)`."))
    assert "doc.qmd:9: `{python} sys.exit(3)` failed: SystemExit: 3" in told
    told = message(
        write(imports, "", "Text `{python} time.sleep(9)`.", header="execute: {timeout: 1}")
    )
    assert "doc.qmd:9 on was stopped after 1 seconds" in told
    assert "doc.qmd:9 on ended" in message(write(imports, "", "Text `{python} os._exit(1)`."))


@pytest.mark.parametrize("name", ["O'Brien's \"new\"", "a(b", "a)b *c* _d_", "100%25 #1", "a<b>c"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    folder.joinpath("refs.bib").write_text("@book{one, title={Found here}}")
    document = folder / "doc.qmd"
    plot = cell("import matplotlib.pyplot as plt", "plt.plot([1, 2])", "plt.show()")
    document.write_text(f"---\nbibliography: refs.bib\n---\n\nSee [@one].\n\n{plot}\n")
    rendered = render(document, "html", "pdf", "docx", strict=True)
    assert html(document).count('<img src="data:image/svg') == 1
    assert "Found Here" in html(document)
    with zipfile.ZipFile(rendered.files[2]) as file:
        assert any("media/" in part for part in file.namelist())


@pytest.mark.parametrize("damage", [b"", b"null", bytes(3000)])
def test_what_is_kept_and_damaged_is_made_again(write: Write, damage: bytes) -> None:
    plot = cell("import matplotlib.pyplot as plt", "plt.plot([1, 2])", "plt.show()")
    document = write(plot, "", cell("import pandas as pd", "pd.DataFrame({'a': [1234]})"))
    before = [file.read_bytes() for file in render(document, "html", "pdf", "docx").files]
    for file in document.parent.glob(".il6report/*/*.*"):
        file.write_bytes(damage)
    assert [file.read_bytes() for file in render(document, "html", "pdf", "docx").files] == before
    results = next(document.parent.glob(".il6report/doc-*/results-*.json"))
    for file in set(document.parent.glob(".il6report/*/*.*")) - {results}:
        file.write_bytes(damage)
    assert [file.read_bytes() for file in render(document, "html", "pdf", "docx").files] == before


def test_a_thousand_lines_without_a_space_fit_on_paper(write: Write) -> None:
    (file,) = render(write("```", *["y" * 100] * 1000, "```"), "pdf").files
    assert len(pypdf.PdfReader(file).pages) > 10
