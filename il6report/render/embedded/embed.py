"""A web page in one file: style sheets and pictures of this machine are put into the page.

Pandoc can do the same, and parses the page once more for it, which takes longer than all else.
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
IN_SHEET = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


def embed(page: Path, folder: Path) -> bool:
    """Put into a page what it names on this machine.

    Parameters
    ----------
    page : Path
        The page, changed in place.
    folder : Path
        Where relative names are looked for.

    Returns
    -------
    bool
        Whether that was all; False where something must be fetched from elsewhere, or is missing.
    """
    text = page.read_text("utf-8")
    names = [*SHEET.findall(text), *(source for _, source in SOURCE.findall(text))]
    files = {name: folder / unquote(html.unescape(name)) for name in names if not _is_data(name)}
    if not all(file.is_file() for file in files.values()):
        return False
    sheets = {name: files[name].read_text("utf-8") for name in SHEET.findall(text)}
    if any(not _is_data(name) for sheet in sheets.values() for name in IN_SHEET.findall(sheet)):
        return False
    text = SHEET.sub(lambda link: f"<style>\n{sheets[link[1]]}</style>", text)
    text = SOURCE.sub(lambda tag: tag[1] + _data(tag[2], files), text)
    page.write_text(text, "utf-8")
    return True


def _is_data(name: str) -> bool:
    return name.startswith("data:")


def _data(name: str, files: dict[str, Path]) -> str:
    if _is_data(name):
        return name
    kind = mimetypes.guess_type(files[name].name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{b64encode(files[name].read_bytes()).decode()}"
