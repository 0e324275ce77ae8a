"""The system's Quarto as an engine."""

from __future__ import annotations

from il6report.render.engine import Engine

OLDEST = "1.5"


def find() -> Engine | None:
    """Return the Quarto on the PATH where it is new enough."""
    return None
