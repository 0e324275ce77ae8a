"""Finishing touches on a Word file, the same for both engines.

Pandoc cannot write a page header, the inner rules of a table or which rows stay together. The label
of simulated data comes as the first paragraph (style Study Label) and is moved to the header of
every page; the rules of a journal table are drawn under spanners and under the head; a table that
fits a page is kept in one piece, with its notes. What Quarto numbers it puts into a table of one
cell, which is taken away again.
"""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

LABEL = re.compile(r"<w:p>(?:(?!</w:p>).)*?<w:pStyle w:val=\"StudyLabel\".*?</w:p>", re.DOTALL)
TABLE = re.compile(r"<w:tbl>(?:(?!<w:tbl>).)*?</w:tbl>", re.DOTALL)
ROW = re.compile(r"<w:tr>.*?</w:tr>", re.DOTALL)
CELL = re.compile(r"<w:tc>(?P<inner>.*?)</w:tc>", re.DOTALL)
TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
UNKEPT = re.compile(r"(<w:pStyle [^>]*/>)(?!\s*<w:keepNext)")
# What Quarto makes of a float: a cell with what is numbered and a caption with properties twice.
FLOAT = re.compile(
    r"<w:tbl>(?:(?!<w:tr>).)*?<w:tblGrid><w:gridCol [^>]*/></w:tblGrid><w:tr><w:tc><w:tcPr ?/>"
    r"(?P<inner>(?:<w:tbl>.*?</w:tbl>|(?!</w:tc>).)*)</w:tc></w:tr></w:tbl>",
    re.DOTALL,
)
FLOAT_CAPTION = re.compile(
    r"(?:<w:pPr>\s*(?:<w:jc [^>]*/>\s*)?</w:pPr>)?"
    r'<w:pPr>(?:(?!</w:pPr>).)*<w:pStyle w:val="ImageCaption" ?/>\s*</w:pPr>',
    re.DOTALL,
)
CENTRED = re.compile(r'<w:jc w:val="center" ?/>(?=\s*</w:pPr>)')
KEPT_ROWS = 30  # of a table that is not torn apart
RULE = '<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="1C2126"/></w:tcBorders>'


def finish(path: Path) -> None:
    """Finish a Word file in place; a file without tables and label comes out as it was."""
    with zipfile.ZipFile(path) as file:
        parts = {info: file.read(info) for info in file.infolist()}
    document = next(parts[info] for info in parts if info.filename == "word/document.xml").decode()
    found = LABEL.search(document)
    label = "".join(TEXT.findall(found[0])) if found else ""
    document = FLOAT.sub(_unboxed, LABEL.sub("", document, count=1))
    document = TABLE.sub(lambda table: _ruled(table[0]), document)
    partial = path.with_name(f"{path.name}.partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file:
        for info, content in parts.items():
            if info.filename == "word/document.xml":
                file.writestr(info, document.encode(), zipfile.ZIP_DEFLATED)
            elif label and re.fullmatch(r"word/header\d+\.xml", info.filename):
                file.writestr(info, _labelled(content.decode(), label), zipfile.ZIP_DEFLATED)
            else:  # a picture is packed already
                is_picture = info.filename.endswith((".png", ".jpg"))
                kind = zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
                file.writestr(info, content, kind)
    partial.replace(path)


def _labelled(header: str, label: str) -> str:
    """Put the label into the first paragraph of a header, in the place of what was there."""
    run = f'<w:r><w:t xml:space="preserve">{label}</w:t></w:r>'
    return re.sub(
        r"(<w:p\b.*?</w:pPr>).*?</w:p>", rf"\1{run}</w:p>", header, count=1, flags=re.DOTALL
    )


def _unboxed(box: re.Match[str]) -> str:
    """Return what stands in the cell that Quarto makes of a float, in the styles of the look."""
    inner = box["inner"]
    if not FLOAT_CAPTION.search(inner):
        return box[0]
    is_table = "<w:tbl>" in inner and "<w:drawing>" not in inner
    if is_table:
        inner = CENTRED.sub("", inner)
    style = "TableCaption" if is_table else "ImageCaption"
    inner = FLOAT_CAPTION.sub(f'<w:pPr><w:pStyle w:val="{style}" /></w:pPr>', inner)
    return inner.replace('<w:pStyle w:val="Compact" />', '<w:pStyle w:val="CaptionedFigure" />')


def _ruled(table: str) -> str:
    rows = ROW.findall(table)
    if len(rows) <= KEPT_ROWS:
        table = UNKEPT.sub(r"\1<w:keepNext/>", table)
        rows = ROW.findall(table)
    heads = [row for row in rows if "<w:tblHeader" in row]
    for number, row in enumerate(heads, 1):
        is_last = number == len(heads)

        def rule(cell: re.Match[str], *, everywhere: bool = is_last) -> str:
            is_spanner = "<w:gridSpan" in cell["inner"] and TEXT.search(cell["inner"])
            return _with_rule(cell[0]) if everywhere or is_spanner else cell[0]

        table = table.replace(row, CELL.sub(rule, row), 1)
    return table


def _with_rule(cell: str) -> str:
    """Add a bottom rule to the properties of a cell, in the order the schema wants."""
    if "<w:tcBorders>" in cell:
        return cell
    before = re.search(r"<w:(?:shd|noWrap|tcMar|vAlign)\b|</w:tcPr>", cell)
    if before is None:
        return cell.replace("<w:tc>", f"<w:tc><w:tcPr>{RULE}</w:tcPr>", 1).replace(
            "<w:tcPr />", "", 1
        )
    return cell[: before.start()] + RULE + cell[before.start() :]


def main() -> None:
    """Finish what `quarto render` has just made; Quarto runs this as a hook of the project."""
    for name in os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "").splitlines():
        if name.endswith(".docx"):
            finish(Path(name))


if __name__ == "__main__":
    main()
