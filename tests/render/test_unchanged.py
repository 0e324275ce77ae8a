from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from il6report.render.unchanged import remember, said_before


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "_quarto.yml").write_text("project: {}\n")
    (tmp_path / "read.txt").write_text("a")
    (tmp_path / "written.html").write_text("b")
    monkeypatch.chdir(tmp_path)
    inputs = [tmp_path / "read.txt", tmp_path / "absent.txt", tmp_path]
    remember(["render"], "done", inputs=inputs, outputs=[tmp_path / "written.html"])
    remember(["render"], "done", inputs=inputs, outputs=[tmp_path / "written.html"])
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_command_is_known_while_nothing_changes() -> None:
    assert said_before(["render"]) == "done"
    assert said_before(["render", "--to", "html"]) is None


@pytest.mark.parametrize("name", ["read.txt", "absent.txt", "written.html", "new.txt"])
def test_any_change_is_noticed(project: Path, name: str) -> None:
    (project / name).write_text("changed")
    assert said_before(["render"]) is None


def test_a_damaged_stamp_counts_as_none(project: Path) -> None:
    for stamp in project.rglob("stamps/*.json"):
        stamp.write_text("{")
    assert said_before(["render"]) is None
    for stamp in project.rglob("stamps/*.json"):
        stamp.write_text("null")
    assert said_before(["render"]) is None


@pytest.mark.usefixtures("project")
def test_many_commands_may_end_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(remember, [str(n)], "done", inputs=(), outputs=()) for n in range(200)]
    assert not any(end.exception() for end in ends)
