"""活动台账 as a spreadsheet: who came from which enterprise, what was raised, hours learned."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.channels.base import FetchFault
from bot.handouts.book import Book
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.texts import Texts
from flows.engine.words import Key
from flows.registration.attendance import Attendance, Learned, attendance, learned
from flows.registration.event import Event
from flows.registration.gathered import Gathered, gathered
from flows.tickets.case import Ticket
from flows.tickets.merging import master_of
from handlers.registration.counting import ATTENDANCE, end_of, start_of

_CAME = ("enterprise", "signed", "came", "people", "absent", "cancelled", "late")
_RAISED = ("event", "title", "collected", "closed", "running", "otherwise")
_HOURS = ("enterprise", "name", "times", "hours")
_WIDE = frozenset({"enterprise", "title"})
_HOPS = 5  # of a chain of merged cases


class Source(Protocol):
    """Who makes a file by its code."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Return the file. Raises FetchFault."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that is in the file."""

    came: Sequence[Attendance] = ()
    raised: Sequence[tuple[Event, Gathered]] = ()
    hours: Sequence[Learned] = ()


@dataclass(slots=True)
class AttendanceMaker:
    """Makes the ledger of activities; every other order goes on to whoever makes it."""

    database: Database
    texts: Texts
    otherwise: Source

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Make the file of a code. Raises FetchFault."""
        if not code.startswith(ATTENDANCE):
            return await self.otherwise.fetch(robot, code, limit)
        since, _, until = code.removeprefix(ATTENDANCE).partition("/")
        try:
            days = date.fromisoformat(since), date.fromisoformat(until)
        except ValueError:
            raise FetchFault("no_range", None) from None
        async with self.database.read() as tx:
            found = await count(tx, *days)
        return await asyncio.to_thread(_drawn, found, self.texts)


async def count(tx: Transaction, since: date, until: date) -> Counted:
    """Count the activities that began on these days, both included."""
    first, last = start_of(since), end_of(until)
    events = [one for one in await tx.rolls.between(first, last) if one.starts_at >= first]
    rolls = list((await tx.rolls.count([one.number for one in events])).values())
    raised = [(one, await _gathered(tx, one.number)) for one in events]
    return Counted(attendance(rolls), raised, learned(rolls))


async def _gathered(tx: Transaction, number: str) -> Gathered:
    found = await tx.tickets.load(await tx.rolls.tickets(number), ())
    known = {one.number: one for one in found}
    for _ in range(_HOPS):
        missing = {one.merged_into for one in known.values()} - known.keys() - {""}
        if not missing:
            break
        known.update((one.number, one) for one in await tx.tickets.load(sorted(missing), ()))
    return gathered(_standing(one, known).state for one in found)


def _standing(one: Ticket, known: Mapping[str, Ticket]) -> Ticket:
    return master_of(one, known) or one


def _drawn(found: Counted, texts: Texts) -> bytes:
    """Draw the three sheets. Blocks: call it in a thread."""
    book = Book()
    came = [[getattr(row, name) for name in _CAME] for row in found.came]
    _sheet(book, texts, "came", _CAME, came)
    raised = [
        [event.number, event.title_whole, *(getattr(row, name) for name in _RAISED[2:])]
        for event, row in found.raised
        if row.collected
    ]
    _sheet(book, texts, "raised", _RAISED, raised)
    hours = [[getattr(row, name) for name in _HOURS] for row in found.hours]
    _sheet(book, texts, "hours", _HOURS, hours)
    return book.close()


def _sheet(
    book: Book,
    texts: Texts,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | float]],
) -> None:
    """Write one table: what it is for on top, then its columns, then its rows."""
    sheet = book.sheet(texts.label(Key(f"attendance.sheet.{name}")), landscape=True)
    note = texts.label(Key(f"attendance.note.{name}"))
    book.merge(sheet, 0, (0, len(columns) - 1), note, text_wrap=True)
    for n, column in enumerate(columns):
        sheet.set_column(n, n, 30 if column in _WIDE else 12)
        label = texts.label(Key(f"attendance.column.{column}"))
        book.write(sheet, 1, n, label, bold=True, border=1, text_wrap=True)
    sheet.freeze_panes(2, 0)
    for at, row in enumerate(rows, 2):
        for n, value in enumerate(row):
            if isinstance(value, str):
                book.write(sheet, at, n, value, border=1)
            else:
                sheet.write_number(at, n, value, book.look(border=1))


__all__ = ["AttendanceMaker", "Counted", "count"]
