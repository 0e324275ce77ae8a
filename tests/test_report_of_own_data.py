"""The manuscript, rendered for observed data, calls nothing simulated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPORT = Path(__file__).parents[1] / "report"
DOCUMENTS = [REPORT / "manuscript.qmd", *sorted((REPORT / "sections").glob("_*.qmd"))]
# Passages that `simulated: true` of study.yml shows.
DIVISION = re.compile(
    r"^::: \{\.content-visible when-meta=\"simulated\"\}\n.*?\n:::\n", re.MULTILINE | re.DOTALL
)
SPAN = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\{\.content-visible when-meta=\"simulated\"\}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_text_for_observed_data_does_not_speak_of_simulation(path: Path) -> None:
    text = SPAN.sub("", DIVISION.sub("", path.read_text(encoding="utf-8")))
    conditions = re.compile(r"\{[^{}]*when-meta[^{}]*\}")
    assert [line for line in conditions.sub("", text).splitlines() if "simulat" in line] == []
