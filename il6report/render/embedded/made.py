"""What is made of the outputs of cells once, and kept: tables as pandoc's own, pictures for Word.

Files are named by the hash of what they are made of. They are made while further cells run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded.cache import package_folders
from il6report.render.project import EXTENSION
from il6report.render.unchanged import digests, read_json, write_whole

FILTERS = Path(__file__).parent / "filters"
STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
RULE = re.compile(r"((?:#T_\w+(?:,\s*)?)+)\s*\{([^}]*)\}")  # of a cell that pandas has styled
GREAT_TABLES = re.compile(r'<div id="[a-z]{10}"')  # a name made by chance
RASTER_PPI = 300
PNG_END = b"IEND\xaeB`\x82"  # of a file that is there whole
RASTER = """
#set page(width: auto, height: auto, margin: 0pt)
#let picture = image(%s)
#context {
  let size = measure(picture)
  scale(100%% * calc.min(1, 12in / size.width, 17in / size.height), reflow: true, picture)
}
"""


def pandoc() -> str:
    """Return the pandoc program that comes with pypandoc, without the cost of importing it."""
    spec = importlib.util.find_spec("pypandoc")
    if spec is None or spec.origin is None:
        raise RenderError("The package pypandoc_binary, which carries pandoc, is not installed.")
    name = "pandoc.exe" if os.name == "nt" else "pandoc"
    return str(Path(spec.origin).parent / "files" / name)


def run_pandoc(
    *words: str, folder: Path, text: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run pandoc with the filters of the engine and the look at hand."""
    paths = f"{FILTERS / '?.lua'};{EXTENSION / '?.lua'};;"
    environment = {**os.environ, **settings, "LUA_PATH": paths}
    return subprocess.run(
        [pandoc(), *words], cwd=folder, env=environment, input=text, capture_output=True,
        check=False, encoding="utf-8",
    )  # fmt: skip


def blocks(html: str, kept: Path) -> Path:
    """Return the file of what pandoc makes of the HTML of an output, tables as in a journal."""
    for names, rule in RULE.findall("".join(STYLE.findall(html))):
        for name in re.findall(r"\w+", names):  # pandas styles single cells by their ids
            html = html.replace(f'id="{name}"', f'style="{" ".join(rule.split())}"')
    html = GREAT_TABLES.sub("<div", STYLE.sub("", html))
    target = kept / f"{hashlib.sha256((_version() + html).encode()).hexdigest()[:20]}.json"
    if read_json(target) is None:
        run = run_pandoc(
            "--from", "html+native_divs+native_spans", "--to", "json", "--lua-filter",
            "from_html.lua", folder=FILTERS, text=html,
        )  # fmt: skip
        if run.returncode != 0:
            raise RenderError(f"pandoc cannot read the HTML of an output: {run.stderr}")
        write_whole(target, run.stdout.encode())
    return target


@cache
def _version() -> str:
    """Return a word that changes with everything that decides on what is made of HTML."""
    files = [*FILTERS.glob("*.lua"), *EXTENSION.glob("*.lua"), *package_folders()]
    return hashlib.sha256(repr(digests(files)).encode()).hexdigest()


def raster(picture: Path, kept: Path) -> Path:
    """Return the PNG of a picture made of lines, which Word does not show; no larger than paper."""
    # Pandoc's filters find it by the same name.
    name = hashlib.sha1(picture.read_bytes(), usedforsecurity=False).hexdigest()
    target = kept / f"{name}.png"
    if not (target.exists() and target.read_bytes().endswith(PNG_END)):
        import typst  # noqa: PLC0415 # loaded when something is drawn

        page = RASTER % json.dumps(f"/{picture.name}", ensure_ascii=False)
        draw: Any = typst.compile  # its types know one picture or several
        png = draw(page.encode(), format="png", ppi=RASTER_PPI, root=str(picture.parent))
        write_whole(target, png)
    return target
