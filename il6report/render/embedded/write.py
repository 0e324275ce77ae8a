"""Woven Markdown to a file: pandoc with the Lua filter for all formats, then typst for the PDF."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
import json
import os
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from il6report.errors import RenderError
from il6report.render import docx
from il6report.render.embedded.embed import embed
from il6report.render.embedded.failures import Find, Told, noticed, pandoc_failure, typst_failure
from il6report.render.embedded.titleblock import with_title_block
from il6report.render.metadata import Metadata, plain
from il6report.render.project import EXTENSION

READER = "markdown"
FILTERS = Path(__file__).parent / "filters"
# Metadata that change how a format looks and nothing of what it says.
LOOK = {
    "css", "template", "template-partials", "toc", "toc-depth", "toc-title", "theme", "minimal",
    "embed-resources", "html-math-method", "papersize", "font-paths", "reference-doc", "code-fold",
    "code-summary", "lang", "mainfont", "fontsize", "margin", "linestretch", "code-tools",
}  # fmt: skip
CONDITIONS = re.compile(r"(?:when|unless)-format")  # other conditions hold for all formats
SVG = re.compile(r"\]\(([^()\s]+\.svg)\)")
RASTER_PPI = 300
NAMES = {"html": "document.html", "pdf": "document.typ", "docx": "document.docx"}
NO_DATE = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Source:
    """What pandoc reads: a file, its format, and the filters that are still to run on it."""

    file: str
    reader: str
    filters: tuple[Path | str, ...]


@dataclass(kw_only=True, slots=True)
class Written:
    """One finished file, not yet in its place, and what was noticed while making it."""

    file: Path
    told: list[Told] = field(default_factory=list)


def pandoc() -> str:
    """Return the pandoc program that comes with pypandoc, without the cost of importing it."""
    spec = importlib.util.find_spec("pypandoc")
    if spec is None or spec.origin is None:
        raise RenderError("The package pypandoc_binary, which carries pandoc, is not installed.")
    name = "pandoc.exe" if os.name == "nt" else "pandoc"
    return str(Path(spec.origin).parent / "files" / name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Manuscript:
    """A woven text on its way to several formats.

    What the formats share (numbers, references, citations, tables) is made once where it can be:
    when no content, and no metadata but those of the look, depend on the format.

    Parameters
    ----------
    markdown : str
        The woven text.
    settings : dict
        The metadata that hold for each format.
    folder : Path
        The document's folder, where its pictures and bibliography are looked for.
    work : Path
        An empty folder.
    pictures : Path
        Where rasters of pictures are kept.
    find : callable
        Says in which file and line of the document a text stands.
    """

    markdown: str
    settings: dict[str, Metadata]
    folder: Path
    work: Path
    pictures: Path
    find: Find

    def write(self) -> dict[str, Written]:
        """Write all formats, side by side.

        Raises
        ------
        RenderError
            If pandoc or typst refuses the document.
        """
        (self.work / "document.md").write_text(self.markdown, "utf-8")
        self.pictures.with_name("tables").mkdir(parents=True, exist_ok=True)
        settled = {to: with_title_block(plain(own)) for to, own in self.settings.items()}
        common = _common(list(settled.values()))
        own_words = {key for own in settled.values() for key in own if key not in common}
        filters = [str(name) for name in common.get("filters") or () if _is_own_filter(name)]
        shared = not (own_words - LOOK or filters or CONDITIONS.search(self.markdown))
        told: list[Told] = []
        source = Source(
            "document.md",
            str(common.get("from", READER)),
            (EXTENSION / "il6report.lua", *filters, FILTERS / "prepare.lua"),
        )
        if shared:
            told = self._pandoc(self.work, source, common, ["--to", "json"])
            source = Source("document.json", "json", ())
            settled = {to: _without(own, common) for to, own in settled.items()}
        with ThreadPoolExecutor() as pool:
            futures = {
                to: pool.submit(self._format, to, source, own) for to, own in settled.items()
            }
            written = {to: future.result() for to, future in futures.items()}
        for each in written.values():
            each.told[:0] = told
        return written

    def _format(self, to: str, source: Source, metadata: Metadata) -> Written:
        work = self.work / to
        work.mkdir()
        if to == "docx":
            rasters = _rasters(self.markdown, self.folder, self.pictures)
            metadata = {**metadata, "il6report-rasters": rasters}
        filters = (*source.filters, FILTERS / "write.lua")
        source = Source(f"../{source.file}", source.reader, filters)
        options = _options(self.settings[to], to)
        told = self._pandoc(work, source, metadata, options)
        target = work / NAMES[to]
        if to == "html" and not embed(target, self.folder):
            told = self._pandoc(work, source, metadata, [*options, "--embed-resources"])
        elif to == "pdf":
            target = _typeset(target, self._stamp(), self.find)
        elif to == "docx":
            docx.finish(target)
        return Written(file=target, told=told)

    def _pandoc(
        self, work: Path, source: Source, metadata: Metadata, options: Sequence[str]
    ) -> list[Told]:
        (work / "metadata.json").write_text(json.dumps(metadata), "utf-8")
        command = [
            pandoc(), source.file, "--from", source.reader, *options, "--wrap", "none",
            "--output", NAMES.get(work.name, "document.json"), "--metadata-file", "metadata.json",
            "--resource-path", os.pathsep.join([str(self.folder), "."]),
            *(word for name in source.filters for word in ("--lua-filter", str(name))),
        ]  # fmt: skip
        run = subprocess.run(
            command, cwd=work, capture_output=True, text=True, encoding="utf-8", check=False,
            env={
                **os.environ, "SOURCE_DATE_EPOCH": str(self._stamp()),
                "IL6REPORT_KEPT_TABLES": str(self.pictures.with_name("tables")),
            },
        )  # fmt: skip
        if run.returncode != 0:
            style = str(self.settings[min(self.settings)].get("csl"))
            raise pandoc_failure(
                run.stderr, options[1], style=style, markdown=self.markdown, find=self.find
            )
        return list(noticed(run.stderr, self.markdown))

    def _stamp(self) -> int:
        """Return the time the files carry: SOURCE_DATE_EPOCH, else the date of the document."""
        if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
            return int(epoch)
        date = str(next(iter(self.settings.values())).get("date", ""))
        day = dt.date.fromisoformat(date) if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else NO_DATE
        return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


def _common(settings: Sequence[Metadata]) -> Metadata:
    """Return the metadata that are the same in all formats."""
    first, *others = settings
    return {
        key: value
        for key, value in first.items()
        if all(key in other and other[key] == value for other in others)
    }


def _without(metadata: Metadata, common: Metadata) -> Metadata:
    return {key: value for key, value in metadata.items() if key not in common}


def _is_own_filter(name: object) -> bool:
    """Say whether a filter is the document's: not the look's, and not one of Quarto's own."""
    return str(name).endswith(".lua") and Path(str(name)).name != "il6report.lua"


