"""The embedded engine makes of small documents what Quarto makes of them, in all three formats.

Every document is executed once for the three formats. Where Quarto is on the PATH it is held to the
same facts.
"""

import json
import shutil
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from quarto_facts.comparison import Result, compare
from quarto_facts.pages import READERS

from il6report.errors import RenderError
from il6report.render import quarto
from il6report.render.embedded.engine import EmbeddedEngine
from il6report.render.engine import FORMATS, Engine, Job
from il6report.render.metadata import parse_yaml
from il6report.render.project import find_project

HERE = Path(__file__).parent / "quarto_facts"
NAMES = sorted(path.parent.name for path in HERE.glob("fixtures/*/doc.qmd"))
SYSTEM = quarto.find()
ENGINES: list[Engine] = [EmbeddedEngine(), *([SYSTEM] if SYSTEM else [])]


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def render(engine: Engine, folder: Path, out: Path, to: tuple[str, ...]) -> tuple[bool, str]:
    given = read(folder / "spec.json").get("params", {})
    values = {k: parse_yaml(f"value: {v}", file="spec.json")["value"] for k, v in given.items()}
    document = folder / "doc.qmd"
    try:
        job = Job(
            document=document,
            project=find_project(document),
            out=out,
            parameters=values,
            formats=to,
        )
        rendered = engine.render(job, lambda _: None)
    except RenderError as error:
        return False, str(error)
    return True, "\n".join(rendered.warnings)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("name", NAMES)
def test_a_document_reads_as_quarto_renders_it(name: str, engine: Engine, tmp_path: Path) -> None:
    facts = read(HERE / "facts" / f"{name}.json")
    folder, out = tmp_path / "work", tmp_path / "out"
    shutil.copytree(HERE / "fixtures" / name, folder)
    ok, log = render(engine, folder, out, FORMATS)
    failures = []
    for to in FORMATS:
        file = out / f"doc.{to}"
        result = Result(ok, log, READERS[to](file) if file.exists() else None)
        for outcome in compare(facts[to], result, to):
            place = f"{to}/{outcome.name}"
            advisory = any(fnmatchcase(place, pattern) for pattern in facts["advisory"])
            if not outcome.ok and not advisory:
                failures.append(f"{place}: {outcome.detail}")
    assert failures == []
