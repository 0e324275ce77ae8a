"""The Quarto project a document belongs to: what is rendered, where to, with which metadata."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.metadata import Metadata, merge, parse_yaml, read_yaml, resolve_paths

CONFIG = "_quarto.yml"
# The look both engines share: a folder of the repository, and of the installed package.
_HOMES = (Path(__file__).parent, Path(__file__).parents[2])
EXTENSION = next(
    (
        home / "_extensions/il6report"
        for home in _HOMES
        if (home / "_extensions/il6report").is_dir()
    ),
    _HOMES[0] / "_extensions/il6report",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A folder with a `_quarto.yml`, or a document's own folder where there is none.

    Parameters
    ----------
    root : Path
        Its folder.
    config : mapping
        What stands under `project:`.
    metadata : mapping
        All else of `_quarto.yml`, with its `metadata-files`.
    files : tuple of Path
        Every file that was read for it, or would be if it existed.
    """

    root: Path
    config: Mapping[str, Any]
    metadata: Metadata
    files: tuple[Path, ...]

    @property
    def is_project(self) -> bool:
        """Whether there is a `_quarto.yml`."""
        return (self.root / CONFIG).is_file()

    @property
    def output(self) -> Path:
        """The folder rendered files go to."""
        return self.root / str(self.config.get("output-dir", "."))

    def documents(self, folder: Path | None = None) -> list[Path]:
        """Return the documents to render: what `project: render:` lists, or all of a folder."""
        patterns = self.config.get("render") if folder in (None, self.root) else None
        listed: dict[Path, None] = {}
        for pattern in patterns or [f"{(folder or self.root).relative_to(self.root)}/**/*.qmd"]:
            found = dict.fromkeys(sorted(self.root.glob(str(pattern).lstrip("!/"))))
            if str(pattern).startswith("!"):
                listed = {path: None for path in listed if path not in found}
            else:
                listed |= found
        out = [path for path in listed if not _is_part(path.relative_to(self.root))]
        if not out:
            raise RenderError(
                f"{folder or self.root}: expected at least one .qmd document; found none. "
                "Name a document, or list it under `project: render:` in _quarto.yml."
            )
        return out

    def folder_metadata(self, document: Path) -> Metadata:
        """Merge the `_metadata.yml` files between the project's root and a document."""
        layers = [read_yaml(path) for path in self._folder_files(document) if path.is_file()]
        return merge(*layers)

    def all_files(self, document: Path) -> tuple[Path, ...]:
        """Return the files a document's metadata may come from, whether they exist or not."""
        return (*self.files, *self._folder_files(document))

    def _folder_files(self, document: Path) -> Iterator[Path]:
        inner = document.parent.relative_to(self.root)
        for depth in range(len(inner.parts) + 1):
            yield self.root.joinpath(*inner.parts[:depth]) / "_metadata.yml"


def _is_part(path: Path) -> bool:
    """Say whether a file is included by others or made by a tool, not rendered by itself."""
    return any(part.startswith(("_", ".")) for part in path.parts)


def find_project(start: Path) -> Project:
    """Read the project that a document or folder belongs to.

    Raises
    ------
    RenderError
        If its `_quarto.yml`, or a file that names, is missing or unreadable.
    """
    folder = start.resolve() if start.is_dir() else start.resolve().parent
    root = next(
        (place for place in (folder, *folder.parents) if (place / CONFIG).is_file()), folder
    )
    files = [root / CONFIG, root / "_variables.yml"]
    metadata = read_yaml(root / CONFIG) if (root / CONFIG).is_file() else {}
    for profile in filter(None, os.environ.get("QUARTO_PROFILE", "").split(",")):
        files.append(root / f"_quarto-{profile.strip()}.yml")
        if files[-1].is_file():
            metadata = merge(metadata, read_yaml(files[-1]))
    layers: list[Metadata] = []
    for name in metadata.pop("metadata-files", None) or ():
        files.append(root / name)
        if not files[-1].is_file():
            raise RenderError(
                f"{root / CONFIG}: `metadata-files` names {name}, which does not exist."
            )
        layers.append(read_yaml(files[-1]))
    config = metadata.pop("project", None) or {}
    kind = config.get("type", "default")
    if kind != "default":
        raise RenderError(
            f"{root / CONFIG}: expected `project: type: default`; found {kind!r}. "
            "Books, websites and manuscripts need Quarto: https://quarto.org/docs/get-started."
        )
    return Project(root=root, config=config, metadata=merge(*layers, metadata), files=tuple(files))


def extension_metadata(formats: Mapping[str, Any] | str | None, project: Project) -> Metadata:
    """Return what the extensions named by the formats (`il6report-html`) contribute, by format."""
    names = [formats] if isinstance(formats, str) else list(formats or ())
    contributed: Metadata = {}
    for name in names:
        extension, _, base = name.rpartition("-")
        if not extension:
            continue
        found = sorted((project.root / "_extensions").glob(f"**/{extension}/_extension.yml"))
        file = found[0] if found else EXTENSION.with_name(extension) / "_extension.yml"
        if not file.is_file():
            raise RenderError(
                f"{project.root / '_extensions'}: the format {name} needs the extension "
                f"{extension!r}, which is not there. `il6report init` writes it."
            )
        offered = (parse_yaml(file.read_text("utf-8"), file=file).get("contributes") or {}).get(
            "formats", {}
        )
        layers = [resolve_paths(offered.get(part) or {}, file.parent) for part in ("common", base)]
        contributed[name] = merge(*layers)
    return {"format": contributed} if contributed else {}
