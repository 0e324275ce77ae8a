"""The embedded engine: read, execute once, weave, write every format from the same text.

Files appear in their place only when all formats are made.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from il6report.errors import RenderError
from il6report.render.embedded.document import Document, read_document
from il6report.render.embedded.execute import TIME_LIMIT, Kernel, Results, plan_steps
from il6report.render.embedded.weave import Weaver
from il6report.render.embedded.write import Written, write
from il6report.render.engine import Job, Rendered, Tell
from il6report.render.metadata import Metadata, for_format

MESSAGES = {
    "reference": "the reference @{0} leads nowhere: nothing that is numbered has this label.",
    "citation": "the work {0} is cited and is not in the bibliography.",
    "duplicate": "the label {0} is used twice; references lead to the last.",
}


@dataclass(slots=True)
class EmbeddedEngine:
    """Renders with nbclient, pandoc and typst."""

    name: str = "embedded"

    def render(self, job: Job, tell: Tell) -> Rendered:
        """Render one document to all formats of a job."""
        tell("reading")
        document = read_document(job.document, job.project, dict(job.overrides))
        cache = job.project.root / ".il6report"
        results = self._execute(document, job, tell)
        weaver = Weaver(document=document, results=results, pictures=cache / "pictures")
        markdown = weaver.markdown()
        metadata = _filled(document.metadata, weaver.header_values())
        with tempfile.TemporaryDirectory(prefix="il6report-") as name:
            tell("writing " + ", ".join(job.formats))
            with ThreadPoolExecutor() as pool:
                futures = {
                    to: pool.submit(
                        write, markdown, for_format(metadata, to), to=to, work=Path(name) / to,
                        folder=document.path.parent, pictures=cache / "pictures",
                    )
                    for to in job.formats
                }  # fmt: skip
                written = {to: future.result() for to, future in futures.items()}
            warnings = _judge(document, written)
            if job.strict:
                RenderError.raise_if_any(warnings)
            files = tuple(_put(written[to].file, job.target(to)) for to in job.formats)
        return Rendered(files=files, warnings=tuple(warnings))

    def _execute(self, document: Document, job: Job, tell: Tell) -> Results:
        steps = plan_steps(document, dict(job.parameters))
        if not steps:
            return Results()
        in_project = job.project.config.get("execute-dir") == "project"
        folder = job.project.root if in_project else document.path.parent
        execute = document.metadata.get("execute") or {}
        kernel = Kernel(folder, float(execute.get("timeout", TIME_LIMIT)))
        try:
            return kernel.run(steps, tell)
        finally:
            kernel.close()


def _filled(metadata: Metadata, values: dict[str, str]) -> Metadata:
    """Put the values of expressions in the metadata in their place."""
    if not values:
        return metadata

    def fill(value: object) -> object:
        if isinstance(value, str):
            for mark, text in values.items():
                value = value.replace(mark, text)
            return value
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        return [fill(item) for item in value] if isinstance(value, list) else value

    filled = fill(metadata)
    return filled if isinstance(filled, dict) else metadata


def _judge(document: Document, written: dict[str, Written]) -> list[str]:
    """Return warnings with file and line; raise for what would be rendered wrongly."""
    told = list(dict.fromkeys(item for each in written.values() for item in each.told))
    wrong = [
        f"{document.find(item.text.strip('.#'))}: the embedded engine has no `{item.text}`. "
        "Quarto can do it: https://quarto.org/docs/get-started."
        for item in told
        if item.kind == "refused"
    ]
    wrong += [
        f"{document.find(item.text)}: the picture {item.text} is not there."
        for item in told
        if item.kind == "picture"
    ]
    RenderError.raise_if_any(wrong)
    return document.warnings + [
        f"{document.find(item.text)}: {MESSAGES[item.kind].format(item.text)}"
        for item in told
        if item.kind in MESSAGES
    ]


def _put(file: Path, target: Path) -> Path:
    """Move a finished file to its place in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.write_bytes(file.read_bytes())
    partial.replace(target)
    return target
