"""What runs inside the kernel: figures as SVG, values of inline expressions, what was read.

Figures are drawn once, as paths with fixed ids, so that they need no font and come out the same
byte for byte. An audit hook notes every file the cells open, so that the cache can tell when one
of them changed.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from numbers import Number
from pathlib import Path
from typing import Any

INLINE_TYPE = "application/x.il6report.inline+json"
READS_TYPE = "application/x.il6report.reads+json"
BLOCK = re.compile(r"<(?:div|table|p|style|script)\b")  # HTML that does not fit into a line
# ASCII signs that Markdown gives a meaning; quotes are left, so that they are still curled.
MARKED = re.compile(r"([\\`*_{}\[\]()#+\-.!|$@<>~^&=:])")

MOST_PRINTED = 20_000_000  # characters a cell may print
_reads: set[str] = set()
_lists: set[str] = set()
_size: list[float] = []  # of the figures of the cell that runs, where it names one
_former: list[float] = []


def begin() -> None:
    """Prepare a fresh kernel."""
    sys.addaudithook(_note)
    from IPython.core.getipython import get_ipython  # noqa: PLC0415 # exists in the kernel only

    shell: Any = get_ipython()
    shell.events.register("pre_run_cell", _limit_printing)
    shell.ask_exit = sys.exit  # the cell that calls quit() fails, not whichever runs a moment later
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    shell.config.InlineBackend.figure_format = "svg"
    formatter = shell.display_formatter.mimebundle_formatter
    formatter.for_type_by_name("plotnine.ggplot", "ggplot", _plotnine)
    formatter.for_type_by_name("plotnine.composition._compose", "Compose", _plotnine)


def _limit_printing(_: object) -> None:
    """Let the cell that begins fail once it has printed more than any reader would read."""
    left = [MOST_PRINTED]  # IPython puts back the plain `write` after each cell

    def limited(write: Any) -> Any:
        def counted(text: str) -> int:
            left[0] -= len(text)
            if left[0] < 0:
                left[0] = MOST_PRINTED
                raise RuntimeError(f"this cell has printed more than {MOST_PRINTED:,} characters")
            return int(write(text))

        return counted

    for stream in (sys.stdout, sys.stderr):
        stream.write = limited(stream.write)


def figure_size(width: float | None, height: float | None) -> None:
    """Set the size in inches of the figures of the next cell; None puts the former one back."""
    from matplotlib import rcParams  # noqa: PLC0415 # a cell that names a size draws

    if width and height:
        _former[:], _size[:] = rcParams["figure.figsize"], (width, height)
        rcParams["figure.figsize"] = _size
    elif _size:
        _size.clear()
        rcParams["figure.figsize"] = _former


def _plotnine(plot: Any, **_: Any) -> Any:
    """Draw a plotnine object in the size of the cell."""
    if _size:
        from plotnine import theme  # noqa: PLC0415 # loaded where a plot exists

        plot = plot + theme(figure_size=tuple(_size))
    return plot._repr_mimebundle_()  # IPython's protocol


def inline(expressions: list[str], namespace: dict[str, Any]) -> None:
    """Evaluate expressions and publish their values as Markdown; stop at the first that fails."""
    values: list[dict[str, str]] = []
    for code in expressions:
        try:
            value = eval(code, namespace)  # noqa: S307 # the author's own code, as in a cell
            values.append({"markdown": as_markdown(value), "text": as_text(value)})
        except BaseException as error:  # noqa: BLE001 # an exit as well; reported with the place of the expression
            values.append({"error": f"{type(error).__name__}: {error}"})
            break
    _publish(INLINE_TYPE, values)


def as_text(value: object) -> str:
    """Return how a value reads: a NumPy scalar as the number it holds."""
    own = _own_markdown(value)
    if own is not None:
        return re.sub(r"\\(.)|[*`]|</?[A-Za-z][^>]*>", r"\1", own)
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "shape", None) == ():
        value = item()
    return str(value)


def as_markdown(value: Any) -> str:
    """Return a value as Markdown: marked up where it says so itself, a number, or shielded."""
    own = _own_markdown(value)
    if own is not None:
        return own
    return as_text(value) if isinstance(value, Number) else MARKED.sub(r"\\\1", as_text(value))


def _own_markdown(value: object) -> str | None:
    """Return what a value says of itself as Markdown, or as HTML that fits into a line."""
    for name in ("_repr_markdown_", "_repr_html_"):
        own = getattr(value, name, None)
        text = own() if callable(own) else None
        if isinstance(text, str) and not (name == "_repr_html_" and BLOCK.search(text)):
            return text
    return None


def finish() -> None:
    """Publish which files the cells depend on: opened ones, listed folders, imported modules."""
    modules = {str(getattr(module, "__file__", None)) for module in list(sys.modules.values())}
    modules = {file for file in modules if file.endswith(".py")}
    # Imports list folders as well: those that hold modules, or are searched for them.
    searched = _ours([*sys.path, *map(os.path.dirname, modules)])
    _publish(
        READS_TYPE,
        {
            "files": sorted(path for path in _ours([*_reads, *modules]) if Path(path).is_file()),
            "folders": sorted(path for path in _ours(_lists) - searched if Path(path).is_dir()),
        },
    )


def _ours(paths: Iterable[str]) -> set[str]:
    """Return where paths lead, without those of the system and of installed packages."""
    system = [sys.prefix, sys.base_prefix, "/proc", "/dev", "/etc", "/sys"]
    system = tuple({*system, *map(os.path.realpath, system)})

    def is_ours(path: str) -> bool:
        return not (path.startswith(system) or path.endswith(".pyc") or "-packages" in path)

    # Most paths are somebody else's; that is seen without asking the disk where each leads.
    return {real for real in map(os.path.realpath, filter(is_ours, set(paths))) if is_ours(real)}


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        mode = arguments[1]
        if mode is None or not set(str(mode)) & set("wax"):
            _reads.add(os.path.abspath(os.fsdecode(arguments[0])))  # noqa: PTH100 # no look-up here
    elif event in ("os.listdir", "os.scandir") and not isinstance(arguments[0], int):
        _lists.add(os.path.abspath(os.fsdecode(arguments[0] or ".")))  # noqa: PTH100


def _publish(kind: str, content: object) -> None:
    from IPython.display import display  # noqa: PLC0415 # exists in the kernel only

    display({kind: json.dumps(content)}, raw=True)
