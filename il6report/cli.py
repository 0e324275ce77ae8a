"""The command line: arguments in, exit status out. What the commands do is elsewhere."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click
from click import FloatRange, IntRange, argument, echo, option

from il6report.errors import Il6ReportError

PATH = click.Path(path_type=Path)


class Commands(click.Group):
    """Commands in the order of use; Ctrl-C ends them without a word."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's names
        """List the commands, each with its first line as a whole."""
        rows = [(name, one.get_short_help_str(limit=200)) for name, one in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; exit status 130 is what shells give to Ctrl-C."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(130)


@click.group(cls=Commands, context_settings={"show_default": True, "max_content_width": 100})
def app() -> None:
    """From raw readings to a rendered manuscript."""


@app.command()
@argument("folder", type=PATH)
def check(folder: Path) -> None:
    """Say everything that is wrong with the files of a study, or what they hold.

    FOLDER is the folder of the study, such as data.
    """
    from il6report.check import check_study  # noqa: PLC0415 - a light start

    echo(str(check_study(folder)))


@app.command()
@option("--out", type=PATH, required=True, help="Folder to write the study into.")
@option("--seed", type=IntRange(min=0), default=2012, help="Seed of the random numbers.")
@option("--effect-scale", type=FloatRange(min=0), default=1.0,
        help="Multiplies every effect that the report tests; 0 leaves none.")  # fmt: skip
@option("--scale", type=IntRange(min=1), default=1, help="Multiplies the size of every group.")
def simulate(*, out: Path, seed: int, effect_scale: float, scale: int) -> None:
    """Write a simulated study: raw files, codebook and what they were calibrated to."""
    from il6report.simulation.parameters import StudyModel  # noqa: PLC0415
    from il6report.simulation.study import write_study  # noqa: PLC0415

    write_study(out, StudyModel(seed=seed, effect_scale=effect_scale, scale=scale))
    echo(f"The simulated study is in {out}.")


@app.command()
@option("--out", type=PATH, required=True, help="Folder of the study that the counts stand with.")
@option("--studies", type=IntRange(min=1), default=1000, help="Studies of each effect scale.")
@option("--effect-scale", "effect_scales", type=FloatRange(min=0), multiple=True,
        help="0 is the null, 1 the study; may be repeated. Default: both.")  # fmt: skip
@option("--seed", type=IntRange(min=0), default=2012, help="Seed of all studies.")
@option("--jobs", default=2, help="Processes at once; -1 for one a core.")
@option("--cluster", help="Use this dask cluster instead, such as tcp://host:8786.")
@option("--parts", type=PATH, default=Path(".il6report/repeated"),
        help="Folder of finished parts; a run that was stopped goes on there.")  # fmt: skip
def repeat(
    *, out: Path, studies: int, effect_scales: tuple[float, ...], seed: int, jobs: int,
    cluster: str | None, parts: Path,
) -> None:  # fmt: skip
    """Repeat the analysis on many simulated studies: level, power, coverage and bias."""
    from il6report.simulation.repeat import repeat_studies  # noqa: PLC0415 - a light start

    path = repeat_studies(
        out, parts, n_studies=studies, effect_scales=effect_scales or (0.0, 1.0), seed=seed,
        jobs=jobs, cluster=cluster,
    )  # fmt: skip
    echo(path)


@app.command()
@argument("data", type=PATH)
@option("--out", type=PATH, required=True, help="Folder for results.csv and results.json.")
def run(data: Path, out: Path) -> None:
    """Run the whole analysis and write every statistic, one row each.

    DATA is the folder of the study, such as data.
    """
    from il6report.study import run_study  # noqa: PLC0415 - a light start

    for path in run_study(data).ledger.write(out):
        echo(path)


@app.command()
@argument("source", type=PATH, default=Path())
@option("--data", type=PATH, help="Folder of a study to render instead.")
@option("--to", default="html,pdf,docx", help="Formats, separated by commas.")
@option("--out", type=PATH, help="Folder for the files.")
@option("-P", "parameters", multiple=True, help="NAME:VALUE of a parameter; may be repeated.")
@option("--engine", default="auto", help="auto, quarto or embedded.")
@option("--strict", is_flag=True, help="Let warnings fail.")
def render(
    *, source: Path, data: Path | None, to: str, out: Path | None, parameters: tuple[str, ...],
    engine: str, strict: bool,
) -> None:  # fmt: skip
    """Render the documents of a project, or one document, to HTML, PDF and DOCX.

    SOURCE is a project's folder, or a .qmd file; without it, the folder you are in.
    """
    from il6report.render.command import render_all  # noqa: PLC0415 - a light start

    render_all(
        source, data=data, to=to, out=out, parameters=parameters, engine=engine, strict=strict
    )


@app.command()
@argument("source", type=PATH, default=Path())
@option("--port", type=IntRange(min=0), default=0, help="Port to serve at; 0 takes a free one.")
@option("--browser/--no-browser", default=True, help="Open a browser.")
def preview(*, source: Path, port: int, browser: bool) -> None:
    """Render a document at every save and show it in a browser.

    SOURCE is a project's folder, or a .qmd file; without it, the folder you are in.
    """
    from il6report.render.command import document_of  # noqa: PLC0415 - a light start
    from il6report.render.preview import preview as run  # noqa: PLC0415

    run(document_of(source), port=port, browse=browser, say=echo)


@app.command()
@argument("folder", type=PATH)
def init(folder: Path) -> None:
    """Write a small project of your own: data, a report that uses the functions, the look.

    FOLDER is a new or empty folder.
    """
    from il6report.render.starter import write_starter  # noqa: PLC0415 - a light start

    for path in write_starter(folder):
        echo(f"  {folder / path}")
    echo(f"Render it with: il6report render {folder}")


@app.command()
@argument("source", type=PATH, default=Path())
def verify(source: Path) -> None:
    """Compare the rendered files with each other and with the values the text quotes.

    SOURCE is a project's folder; without it, the folder you are in.
    """
    from il6report.render.project import find_project  # noqa: PLC0415 - a light start
    from il6report.render.verify import verify as run  # noqa: PLC0415

    project = find_project(source)
    for line in run(project, project.documents(source.resolve())):
        echo(line)
    echo("The formats agree.")


@app.command()
def doctor() -> None:
    """Show the engines of this machine, their versions, and what each can do."""
    from il6report.render.doctor import examine  # noqa: PLC0415 - a light start

    for line in examine():
        echo(line)


def main() -> None:
    """Run the command line; a known error is a message and exit status 1, never a traceback."""
    for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):  # as Ctrl-C: nothing is left behind
        signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    try:
        app()
    except Il6ReportError as error:
        echo(f"il6report: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # no right to read or write, no room, a folder in the way
        place = error.filename2 or error.filename
        echo(f"il6report: {place}: {error.strerror}. Earlier files are as they were.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
