"""Dates of a document: as its reader has them, and in ISO form."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from babel import Locale
from babel.dates import format_date

from il6report.errors import RenderError
from il6report.render.embedded.options import INSTALL
from il6report.render.metadata import Metadata, shown

KEYS = ("date", "date-modified")
FORMS = (
    "%Y-%m-%d", "%Y-%m", "%Y", "%Y/%m/%d", "%m/%d/%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y",
    "%d %b %Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
)  # fmt: skip
STYLES = ("full", "long", "medium", "short", "iso")
TOKENS = {  # of Quarto, as Unicode writes them
    "YYYY": "yyyy", "YY": "yy", "MMMM": "MMMM", "MMM": "MMM", "MM": "MM", "M": "M", "DD": "dd",
    "D": "d", "dddd": "EEEE", "ddd": "EEE",
}  # fmt: skip


def settle_date(metadata: Metadata, key: str, path: Path) -> tuple[str, str]:
    """Return a date of the metadata as it is read, and in ISO form; what is no date as it is.

    Raises
    ------
    RenderError
        If `date-format` has a token that is not known.
    """
    date = str(metadata[key])
    if date in ("today", "now"):
        epoch = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
        date = dt.datetime.fromtimestamp(epoch, dt.UTC).date().isoformat()
    elif date == "last-modified":
        date = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()
    for form in FORMS:
        with suppress(ValueError):
            day = dt.datetime.strptime(date, form).date()  # noqa: DTZ007 # a day has no time zone
            return _written(day, metadata, path), day.isoformat()
    return date, date


def _written(day: dt.date, metadata: Metadata, path: Path) -> str:
    """Write a day in a style, or by tokens such as "D MMMM YYYY"; [text in brackets] stays."""

    def translated(token: re.Match[str]) -> str:
        if token[0].startswith("["):
            return f"'{token[0][1:-1]}'"
        if token[0] not in TOKENS:
            raise RenderError(
                f"{shown(path)}: date-format: expected a style ({', '.join(STYLES)}) or the tokens "
                f"{', '.join(TOKENS)}; found {token[0]!r} in {pattern!r}. {INSTALL}"
            )
        return TOKENS[token[0]]

    pattern = str(metadata.get("date-format", "long"))
    if pattern == "iso":
        return day.isoformat()
    if pattern not in STYLES:
        pattern = re.sub(r"\[[^\]]*\]|([A-Za-z])\1*", translated, pattern)
    return format_date(day, pattern, Locale.parse(str(metadata.get("lang", "en")), sep="-"))
