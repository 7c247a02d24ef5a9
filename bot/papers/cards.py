"""桌签: cards that stand on a table, one a sheet of A4, folded in the middle.

Both halves have the name, the upper one upside down, so that it reads from either side of the
table. Text is turned by turning its frame (DrawingML of Word 2010 and later), as no paragraph can
stand on its head.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

import docx
from docx.document import Document
from docx.oxml.parser import parse_xml
from docx.shared import Length, Mm, Pt

from bot.papers.drawing import HEAD_FONT, HEIGHT, LATIN_FONT, TITLE_FONT, WIDTH, fallbacks, line

EDGE = Mm(10)  # printers leave about so much white
HALF = HEIGHT // 2
FRAME_WIDTH, FRAME_HEIGHT = Length(WIDTH - 2 * EDGE), Length(HALF - 2 * EDGE)
NOTE_HEIGHT = Mm(7)
BIGGEST, SMALLEST_LINE = 170, 54  # points; a name that would be smaller goes over several lines
_SLACK = 0.96  # no program measures text like another
_LINE = 1.25  # from line to line, in the size of the type: fonts ask for very different heights
_MOST_LINES = 16
_NARROW = 0.56  # of a Chinese character: how broad a Latin letter is in bold
_TURNED = 10_800_000  # half a turn, in 60,000ths of a degree

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


@dataclass(frozen=True, slots=True)
class Card:
    """One card; `note` stands small below the name."""

    name: str
    note: str = ""


def draw_cards(title: str, head: Sequence[str], cards: Sequence[Card]) -> bytes:
    """Draw cards as DOCX, with a first sheet that says what is different, where there is a head.

    A thousand take about a second: call it in a thread.
    """
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.top_margin = section.bottom_margin = Mm(15)
    section.left_margin = section.right_margin = Mm(20)
    if head:
        line(document, title, font=TITLE_FONT, size=Pt(22))
        for text in head:
            line(document, text)
    idents = count(1)
    for n, card in enumerate(cards):
        _sheet(document, card, idents, new_page=bool(n or head))
    fallbacks(document)
    about = document.core_properties
    about.title, about.author, about.comments = title, "", ""
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def size_of(name: str) -> int:
    """Return the type size in points in which a name fills one half, whole."""
    breadth = sum(_NARROW if character.isascii() else 1 for character in name) or 1
    room = FRAME_WIDTH.pt * _SLACK
    single = min(BIGGEST, room / breadth)
    if single >= SMALLEST_LINE:
        return int(single)
    # In one more line than it would take: words break where they can, not where they are full.
    return int(
        max(
            min(room / (math.ceil(breadth / lines) + 1), FRAME_HEIGHT.pt / _LINE / lines)
            for lines in range(1, _MOST_LINES + 1)
        )
    )


def _sheet(document: Document, card: Card, idents: count[int], *, new_page: bool) -> None:
    size = size_of(card.name)
    half = Length(HALF)
    frames = [
        _frame(next(idents), EDGE, FRAME_HEIGHT, _text(card.name, size), turned=True),
        _fold(next(idents), half),
        _frame(next(idents), Length(half + EDGE), FRAME_HEIGHT, _text(card.name, size)),
    ]
    if card.note:
        top = Length(HEIGHT - EDGE - NOTE_HEIGHT // 2)
        frames.append(_frame(next(idents), top, NOTE_HEIGHT, _text(card.note, 9, grey=True)))
    page = "<w:pageBreakBefore/>" if new_page else ""
    paragraph = (
        f"<w:p {_SPACES}><w:pPr>{page}"
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>'
        f"{''.join(frames)}</w:p>"
    )
    # The settings of the section stay last.
    document.element.body.sectPr.addprevious(parse_xml(paragraph))


def _text(text: str, size: int, *, grey: bool = False) -> str:
    look = '<w:color w:val="808080"/>' if grey else ""
    bold = "" if grey else "<w:b/>"
    return (
        '<w:p><w:pPr><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{int(20 * _LINE * size)}"'
        ' w:lineRule="exact"/>'
        '<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="center"/></w:pPr>'
        f'<w:r><w:rPr><w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}"'
        f' w:eastAsia="{HEAD_FONT}"/>{bold}{look}'
        f'<w:sz w:val="{2 * size}"/><w:szCs w:val="{2 * size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'
    )


def _frame(ident: int, top: Length, height: Length, text: str, *, turned: bool = False) -> str:
    turn = f' rot="{_TURNED}"' if turned else ""
    shape = (
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
        f'<a:xfrm{turn}><a:off x="0" y="0"/><a:ext cx="{FRAME_WIDTH}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln>'
        f"</wps:spPr><wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr rot="0" vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"'
        ' anchor="ctr"><a:noAutofit/></wps:bodyPr></wps:wsp>'
    )
    return _anchored(ident, EDGE, top, (FRAME_WIDTH, height), shape)


def _fold(ident: int, top: Length) -> str:
    """Draw the line where the sheet is folded."""
    shape = (
        "<wps:wsp><wps:cNvCnPr/><wps:spPr>"
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{WIDTH}" cy="0"/></a:xfrm>'
        '<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="6350"><a:solidFill>'
        '<a:srgbClr val="BFBFBF"/></a:solidFill><a:prstDash val="dash"/></a:ln>'
        "</wps:spPr><wps:bodyPr/></wps:wsp>"
    )
    return _anchored(ident, Length(0), top, (WIDTH, Length(0)), shape)


def _anchored(ident: int, left: Length, top: Length, size: tuple[Length, Length], to: str) -> str:
    """Put a shape at its place of the page, whatever the text does."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        f' relativeHeight="{ident}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{size[0]}" cy="{size[1]}"/>'
        '<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{ident}" name="{ident}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_SHAPE}">{to}</a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
