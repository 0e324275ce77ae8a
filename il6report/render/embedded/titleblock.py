"""Authors and affiliations in the shape Quarto gives them to templates.

The templates of both engines read `by-author` and `by-affiliation`; see
https://quarto.org/docs/journals/authors.html.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded import options
from il6report.render.metadata import Metadata, listed

Affiliations = dict[str, dict[str, Any]]

DATE_FORMS = (
    "%Y-%m-%d", "%Y-%m", "%Y", "%Y/%m/%d", "%m/%d/%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y",
    "%d %b %Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S",
)  # fmt: skip
DATE_STYLES = {
    "full": "dddd, MMMM D, YYYY", "long": "MMMM D, YYYY", "medium": "MMM D, YYYY",
    "short": "M/D/YY", "iso": "YYYY-MM-DD",
}  # fmt: skip
DATE_TOKENS = {
    "YYYY": "{0:%Y}", "YY": "{0:%y}", "MMMM": "{0:%B}", "MMM": "{0:%b}", "MM": "{0:%m}",
    "M": "{0.month}", "DD": "{0:%d}", "D": "{0.day}", "dddd": "{0:%A}", "ddd": "{0:%a}",
}  # fmt: skip


def with_title_block(metadata: Metadata, path: Path) -> Metadata:
    """Return the metadata of a document with authors, affiliations, labels and date settled."""
    affiliations: Affiliations = {}
    for entry in listed(metadata.get("affiliations")):
        _affiliation(entry, affiliations)
    authors = [_author(entry, affiliations) for entry in listed(metadata.get("author"))]
    for entry in listed(metadata.get("institute")):  # of all who name none of their own
        for author in authors:
            author.setdefault("affiliations", [_affiliation(entry, affiliations)])
    used = [item for author in authors for item in author.get("affiliations", ())]
    order = {item["id"]: item for item in used}
    for number, item in enumerate(order.values(), 1):
        item["number"], item["mark"] = str(number), f"^{number}^"
    out = dict(metadata)
    out["labels"] = {"abstract": metadata.get("abstract-title", "Abstract"), "keywords": "Keywords"}
    if authors:
        out["by-author"] = authors
        out["by-affiliation"] = list(order.values())
        out["author"] = [author["name"]["literal"] for author in authors]
    for key in {"date", "date-modified"} & metadata.keys():
        out[key], out[f"{key}-meta"] = _dates(str(metadata[key]), metadata.get("date-format"), path)
    return out


def _author(entry: Any, affiliations: Affiliations) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        return {"name": {"literal": str(entry)}}
    name = entry.get("name", "")
    if isinstance(name, Mapping):
        keys = ("given", "dropping-particle", "non-dropping-particle", "family")
        name = name.get("literal") or " ".join(str(name[key]) for key in keys if key in name)
    own = [*listed(entry.get("affiliation")), *listed(entry.get("affiliations"))]
    author: dict[str, Any] = {"name": {"literal": str(name)}}
    if own:
        author["affiliations"] = [_affiliation(item, affiliations) for item in own]
    author |= {key: entry[key] for key in ("orcid", "email", "url") if key in entry}
    if degrees := listed(entry.get("degrees")):
        author["degrees"] = degrees
    if entry.get("corresponding"):
        author["attributes"] = {"corresponding": True}
    return author


def _affiliation(entry: Any, known: Affiliations) -> dict[str, Any]:
    """Return an affiliation, remembered by its id; a `ref` names one given elsewhere."""
    if not isinstance(entry, Mapping):
        entry = {"ref": entry} if str(entry) in known else {"name": str(entry)}
    if "ref" in entry:
        return known.setdefault(
            str(entry["ref"]), {"id": str(entry["ref"]), "name": str(entry["ref"])}
        )
    identifier = str(entry.get("id") or entry.get("name") or entry.get("department") or len(known))
    item = known.setdefault(identifier, {"id": identifier})
    item.update({key: str(value) for key, value in entry.items() if key != "id" and value})
    return item


def _dates(date: str, pattern: str | None, path: Path) -> tuple[str, str]:
    """Return a date as it is read, and in ISO form."""
    if date in ("today", "now"):
        epoch = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
        date = dt.datetime.fromtimestamp(epoch, dt.UTC).date().isoformat()
    elif date == "last-modified":
        date = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()
    for form in DATE_FORMS:
        with suppress(ValueError):
            day = dt.datetime.strptime(date, form).date()  # noqa: DTZ007 # a day has no time zone
            return _written(day, DATE_STYLES.get(pattern or "long", pattern or "")), day.isoformat()
    return date, date


def _written(day: dt.date, pattern: str) -> str:
    """Write a day by Quarto's tokens, such as "D MMMM YYYY"; [text in brackets] stays."""

    def write(token: re.Match[str]) -> str:
        if token[0].startswith("["):
            return token[0][1:-1]
        if token[0] not in DATE_TOKENS:
            raise RenderError(
                f"date-format: expected a style ({', '.join(DATE_STYLES)}) or the tokens "
                f"{', '.join(DATE_TOKENS)}; found {token[0]!r} in {pattern!r}. {options.INSTALL}"
            )
        return DATE_TOKENS[token[0]].format(day)

    return re.sub(r"\[[^\]]*\]|([A-Za-z])\1*", write, pattern)
