"""The command line: arguments in, exit status out. What the commands do is elsewhere."""

from __future__ import annotations

import sys

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


def main() -> None:
    """Run the command line; a known error is a message and exit status 1, never a traceback."""
    try:
        app()
    except Il6ReportError as error:
        typer.echo(f"il6report: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
