"""Authors and affiliations in the shape Quarto gives them to templates.

The templates of both engines read `by-author` and `by-affiliation`; see
https://quarto.org/docs/journals/authors.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from il6report.render.embedded.dates import KEYS, settle_date
from il6report.render.metadata import Metadata, listed

Affiliations = dict[str, dict[str, Any]]


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
    for key in metadata.keys() & set(KEYS):
        out[key], out[f"{key}-meta"] = settle_date(metadata, key, path)
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
        entry = {"name": str(entry)}
    if "ref" in entry:
        return known.setdefault(
            str(entry["ref"]), {"id": str(entry["ref"]), "name": str(entry["ref"])}
        )
    described = entry.get("name") or entry.get("department") or len(known)
    identifier = str(entry.get("id") or f"named {described}")
    item = known.setdefault(identifier, {"id": identifier})
    item.update({key: str(value) for key, value in entry.items() if key != "id" and value})
    return item
