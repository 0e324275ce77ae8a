"""The command line: arguments in, exit status out. What the commands do is elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from il6report.errors import Il6ReportError

app = typer.Typer(
    name="il6report",
    help="From raw readings to a rendered manuscript.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _about() -> None:
    """Serve as a group of commands, however many there are."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of the study, such as data.")],
) -> None:
    """Say everything that is wrong with the files of a study, or what they hold."""
    from il6report.check import check_study  # noqa: PLC0415 - a light start

    typer.echo(str(check_study(folder)))


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write the study into.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 2012,
    effect_scale: Annotated[
        float,
        typer.Option(min=0, help="Multiplies every effect that the report tests; 0 leaves none."),
    ] = 1.0,
    scale: Annotated[int, typer.Option(min=1, help="Multiplies the size of every group.")] = 1,
) -> None:
    """Write a simulated study: raw files, codebook and what they were calibrated to."""
    from il6report.simulation.parameters import StudyModel  # noqa: PLC0415
    from il6report.simulation.study import write_study  # noqa: PLC0415

    write_study(out, StudyModel(seed=seed, effect_scale=effect_scale, scale=scale))
    typer.echo(f"The simulated study is in {out}.")


@app.command()
def repeat(  # noqa: PLR0917 - one argument per option of the command line
    out: Annotated[Path, typer.Option(help="Folder of the study that the counts stand with.")],
    studies: Annotated[int, typer.Option(min=1, help="Studies of each effect scale.")] = 1000,
    effect_scale: Annotated[
        list[float] | None,
        typer.Option(min=0, help="0 is the null, 1 the study; may be repeated. Default: both."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all studies.")] = 2012,
    jobs: Annotated[int, typer.Option(help="Processes at once; -1 for one a core.")] = 2,
    cluster: Annotated[
        str | None, typer.Option(help="Use this dask cluster instead, such as tcp://host:8786.")
    ] = None,
    parts: Annotated[
        Path, typer.Option(help="Folder of finished parts; a run that was stopped goes on there.")
    ] = Path(".il6report/repeated"),
) -> None:
    """Repeat the analysis on many simulated studies: level, power, coverage and bias."""
    from il6report.simulation.repeat import repeat_studies  # noqa: PLC0415 - a light start

    path = repeat_studies(
        out,
        parts,
        n_studies=studies,
        effect_scales=effect_scale or (0.0, 1.0),
        seed=seed,
        jobs=jobs,
        cluster=cluster,
    )
    typer.echo(path)


@app.command()
def run(
    data: Annotated[Path, typer.Argument(help="Folder of the study, such as data.")],
    out: Annotated[Path, typer.Option(help="Folder for results.csv and results.json.")],
) -> None:
    """Run the whole analysis and write every statistic, one row each."""
    from il6report.study import run_study  # noqa: PLC0415 - a light start

    for path in run_study(data).ledger.write(out):
        typer.echo(path)


@app.command()
def render(  # noqa: PLR0917 - one argument per option of the command line
    source: Annotated[
        Path, typer.Argument(help="A project's folder, or a .qmd file.", show_default=True)
    ] = Path(),
    data: Annotated[Path | None, typer.Option(help="Folder of a study to render instead.")] = None,
    to: Annotated[str, typer.Option(help="Formats, separated by commas.")] = "html,pdf,docx",
    out: Annotated[Path | None, typer.Option(help="Folder for the files.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-P", help="NAME:VALUE of a parameter; may be repeated.")
    ] = None,
    engine: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail.")] = False,  # noqa: FBT002
) -> None:
    """Render the documents of a project, or one document, to HTML, PDF and DOCX."""
    from il6report.render.command import render_all  # noqa: PLC0415 - a light start

    render_all(
        source, data=data, to=to, out=out, parameters=parameter or [], engine=engine, strict=strict
    )


@app.command()
def preview(
    source: Annotated[Path, typer.Argument(help="A project's folder, or a .qmd file.")] = Path(),
    port: Annotated[int, typer.Option(min=0, help="Port to serve at; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,  # noqa: FBT002
) -> None:
    """Render a document at every save and show it in a browser."""
    from il6report.render.command import document_of  # noqa: PLC0415 - a light start
    from il6report.render.preview import preview as run  # noqa: PLC0415

    run(document_of(source), port=port, browse=browser, say=typer.echo)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
) -> None:
    """Write a small project of your own: data, a report that uses the functions, the look."""
    from il6report.render.starter import write_starter  # noqa: PLC0415 - a light start

    for path in write_starter(folder):
        typer.echo(f"  {folder / path}")
    typer.echo(f"Render it with: il6report render {folder}")


@app.command()
def verify(
    source: Annotated[Path, typer.Argument(help="A project's folder.")] = Path(),
) -> None:
    """Compare the rendered files with each other and with the values the text quotes."""
    from il6report.render.project import find_project  # noqa: PLC0415 - a light start
    from il6report.render.verify import verify as run  # noqa: PLC0415

    project = find_project(source)
    for line in run(project, project.documents(source.resolve())):
        typer.echo(line)
    typer.echo("The formats agree.")


@app.command()
def doctor() -> None:
    """Show the engines of this machine, their versions, and what each can do."""
    from il6report.render.doctor import examine  # noqa: PLC0415 - a light start

    for line in examine():
        typer.echo(line)


def main() -> None:
    """Run the command line; a known error is a message and exit status 1, never a traceback."""
    try:
        app()
    except Il6ReportError as error:
        typer.echo(f"il6report: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # no right to read or write, no room, a folder in the way
        place = error.filename2 or error.filename
        typer.echo(
            f"il6report: {place}: {error.strerror}. Earlier files are as they were.", err=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
