"""Woven Markdown to files: pandoc with the Lua filter, then what each format still needs."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
import json
import os
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from urllib.parse import unquote

from il6report.errors import RenderError
from il6report.render import docx
from il6report.render.embedded.cache import package_folders
from il6report.render.embedded.embed import embed
from il6report.render.embedded.failures import Find, Told, noticed, pandoc_failure
from il6report.render.embedded.options import SUPPORT
from il6report.render.embedded.titleblock import with_title_block
from il6report.render.embedded.typeset import raster, typeset
from il6report.render.metadata import Metadata, listed, plain
from il6report.render.project import EXTENSION
from il6report.render.unchanged import digests

READER = "markdown"
FILTERS = Path(__file__).parent / "filters"
LOOK = {*SUPPORT["look"], *SUPPORT["frame"]}
CONDITIONS = re.compile(r"(?:when|unless)-format")  # other conditions hold for all formats
DRAWN = re.compile(r"\]\(<?([^()<>\n]+?\.(?:svg|pdf))>?[\s)]")  # pictures made of lines
# In this order: typst sets the PDF while pandoc writes the others.
NAMES = {"pdf": "document.typ", "docx": "document.docx", "html": "document.html"}
FORMATS = {"pdf": "typst", "docx": "docx", "html": "html5"}  # as filters know them
TEMPLATES = {"pdf": "template.typ", "docx": "template.openxml", "html": "template.html"}
NO_DATE = dt.date(2000, 1, 1)
ALLOWED = "-A64m"  # pandoc collects its garbage more seldom, which makes it faster
WRITTEN = "il6report\twritten\t"  # how the filter tells that a file is whole


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

    One pandoc reads the text and writes all formats, one after the other, when no content, and no
    metadata but those of the look, depend on the format; else each format has its own. What is
    written is finished (typst, pictures of the web page, Word's tables) while pandoc writes on.

    Parameters
    ----------
    markdown : str
        The woven text.
    settings : dict
        The metadata that hold for each format.
    path : Path
        The document; its pictures and bibliography are looked for beside it.
    root : Path
        The project's folder; a picture named with a leading / lies there.
    work : Path
        An empty folder.
    kept : Path
        The folder where pictures, tables and what was made of them are kept.
    last : Path
        Where typst's text of the last PDF is kept.
    pool : ThreadPoolExecutor
        Does what can be done side by side.
    find : callable
        Says in which file and line of the document a text stands.
    told : list
        What is noticed while the formats are written.
    """

    markdown: str
    settings: dict[str, Metadata]
    path: Path
    root: Path
    work: Path
    kept: Path
    last: Path
    pool: ThreadPoolExecutor
    find: Find
    told: list[Told] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The document's folder."""
        return self.path.parent

    def write(self) -> dict[str, Path]:
        """Write all formats; return the finished files, not yet in their places.

        Raises
        ------
        RenderError
            If pandoc or typst refuses the document.
        """
        self.kept.mkdir(parents=True, exist_ok=True)
        settled = {to: with_title_block(plain(own), self.path) for to, own in self.settings.items()}
        common = _common(settled)
        own_words = {key for own in settled.values() for key in own} - common.keys()
        depends = own_words - LOOK or _own_filters(common) or CONDITIONS.search(self.markdown)
        names = [to for to in NAMES if to in settled]
        groups = [[to] for to in names] if depends else [names]
        runs = [self.pool.submit(self._run, {to: settled[to] for to in group}) for group in groups]
        finished = {to: file for run in runs for to, file in run.result().items()}
        return {to: file.result() for to, file in finished.items()}

    def _run(self, settings: dict[str, Metadata]) -> dict[str, Future[Path]]:
        """Let one pandoc write some formats; each is finished as soon as it is told of."""
        common = _common(settings)
        work = self.work / "-".join(settings)
        work.mkdir()
        (work / "document.md").write_text(self.markdown, "utf-8")
        own = {
            to: {key: value for key, value in values.items() if key not in common}
            for to, values in settings.items()
        }
        _write_json(work / "metadata.json", {**common, "il6report": own})
        rasters = self._rasters() if "docx" in settings else {}
        _write_json(
            work / "formats.json",
            [
                {"name": to, "file": NAMES[to], "options": _options(to, values), "rasters": rasters}
                for to, values in settings.items()
            ],
        )
        filters = [EXTENSION / "il6report.lua", *_own_filters(common), FILTERS / "render.lua"]
        to = FORMATS[next(iter(settings))] if len(settings) == 1 else "native"
        command = [
            pandoc(), "document.md", "--from", str(common.get("from", READER)), "--to", to,
            "--output", "nothing", "--metadata-file", "metadata.json",
            "--resource-path", os.pathsep.join([str(self.folder), "."]),
            *(word for name in filters for word in ("--lua-filter", str(name))),
        ]  # fmt: skip
        environment = {
            **os.environ, "GHCRTS": ALLOWED, "SOURCE_DATE_EPOCH": str(self._stamp()),
            "IL6REPORT_KEPT": str(self.kept), "IL6REPORT_VERSION": _version(),
            "IL6REPORT_ROOT": str(self.root), "LUA_PATH": f"{EXTENSION / '?.lua'};;",
        }  # fmt: skip
        files: dict[str, Future[Path]] = {}
        said: list[str] = []
        with subprocess.Popen(
            command, cwd=work, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        ) as run:
            for line in run.stderr or ():
                said.append(line)
                if line.startswith(WRITTEN):
                    name = line.removeprefix(WRITTEN).strip()
                    files[name] = self.pool.submit(self._finish, name, work / NAMES[name])
        if run.returncode != 0:
            raise pandoc_failure(
                "".join(said), " and ".join(settings), style=str(common.get("csl")),
                markdown=self.markdown, find=self.find,
            )  # fmt: skip
        self.told.extend(noticed("".join(said), self.markdown))
        return files

    def _finish(self, to: str, file: Path) -> Path:
        """Do what pandoc leaves undone."""
        if to == "pdf":
            return typeset(
                file, last=self.last, pictures=self.kept, stamp=self._stamp(), find=self.find
            )
        if to == "docx":
            docx.finish(file)
        else:
            embed(file, self.folder)
        return file

    def _stamp(self) -> int:
        """Return the time the files carry: SOURCE_DATE_EPOCH, else the date of the document."""
        if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
            return int(epoch)
        date = str(next(iter(self.settings.values())).get("date", ""))
        day = NO_DATE
        with suppress(ValueError):  # a date in words
            day = dt.date.fromisoformat(date)
        return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())

    def _rasters(self) -> dict[str, str]:
        """Return a PNG for every SVG and PDF the text names: Word shows none of its own accord."""
        names = dict.fromkeys(DRAWN.findall(self.markdown))
        places = map(self._place, names)
        files = {name: file for name, file in zip(names, places, strict=True) if file.is_file()}
        drawn = self.pool.map(raster, files.values(), repeat(self.kept))
        shown = (str(file) if n[0] == "/" else n.replace(" ", "%20") for n, file in files.items())
        return dict(zip(shown, drawn, strict=True))

    def _place(self, picture: str) -> Path:
        """Return where a picture lies: beside the document, or in the project after a /."""
        rooted = self.root / picture.lstrip("/")
        is_rooted = picture.startswith("/") and rooted.is_file()
        return rooted if is_rooted else self.folder / unquote(picture)


