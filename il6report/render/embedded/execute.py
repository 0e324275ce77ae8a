"""Cells and inline expressions, run once in one kernel, in the order of the document.

The expressions of a stretch of text ride in one extra request, and come back as one JSON value.
A failing, hanging or dying cell stops the run with its file, line and label.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

from il6report.errors import RenderError
from il6report.render.embedded.session import INLINE_TYPE, READS_TYPE
from il6report.render.embedded.text import Cell, Document, Inline
from il6report.render.engine import Tell
from il6report.render.unchanged import Digests, digests

Output = dict[str, Any]
Made = Callable[[Sequence[Output]], None]
RUN_OPTIONS = ("error", "fig-width", "fig-height")  # those of a cell that change what it gives
SESSION = "__import__('il6report.render.embedded.session', fromlist=['session'])"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"^\s*Cell In\[\d+\], line (\d+)", re.MULTILINE)  # of IPython's tracebacks
SOURCE = re.compile(r" \(\d+\.py, line \d+\)$")  # where the kernel keeps a cell
TIME_LIMIT = 600  # seconds a cell may take, unless `execute: timeout:` says otherwise


@dataclass(frozen=True, slots=True)
class Step:
    """One request to the kernel: a cell, or the expressions of a stretch of text."""

    code: str
    cell: Cell | None = None
    inlines: tuple[Inline, ...] = ()

    @property
    def name(self) -> str:
        """How messages call it."""
        return self.cell.name if self.cell else f"an expression from {self.inlines[0].place} on"

    @property
    def decides(self) -> list[Any]:
        """What decides on its outputs, besides earlier steps and the files that are read."""
        options = self.cell.options if self.cell else {}
        return [self.code, *(options.get(name) for name in RUN_OPTIONS)]


@dataclass(kw_only=True, slots=True)
class Results:
    """What a run gave: outputs per cell, values per expression, the files it read."""

    outputs: list[list[Output]] = field(default_factory=list)
    inlines: list[dict[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def plan_steps(document: Document) -> list[Step]:
    """Return the requests for a document in order."""
    runs: list[Cell | Inline] = list(document.header.values())
    runs.extend(
        part
        for part in document.parts
        if isinstance(part, Inline) or (isinstance(part, Cell) and part.options["eval"])
    )
    steps: list[Step] = []
    for _, stretch in groupby(runs, type):
        parts = tuple(stretch)
        if inlines := tuple(part for part in parts if isinstance(part, Inline)):
            steps.append(Step(_inline_code(inlines), inlines=inlines))
        steps += [Step(part.code, cell=part) for part in parts if isinstance(part, Cell)]
    return steps


def _inline_code(inlines: Sequence[Inline]) -> str:
    return f"{SESSION}.inline({[item.code for item in inlines]!r}, get_ipython().user_ns)"


class Kernel:
    """A Python kernel that runs steps; it may be kept alive between runs.

    Parameters
    ----------
    folder : Path
        Where the cells run.
    seconds : float
        How long one cell may take.
    """

    def __init__(self, folder: Path, seconds: float = TIME_LIMIT) -> None:
        self.folder, self.seconds = folder, seconds
        import asyncio  # noqa: PLC0415 # costs time that a rendering without cells need not spend

        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda _loop, _context: None)  # its error is told
        self._client: Any = None
        self._done: list[tuple[Step, list[Output]]] = []
        self.reads: Digests = {}
        self.is_alive = True

    def run(self, steps: Sequence[Step], tell: Tell, made: Made) -> Results:
        """Run the steps, of a kept kernel only those from the first one that changed.

        `made` hears what each cell gives as soon as it is there.
        """
        return self._loop.run_until_complete(self._run(steps, tell, made))

    def close(self) -> None:
        """End the kernel and everything it started."""
        import asyncio  # noqa: PLC0415

        if self._client is not None:
            if self._client.kc is not None:
                self._client.kc.stop_channels()
            self._loop.run_until_complete(self._client.km.shutdown_kernel(now=True))
            shutil.rmtree(self._sockets, ignore_errors=True)
        self._client = None
        left = asyncio.all_tasks(self._loop)  # a stopped cell leaves those that wait for it
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left))
        self._loop.close()

    async def _run(self, steps: Sequence[Step], tell: Tell, made: Made) -> Results:
        if self._client is None:
            tell("starting Python")
            await self._start()
        pairs = zip(steps, self._done, strict=False)
        same = takewhile(lambda pair: pair[0].decides == pair[1][0].decides, pairs)
        self._done = [(step, outputs) for step, (_, outputs) in same]
        cells = sum(step.cell is not None for step, _ in self._done)
        await self._request(f"get_ipython().execution_count = {cells + 1}")  # as tracebacks say it
        for step in steps[len(self._done) :]:
            self._done.append((step, await self.step(step, tell)))
            made(self._done[-1][1])
        reads = _payload(await self._request(f"{SESSION}.finish()"), READS_TYPE)
        results = Results(files=reads["files"], folders=reads["folders"])
        self.reads = digests([*results.files, *results.folders])
        for step, outputs in self._done:
            if step.cell is not None:
                results.outputs.append(outputs)
            elif step.inlines:
                results.inlines += _payload(outputs, INLINE_TYPE)
        return results

    async def _start(self) -> None:
        import nbformat.v4  # noqa: PLC0415 # the kernel's libraries are loaded when one is needed
        from jupyter_client.kernelspec import KernelSpec  # noqa: PLC0415
        from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415
        from nbclient import NotebookClient  # noqa: PLC0415

        manager = AsyncKernelManager(kernel_name="python3")
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        # This very Python, whatever kernels the machine has registered; there is no public way.
        spec = KernelSpec(argv=launch, display_name="Python", language="python")
        setattr(manager, "_kernel_spec", spec)  # noqa: B010
        self._sockets = tempfile.mkdtemp(prefix="il6-")
        manager.connection_file = str(Path(self._sockets) / "kernel.json")
        if sys.platform != "win32":  # no open port, and no warning about one
            manager.transport, manager.ip = "ipc", str(Path(self._sockets) / "k")
        self._client = NotebookClient(
            nbformat.v4.new_notebook(), km=manager, timeout=self.seconds, allow_errors=True,
            startup_timeout=120,
        )  # fmt: skip
        package = str(Path(__file__).parents[3])
        paths = filter(None, (package, os.environ.get("PYTHONPATH")))
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0"),
            "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),
        }
        try:
            await self._client.async_start_new_kernel(cwd=str(self.folder), env=environment)
            await self._client.async_start_new_kernel_client()
        except (OSError, RuntimeError) as error:
            raise RenderError(
                f"{sys.executable} could not be started to run the cells ({error}). "
                "`il6report doctor` shows what is installed."
            ) from error
        await self._request(f"{SESSION}.begin()")

    async def step(self, step: Step, tell: Tell) -> list[Output]:
        """Run one step in the running kernel."""
        size: list[float | None] = []
        if step.cell is not None:
            tell(step.cell.name)
            size = [step.cell.options.get(f"fig-{side}") for side in ("width", "height")]
        if any(size):
            await self._request(f"{SESSION}.figure_size(*{size!r})")
        outputs = await self._request(step.code, step)
        if any(size):
            await self._request(f"{SESSION}.figure_size(None, None)")
        _stop_at_error(step, outputs)
        return outputs

    async def _request(self, code: str, step: Step | None = None) -> list[Output]:
        import nbformat.v4  # noqa: PLC0415
        from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415

        cell = nbformat.v4.new_code_cell(code)
        self._client.nb.cells = [cell]
        is_cell = step is not None and step.cell is not None
        name = step.name if step else "what the last cell left running"
        try:
            await self._client.async_execute_cell(cell, 0, store_history=is_cell)
        except CellTimeoutError as error:
            self.is_alive = False
            raise RenderError(
                f"{name} was stopped after {self.seconds:g} seconds. Give it more time with "
                "`execute: timeout: SECONDS`, or save the result of its slow part in a file."
            ) from error
        except DeadKernelError as error:
            self.is_alive = False
            raise RenderError(
                f"{name} ended Python itself (out of memory, a crash in a compiled library, or an "
                "exit). Nothing was written."
            ) from error
        return [dict(output) for output in cell.outputs]


def _payload(outputs: Sequence[Output], kind: str) -> Any:
    return next(json.loads(o["data"][kind]) for o in outputs if kind in o.get("data", {}))


def _stop_at_error(step: Step, outputs: Sequence[Output]) -> None:
    """Raise for a cell that failed without `error: true`, or an expression that failed."""
    failed = next((output for output in outputs if output["output_type"] == "error"), None)
    if failed and step.cell and not step.cell.options["error"]:
        frames = FRAME.findall(ANSI.sub("", "\n".join(failed["traceback"])))
        place = step.cell.places[int(frames[-1]) - 1] if frames else step.cell.place
        problem = f"{failed['ename']}: {SOURCE.sub('', failed['evalue'])}"
        raise RenderError(
            f"{place}: {step.cell.name} failed: {problem}\n\n"
            + "\n".join(f"    {line}" for line in step.code.splitlines())
        )
    if step.inlines:
        values = _payload(outputs, INLINE_TYPE)
        for inline, value in zip(step.inlines, values, strict=False):
            if "error" in value:
                raise RenderError(
                    f"{inline.place}: `{{python}} {inline.code}` failed: {value['error']}"
                )
