"""A web page in one file: style sheets and pictures of this machine are put into the page.

The notes at its end get a heading.

Pandoc can do the same, and parses the page once more for it, which takes longer than all else. What
lies elsewhere stays there: nothing is fetched.
"""

from __future__ import annotations

import html
import mimetypes
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote

SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)" ?/?>')
SOURCE = re.compile(
    r'(<(?:img|source|video|audio|embed|script|iframe)\b[^>]*?\s(?:src|srcset)=")([^"]+)'
)
NOTES = 'role="doc-endnotes">\n<hr />'
ELSEWHERE = re.compile(r"[a-z]{2,}:|//|#")  # an address, the data themselves, a place in the page
IN_SHEET = re.compile(r"""(url\(\s*["']?)([^"')]+)""")


def embed(page: Path, folder: Path) -> None:
    """Put into a page what it names on this machine.

    Parameters
    ----------
    page : Path
        The page, changed in place.
    folder : Path
        Where relative names are looked for.
    """

    def sheet(link: re.Match[str]) -> str:
        path = _file(link[1], folder)
        if path is None:
            return link[0]
        text = path.read_text("utf-8")
        text = IN_SHEET.sub(lambda named: named[1] + _data(named[2], path.parent), text)
        return f"<style>\n{text}</style>"

    text = SHEET.sub(sheet, page.read_text("utf-8"))
    text = SOURCE.sub(lambda tag: tag[1] + _data(tag[2], folder), text)
    page.write_text(text.replace(NOTES, NOTES.replace("<hr />", "<h2>Footnotes</h2>")), "utf-8")


def _file(name: str, folder: Path) -> Path | None:
    """Return the file of this machine that an address names, if it names one."""
    path = folder / unquote(html.unescape(name))
    return None if ELSEWHERE.match(name) or not path.is_file() else path


def _data(name: str, folder: Path) -> str:
    """Return a file as an address that holds it; the name of anything else as it is."""
    path = _file(name, folder)
    if path is None:
        return name
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"
