"""The commands as a user runs them: a new project, a look at the result, a preview, wrong usage."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from il6report.cli import app, main
from il6report.errors import RenderError
from il6report.render import quarto
from il6report.render.command import document_of, render_all
from il6report.render.embedded.engine import EmbeddedEngine
from il6report.render.engine import Job, choose_engine
from il6report.render.preview import preview
from il6report.render.project import find_project
from il6report.render.starter import write_starter
from il6report.render.verify import _is_broken, read_docx, read_html, verify


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    write_starter(folder)
    render_all(folder, parameters=[], engine="embedded", strict=True)
    return folder


def check(folder: Path) -> list[str]:
    project = find_project(folder)
    return list(verify(project, project.documents()))


def test_a_new_project_renders_as_it_is_and_its_formats_agree(started: Path) -> None:
    (line,) = check(started)
    assert re.match(r"report: 1 values, 2 captions, \d+ cells", line)
    assert "Simulated data" in (started / "_output" / "report.html").read_text()


def test_a_new_project_overwrites_nothing(started: Path) -> None:
    with pytest.raises(RenderError, match=r"report\.qmd: is there already"):
        write_starter(started)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("measured in 13", "measured in 14", r"report\.html: .*gives '13'; shown 0 times"),
        ("Difference between", "Distance between", r"report\.docx: the caption 'Table"),
        (r"(<td[^>]*>)[\d.]+", r"\g<1>99", r"table tbl-comparison: the cell '99"),
    ],
)
def test_a_file_edited_by_hand_is_found(started: Path, before: str, after: str, told: str) -> None:
    page = started / "_output" / "report.html"
    original = page.read_text("utf-8")
    try:
        page.write_text(re.sub(before, after, original, count=1), "utf-8")
        with pytest.raises(RenderError) as error:
            check(started)
    finally:
        page.write_text(original, "utf-8")
    assert re.search(told, str(error.value))


def test_curled_quotes_hide_no_value(tmp_path: Path) -> None:
    document = tmp_path / "doc.qmd"
    cell = '```{python}\nvalue = "Firth\'s ratio"\n```'
    document.write_text(f"---\ntitle: T\n---\n\n{cell}\n\n`{{python}} value`\n")
    render_all(document, parameters=[], engine="embedded")
    (line,) = verify(find_project(tmp_path), [document])
    assert "1 values" in line


def test_the_notes_of_a_table_are_no_cells(tmp_path: Path) -> None:
    page = tmp_path / "notes.html"
    page.write_text("<table><tr><td>1</td></tr><tfoot><tr><td>A note.</td></tr></tfoot></table>")
    assert [text for _, text in read_html(page).cells] == ["1"]


def test_a_table_inside_a_cell_is_read_once(tmp_path: Path) -> None:
    def table(*cells: str) -> str:
        return f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"

    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    whole = table(paragraph("Table 1") + table(paragraph("Group"), paragraph("n")))
    with zipfile.ZipFile(tmp_path / "nested.docx", "w") as file:
        file.writestr("word/document.xml", whole)
        file.writestr("word/footnotes.xml", "")
    assert read_docx(tmp_path / "nested.docx").cells == [("", "Group"), ("", "n")]


@pytest.mark.parametrize(
    ("text", "found"),
    [("Of\na table\n29 people died", True), ("Of a table\n29 people died", False)],
)
def test_a_sentence_that_a_float_cuts_is_found_whole_only(text: str, *, found: bool) -> None:
    assert _is_broken("Of29peopledied", text) is found


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "doc.qmd"
    path.write_text("---\ntitle: T\n---\n\n```{python}\nstart = 1\n```\n\n`{python} start`\n")
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["--to", "odt"],
        ["--engine", "latex"],
        ["-P", "nonsense"],
        ["-P", "class:1"],
        ["--no-such-option"],
    ],
)
def test_wrong_usage_ends_with_status_2(document: Path, words: list[str]) -> None:
    assert CliRunner().invoke(app, ["render", str(document), *words]).exit_code == 2


def test_the_help_lists_the_commands_in_the_order_of_use_and_cuts_no_line() -> None:
    told = " ".join(CliRunner().invoke(app, ["--help"]).output.split())
    places = [told.find(f"{name} {command.help}"[:60]) for name, command in app.commands.items()]
    assert places == sorted(places)
    assert min(places) > 0
    assert "..." not in told.partition("Commands:")[2]


def test_ctrl_c_ends_a_command_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("il6report.render.doctor.examine", interrupted)
    done = CliRunner().invoke(app, ["doctor"])
    assert (done.exit_code, done.output) == (130, "")


def test_what_cannot_be_written_is_told_in_a_line(
    document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document.with_suffix(".html").mkdir()
    words = ["il6report", "render", str(document), "--to", "html", "--engine", "embedded"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit, match="1"):
        main()
    assert "doc.html: Is a directory." in capsys.readouterr().err
    assert not list(document.parent.glob(".doc.html*"))


def test_data_without_a_description_are_refused(document: Path, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"study\.yml"):
        render_all(document, data=tmp_path, parameters=[])


def test_values_need_a_cell_that_takes_them(document: Path) -> None:
    with pytest.raises(RenderError, match="tags: \\[parameters\\]"):
        render_all(document, parameters=["size:3"], engine="embedded")


def test_a_kept_kernel_runs_only_what_changed(document: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first = f"```{{python}}\nopen({str(runs)!r}, 'a').write('x')\nstart = 1\n```\n\n"
    engine = EmbeddedEngine(keep_kernels=True)
    job = document_of(document)
    try:
        for value in ("start", "start + 1", "start + 2"):
            document.write_text(f"---\ntitle: T\n---\n\n{first}It is `{{python}} {value}`.\n")
            (file,) = engine.render(job, lambda _: None).files
    finally:
        engine.close()
    assert runs.read_text() == "x"
    assert "It is 3." in file.read_text()


def test_a_kept_kernel_runs_a_cell_again_whose_options_changed(document: Path) -> None:
    engine = EmbeddedEngine(keep_kernels=True)
    cell = "```{python}\n#| error: true\n1 / 0\n```\n"
    try:
        document.write_text(cell)
        engine.render(document_of(document), lambda _: None)
        document.write_text(cell.replace("true", "false"))
        with pytest.raises(RenderError, match=r"doc\.qmd:3: .*: ZeroDivisionError"):
            engine.render(document_of(document), lambda _: None)
    finally:
        engine.close()


@pytest.fixture
def previewed(document: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    told: list[str] = []
    ready = threading.Event()

    def say(text: str) -> None:
        told.append(text)
        if text.startswith("rendered"):
            ready.set()

    stop = threading.Event()

    def pause(_: float) -> None:
        if stop.wait(0.05):
            raise KeyboardInterrupt

    monkeypatch.setattr("il6report.render.preview.time.sleep", pause)
    thread = threading.Thread(
        target=preview,
        args=(document_of(document),),
        kwargs={"port": 0, "browse": False, "say": say},
    )
    thread.start()
    ready.wait(60)
    yield told[0]
    stop.set()
    thread.join()


def test_a_preview_serves_the_page_with_its_script(previewed: str) -> None:
    address = re.search(r"http://\S+", previewed)
    assert address
    with urllib.request.urlopen(address[0]) as answer:  # noqa: S310 # our own server
        page = answer.read().decode()
    assert "<p>1</p>" in page
    assert "EventSource" in page


def test_a_preview_outlives_a_document_that_is_away_while_it_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "doc.qmd"
    document.write_text("Text.")
    told: list[str] = []
    moves = iter([document.unlink, lambda: document.write_text("Text, saved.")])

    def pause(_: float) -> None:
        next(moves, signal.default_int_handler)(*([] if len(told) < 4 else [2, None]))

    monkeypatch.setattr("il6report.render.preview.time.sleep", pause)
    preview(document_of(document), port=0, browse=False, say=told.append)
    assert [text.split()[0] for text in told[1:]] == ["rendered", "[Errno", "rendered", "Preview"]


def test_a_preview_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "doc.qmd").write_text("```{python}\n1\n```\n")
    with subprocess.Popen(
        [sys.executable, "-m", "il6report", "preview", "doc.qmd", "--no-browser"],
        cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, text=True,
    ) as program:  # fmt: skip
        assert program.stdout
        assert any(line.startswith("rendered") for line in program.stdout)
        assert list(tmp_path.glob("il6-*"))
        program.terminate()
    assert program.returncode == 128 + signal.SIGTERM
    assert not list(tmp_path.glob("il6*"))


@pytest.fixture
def fake_quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "quarto"
    program.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\n"
        "words = sys.argv[1:]\n"
        "here = pathlib.Path(__file__)\n"
        "if words == ['--version']: print(here.with_name('version').read_text())\n"
        "else:\n"
        "    document = pathlib.Path(words[1])\n"
        "    if 'FAIL' in document.read_text(): sys.exit('ERROR: a cell failed')\n"
        "    if 'VALUE' in document.read_text(): sys.exit('The papermill package is required')\n"
        "    print('WARN: something is loose')\n"
        "    print('[WARNING] Could not fetch resource https://host/npm/jquery@3.5.1/jquery.min.js')\n"
        "    document.with_suffix('.html').write_text(' '.join(words[2:]))\n"
    )
    program.chmod(0o755)
    (tmp_path / "version").write_text("1.9.38")
    monkeypatch.setenv("QUARTO", str(program))
    return program


def quarto_job(document: Path) -> Job:
    return Job(
        document=document,
        project=find_project(document),
        formats=("html",),
        out=document.parent / "out",
        parameters={"size": 3, "flag": True},
        overrides={"origin": "observed"},
    )


def test_quarto_is_called_with_values_and_its_file_is_put_in_place(
    fake_quarto: Path, document: Path
) -> None:
    rendered = choose_engine("auto").render(quarto_job(document), lambda _: None)
    assert rendered.files == (fake_quarto.parent / "out" / "doc.html",)
    assert rendered.files[0].read_text() == "--to html -P size:3 -P flag:true -M origin:observed"
    assert rendered.warnings == ("WARN: something is loose",)


def test_a_failing_quarto_shows_its_log(fake_quarto: Path, document: Path) -> None:
    document.write_text("FAIL")
    with pytest.raises(RenderError, match="a cell failed"):
        choose_engine("quarto").render(quarto_job(document), lambda _: None)
    assert fake_quarto.exists()


def test_a_quarto_that_cannot_take_values_tells_the_way_out(
    fake_quarto: Path, document: Path
) -> None:
    document.write_text("VALUE\n")
    with pytest.raises(RenderError, match="pip install papermill"):
        choose_engine("quarto").render(quarto_job(document), lambda _: None)
    assert fake_quarto.exists()


def test_an_old_quarto_is_not_used(fake_quarto: Path) -> None:
    (fake_quarto.parent / "version").write_text("1.4.550")
    assert quarto.find() is None
    with pytest.raises(RenderError, match=r"1\.5 or newer"):
        choose_engine("quarto")


def test_the_doctor_names_what_is_here() -> None:
    told = CliRunner().invoke(app, ["doctor"]).output
    assert "pandoc" in told
    assert "typst" in told
    assert "refuses" in told
