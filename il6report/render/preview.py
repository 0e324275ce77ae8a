"""The preview command: renders on every save and tells the browser to reload.

The kernel stays alive between savings, so that only the cells from the first changed one on run
again. When data or a module changes, it starts anew. The page is served from this machine to this
machine only.
"""

from __future__ import annotations

import threading
import time
import webbrowser
from collections.abc import Callable, Iterable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from il6report.errors import RenderError
from il6report.render.embedded.engine import EmbeddedEngine
from il6report.render.engine import Job

PAUSE = 0.05  # seconds between two looks at the files
SCRIPT = b"""<style>
#problem { position: fixed; inset: auto 0 0 0; margin: 0; padding: 1em; max-height: 50vh;
  z-index: 99; overflow: auto; background: #fff4e6; color: #9a3412; white-space: pre-wrap; }
</style>
<script>
const told = new EventSource("/events");
told.addEventListener("reload", () => location.reload());
told.addEventListener("problem", event => {
  let box = document.getElementById("problem");
  box ??= document.body.appendChild(document.createElement("pre"));
  box.id = "problem";
  box.textContent = event.data.replaceAll("\\u2028", "\\n");
});
</script>"""

Say = Callable[[str], None]


class Page:
    """The newest rendering and the last problem, for all browsers that look."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.version, self.content, self.problem = 0, b"<p>Rendering ...</p>", ""

    def show(self, content: bytes | None, problem: str = "") -> None:
        """Take a new rendering, or a problem that keeps the old one in its place."""
        with self.changed:
            self.content = content or self.content
            self.version, self.problem = self.version + 1, problem
            self.changed.notify_all()


class Handler(BaseHTTPRequestHandler):
    """Serves the page, and a stream of events that says when to reload."""

    def __init__(self, page: Page, *arguments: object) -> None:
        self.page = page
        super().__init__(*arguments)  # pyright: ignore[reportArgumentType] # given by the server

    def do_GET(self) -> None:  # the name the library wants
        """Answer a browser."""
        is_stream = self.path == "/events"
        self.send_response(200)
        kind = "text/event-stream" if is_stream else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            if is_stream:
                self._stream()
            else:
                self.wfile.write(self.page.content + SCRIPT)
        except OSError:
            return  # the browser went away

    def _stream(self) -> None:
        seen = self.page.version
        while True:
            with self.page.changed:
                self.page.changed.wait_for(lambda: self.page.version > seen, timeout=10)  # noqa: B023
                news, problem = self.page.version > seen, self.page.problem
                seen = self.page.version
            event, data = ("problem", problem) if problem else ("reload", "now")
            text = data.replace("\n", "\u2028")
            line = f"event: {event}\ndata: {text}\n\n" if news else ": still here\n\n"
            self.wfile.write(line.encode())
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the library's names
        """Say nothing of every request."""


def preview(job: Job, *, port: int, browse: bool, say: Say) -> None:
    """Render a document to HTML at every change until interrupted.

    Parameters
    ----------
    job : Job
        The document; only its HTML is made.
    port : int
        Where to serve; 0 takes a free one.
    browse : bool
        Whether to open a browser.
    say : callable
        Hears what happens.
    """
    page = Page()
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, page))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    say(f"{job.document.name} at {address} (Ctrl-C ends)")
    if browse:
        webbrowser.open(address)
    engine = EmbeddedEngine(keep_kernels=True)
    try:
        _watch(engine, job, page, say)
    except KeyboardInterrupt:
        say("Preview ended.")
    finally:
        engine.close()
        server.shutdown()
        server.server_close()


def _watch(engine: EmbeddedEngine, job: Job, page: Page, say: Say) -> None:
    inputs: tuple[str, ...] = tuple(map(str, (job.document, *job.project.all_files(job.document))))
    while True:
        dates = _dates(inputs)
        started = time.monotonic()
        try:
            rendered = engine.render(job, lambda _: None)
        except (RenderError, OSError) as error:  # a file away while it is saved
            page.show(None, str(error))
            say(str(error))
        else:
            inputs = rendered.inputs
            problem = "\n".join(rendered.warnings)
            page.show(rendered.files[0].read_bytes())
            say(f"rendered in {time.monotonic() - started:.1f} s{problem and ': ' + problem}")
            dates = {**_dates(inputs), **dates}
        while _dates(inputs) == dates:
            time.sleep(PAUSE)


def _dates(paths: Iterable[str]) -> dict[str, int]:
    files = (Path(path) for path in paths if not path.endswith("-packages"))
    return {str(path): path.stat().st_mtime_ns for path in files if path.is_file()}
