"""Woven Markdown to a file: pandoc with the Lua filter for all formats, then typst for the PDF."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from il6report.errors import RenderError
from il6report.render import docx
from il6report.render.embedded.titleblock import now, with_title_block
from il6report.render.metadata import Metadata, plain
from il6report.render.project import EXTENSION

READER = "markdown"
FILTER = Path(__file__).parent / "filters" / "filter.lua"
SVG = re.compile(r"\]\(([^()\s]+\.svg)\)")
RASTER_PPI = 300


@dataclass(frozen=True, slots=True)
class Told:
    """What the filter noticed: kind (reference, citation, picture, ...) and what it is about."""

    kind: str
    text: str


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


def write(
    markdown: str, metadata: Metadata, *, to: str, folder: Path, work: Path, pictures: Path
) -> Written:
    """Write one format into a working folder.

    Parameters
    ----------
    markdown : str
        The woven text.
    metadata : dict
        All that holds for this format.
    to : {"html", "pdf", "docx"}
        The format.
    folder : Path
        The document's folder, where its pictures and bibliography are looked for.
    work : Path
        An empty folder of this format's own.
    pictures : Path
        Where rasters of pictures are kept.

    Raises
    ------
    RenderError
        If pandoc or typst refuses the document.
    """
    work.mkdir(parents=True, exist_ok=True)
    settled = with_title_block(plain(metadata))
    if to == "docx":
        settled["il6report-rasters"] = _rasters(markdown, folder, pictures)
    (work / "metadata.json").write_text(json.dumps(settled), "utf-8")
    (work / "document.md").write_text(markdown, "utf-8")
    target = work / ("document.typ" if to == "pdf" else f"document.{to}")
    command = [
        pandoc(), "document.md", "--from", str(settled.get("from", READER)),
        "--output", str(target), "--metadata-file", "metadata.json",
        "--resource-path", os.pathsep.join([str(folder), "."]),
        *_filters(settled), *_options(settled, to),
    ]  # fmt: skip
    run = subprocess.run(  # a program of our own choice
        command, cwd=work, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(int(now().timestamp()))},
    )  # fmt: skip
    told = [
        Told(*line.split("\t", 2)[1:])
        for line in run.stderr.splitlines()
        if line.startswith("il6report\t")
    ]
    if run.returncode != 0:
        raise RenderError(f"pandoc could not write {to}: {run.stderr.strip()}")
    told += [
        Told("picture", match)
        for match in re.findall(r"\[WARNING\] Could not fetch resource (\S+?):? ", run.stderr)
    ]
    if to == "pdf":
        target = _typeset(target)
    elif to == "docx":
        docx.finish(target)
    return Written(file=target, told=told)


def _filters(metadata: Metadata) -> list[str]:
    own = [str(name) for name in metadata.get("filters") or () if str(name).endswith(".lua")]
    names = dict.fromkeys((str(EXTENSION / "il6report.lua"), *own, str(FILTER)))
    return [word for name in names for word in ("--lua-filter", name)]


def _options(metadata: Metadata, to: str) -> Sequence[str]:
    options: list[str] = []
    if metadata.get("toc"):
        options += ["--toc", "--toc-depth", str(metadata.get("toc-depth", 3))]
    if to == "html":
        css = metadata.get("css") or []
        listed = css if isinstance(css, list) else [css]
        sheets = [str(EXTENSION / "il6report.css"), *(str(s) for s in listed)]
        options += [
            "--to", "html5", "--standalone", "--embed-resources", "--mathml", "--section-divs",
            "--template", str(metadata.get("template") or EXTENSION / "template.html"),
            *(f"--css={sheet}" for sheet in dict.fromkeys(sheets)),
        ]  # fmt: skip
    elif to == "pdf":
        options += [
            "--to", "typst-citations", "--standalone",
            "--template", str(metadata.get("template") or EXTENSION / "template.typ"),
        ]  # fmt: skip
    else:
        reference = metadata.get("reference-doc") or EXTENSION / "reference.docx"
        template = metadata.get("template") or EXTENSION / "template.openxml"
        options += ["--to", "docx", "--reference-doc", str(reference), "--template", str(template)]
    return options


def _typeset(source: Path) -> Path:
    import typst  # noqa: PLC0415 # loaded when a PDF is made

    target = source.with_suffix(".pdf")
    try:
        content = typst.compile(
            str(source), root=str(source.parent), font_paths=[str(EXTENSION / "fonts")],
            ignore_system_fonts=True, timestamp=int(now().timestamp()),
        )  # fmt: skip
    except typst.TypstError as error:
        shown = getattr(error, "diagnostic", None) or str(error)
        raise RenderError(f"typst could not set the PDF:\n{shown}") from error
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
