"""签到表 and 车牌单: tables to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.handouts.book import CHANGED, TITLE_SIZE, Book, height_of, lines_of
from bot.handouts.wording import Wording
from flows.registration.handouts import COLUMNS, Handout, Line
from flows.registration.issues import Kind

ROW_HEIGHT = 28  # points: room to sign in
_WIDTHS: Mapping[str, int] = {  # characters
    **{"no": 6, "enterprise": 30, "name": 18, "post": 16, "phone": 14, "code": 9, "plate": 16},
    **{"sign": 18, "mark": 8},
}
_SIGNED = frozenset({Kind.SIGN_IN})


def table(made: Handout, words: Wording) -> bytes:
    """Write a table as XLSX. Takes a second for some thousand rows: call it in a thread."""
    columns = columns_of(made.kind)
    book = Book()
    sheet = book.sheet(words.kind(made.kind))
    for n, name in enumerate(columns):
        sheet.set_column(n, n, _WIDTHS[name])
    top = write_head(book, sheet, made, words, [_WIDTHS[name] for name in columns])
    bordered = {"border": 1, "valign": "vcenter", "text_wrap": True}
    sheet.set_row(top, height_of(1))
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
        sheet.set_row(row, max(ROW_HEIGHT, height_of(most)))
        sheet.write_number(row, 0, n, book.look(align="center", **bordered, **shade))
        for column, text in enumerate(cells, 1):
            book.write(sheet, row, column, text, **bordered, **shade)
    return book.close()


def columns_of(kind: Kind) -> tuple[str, ...]:
    """Name the columns of a table, the number of the row and what is to be filled in included."""
    signed = ("sign",) if kind in _SIGNED else ()
    return ("no", *COLUMNS[kind], *signed, "mark")


def write_head(
    book: Book, sheet: Any, made: Handout, words: Wording, widths: Sequence[float]
) -> int:
    """Write title, time, place, issue and what is different; return the row below."""
    columns, width = (0, len(widths) - 1), sum(widths)
    title = {"bold": True, "font_size": TITLE_SIZE, "align": "center", "valign": "vcenter"}
    text = words.title(made)
    sheet.set_row(0, height_of(lines_of(text, width, TITLE_SIZE), TITLE_SIZE))
    book.merge(sheet, 0, columns, text, text_wrap=True, **title)
    for row, said in enumerate(words.head(made), 1):
        sheet.set_row(row, height_of(lines_of(said, width)))
        book.merge(sheet, row, columns, said, valign="vcenter", text_wrap=True)
    return 1 + len(words.head(made))


def _cells(kind: Kind, line: Line, words: Wording) -> list[str]:
    cells = dict(zip(COLUMNS[kind], line.cells, strict=True))
    texts = {name: words.typed(text) for name, text in cells.items()}
    texts["name"] = words.name(cells["name"])
    if line.beside:
        texts["post"] = words.beside(line.beside)
    empty = [""] if kind in _SIGNED else []
    return [*texts.values(), *empty, words.mark(line.mark)]
