"""A paper as a Word file, laid out by GB/T 9704-2012 (党政机关公文格式).

Of the standard: A4; 37 mm above and 28 mm left of a type area of 156 × 225 mm (5.2); the title in
2号 小标宋, the body in 3号 仿宋, headings in 黑体; page numbers in 4号 宋体 on the outer side
(7.5). Lines are 28 pt apart, 22 to a page. A red head, a seal and a 发文字号 are not ours to give.
"""

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section, _Footer, _Header
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.papers.worded import Worded

WIDTH, HEIGHT = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
TWO, THREE, FOUR = Pt(22), Pt(16), Pt(14)  # 二号, 三号, 四号
LINE, CELL_LINE = Pt(28), Pt(24)
TITLE_FONT, BODY_FONT, HEAD_FONT, NUMBER_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
LATIN_FONT = "Times New Roman"
# What a machine without the office's fonts shows instead; names only, no font goes along.
FALLBACKS = {
    TITLE_FONT: "方正小标宋_GBK,华文中宋,STZhongsong,宋体",
    BODY_FONT: "仿宋,FangSong,华文仿宋,STFangsong",
    HEAD_FONT: "SimHei,微软雅黑",
    NUMBER_FONT: "SimSun,华文宋体",
}
LABELS, VALUES = Mm(38), Mm(118)  # the columns of the table: 156 mm together
ROOM = Mm(16)  # to write and sign in
_DATE_FROM_RIGHT = 4  # characters (7.3.5.1)


def draw(paper: Worded) -> bytes:
    """Draw a paper as DOCX. Takes some 30 ms: call it in a thread."""
    document = docx.Document()
    _page(document, paper)
    line(document, paper.title, font=TITLE_FONT, size=TWO, align=WD_ALIGN_PARAGRAPH.CENTER)
    line(document, paper.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    if paper.to:
        line(document, paper.to)
    _paragraphs(document, paper.opening)
    if paper.rows:
        _table(document, paper.rows)
    for heading, texts in paper.sections:
        _paragraphs(document, (heading,), font=HEAD_FONT, heads=bool(texts))
        _paragraphs(document, texts)
    _paragraphs(document, paper.closing)
    if paper.spaces:
        _table(document, [(label, "") for label in paper.spaces], room=ROOM)
    _signature(document, paper)
    fallbacks(document)
    _properties(document, paper)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Document, paper: Worded) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance, section.footer_distance = Mm(20), Mm(23)
    document.settings.odd_and_even_pages_header_footer = True
    normal = document.styles["Normal"]
    normal.font.size = THREE
    normal.font.name = LATIN_FONT
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    _head_and_foot(section.header, section.footer, paper, WD_ALIGN_PARAGRAPH.RIGHT)
    _even(section, paper)


def _even(section: Section, paper: Worded) -> None:
    _head_and_foot(
        section.even_page_header, section.even_page_footer, paper, WD_ALIGN_PARAGRAPH.LEFT
    )


def _head_and_foot(
    header: _Header, footer: _Footer, paper: Worded, outside: WD_ALIGN_PARAGRAPH
) -> None:
    """Put the mark above and the number below, one character from the outer edge."""
    if paper.mark:
        above = header.paragraphs[0]
        above.alignment = WD_ALIGN_PARAGRAPH.LEFT
        _run(above, paper.mark, HEAD_FONT, THREE)
    below = footer.paragraphs[0]
    below.alignment = outside
    below.paragraph_format.left_indent = below.paragraph_format.right_indent = FOUR
    _run(below, "— ", NUMBER_FONT, FOUR)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number = _run(below, "1", NUMBER_FONT, FOUR)
    field.append(number._r)
    below._p.append(field)
    _run(below, " —", NUMBER_FONT, FOUR)


def line(
    document: Document,
    text: str,
    *,
    font: str = BODY_FONT,
    size: Length = THREE,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> Paragraph:
    """Write a line below what is there."""
    written = document.add_paragraph()
    written.alignment = align
    _spaced(written, LINE)
    _run(written, text, font, size)
    return written


def _paragraphs(
    document: Document, texts: Sequence[str], *, font: str = BODY_FONT, heads: bool = False
) -> None:
    """Write paragraphs that begin two characters in; a heading stays with what follows it."""
    for text in texts:
        for part in text.split("\n"):
            begun = line(document, part, font=font)
            begun.paragraph_format.first_line_indent = 2 * THREE
            begun.paragraph_format.keep_with_next = heads


def _table(document: Document, rows: Sequence[tuple[str, str]], room: Length | None = None) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    # Some programs look at the columns and some at the cells.
    table.columns[0].width, table.columns[1].width = LABELS, VALUES
    for label, value in rows:
        row = table.add_row()
        if room is not None:
            row.height, row.height_rule = room, WD_ROW_HEIGHT_RULE.AT_LEAST
        _cell(row.cells[0], label, LABELS, HEAD_FONT)
        _cell(row.cells[1], value, VALUES, BODY_FONT)
    # Two tables without anything between them would become one.
    _spaced(document.add_paragraph(), Pt(14))


def _cell(cell: _Cell, text: str, width: Length, font: str) -> None:
    cell.width = width
    for n, part in enumerate(text.split("\n")):
        line = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        _spaced(line, CELL_LINE)
        _run(line, part, font, FOUR)


def _signature(document: Document, paper: Worded) -> None:
    """Put the date four characters from the right, and above it, in its middle, who signs."""
    indent = _DATE_FROM_RIGHT * THREE
    middle = (_breadth(paper.dated) - _breadth(paper.sender)) // 2
    lines = [
        (text, right)
        for text, right in ((paper.sender, max(indent + middle, 0)), (paper.dated, indent))
        if text
    ]
    for n, (text, right) in enumerate(lines, 1):
        signed = line(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.right_indent = Length(right)
        signed.paragraph_format.keep_together = True
        signed.paragraph_format.keep_with_next = n < len(lines)  # on one page with the date


def _breadth(text: str) -> int:
    """Estimate how broad a line is in 3号: a Latin letter or digit takes half a character."""
    return sum(THREE // 2 if character.isascii() else THREE for character in text)


def _spaced(line: Paragraph, height: Length) -> None:
    style = line.paragraph_format
    style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.EXACTLY, height
    style.space_before = style.space_after = Pt(0)


def _run(line: Paragraph, text: str, font: str, size: Length) -> Run:
    run = line.add_run(text)
    run.font.size, run.font.name = size, LATIN_FONT
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def fallbacks(document: Document) -> None:
    """Name the fonts that may stand for others, in the table of fonts of the file."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            part = relation.target_part
            # The library keeps this part as the bytes of its template and gives no other way.
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def _properties(document: Document, paper: Worded) -> None:
    """Say of the file what is on it, and not by which program it was made."""
    about = document.core_properties
    about.title, about.author, about.comments = paper.title, paper.sender, ""
