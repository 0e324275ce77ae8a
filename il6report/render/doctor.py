"""The doctor command: which engines are here, in which versions, and what each can do."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import textwrap
from collections.abc import Iterator

from il6report.render import quarto
from il6report.render.embedded import options
from il6report.render.embedded.made import pandoc

PACKAGES = ("nbclient", "ipykernel", "pypandoc_binary", "typst", "great_tables", "plotnine")
SUPPORTED = (
    "Python cells and their options, inline values, parameters, includes",
    "the short codes meta, var, env and pagebreak",
    "figures, panels, tables, equations, sections and callouts, numbered and referred to",
    "citations with CSL, title blocks, notes, conditional content, tabs, Lua filters",
)
REFUSED = (
    "cells of other languages and diagrams (R, Julia, Observable, Mermaid, dot)",
    "listings, theorems, annotated code",
    "books, websites, slides, LaTeX; short codes of extensions",
)


def examine() -> Iterator[str]:
    """Yield lines on this machine's engines."""
    found = quarto.find()
    yield f"Python {platform.python_version()} on {platform.platform()}"
    yield ""
    if found:
        yield f"{found.name} at {found.program}: renders unless --engine embedded is given."
    else:
        yield f"Quarto {quarto.OLDEST} or newer is not on the PATH; https://quarto.org has it."
    yield "  supports all of Quarto; executes once per format"
    yield ""
    yield f"Embedded engine: {'at hand' if found else 'renders'}."
    run = subprocess.run([pandoc(), "--version"], capture_output=True, text=True, check=False)
    yield f"  {(run.stdout or run.stderr).splitlines()[0]}"
    for name in PACKAGES:
        yield f"  {name} {_version(name)}"
    yield "  supports"
    yield from (f"    - {text}" for text in SUPPORTED)
    yield "  refuses, by name and line"
    yield from (f"    - {text}" for text in REFUSED)
    refused = ", ".join(sorted({*options.REFUSED["cell"], *options.REFUSED["document"]}))
    yield from textwrap.wrap(
        f"    - the options {refused}", 100, subsequent_indent=" " * 6, break_on_hyphens=False
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "is missing: pip install -r requirements.txt"
