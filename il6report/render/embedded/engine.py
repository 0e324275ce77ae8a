"""The embedded engine: read, execute once, weave, write every format from the same text.

Files appear in their place only when all formats are made.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from il6report.errors import RenderError
from il6report.render.embedded.cache import Cache, keep, own_files, package_folders
from il6report.render.embedded.document import read_document
from il6report.render.embedded.execute import (
    TIME_LIMIT,
    Kernel,
    Output,
    Results,
    Step,
    plan_steps,
)
from il6report.render.embedded.failures import Told
from il6report.render.embedded.made import blocks, raster
from il6report.render.embedded.text import Document
from il6report.render.embedded.weave import quoted_values, weave
from il6report.render.embedded.write import write
from il6report.render.engine import Job, Rendered, Tell
from il6report.render.metadata import PATH_KEYS, listed
from il6report.render.unchanged import hold, write_whole

MESSAGES = {
    "reference": "the reference @{0} leads nowhere: nothing that is numbered has this label.",
    "citation": "the work {0} is cited and is not in the bibliography.",
    "colour": "colours of a table's cells are not carried over to {0}.",
    "formula": "the formula {0} is no TeX that can be set; it is shown as it is written.",
    "unclosed": "the division `{0}` is never closed with `:::`.",
    "duplicate": "the label {0} is used twice; references lead to the last.",
}


@dataclass(slots=True)
class EmbeddedEngine:
    """Renders with nbclient, pandoc and typst.

    Parameters
    ----------
    keep_kernels : bool
        Whether a document's kernel lives on, so that the next rendering runs only the cells from
        the first changed one on; `close` ends it.
    """

    keep_kernels: bool = False
    kernels: dict[Path, Kernel] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name, as printed beside the files."""
        return "the embedded engine"

    def render(self, job: Job, tell: Tell) -> Rendered:
        """Render one document to all formats of a job."""
        cache = Cache(job.project.root, job.document)
        tell("reading")
        documents = {
            to: read_document(job.document, job.project, job.overrides, to, job.parameters)
            for to in job.formats
        }
        results = self._results(documents, job, cache, tell)
        tell("writing " + ", ".join(job.formats))
        woven = {to: weave(document, results, cache.kept) for to, document in documents.items()}
        with tempfile.TemporaryDirectory(prefix="il6report-") as work:
            written, told = write(woven, work=Path(work), kept=cache.kept)
            warnings = _judge(documents, told)
            if job.strict:
                RenderError.raise_if_any(warnings)
            files = tuple(job.target(to) for to in job.formats)
            for to, file in zip(job.formats, files, strict=True):
                write_whole(file, written[to].read_bytes())
        cache.keep_values(quoted_values(documents[job.formats[0]], results))
        inputs = tuple(dict.fromkeys(_inputs(documents, results, told)))
        return Rendered(files=files, warnings=tuple(warnings), inputs=inputs)

    def _results(
        self, documents: dict[str, Document], job: Job, cache: Cache, tell: Tell
    ) -> Results:
        """Return what the cells give: from the cache, else from a kernel."""
        document = documents[job.formats[0]]
        steps = _steps(documents)
        if not steps:
            return Results()
        kernel = self._kept(job.document)
        use_cache = kernel is not None or not self.keep_kernels
        results = cache.results(steps) if use_cache else None
        if results is not None:
            return results
        if kernel is None:
            in_project = job.project.config.get("execute-dir") == "project"
            folder = job.project.root if in_project else document.path.parent
            execute = document.metadata.get("execute") or {}
            kernel = Kernel(folder, float(execute.get("timeout", TIME_LIMIT)))
        self.kernels[job.document] = kernel

        def made(outputs: Sequence[Output]) -> None:
            """Make what the formats need of outputs while further cells run."""
            for data in (output.get("data", {}) for output in outputs):
                if html := data.get("text/html"):
                    pool.submit(blocks, html, cache.kept)
                if (svg := data.get("image/svg+xml")) and "docx" in job.formats:
                    pool.submit(raster, keep(cache.kept, svg.encode(), "svg"), cache.kept)

        with ThreadPoolExecutor() as pool:
            try:
                results = kernel.run(steps, tell, made)
            finally:
                if not (self.keep_kernels and kernel.is_alive):
                    self.kernels.pop(job.document).close()
        cache.keep(steps, results)
        return results

    def _kept(self, document: Path) -> Kernel | None:
        """Return the kernel kept for a document, unless the files it has read have changed."""
        kernel = self.kernels.get(document)
        if kernel is not None and not hold(kernel.reads):
            self.kernels.pop(document).close()
            return None
        return kernel

    def close(self) -> None:
        """End all kept kernels."""
        while self.kernels:
            self.kernels.popitem()[1].close()


def _steps(documents: dict[str, Document]) -> list[Step]:
    """Return what is to be run: the same for all formats, for it runs once."""
    first, *others = map(plan_steps, documents.values())
    for other in others:
        if [step.decides for step in other] != [step.decides for step in first]:
            raise RenderError(
                f"{next(iter(documents.values())).find()}: expected the cells to run alike in all "
                "formats (eval, error, fig-width, fig-height, what is included), as they run once. "
                "Render one format at a time, as with --to html."
            )
    return first


def _inputs(documents: dict[str, Document], results: Results, told: list[Told]) -> Iterator[str]:
    """Yield every file a rendering depends on."""
    yield from map(str, (*own_files(), *package_folders(), *results.files, *results.folders))
    for document in documents.values():
        yield from map(str, (*document.files, *document.project.all_files(document.path)))
        for key in (*PATH_KEYS, "filters"):
            yield from map(str, listed(document.metadata.get(key)))
        for item in told:
            if item.kind == "uses":
                yield str(document.path.parent / item.text)


def _judge(documents: dict[str, Document], told: list[Told]) -> list[str]:
    """Return warnings with file and line; raise for what would be rendered wrongly."""
    document = next(iter(documents.values()))
    wrong = [
        f"{document.find(item.text.strip('.#'))}: the embedded engine has no `{item.text}`. "
        "Quarto can do it: https://quarto.org/docs/get-started."
        for item in told
        if item.kind == "refused"
    ]
    wrong += [
        f"{document.find(f']({item.text}', item.text)}: the picture {item.text} is not there."
        for item in told
        if item.kind == "picture" or (item.kind == "uses" and _is_missing(document, item.text))
    ]
    RenderError.raise_if_any(dict.fromkeys(wrong))
    warnings = [warning for document in documents.values() for warning in document.warnings]
    warnings += [
        f"{document.find('' if item.kind == 'colour' else item.text)}: "
        f"{MESSAGES[item.kind].format(item.text)}"
        for item in told
        if item.kind in MESSAGES
    ]
    return list(dict.fromkeys(warnings))


def _is_missing(document: Document, picture: str) -> bool:
    is_elsewhere = re.match(r"[a-z]{2,}:", picture) is not None  # an address, or the data itself
    return not is_elsewhere and not (document.path.parent / unquote(picture)).is_file()
