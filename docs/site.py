"""Build the documentation as a site: the pages of this folder, and the reference from docstrings.

Run `python docs/site.py _site`; `make docs` does.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pdoc
import pypandoc

import il6report

HERE = Path(__file__).parent
# The public names, then what they return; "!" leaves out what only the study itself uses.
MODULES = ("il6report", "!il6report[.]", "il6report.estimates", "il6report.errors",
           "il6report.methods", "il6report.assays")  # fmt: skip
REFERENCE = "api/il6report.html"


def build(target: Path) -> None:
    """Write the site to a folder, which is made."""
    target.mkdir(parents=True, exist_ok=True)
    # Names are loaded on first use; pdoc looks at those already there.
    vars(il6report).update({name: getattr(il6report, name) for name in il6report.__all__})
    pdoc.render.configure(docformat="numpy", show_source=False)
    pdoc.pdoc(*MODULES, output_directory=target / "api")
    pages = sorted(HERE.glob("*.md"))
    for page in pages:
        _write(page.read_text(encoding="utf-8"), target / f"{page.stem}.html")
    listed = "\n".join(f"- [{_title(page)}]({page.stem}.html)" for page in pages)
    _write(f"# il6report\n\n- [Reference of functions]({REFERENCE})\n{listed}\n",
           target / "index.html")  # fmt: skip


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _write(markdown: str, target: Path) -> None:
    html = pypandoc.convert_text(
        markdown.replace(".md)", ".html)"), "html", format="gfm",
        extra_args=["--standalone", f"--metadata=pagetitle:{target.stem}"],
    )  # fmt: skip
    target.write_text(html, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
