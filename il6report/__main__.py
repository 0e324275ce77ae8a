"""The program `il6report`: repeats itself where nothing has changed, else runs the command line."""

from __future__ import annotations

import sys

from il6report.render.unchanged import said_before


def main() -> None:
    """Run the program; libraries are loaded only when there is something to do."""
    said = said_before(sys.argv[1:]) if sys.argv[1:2] == ["render"] else None
    if said is not None:
        sys.stdout.write(f"{said}\n")
        return
    from il6report.cli import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
