"""Woven Markdown to files: one pandoc per format, side by side, then what each still needs."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from il6report.render import docx
from il6report.render.embedded.embed import embed
from il6report.render.embedded.failures import Told, noticed, pandoc_failure, typst_failure
from il6report.render.embedded.made import FILTERS, raster, run_pandoc
from il6report.render.embedded.options import REFUSED
from il6report.render.embedded.text import Document
from il6report.render.embedded.titleblock import with_title_block
from il6report.render.embedded.weave import Woven
from il6report.render.metadata import Metadata, listed, plain
from il6report.render.project import EXTENSION

DRAWN = re.compile(r"\]\(<?([^()<>\n]+?\.(?:svg|pdf))>?[\s)]")  # pictures made of lines
FOREIGN = re.compile("[\u0590-\u1cff\u2e80-\ufaff\U0001f000-\U0003ffff]")  # not in our fonts
WRITERS = {  # in this order: typst sets the PDF while pandoc writes the others
    "pdf": ("typst-citations", "template.typ"),
    "docx": ("docx", "template.openxml"),
    "html": ("html5", "template.html"),
}
NO_DATE = dt.date(2000, 1, 1)


def write(
    woven: Mapping[str, Woven], *, work: Path, kept: Path
) -> tuple[dict[str, Path], list[Told]]:
    """Write all formats; return the finished files, not yet in their places, and what was noticed.

    Parameters
    ----------
    woven : mapping
        The text for each format; pictures and bibliography are looked for beside its document.
    work : Path
        An empty folder.
    kept : Path
        The folder of what has been made of outputs.

    Raises
    ------
    RenderError
        If pandoc or typst refuses the document.
    """
    kept.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {
            to: pool.submit(_write, woven[to], work / to, kept) for to in WRITERS if to in woven
        }
    files = {to: run.result()[0] for to, run in runs.items()}
    return files, list(dict.fromkeys(item for run in runs.values() for item in run.result()[1]))


def _write(woven: Woven, work: Path, kept: Path) -> tuple[Path, list[Told]]:
    """Write one format."""
    document, markdown, to = woven.document, woven.markdown, woven.document.to
    for picture in _drawn(markdown, document) if to == "docx" else ():
        raster(picture, kept)
    metadata = with_title_block(plain(woven.metadata), document.path)
    work.mkdir()
    (work / "document.md").write_text(markdown, "utf-8")
    (work / "refused.json").write_text(json.dumps(REFUSED["elements"]), "utf-8")
    texts = {k: value for k, value in metadata.items() if k not in ("bibliography", "csl")}
    (work / "metadata.json").write_text(json.dumps(texts), "utf-8")
    writer, template = WRITERS[to]
    target = work / f"document.{'typ' if to == 'pdf' else to}"
    own = [name for name in listed(metadata.get("filters")) if _is_own(str(name))]
    run = run_pandoc(
        "document.md", "--from", str(metadata.get("from", "markdown")), "--to", writer,
        "--standalone", "--wrap", "none", "--output", target.name,
        "--metadata-file", "metadata.json",
        "--template", str(metadata.get("template") or EXTENSION / template),
        "--resource-path", os.pathsep.join([str(document.path.parent), "."]),
        *_options(to, metadata),
        *(f"--lua-filter={f}" for f in (EXTENSION / "il6report.lua", *own, FILTERS / "render.lua")),
        folder=work, SOURCE_DATE_EPOCH=str(_stamp(metadata)), IL6REPORT_KEPT=str(kept),
        IL6REPORT_ROOT=str(document.project.root),
    )  # fmt: skip
    if run.returncode != 0:
        raise pandoc_failure(
            run.stderr, to, style=str(metadata.get("csl")), markdown=markdown, find=document.find
        )
    if to == "pdf":
        target = _typeset(target, kept, _stamp(metadata), document)
    elif to == "docx":
        docx.finish(target)
    else:
        embed(target, document.path.parent)
    return target, list(noticed(run.stderr, markdown))


def _options(to: str, metadata: Metadata) -> Iterator[str]:
    """Yield the options of pandoc's writer."""
    if metadata.get("toc"):
        yield from ("--toc", "--toc-depth", str(metadata.get("toc-depth", 3)))
    for key in ("bibliography", "csl"):  # in metadata, names of files would be read as Markdown
        files = (str(file).replace("%", "%25") for file in listed(metadata.get(key)))
        yield from (f"--{key}={file}" for file in files)
    if to == "html":
        sheets = [str(EXTENSION / "il6report.css"), *map(str, listed(metadata.get("css")))]
        yield from ("--mathml", "--section-divs", *(f"--css={s}" for s in dict.fromkeys(sheets)))
    elif to == "docx":
        reference = metadata.get("reference-doc") or EXTENSION / "reference.docx"
        yield from ("--reference-doc", str(reference))


def _is_own(name: str) -> bool:
    """Say whether a Lua filter is the document's: not the look's, and not of Quarto's own."""
    return name.endswith(".lua") and Path(name).name != "il6report.lua"


def _stamp(metadata: Metadata) -> int:
    """Return the time the files carry: SOURCE_DATE_EPOCH, else the date of the document."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(epoch)
    day = NO_DATE
    with suppress(ValueError):  # a date in words
        day = dt.date.fromisoformat(str(metadata.get("date-meta", "")))
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


def _typeset(source: Path, kept: Path, stamp: int, document: Document) -> Path:
    """Set the PDF; all its pictures are in the folder of what is kept."""
    import typst  # noqa: PLC0415 # loaded when something is set

    text = source.read_bytes()
    compiled: Any = typst.compile  # its types know files by bytes only
    try:
        pdf: bytes = compiled(
            text, root=str(kept), font_paths=[str(EXTENSION / "fonts")], timestamp=stamp,
            ignore_system_fonts=not FOREIGN.search(text.decode()),
        )  # fmt: skip
    except typst.TypstError as error:
        told = getattr(error, "diagnostic", None) or str(error)
        raise typst_failure(told, document) from error
    target = source.with_suffix(".pdf")
    target.write_bytes(pdf)
    return target


def _drawn(markdown: str, document: Document) -> Iterator[Path]:
    """Yield the pictures made of lines that a text names: beside it, or with a / in the project."""
    for name in dict.fromkeys(DRAWN.findall(markdown)):
        rooted = document.project.root / name.lstrip("/")
        is_rooted = name.startswith("/") and rooted.is_file()
        file = rooted if is_rooted else document.path.parent / unquote(name)
        if file.is_file():
            yield file
