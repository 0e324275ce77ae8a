"""Build `_extensions/il6report/reference.docx`: pandoc's own reference with the styles of the report.

Run it after changing a style: `python report/style/reference_docx.py`. It is a script and not a
file edited in Word, so that a change of the look can be read in a diff.
"""

import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from il6report.render.embedded.made import pandoc

EXTENSION = (
    Path(__file__).parents[2] / "_extensions/il6report"
)  # of this project, not of the package
SERIF, SANS, MONO = "Cambria", "Arial", "Consolas"
INK, SOFT, TINT, LABEL = "1C2126", "56606B", "F4F6F8", "9A3412"
A4 = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1474" w:right="1361" w:bottom="1361" w:left="1361" w:header="680" w:footer="624" w:gutter="0"/>'
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(font=None, size=None, bold=False, italic=False, colour=None, caps=False):
    """Return run properties; the size in points."""
    out = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>' if font else ""
    out += "<w:b/>" if bold else '<w:b w:val="0"/>'
    out += "<w:i/>" if italic else '<w:i w:val="0"/>'
    out += "<w:caps/>" if caps else ""
    out += f'<w:color w:val="{colour}"/>' if colour else ""
    out += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    return f"<w:rPr>{out}</w:rPr>"


def paragraph(before=0, after=0, line=None, extra_before="", extra_after=""):
    """Return paragraph properties; spaces in points, line as a factor. Order is the schema's."""
    rule = f' w:line="{round(line * 240)}" w:lineRule="auto"' if line else ""
    spacing = f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"{rule}/>'
    return f"<w:pPr>{extra_before}{spacing}{extra_after}</w:pPr>"


KEEP = "<w:keepNext/><w:keepLines/>"
BOX = f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>'
BAR = f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="1D5F8F"/></w:pBdr>{BOX}'


def heading(size, before, after, colour=INK, level=0):
    return (
        "BodyText",
        paragraph(before, after, 1.1, KEEP, f'<w:outlineLvl w:val="{level}"/>'),
        run(SANS, size, bold=True, colour=colour),
    )


# Style name -> (based on, paragraph properties, run properties); ids are the names without spaces.
STYLES = {
    "Normal": ("", paragraph(0, 0, 1.15), run(SERIF, 11, colour=INK)),
    "Body Text": ("Normal", paragraph(0, 8, 1.3), run()),
    "First Paragraph": ("BodyText", paragraph(0, 8, 1.3), run()),
    "Compact": ("BodyText", paragraph(1, 1, 1.2), run()),
    "Title": ("Normal", paragraph(0, 8, 1.1, KEEP), run(SANS, 18, bold=True, colour=INK)),
    "Subtitle": ("Normal", paragraph(0, 8, 1.1, KEEP), run(SANS, 12, colour=SOFT)),
    "Author": ("Normal", paragraph(2, 4, 1.2), run(SANS, 10, colour=INK)),
    "Affiliation": ("Normal", paragraph(0, 1, 1.15), run(SANS, 8.5, colour=SOFT)),
    "Date": ("Normal", paragraph(2, 6, 1.15), run(SANS, 8.5, colour=SOFT)),
    "Abstract Title": ("Normal", paragraph(12, 4, 1.2, KEEP + '<w:pBdr><w:top w:val="single" w:sz="8" w:space="4" w:color="1C2126"/></w:pBdr>' + BOX), run(SANS, 10, bold=True)),
    "Abstract": ("Normal", paragraph(0, 5, 1.25, BOX), run(SERIF, 10.5)),
    "Keywords": ("Normal", paragraph(4, 10, 1.2, BOX), run(SANS, 8.5)),
    "heading 1": heading(14, 20, 6),
    "heading 2": heading(11.5, 14, 5, level=1),
    "heading 3": heading(10.5, 11, 4, level=2),
    "heading 4": heading(10, 9, 3, SOFT, level=3),
    "Block Text": ("BodyText", paragraph(4, 8, 1.25, "", '<w:ind w:left="480" w:right="480"/>'), run(colour=SOFT)),
    "Bibliography": ("Normal", paragraph(0, 4, 1.2, "", '<w:ind w:left="480" w:hanging="480"/>'), run(SERIF, 10)),
    "Footnote Text": ("Normal", paragraph(0, 2, 1.1), run(SERIF, 9)),
    "caption": ("Normal", paragraph(4, 12, 1.15), run(SANS, 9)),
    "Table Caption": ("Caption", paragraph(12, 4, 1.15, KEEP), run(SANS, 9)),
    "Image Caption": ("Caption", paragraph(2, 12, 1.15), run(SANS, 9)),
    "Captioned Figure": ("Normal", paragraph(10, 2, 1, KEEP, '<w:jc w:val="center"/>'), run()),
    "Table Text": ("Normal", paragraph(1.5, 1.5, 1.05), run(SANS, 8)),
    "Table Head": ("TableText", paragraph(1.5, 1.5, 1.05, KEEP), run(SANS, 8, bold=True)),
    "Table Group": ("TableText", paragraph(4, 1.5, 1.05, KEEP), run(SANS, 8, bold=True)),
    "Table Indented": ("TableText", paragraph(1.5, 1.5, 1.05, "", '<w:ind w:left="200"/>'), run(SANS, 8)),
    "Table Notes": ("Normal", paragraph(2, 10, 1.1, "", "<w:contextualSpacing/>"), run(SANS, 8, colour=SOFT)),
    "Callout Title": ("Normal", paragraph(8, 2, 1.2, KEEP + BAR, '<w:ind w:left="220" w:right="100"/>'), run(SANS, 9.5, bold=True, colour="1D5F8F")),
    "Callout": ("Normal", paragraph(0, 4, 1.25, BAR, '<w:ind w:left="220" w:right="100"/>'), run(SERIF, 10.5)),
    "Equation": ("Normal", paragraph(6, 8, 1, '<w:tabs><w:tab w:val="center" w:pos="4592"/><w:tab w:val="right" w:pos="9184"/></w:tabs>'), run()),
    "Source Code": ("Normal", paragraph(4, 8, 1.1, f"<w:wordWrap w:val=\"off\"/>{BOX}" if False else BOX), run(MONO, 9)),
    "Study Label": ("Normal", paragraph(0, 4), run(SANS, 8, bold=True, colour=LABEL, caps=True)),
    "header": ("Normal", paragraph(0, 0, None, "", '<w:jc w:val="right"/>'), run(SANS, 8, bold=True, colour=LABEL, caps=True)),
    "footer": ("Normal", paragraph(0, 0, None, "", '<w:jc w:val="center"/>'), run(SANS, 8, colour=SOFT)),
}  # fmt: skip
IDS = {
    "heading 1": "Heading1",
    "heading 2": "Heading2",
    "heading 3": "Heading3",
    "heading 4": "Heading4",
    "caption": "Caption",
    "header": "Header",
    "footer": "Footer",
}
RULES = '<w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="1C2126"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="1C2126"/></w:tblBorders>'


