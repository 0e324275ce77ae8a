"""Print the page of agreement with R: `python -m benchmarks.agreement > docs/agreement.md`."""

from __future__ import annotations

from benchmarks.agreement.case import Agreement
from benchmarks.agreement.collection import collect

HEAD = """# Agreement with R

Each number is computed twice: by this package and by R, whose scripts, values and sessions lie in
`tests/reference/`. The tests compare all of them with a relative tolerance of 1e-6. Regenerate with
`python -m benchmarks.agreement > docs/agreement.md`.
"""


def line(found: Agreement) -> str:
    """Write one number, twice, as a row of the table."""
    size = max(abs(found.theirs), 1e-300)
    difference = f"{abs(found.ours - found.theirs) / size:.0e}" if found.theirs else "0"
    cells = (
        f"`{found.function}`", f"`{found.r}`", found.data, found.column,
        f"{found.ours:.10g}", f"{found.theirs:.10g}", difference,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the page as Markdown."""
    found = collect()
    print(HEAD)
    print(f"{len(found)} numbers.\n")
    print("| here | R | data | what | here | R | relative difference |")
    print("|---|---|---|---|---|---|---|")
    for one in found:
        print(line(one))


if __name__ == "__main__":
    main()
