"""The system's Quarto as an engine: one run per format, the PDF through typst."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from il6report.errors import RenderError
from il6report.render import docx
from il6report.render.engine import Job, Rendered, Tell
from il6report.render.metadata import BASE_FORMATS, merge, parse_yaml

OLDEST = "1.5"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"^(?:\[?WARN(?:ING)?\]?:?|.*Unable to resolve crossref)", re.IGNORECASE)
# Scripts for widgets: Quarto wants them on every page with a table, and fetches them.
FOR_WIDGETS = re.compile(r"Could not fetch resource \S+/npm/(?:jquery|requirejs)@")
NEEDS_PAPERMILL = (
    "\nQuarto takes values from outside only with papermill: pip install papermill, or render with "
    "--engine embedded."
)
LAST_LINES = 25  # of Quarto's log, shown when it fails


@dataclass(frozen=True, slots=True)
class SystemQuarto:
    """Renders with the program `quarto`."""

    program: str
    version: str

    @property
    def name(self) -> str:
        """Name and version."""
        return f"Quarto {self.version}"

    def render(self, job: Job, tell: Tell) -> Rendered:
        """Render one document, format by format.

        Raises
        ------
        RenderError
            If Quarto fails; with the end of its log.
        """
        files: list[Path] = []
        warnings: list[str] = []
        for to in job.formats:
            tell(to)
            log = self._run(job, to)
            warnings += _warnings(log)
            made = _made(job, to)
            if to == "docx":
                docx.finish(made)
            target = job.target(to)
            if made != target:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(made, target)
            files.append(target)
        if job.strict:
            RenderError.raise_if_any(dict.fromkeys(warnings))
        return Rendered(files=tuple(files), warnings=tuple(dict.fromkeys(warnings)))

    def _run(self, job: Job, to: str) -> str:
        command = [self.program, "render", str(job.document), "--to", _format_name(job, to)]
        for key, value in job.parameters.items():
            command += ["-P", f"{key}:{_plain(value)}"]
        for key, value in job.overrides.items():
            command += ["-M", f"{key}:{_plain(value)}"]
        run = subprocess.run(
            command, cwd=job.project.root, capture_output=True, text=True, encoding="utf-8",
            errors="replace", check=False, env={"QUARTO_PYTHON": sys.executable, **os.environ},
        )  # fmt: skip
        log = ANSI.sub("", run.stdout + run.stderr)
        if run.returncode != 0:
            end = "\n".join(log.strip().splitlines()[-LAST_LINES:])
            way_out = NEEDS_PAPERMILL if "papermill package is required" in log else ""
            raise RenderError(f"{job.document}: Quarto could not write {to}:\n{end}{way_out}")
        return log


def find() -> SystemQuarto | None:
    """Return the Quarto on the PATH where it is new enough."""
    program = shutil.which(os.environ.get("QUARTO", "quarto"))
    if program is None:
        return None
    run = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = run.stdout.strip()
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < tuple(map(int, OLDEST.split("."))):
        return None
    return SystemQuarto(program, version)


def _warnings(log: str) -> list[str]:
    lines = [line for line in log.splitlines() if WARNING.match(line)]
    return [line for line in lines if not FOR_WIDGETS.search(line)]


def _format_name(job: Job, to: str) -> str:
    """Return the format as the document or project names it, such as il6report-typst."""
    text = job.document.read_text("utf-8-sig")
    header = re.match(r"---\r?\n(.*?)\r?\n(?:---|\.\.\.)\s", text, re.DOTALL)
    own = parse_yaml(header[1], file=job.document, first_line=2) if header else {}
    formats = merge(job.project.metadata, own).get("format")
    names = [formats] if isinstance(formats, str) else list(formats or ())
    base = BASE_FORMATS[to]
    return next((name for name in names if name.split("-")[-1] == base), base)


def _made(job: Job, to: str) -> Path:
    """Return where Quarto has put a file: in the output folder, or beside the document."""
    beside = job.document.with_suffix(f".{to}")
    places = [job.project.output / beside.relative_to(job.project.root), beside]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise RenderError(f"Quarto ended well and left no {beside.name} in {places[0].parent}.")
    return found


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list | Mapping) else str(value)
