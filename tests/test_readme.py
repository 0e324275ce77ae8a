"""The README: its Python runs, and every file it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def test_the_python_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = BLOCKS
    exec(block, {})  # noqa: S102 - the README is ours
    printed = capsys.readouterr().out
    assert "follow-up (years)" in printed
    assert "albumin" in printed


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)]+)\)", README))
def test_a_link_of_the_readme_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("path", re.findall(r"^\| `([^`]+)`", README, flags=re.MULTILINE))
def test_a_place_the_readme_names_exists(path: str) -> None:
    assert (ROOT / path).exists()
