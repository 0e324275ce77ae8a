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
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write the study into.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 2012,
    effect_scale: Annotated[
        float, typer.Option(min=0, help="Multiplies every effect of IL-6; 0 is none.")
    ] = 1.0,
    scale: Annotated[int, typer.Option(min=1, help="Multiplies the size of every group.")] = 1,
) -> None:
    """Write a simulated study: raw files, codebook and what they were calibrated to."""
    from il6report.simulation.parameters import StudyModel  # noqa: PLC0415 - a light start
    from il6report.simulation.study import write_study  # noqa: PLC0415

    write_study(out, StudyModel(seed=seed, effect_scale=effect_scale, scale=scale))
    typer.echo(f"The simulated study is in {out}.")


def main() -> None:
    """Run the command line; a known error is a message and exit status 1, never a traceback."""
    try:
        app()
    except Il6ReportError as error:
        typer.echo(f"il6report: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
