"""An empty plan of activities (活动计划表): its header, one row to show how, what goes where."""

from __future__ import annotations

from datetime import date

from bot.handouts.book import LINE_HEIGHT, Book, lines_of
from bot.texts import Texts
from flows.engine.words import Key
from flows.registration.plan_sheet import COLUMNS

_WIDTHS = {"name": 34, "when": 18, "ends": 10, "venue": 24, "series": 16, "closes": 18}
_NARROW, _TEXT = 10, 22  # characters: a number, a sentence
_LONG = frozenset({"guests", "questions", "note"})
_NOTE_WIDTH = 76
_NOTE_LINE = 18  # points
_ROWS = 60  # below the header that look like a table
_EXAMPLES = frozenset(COLUMNS) - {"when", "ends", "closes"}


def draw_plan(texts: Texts, day: date) -> bytes:
    """Draw the file; the example is on that day. Takes some 30 ms: call it in a thread."""
    book = Book()
    _plan(book, texts, day)
    _notes(book, texts)
    return book.close()


def _plan(book: Book, texts: Texts, day: date) -> None:
    sheet = book.sheet(_word(texts, "plan_sheet.sheet"), landscape=True)
    for n, (field, words) in enumerate(COLUMNS.items()):
        width = _WIDTHS.get(field, _TEXT if field in _LONG else _NARROW)
        # Text in every cell, so that no program makes another day of what is typed.
        sheet.set_column(n, n, width, book.look(num_format="@"))
        book.write(sheet, 0, n, words[0], bold=True, border=1, bg_color="#D9E1F2")
        book.write(sheet, 1, n, _example(texts, field, day), border=1, italic=True, num_format="@")
        for row in range(2, _ROWS):
            book.write(sheet, row, n, "", border=1, num_format="@")
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)


def _example(texts: Texts, field: str, day: date) -> str:
    hours = {"when": " 14:00", "ends": "16:30", "closes": " 12:00"}
    if field in _EXAMPLES:
        return _word(texts, f"plan_sheet.example.{field}")
    return hours[field] if field == "ends" else f"{day.isoformat()}{hours[field]}"


def _notes(book: Book, texts: Texts) -> None:
    sheet = book.sheet(_word(texts, "plan_sheet.notes"))
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, _NOTE_WIDTH)
    title = _word(texts, "plan_sheet.note_title")
    sheet.set_row(0, LINE_HEIGHT * lines_of(title, _NOTE_WIDTH + 12))
    book.merge(sheet, 0, (0, 1), title, bold=True, text_wrap=True, valign="vcenter")
    for row, (field, words) in enumerate(COLUMNS.items(), 1):
        note = _word(texts, f"plan_sheet.note.{field}")
        sheet.set_row(row, _NOTE_LINE * lines_of(note, _NOTE_WIDTH))
        book.write(sheet, row, 0, words[0], bold=True, border=1, valign="vcenter")
        book.write(sheet, row, 1, note, border=1, text_wrap=True, valign="vcenter")


def _word(texts: Texts, key: str) -> str:
    return texts.label(Key(key))
