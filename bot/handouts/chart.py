"""座次图: the plan of the seats, drawn in a spreadsheet as the audience sees the room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.handouts.book import CHANGED, NAME_SIZE, SMALL_SIZE, Book, height_of, lines_of
from bot.handouts.table import write_head
from bot.handouts.wording import Wording
from flows.registration.handouts import Handout, Person

# A seat is two columns wide, so that an even row stands in the middle of an odd one.
HALF_SEAT, LABEL = 8, 8  # characters
SEAT_HEIGHT = 60  # points: at least name, post and enterprise
_GAP = 1  # row between rostrum and audience
_LISTED: Mapping[str, int] = {  # column of the list of seats → characters
    **{"row": 10, "seat": 8, "name": 18, "post": 18, "enterprise": 34, "mark": 8},
}


def chart(made: Handout, words: Wording) -> bytes:
    """Draw the plan as XLSX, with a second sheet that lists the seats."""
    book = Book()
    _plan(book, made, words)
    _list(book, made, words)
    return book.close()


def _plan(book: Book, made: Handout, words: Wording) -> None:
    width = max(len(made.rostrum), *map(len, made.rows), 1)
    sheet = book.sheet(words.word("event_paper.kind.seat_chart"), landscape=True)
    sheet.set_column(0, 0, LABEL)
    sheet.set_column(1, 2 * width, HALF_SEAT)
    row = write_head(book, sheet, made, words, [LABEL, *[HALF_SEAT] * 2 * width])
    book.merge(sheet, row, (0, 2 * width), words.word("event_paper.seen"), italic=True)
    row += 1
    if made.rostrum:
        middle = (row, 1 + width - len(made.rostrum))
        _row(book, sheet, middle, made.rostrum, words)
        band = {"bold": True, "align": "center", "border": 1, "bg_color": "#D9D9D9"}
        book.merge(sheet, row + 1, (1, 2 * width), words.word("event_paper.rostrum"), **band)
        sheet.set_row(row + 1, height_of(1))
        row += 2 + _GAP
    for n, seats in enumerate(made.rows, 1):
        label = words.word("event_paper.row", {"row": n})
        book.write(sheet, row, 0, label, align="center", valign="vcenter", bold=True)
        _row(book, sheet, (row, 1), seats, words)
        row += 1


def _row(
    book: Book, sheet: Any, start: tuple[int, int], seats: Sequence[Person], words: Wording
) -> None:
    """Draw seats side by side, beginning at a row and column."""
    row, first = start
    texts = [words.place(one) for one in seats]
    sheet.set_row(row, max(SEAT_HEIGHT, *(_height(*text) for text in texts)))
    look = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    for n, (one, text) in enumerate(zip(seats, texts, strict=True)):
        shade = {"bg_color": CHANGED} if one.mark else {}
        at = first + 2 * n
        book.rich(sheet, row, (at, at + 1), text, **look, **shade)


def _height(name: str, rest: str) -> float:
    """Return how high a seat must be for all that is written in it."""
    width = 2 * HALF_SEAT
    below = lines_of(rest, width, SMALL_SIZE) if rest else 0
    names = lines_of(name, width, NAME_SIZE)
    return height_of(names, NAME_SIZE) + height_of(below, SMALL_SIZE)


def _list(book: Book, made: Handout, words: Wording) -> None:
    sheet = book.sheet(words.word("event_paper.seat_list"))
    for n, (name, width) in enumerate(_LISTED.items()):
        sheet.set_column(n, n, width)
        label = words.word(f"event_paper.column.{name}")
        book.write(sheet, 0, n, label, bold=True, border=1)
    sheet.set_row(0, height_of(1))
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    look = {"border": 1, "valign": "vcenter", "text_wrap": True}
    for row, (where, seat, one) in enumerate(_seats(made, words), 1):
        shade = {"bg_color": CHANGED} if one.mark else {}
        post = words.beside(one.beside) or words.typed(one.post)
        texts = (words.name(one.name), post, words.typed(one.enterprise), words.mark(one.mark))
        cells = (where, seat, *texts)
        most = max(lines_of(*cell) for cell in zip(cells, _LISTED.values(), strict=True))
        sheet.set_row(row, height_of(most))
        for column, text in enumerate(cells):
            book.write(sheet, row, column, text, **look, **shade)


def _seats(made: Handout, words: Wording) -> Iterator[tuple[str, str, Person]]:
    """Give every seat: of the rostrum the first in front, of the audience row by row."""
    above = words.word("event_paper.rostrum")
    for one in sorted(made.rostrum, key=lambda one: one.order):
        yield above, words.word("event_paper.place", {"place": one.order}), one
    for n, seats in enumerate(made.rows, 1):
        for seat, one in enumerate(seats, 1):
            yield words.word("event_paper.row", {"row": n}), str(seat), one
