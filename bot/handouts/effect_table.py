"""效果表: a campaign's counts, and every target with what became of it, as a spreadsheet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.deliveries.listing import CODES
from bot.handouts.book import Book
from bot.papers.worded import Words
from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import Button
from flows.engine.words import Key
from flows.tickets.papers import Sentence
from handlers.campaigns.effects import PERSON, Effect
from handlers.campaigns.records import Fate

COLUMNS: Mapping[str, int] = {  # width in characters
    **{"name": 30, "enterprise": 30, "kind": 8, "state": 10, "reason": 28},
    **{"sent_at": 17, "read": 17, "received_at": 17, "recalled_at": 17},
}
_LABEL, _VALUE = 26, 44
_UNDER_WAY = frozenset({"owed", "ready", "sending"})
_SHOWN = 1  # characters of a person's name: its family name

MOMENT = "yyyy-mm-dd hh:mm"

Cell = str | int | datetime


def table(told: Effect, words: Words, now: datetime) -> bytes:
    """Write both sheets as XLSX. Takes a second for 3,000 targets: call it in a thread."""
    # Its rows lie there in plain until it is done: a folder that nobody else may read.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        book = Book(path)
        _summary(book, told, words, now)
        _targets(book, told, words)
        book.close()
        return path.read_bytes()


def rows(told: Effect, words: Words, now: datetime) -> Iterator[tuple[str, Cell]]:
    """Give what the first sheet says: a label and a value each."""
    one, tally, answered = told.one, told.tally, told.answered
    stage = words.of(Key(f"campaign.stage.{one.stage.value}"))
    named: Mapping[str, Cell] = {
        **{"title": words.of(one.draft.title), "number": one.number, "stage": stage},
        **{"begun_at": _local(one.begun_at), "made_at": _local(now)},
        **{"total": tally.total, "sent": tally.sent, "unknown": tally.unknown},
        **{"failed": tally.failed, "skipped": tally.skipped},
        **{"waiting": tally.waiting + tally.under_way, "asked": tally.asked},
        **{"cancelled": tally.cancelled},
        **{"recalled": tally.recalled, "read": told.read, "read_in_groups": told.read_in_groups},
        **{"received": len(answered.received), "firms": answered.firms},
        **{"reached": answered.reached},
    }
    for name, value in named.items():
        yield words.of(Key(f"effect.row.{name}")), value
    for button, count in told.pressed:
        label = Key(f"campaign.button.{button.value}")
        yield words.of(Sentence("effect.row.pressed", {"label": label})), count
    yield words.of(Key("effect.row.tickets")), answered.tickets
    yield words.of(Key("effect.row.left")), answered.left


def cells(fate: Fate, told: Effect, words: Words) -> Sequence[Cell]:
    """Return what the second sheet says of a target, in the order of its columns."""
    answered = told.answered
    person = fate.key.startswith(PERSON)
    whose = int(fate.key.removeprefix(PERSON)) if person else 0
    name, readers = words.of(fate.name), answered.readers.get(fate.delivery, 0)
    read = words.of(Sentence("effect.readers", {"count": readers})) if readers else ""
    return (
        masked(name) if person else name,
        words.of(answered.enterprises.get(whose, "")),
        words.of(Key(f"effect.kind.{'person' if person else 'group'}")),
        words.of(Key(f"effect.state.{_state(fate)}")),
        _reason(fate, words),
        _local(fate.sent_at),
        _local(fate.read_at) if person else read,
        _local(answered.received.get(whose)),
        _local(fate.recalled_at),
    )


def masked(name: str) -> str:
    """Keep the family name of a person."""
    return f"{name[:_SHOWN]}**" if name else ""


def _summary(book: Book, told: Effect, words: Words, now: datetime) -> None:
    sheet = book.sheet(words.of(Key("effect.sheet.summary")))
    sheet.set_column(0, 0, _LABEL)
    sheet.set_column(1, 1, _VALUE)
    row = 0
    for label, value in rows(told, words, now):
        book.write(sheet, row, 0, label, bold=True, border=1)
        _put(book, sheet, (row, 1), value)
        row += 1
    notes = ["sums", "masked"] if Button.RECEIVED in told.one.draft.buttons else ["sums"]
    for n, name in enumerate(notes, row + 1):
        book.write(sheet, n, 0, words.of(Key(f"effect.note.{name}")))


def _targets(book: Book, told: Effect, words: Words) -> None:
    sheet = book.sheet(words.of(Key("effect.sheet.targets")), landscape=True)
    for n, (name, width) in enumerate(COLUMNS.items()):
        sheet.set_column(n, n, width)
        book.write(sheet, 0, n, words.of(Key(f"effect.column.{name}")), bold=True, border=1)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    for row, fate in enumerate(told.fates, 1):
        for n, value in enumerate(cells(fate, told, words)):
            _put(book, sheet, (row, n), value)
    sheet.autofilter(0, 0, max(len(told.fates), 1), len(COLUMNS) - 1)


def _put(book: Book, sheet: Any, at: tuple[int, int], value: Cell) -> None:
    if isinstance(value, str):
        book.write(sheet, *at, value, border=1)
        return
    moment = {"num_format": MOMENT} if isinstance(value, datetime) else {}
    look = book.look(border=1, align="left", **moment)
    if isinstance(value, datetime):
        sheet.write_datetime(*at, value, look)
    else:
        sheet.write_number(*at, value, look)


def _state(fate: Fate) -> str:
    """Name what became of a target as the staff count it."""
    if fate.recalled:
        return "recalled"
    return "under_way" if fate.state in _UNDER_WAY else fate.state


def _reason(fate: Fate, words: Words) -> str:
    """Say why a target did not get it; what the platform says stands as it said it."""
    if fate.why is not None:
        return words.of(Key(f"effect.why.{fate.why.value}"))
    if fate.state not in {"failed", "unknown"}:
        return ""
    key = CODES.get(fate.code)
    return words.of(Key(key)) if key and fate.code else words.of(fate.code)


def _local(at: datetime | None) -> datetime | str:
    """Return a moment as a cell has it: by the office's clock, without a zone."""
    return at.astimezone(OFFICE_ZONE).replace(tzinfo=None, microsecond=0) if at else ""


__all__ = ["COLUMNS", "cells", "masked", "rows", "table"]
