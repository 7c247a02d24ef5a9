"""桌签: cards that stand on a table, one a sheet of A4, folded in the middle.

Both halves have the name, the upper one upside down, so that it reads from either side of the
table. No paragraph can stand on its head, and a text frame that is turned (DrawingML) is turned by
Word 2010 and later alone: Word 2007 shows nothing, LibreOffice shows it upright. So a name is word
art (VML, ECMA-376 part 4), which is a shape and turns like one in every version of Word since 97,
in WPS and in LibreOffice. A line of it fills its shape, whatever font the machine has.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

import docx
from docx.document import Document
from docx.oxml.parser import parse_xml
from docx.shared import Length, Mm, Pt

from bot.papers.drawing import HEAD_FONT, HEIGHT, TITLE_FONT, WIDTH, fallbacks, line

EDGE = Mm(10)  # printers leave about so much white
HALF = HEIGHT // 2
FRAME_WIDTH, FRAME_HEIGHT = Length(WIDTH - 2 * EDGE), Length(HALF - 2 * EDGE)
NOTE_HEIGHT = Mm(7)
BIGGEST, SMALLEST_LINE = 170, 72  # points; a name that would be smaller goes over several lines
_LINE = 1.25  # from line to line, in the size of the type
_MOST_LINES = 16
_NARROW = 0.56  # of a Chinese character: how broad a Latin letter is
_JOINER = "\u200d"

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
)
# The kind of shape that word art is: text between two straight lines, as Word writes it.
_WORD_ART = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
    '<v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
    '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
    '<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
    '<v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom"'
    ' o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
    '<v:textpath on="t" fitshape="t"/>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
)


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


def lines_of(name: str) -> tuple[str, ...]:
    """Return a name in the lines in which it is biggest; one that fits in one is not parted."""
    if _size((name,)) >= SMALLEST_LINE:
        return (name,)
    ways = (_parted(name, lines) for lines in range(1, _MOST_LINES + 1))
    return max(ways, key=_size)


def size_of(name: str) -> int:
    """Return the type size in points in which a name fills one half, whole."""
    return int(_size(lines_of(name)))


def _size(lines: Sequence[str]) -> float:
    widest = max(_breadth(one) for one in lines) or 1
    return float(min(BIGGEST, FRAME_WIDTH.pt / widest, FRAME_HEIGHT.pt / _LINE / len(lines)))


def _breadth(text: str) -> float:
    """Return how broad a text is, in Chinese characters."""
    return sum(_NARROW if text[n].isascii() else 1 for n in _starts(text))


def _starts(text: str) -> Iterator[int]:
    """Return where the characters begin that a reader sees; an emoji may have several parts."""
    for n, character in enumerate(text):
        part = unicodedata.category(character) in {"Mn", "Me", "Cf", "Sk"}
        if n == 0 or not (part or text[n - 1] == _JOINER):
            yield n


def _parted(name: str, lines: int) -> tuple[str, ...]:
    """Part a name into so many lines about as long as each other, behind a dot or blank if near."""
    ends = [*_starts(name)][1:]
    found: list[str] = []
    begun = 0
    for n in range(1, lines):
        middle = _breadth(name) * n / lines
        near = _breadth(name) / lines / 3
        later = [end for end in ends if end > begun]
        if not later:
            break
        off = {end: abs(_breadth(name[:end]) - middle) for end in later}
        good = [end for end in later if name[end - 1] in "· ・" and off[end] <= near]
        end = min(good or later, key=lambda one: off[one])
        found.append(name[begun:end].strip())
        begun = end
    return (*found, name[begun:].strip())


def _sheet(document: Document, card: Card, idents: count[int], *, new_page: bool) -> None:
    lines = lines_of(card.name)
    shapes = [
        *_half(lines, idents, turned=True),
        _fold(next(idents)),
        *_half(lines, idents, turned=False),
        *([_note(next(idents), card.note)] if card.note else []),
    ]
    page = "<w:pageBreakBefore/>" if new_page else ""
    # A picture each: of several shapes in one LibreOffice shows the last alone.
    runs = "".join(f"<w:r><w:pict>{shape}</w:pict></w:r>" for shape in shapes)
    paragraph = (
        f"<w:p {_SPACES}><w:pPr>{page}"
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>'
        f"{runs}</w:p>"
    )
    # The settings of the section stay last.
    document.element.body.sectPr.addprevious(parse_xml(paragraph))


def _half(lines: Sequence[str], idents: count[int], *, turned: bool) -> Iterator[str]:
    """Draw the lines of one half; turned, the first is the lowest."""
    size = _size(lines)
    step = size * _LINE
    middle = HALF / Pt(1) * (0.5 if turned else 1.5)
    for n, text in enumerate(reversed(lines) if turned else lines):
        center = middle + (n - (len(lines) - 1) / 2) * step
        yield _words(next(idents), text, (center - size / 2, size), turned=turned)


def _words(ident: int, text: str, at: tuple[float, float], *, turned: bool) -> str:
    """Draw a line of word art: a shape about as broad as its text would be."""
    top, height = at
    width = max(_breadth(text), 0.1) * height
    left = (WIDTH.pt - width) / 2
    turn = ";rotation:180" if turned else ""
    place = _placed(ident, left, top, width, height)
    font = f"font-family:&quot;{HEAD_FONT}&quot;;font-weight:bold;v-text-kern:t"
    return (
        f"{_WORD_ART if ident == 1 else ''}"
        f'<v:shape id="n{ident}" type="#_x0000_t136" style="{place}{turn}"'
        ' fillcolor="black" stroked="f">'
        f'<v:textpath style="{font}" trim="t" fitpath="t" string="{escape(text)}"/></v:shape>'
    )


def _fold(ident: int) -> str:
    """Draw the line where the sheet is folded."""
    at = f"{HALF / Pt(1):.1f}pt"
    where = "mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
    return (
        f'<v:line id="n{ident}" style="position:absolute;z-index:{ident};{where}"'
        f' from="0,{at}" to="{WIDTH.pt:.1f}pt,{at}" strokecolor="#bfbfbf" strokeweight=".5pt">'
        '<v:stroke dashstyle="dash"/></v:line>'
    )


def _note(ident: int, note: str) -> str:
    """Write small what is different, at the lower edge."""
    top = (HEIGHT - EDGE - NOTE_HEIGHT // 2) / Pt(1)
    place = _placed(ident, EDGE.pt, top, FRAME_WIDTH.pt, NOTE_HEIGHT.pt)
    return (
        f'<v:rect id="n{ident}" style="{place}" filled="f" stroked="f">'
        '<v:textbox inset="0,0,0,0"><w:txbxContent><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r>'
        f'<w:rPr><w:rFonts w:eastAsia="{HEAD_FONT}"/><w:color w:val="808080"/><w:sz w:val="18"/>'
        f'</w:rPr><w:t xml:space="preserve">{escape(note, quote=False)}</w:t></w:r></w:p>'
        "</w:txbxContent></v:textbox></v:rect>"
    )


def _placed(ident: int, left: float, top: float, width: float, height: float) -> str:
    """Put a shape at its place of the page (points), whatever the text does."""
    return (
        f"position:absolute;margin-left:{left:.1f}pt;margin-top:{top:.1f}pt;width:{width:.1f}pt;"
        f"height:{height:.1f}pt;z-index:{ident};mso-position-horizontal-relative:page;"
        "mso-position-vertical-relative:page"
    )
