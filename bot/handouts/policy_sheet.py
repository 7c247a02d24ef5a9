"""Empty sheets of policies and of facts: a header, one row to show how, what goes where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.handouts.book import LINE_HEIGHT, Book, lines_of
from bot.texts import Texts
from flows.engine.words import Key
from flows.policies import firm_sheet, sheet

_NARROW, _TEXT, _LONG = 14, 22, 34  # characters
_WIDE = frozenset({"name", "firm", "support", "conditions", "materials", "note"})
_SHORT = frozenset({"level", "way", "sizes", "size", "ceiling", "contact", "staff", "rd_share"})
_NOTE_WIDTH = 76
_NOTE_LINE = 18  # points
_ROWS = 60  # below the header that look like a table
_DAYS: Mapping[str, int] = {"issued": -30, "effective": -30, "valid": 365, "opens": 0, "closes": 30}
"""Days of the example, from the day on which the sheet is made."""
POLICIES: Mapping[str, str] = {field: words[0] for field, words in sheet.COLUMNS.items()}
FIRMS = firm_sheet.COLUMNS


def draw_policies(texts: Texts, day: date) -> bytes:
    """Draw an empty sheet of policies. Takes some 30 ms: call it in a thread."""
    return _draw(texts, "policy_file", POLICIES, day)


def draw_firms(texts: Texts, day: date) -> bytes:
    """Draw an empty sheet of facts of enterprises. Takes some 30 ms: call it in a thread."""
    return _draw(texts, "firm_facts", FIRMS, day)


def _draw(texts: Texts, topic: str, columns: Mapping[str, str], day: date) -> bytes:
    book = Book()
    page = book.sheet(_word(texts, f"{topic}.sheet"), landscape=True)
    for n, (field, name) in enumerate(columns.items()):
        width = _LONG if field in _WIDE else _NARROW if field in _SHORT else _TEXT
        # Text in every cell, so that no program makes another day of what is typed.
        page.set_column(n, n, width, book.look(num_format="@"))
        book.write(page, 0, n, name, bold=True, border=1, bg_color="#D9E1F2")
        example = _example(texts, topic, field, day)
        book.write(page, 1, n, example, border=1, italic=True, num_format="@")
        for row in range(2, _ROWS):
            book.write(page, row, n, "", border=1, num_format="@")
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    _notes(book, texts, topic, columns)
    return book.close()


def _example(texts: Texts, topic: str, field: str, day: date) -> str:
    if field not in _DAYS:
        return _word(texts, f"{topic}.example.{field}")
    told = (day + timedelta(days=_DAYS[field])).isoformat()
    return f"{told} 17:00" if field == "closes" else told


def _notes(book: Book, texts: Texts, topic: str, columns: Mapping[str, str]) -> None:
    page = book.sheet(_word(texts, f"{topic}.notes"))
    page.set_column(0, 0, 16)
    page.set_column(1, 1, _NOTE_WIDTH)
    title = _word(texts, f"{topic}.note_title")
    page.set_row(0, LINE_HEIGHT * lines_of(title, _NOTE_WIDTH + 12))
    book.merge(page, 0, (0, 1), title, bold=True, text_wrap=True, valign="vcenter")
    for row, (field, name) in enumerate(columns.items(), 1):
        note = _word(texts, f"{topic}.note.{field}")
        page.set_row(row, _NOTE_LINE * lines_of(note, _NOTE_WIDTH))
        book.write(page, row, 0, name, bold=True, border=1, valign="vcenter")
        book.write(page, row, 1, note, border=1, text_wrap=True, valign="vcenter")


def _word(texts: Texts, key: str) -> str:
    return texts.label(Key(key))


__all__ = ["FIRMS", "POLICIES", "draw_firms", "draw_policies"]
