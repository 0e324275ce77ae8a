"""Finishing touches on a Word file, the same for both engines: the label, rules of tables."""

from __future__ import annotations

from pathlib import Path


def finish(path: Path) -> None:
    """Finish a Word file in place."""
