"""Print the page of agreement with R: `python -m benchmarks.agreement > docs/agreement.md`."""

from __future__ import annotations

from benchmarks.agreement.case import Agreement
from benchmarks.agreement.collection import collect

HEAD = """# Agreement with R

Each number is computed twice: by this package and by R, whose scripts, values and sessions lie in
`tests/reference/`. The tests compare all of them with a relative tolerance of 1e-6, and a number
that is 0 in either program with 1e-11. Where R would compute something else, its call shows what it
was asked for instead (`correct = FALSE`, `conf.type`, an equation solved further than by default),
and [why numbers differ](why-numbers-differ.md) gives the reasons. Regenerate with
`python -m benchmarks.agreement > docs/agreement.md`.
"""


def line(found: Agreement) -> str:
    """Write one number, twice, as a row of the table."""
    apart = abs(found.ours - found.theirs)
    zero = not (found.ours and found.theirs)
    difference = f"{apart:.0e}, absolute" if zero else f"{apart / abs(found.theirs):.0e}"
    cells = (
        f"`{found.function}`", f"`{found.r}`", found.data, found.column,
        f"{found.ours:.10g}", f"{found.theirs:.10g}", difference,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the page as Markdown."""
    found = collect()
    print(HEAD)
    data = len({one.data for one in found})
    print(f"{len(found)} numbers on {data} data sets.\n")
    print("| here | R | data | what | here | R | relative difference |")
    print("|---|---|---|---|---|---|---|")
    for one in found:
        print(line(one))


if __name__ == "__main__":
    main()