def style_xml(name, base, paragraph_xml, run_xml):
    identifier = IDS.get(name, name.replace(" ", ""))
    kind = ' w:default="1"' if name == "Normal" else ""
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    following = '<w:next w:val="BodyText"/>' if name.startswith(("heading", "Title", "Sub")) else ""
    return identifier, (
        f'<w:style w:type="paragraph"{kind} w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f"{based}{following}<w:qFormat/>{paragraph_xml}{run_xml}</w:style>"
    )


def with_styles(text):
    for name, parts in STYLES.items():
        identifier, xml = style_xml(name, *parts)
        found = re.compile(rf'<w:style [^>]*w:styleId="{identifier}".*?</w:style>', re.DOTALL)
        text = (
            found.sub(xml, text, count=1)
            if found.search(text)
            else text.replace("</w:styles>", xml + "</w:styles>")
        )
    # the characters of linked styles follow their paragraph
    text = re.sub(
        r'<w:style [^>]*w:styleId="(Heading[1-4]|Title|Subtitle)Char".*?</w:style>',
        "",
        text,
        flags=re.DOTALL,
    )
    text = re.sub(
        r'(w:styleId="Table">.*?<w:tblPr>)', rf"\1{RULES}", text, count=1, flags=re.DOTALL
    )
    text = re.sub(
        r'<w:tblStylePr w:type="firstRow">.*?</w:tblStylePr>', "", text, count=1, flags=re.DOTALL
    )
    text = re.sub(
        r'(w:styleId="Table">.*?)w:w="108"(.*?)w:w="108"',
        r'\1w:w="70"\2w:w="70"',
        text,
        count=1,
        flags=re.DOTALL,
    )
    text = re.sub(r'w:color w:val="4F81BD" w:themeColor="accent1"', 'w:color w:val="0B4A75"', text)
    text = re.sub(r'<w:lang w:val="en-US"', '<w:lang w:val="en-GB"', text)
    return text


def header_part(tag, content):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:{tag} {NAMESPACES}>{content}</w:{tag}>'


HEADER = header_part("hdr", '<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr></w:p>')
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
FOOTER = header_part(
    "ftr",
    '<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    + FIELD.format("PAGE")
    + '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    + FIELD.format("NUMPAGES")
    + "</w:p>",
)


def main():
    default = subprocess.run(
        [pandoc(), "--print-default-data-file", "reference.docx"], capture_output=True, check=True
    ).stdout
    parts = {}
    with zipfile.ZipFile(BytesIO(default)) as file:
        for name in file.namelist():
            parts[name] = file.read(name)

    def edit(name, change):
        parts[name] = change(parts[name].decode()).encode()

    edit("word/styles.xml", with_styles)
    references = '<w:headerReference w:type="default" r:id="rId91"/><w:footerReference w:type="default" r:id="rId92"/>'
    edit(
        "word/document.xml",
        lambda s: re.sub(
            r"<w:sectPr>.*?</w:sectPr>",
            f"<w:sectPr>{references}{A4}</w:sectPr>",
            s,
            flags=re.DOTALL,
        ),
    )
    edit(
        "word/_rels/document.xml.rels",
        lambda s: s.replace(
            "</Relationships>",
            f'<Relationship Type="{RELATION}/header" Id="rId91" Target="header1.xml"/><Relationship Type="{RELATION}/footer" Id="rId92" Target="footer1.xml"/></Relationships>',
        ),
    )
    edit(
        "[Content_Types].xml",
        lambda s: s.replace(
            "</Types>",
            f'<Override PartName="/word/header1.xml" ContentType="{CONTENT}.header+xml"/><Override PartName="/word/footer1.xml" ContentType="{CONTENT}.footer+xml"/></Types>',
        ),
    )
    parts["word/header1.xml"], parts["word/footer1.xml"] = HEADER.encode(), FOOTER.encode()
    with zipfile.ZipFile(EXTENSION / "reference.docx", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(
                zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )


if __name__ == "__main__":
    main()
