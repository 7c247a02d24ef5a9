"""签到表 and 车牌单: tables to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.handouts.book import CHANGED, LINE_HEIGHT, TITLE_HEIGHT, Book, lines_of
from bot.handouts.wording import Wording
from flows.registration.handouts import COLUMNS, Handout, Line
from flows.registration.issues import Kind

ROW_HEIGHT, TEXT_HEIGHT = 26, 15  # points: room to sign in; a line
_WIDTHS: Mapping[str, int] = {  # characters
    **{"no": 6, "enterprise": 30, "name": 14, "post": 14, "phone": 14, "code": 9, "plate": 14},
    **{"sign": 18, "mark": 8},
}
_SIGNED = frozenset({Kind.SIGN_IN})


def table(made: Handout, words: Wording) -> bytes:
    """Write a table as XLSX. Takes a second for some thousand rows: call it in a thread."""
    columns = columns_of(made.kind)
    last = len(columns) - 1
    book = Book()
    sheet = book.sheet(words.kind(made.kind))
    for n, name in enumerate(columns):
        sheet.set_column(n, n, _WIDTHS[name])
    top = write_head(book, sheet, made, words, last)
    bordered = {"border": 1, "valign": "vcenter", "text_wrap": True}
    for n, name in enumerate(columns):
        label = words.word(f"event_paper.column.{name}")
        book.write(sheet, top, n, label, bold=True, align="center", **bordered)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    for n, line in enumerate(made.lines, 1):
        row = top + n
        shade = {"bg_color": CHANGED} if line.mark else {}
        cells = _cells(made.kind, line, words)
        wide = zip(cells, columns[1:], strict=True)
        most = max(lines_of(text, _WIDTHS[name]) for text, name in wide)
        sheet.set_row(row, max(ROW_HEIGHT, most * TEXT_HEIGHT))
        sheet.write_number(row, 0, n, book.look(align="center", **bordered, **shade))
        for column, text in enumerate(cells, 1):
            book.write(sheet, row, column, text, **bordered, **shade)
    return book.close()


def columns_of(kind: Kind) -> tuple[str, ...]:
    """Name the columns of a table, the number of the row and what is to be filled in included."""
    signed = ("sign",) if kind in _SIGNED else ()
    return ("no", *COLUMNS[kind], *signed, "mark")


def write_head(book: Book, sheet: Any, made: Handout, words: Wording, last: int) -> int:
    """Write title, time, place, issue and what is different; return the row below."""
    sheet.set_row(0, TITLE_HEIGHT)
    title = {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}
    book.merge(sheet, 0, (0, last), words.title(made), **title)
    row = 1
    for text in words.head(made):
        sheet.set_row(row, LINE_HEIGHT)
        book.merge(sheet, row, (0, last), text, valign="vcenter", shrink=True)
        row += 1
    return row


def _cells(kind: Kind, line: Line, words: Wording) -> list[str]:
    cells = dict(zip(COLUMNS[kind], line.cells, strict=True))
    texts = {name: words.typed(text) for name, text in cells.items()}
    texts["name"] = words.name(cells["name"])
    if line.beside:
        texts["post"] = words.beside(line.beside)
    empty = [""] if kind in _SIGNED else []
    return [*texts.values(), *empty, words.mark(line.mark)]