def _common(settings: Mapping[str, Metadata]) -> Metadata:
    """Return the metadata that are the same in all formats."""
    first, *others = settings.values()
    return {
        key: value
        for key, value in first.items()
        if all(key in other and other[key] == value for other in others)
    }


def _own_filters(metadata: Metadata) -> list[str]:
    """Return the document's Lua filters: not the look's, and not those of Quarto's own."""
    names = map(str, listed(metadata.get("filters")))
    return [name for name in names if name.endswith(".lua") and Path(name).name != "il6report.lua"]


def _version() -> str:
    """Return a word that changes with everything that decides on the text of a finished table."""
    files = [*FILTERS.glob("*.lua"), *EXTENSION.glob("*.lua"), *package_folders()]
    return hashlib.sha256(repr(digests(files)).encode()).hexdigest()[:8]


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), "utf-8")


def _options(to: str, metadata: Metadata) -> Metadata:
    """Return the options of pandoc's writer, by the names Lua knows them by."""
    options: Metadata = {
        "table_of_contents": bool(metadata.get("toc")), "toc_depth": metadata.get("toc-depth", 3),
        "template": str(metadata.get("template") or EXTENSION / TEMPLATES[to]),
    }  # fmt: skip
    if to == "html":
        sheets = [str(EXTENSION / "il6report.css"), *map(str, listed(metadata.get("css")))]
        options["variables"] = {"css": list(dict.fromkeys(sheets))}
        options |= {"html_math_method": "mathml", "section_divs": True}
    elif to == "docx":
        options["reference_doc"] = str(
            metadata.get("reference-doc") or EXTENSION / "reference.docx"
        )
    return options
