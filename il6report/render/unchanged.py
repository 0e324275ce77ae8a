"""Whether a command need not run again: the same words, files read and files written as before.

Every command that rendered leaves a stamp in the project's folder: all files it depended on and all
files it wrote, with their hashes, and what it said. While all of them hold, saying it again is all
there is to do. Nothing is guessed from dates. Only the standard library is used here, and little of
it, for this runs before everything else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

FOLDER = ".il6report"
KEPT = 30  # stamps per project

Digests = dict[str, str | None]


def digest(path: str) -> str | None:
    """Return a hash of a file's content, or of the names in a folder; None where nothing is."""
    try:
        if os.path.isdir(path):  # noqa: PTH112 # pathlib costs time, and this runs for every input
            names = "\n".join(sorted(os.listdir(path)))  # noqa: PTH208
            return hashlib.sha256(names.encode()).hexdigest()
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return None


def digests(paths: Iterable[object]) -> Digests:
    """Return the hashes of several paths."""
    return {path: digest(path) for path in sorted({str(path) for path in paths})}


def hold(known: Mapping[str, str | None]) -> bool:
    """Say whether every path still has the hash it had."""
    return all(digest(path) == value for path, value in known.items())


def said_before(words: Sequence[str]) -> str | None:
    """Return what a command said, if running it again would change nothing."""
    stamp: Any = read_json(_stamp(words))
    if stamp and hold(stamp["outputs"]) and hold(stamp["inputs"]):
        return str(stamp["said"])
    return None


def remember(
    words: Sequence[str], said: str, *, inputs: Iterable[object], outputs: Iterable[object]
) -> None:
    """Leave a stamp of a command that ended well."""
    path = _stamp(words)
    stamp = {"said": said, "inputs": digests(inputs), "outputs": digests(outputs)}
    write_json(path, stamp)
    folder = os.path.dirname(path)  # noqa: PTH120
    names = (name for name in os.listdir(folder) if name[0] != ".")  # noqa: PTH208
    stamps = [os.path.join(folder, name) for name in names]  # noqa: PTH118
    with suppress(FileNotFoundError):  # another rendering deletes as well
        for old in sorted(stamps, key=os.path.getmtime)[:-KEPT]:
            os.unlink(old)  # noqa: PTH108


def _stamp(words: Sequence[str]) -> str:
    """Return where the stamp of a command is: in the project around the current folder."""
    here = folder = os.getcwd()  # noqa: PTH109
    while not os.path.isfile(os.path.join(folder, "_quarto.yml")):  # noqa: PTH113, PTH118
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            folder = here
            break
        folder = above
    settings = [os.environ.get(name) for name in ("SOURCE_DATE_EPOCH", "QUARTO_PROFILE", "PATH")]
    key = repr((here, list(words), settings, sys.version)).encode()
    return os.path.join(folder, FOLDER, "stamps", f"{hashlib.sha256(key).hexdigest()[:24]}.json")  # noqa: PTH118


def read_json(path: str | os.PathLike[str]) -> dict[str, object] | None:
    """Read a kept file; one that is damaged counts as not there."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return dict(json.load(file))
    except (OSError, TypeError, ValueError):
        return None


def write_json(path: str | os.PathLike[str], content: object) -> None:
    """Write a file whole or not at all."""
    write_whole(path, json.dumps(content, default=str).encode())


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file, and the folder it is in, so that nobody ever sees a part of it."""
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    partial = os.path.join(folder, f".{name}.{os.getpid()}.{threading.get_ident()}")  # noqa: PTH118
    try:
        with open(partial, "wb") as file:  # noqa: PTH123
            file.write(content)
        os.replace(partial, path)  # noqa: PTH105
    except OSError:
        if os.path.exists(partial):  # noqa: PTH110
            os.unlink(partial)  # noqa: PTH108
        raise
