"""The rows of the ledger, page by page: no transaction is open while a file is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.storage.database import Database
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.ledger import LedgerRow, ledger_row, unread_row
from handlers.lists import Unread

PAGE = 500


@dataclass(frozen=True, slots=True)
class Range:
    """The days on which the tickets came in, both included, and whether people are named."""

    since: date
    until: date
    full: bool = False

    @property
    def code(self) -> str:
        """Write it down."""
        return f"{self.since.isoformat()}/{self.until.isoformat()}"

    @classmethod
    def of(cls, code: str) -> Range:
        """Read what was written down; never names people. Raises ValueError."""
        since, _, until = code.partition("/")
        return cls(date.fromisoformat(since), date.fromisoformat(until))


async def pages(database: Database, wanted: Range, now: datetime) -> AsyncIterator[list[LedgerRow]]:
    """Give the rows of a range, the earliest first."""
    since = datetime.combine(wanted.since, time.min, tzinfo=OFFICE_ZONE)
    until = datetime.combine(wanted.until + timedelta(days=1), time.min, tzinfo=OFFICE_ZONE)
    after = ""
    while True:
        async with database.read() as tx:
            page = await tx.lists.page(since, until, after, PAGE)
        if not page:
            return
        yield [row_of(one, now, full=wanted.full) for one in page]
        after = page[-1].number


def row_of(one: Ticket | Unread, now: datetime, *, full: bool) -> LedgerRow:
    """Return the row of a ticket, also where nothing but its plain columns can be read."""
    if isinstance(one, Ticket):
        return ledger_row(one, now, full=full)
    return unread_row(
        one.number,
        created_at=one.created_at,
        state=one.state,
        category=one.category,
        lead=one.lead_unit,
        closed_at=one.closed_at,
    )