def _options(metadata: Metadata, to: str) -> Sequence[str]:
    toc = ["--toc", "--toc-depth", str(metadata.get("toc-depth", 3))]
    options = toc if metadata.get("toc") else []
    if to == "html":
        css = metadata.get("css") or []
        listed = css if isinstance(css, list) else [css]
        sheets = [str(EXTENSION / "il6report.css"), *(str(s) for s in listed)]
        options = [
            "--to", "html5", "--standalone", "--mathml", "--section-divs",
            "--template", str(metadata.get("template") or EXTENSION / "template.html"),
            *(f"--css={sheet}" for sheet in dict.fromkeys(sheets)), *options,
        ]  # fmt: skip
    elif to == "pdf":
        options = [
            "--to", "typst-citations", "--standalone",
            "--template", str(metadata.get("template") or EXTENSION / "template.typ"), *options,
        ]  # fmt: skip
    else:
        reference = metadata.get("reference-doc") or EXTENSION / "reference.docx"
        template = metadata.get("template") or EXTENSION / "template.openxml"
        options = [
            "--to", "docx", "--reference-doc", str(reference),
            "--template", str(template), *options,
        ]  # fmt: skip
    return options


def _typeset(source: Path, stamp: int, find: Find) -> Path:
    import typst  # noqa: PLC0415 # loaded when a PDF is made

    target = source.with_suffix(".pdf")
    try:
        content = typst.compile(
            str(source), root=str(source.parent), font_paths=[str(EXTENSION / "fonts")],
            ignore_system_fonts=True, timestamp=stamp,
        )  # fmt: skip
    except typst.TypstError as error:
        raise typst_failure(getattr(error, "diagnostic", None) or str(error), find) from error
    target.write_bytes(content)
    return target


def _rasters(markdown: str, folder: Path, pictures: Path) -> dict[str, str]:
    """Return a PNG for every SVG that a text names: Word shows no SVG of its own accord."""
    out: dict[str, str] = {}
    for name in dict.fromkeys(SVG.findall(markdown)):
        source = folder / name
        if not source.is_file():
            continue
        content = source.read_bytes()
        target = pictures / f"{hashlib.sha256(content).hexdigest()[:20]}.{RASTER_PPI}.png"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _atomic(target, _raster(content))
        out[name] = str(target)
    return out


def _raster(svg: bytes) -> bytes:
    import typst  # noqa: PLC0415

    picture = f'#image(bytes({json.dumps(svg.decode())}), format: "svg")'
    page = f"#set page(width: auto, height: auto, margin: 0pt)\n{picture}"
    return bytes(
        typst.compile(page.encode(), format="png", ppi=RASTER_PPI, ignore_system_fonts=False)
    )


def _atomic(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)
