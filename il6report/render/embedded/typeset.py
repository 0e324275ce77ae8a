"""What typst does: it sets the PDF, and draws the pictures of the Word file.

Within one process typst remembers every part it has set. So the text of the last PDF is kept, and
set again while pandoc is at work; of the new text only what has changed is then left to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from il6report.render.embedded.failures import Find, typst_failure
from il6report.render.project import EXTENSION
from il6report.render.unchanged import write_whole

THREADS = "RAYON_NUM_THREADS"
FOREIGN = re.compile("[\u0590-\u1cff\u2e80-\ufaff\U0001f000-\U0003ffff]")  # not in our fonts
RASTER_PPI = 300
RASTER = """
#set page(width: auto, height: auto, margin: 0pt)
#let picture = image(%s)
#context {
  let size = measure(picture)
  scale(100%% * calc.min(1, 12in / size.width, 17in / size.height), reflow: true, picture)
}
"""


def warm_up(last: Path, pictures: Path) -> None:
    """Set the last PDF again, if there is one, for what typst will remember of it."""
    with suppress(OSError, RuntimeError, ValueError):  # no such text, or damaged: nothing is lost
        _set(last.read_bytes(), pictures, stamp=0)


def typeset(source: Path, *, last: Path, pictures: Path, stamp: int, find: Find) -> Path:
    """Set a PDF beside its source.

    Parameters
    ----------
    source : Path
        The text for typst.
    last : Path
        Where the text is kept for `warm_up`.
    pictures : Path
        The folder that holds all pictures the text names.
    stamp : int
        When the PDF says it was made, in seconds since 1970.
    find : callable
        Says in which file and line of the document a text stands.

    Returns
    -------
    Path
        The PDF.
    """
    import typst  # noqa: PLC0415 # loaded when something is set

    target, text = source.with_suffix(".pdf"), source.read_bytes()
    try:
        target.write_bytes(_set(text, pictures, stamp))
    except typst.TypstError as error:
        raise typst_failure(getattr(error, "diagnostic", None) or str(error), find) from error
    write_whole(last, text)
    return target


def _set(text: bytes, pictures: Path, stamp: int) -> bytes:
    return _compile(
        {"main.typ": text}, root=str(pictures), font_paths=[str(EXTENSION / "fonts")],
        timestamp=stamp, ignore_system_fonts=not FOREIGN.search(text.decode()),
    )  # fmt: skip


def _compile(source: object, **options: object) -> bytes:
    """Run typst in one thread, as pandoc works at the same time."""
    if THREADS not in os.environ:
        os.putenv(THREADS, "1")  # unseen by the cells: their kernel is given `os.environ`
    import typst  # noqa: PLC0415 # loaded when something is set

    run: Any = typst.compile  # its types do not know of files by their names
    return bytes(run(source, **options))


def raster(picture: Path, kept: Path) -> str:
    """Return the PNG of a picture, drawn if it is not kept; no larger than paper."""
    target = kept / f"{hashlib.sha256(picture.read_bytes()).hexdigest()[:20]}.{RASTER_PPI}.png"
    if not target.exists():
        page = RASTER % json.dumps(f"/{picture.name}", ensure_ascii=False)
        png = _compile(page.encode(), format="png", ppi=RASTER_PPI, root=str(picture.parent))
        write_whole(target, png)
    return str(target)
