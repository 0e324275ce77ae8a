"""The study for machines: a Frictionless Data Package of its raw files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from il6report.cohort.codebook import KEYS, Variable, own_variables

FOREIGN_KEYS = {"skin_scores": "participant_id", "followup": "participant_id"}


def describe_package(title: str, version: str, contents: Mapping[str, str]) -> str:
    """Describe the raw files in the terms of the Frictionless Data Package specification [1]_.

    Parameters
    ----------
    title, version : str
        Of the study.
    contents : mapping of str to str
        Path inside the study to text of the file; those of `raw/` are described.

    Returns
    -------
    str
        JSON, with the size and SHA-256 of every file.

    References
    ----------
    .. [1] Data Package (v1), https://specs.frictionlessdata.io/data-package/
    """
    package = {
        "profile": "tabular-data-package",
        "name": "il6-systemic-sclerosis-simulated",
        "title": title,
        "version": version,
        "resources": [_resource(file, contents[f"raw/{file}.csv"]) for file in KEYS],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(file: str, content: str) -> dict[str, object]:
    encoded = content.encode()
    schema: dict[str, object] = {
        "fields": [_field(one) for one in own_variables() if one.file == file],
        "missingValues": [""],
        "primaryKey": list(KEYS[file]),
    }
    if file in FOREIGN_KEYS:
        column = FOREIGN_KEYS[file]
        reference = {"resource": "participants", "fields": column}
        schema["foreignKeys"] = [{"fields": column, "reference": reference}]
    return {
        "profile": "tabular-data-resource",
        "name": file,
        "path": f"raw/{file}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(encoded),
        "hash": f"sha256:{hashlib.sha256(encoded).hexdigest()}",
        "schema": schema,
    }


def _field(variable: Variable) -> dict[str, object]:
    whole = variable.type == "integer"
    constraints: dict[str, object] = {"required": not variable.missing_allowed}
    for end in ("minimum", "maximum"):
        value = getattr(variable, end)
        if value is not None:
            constraints[end] = int(value) if whole else value
    if variable.allowed_values:
        allowed = variable.allowed_values
        constraints["enum"] = [int(one) for one in allowed] if whole else list(allowed)
    field: dict[str, object] = {
        "name": variable.name,
        "title": variable.label,
        "type": variable.type,
        "description": variable.description,
        "constraints": constraints,
    }
    return field | ({"unit": variable.unit} if variable.unit else {})
