"""A year's official days off (放假安排): ask for them, then make provisional dates (暂定) final."""

from __future__ import annotations

from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.office import Content
from flows.tickets.case import Ticket
from flows.tickets.progress import recounted
from flows.tickets.state import OUTSIDE
from handlers.book import Book
from handlers.notices import tell_unit, to_reporter
from handlers.ports import Entry, Office, Post, Role, Text, ToPerson, Tx
from handlers.timers import due_of

PAGE = 100  # tickets that one transaction looks at
DECEMBER = 12


async def ask_for_days_off(tx: Tx, office: Office, now: datetime) -> tuple[int, ...]:
    """Ask for next year's in December and for this year's from January on; return the years.

    Asked on a working day, and each administrator once for a year before it begins and once after:
    a post of the same name is not sent again. The State Council (国务院办公厅) publishes the
    arrangements of a year in the autumn before it.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    asked = {today.year: "days_off.missing"}
    if today.month == DECEMBER:
        asked[today.year + 1] = "days_off.soon"
    asked = {year: key for year, key in asked.items() if year not in office.days.official_years}
    if not asked or not office.days.is_workday(today):
        return ()
    roster = await tx.people.roster(today)
    posts = [
        Post(
            to=ToPerson(one.id),
            content=Content.INTERNAL,
            parts=(Text(key, {"year": year}),),
            dedupe=f"{key}:{year}:{one.id}",
        )
        for year, key in asked.items()
        for one in roster.holders(Role.ADMIN)
    ]
    await tx.post(posts, {})
    return tuple(asked)


async def recount(
    tx: Tx, office: Office, now: datetime, after: str = "", limit: int = PAGE
) -> tuple[int, str]:
    """Count provisional dates of running tickets again where they can be final.

    Looks at the first tickets whose numbers come after `after`; returns how many dates became
    final, and the last number looked at, empty when there are no more. Who was told the provisional
    date is told the final one if it is another. A second run finds nothing to do.
    A ticket without a timer gets one: versions without a ladder set none.
    """
    page = await tx.tickets.running(after, limit)
    await tx.wind([due for one in page if (due := due_of(one, office, now))])
    last = page[-1].number if len(page) == limit else ""
    numbers = [one.number for one in page if recounted(one, office.days)]
    if not numbers:
        return 0, last
    # What is counted is what the book holds: somebody may have acted since the page was read.
    book = await Book.open(tx, office, now, (), {0: numbers})
    count = 0
    for old in list(book.tickets.values()):
        if new := recounted(old, office.days):
            book.put_ticket(new, _line(old, new, now))
            book.posts += _told(book, old, new)
            count += 1
    await book.flush({})
    return count, last


def _line(old: Ticket, new: Ticket, now: datetime) -> Entry:
    return Entry(
        subject=f"ticket:{new.number}",
        act="due_recomputed",
        actor=None,
        role="system",
        channel="clock",
        at=now,
        before=str(old.due_on),
        after=str(new.due_on),
        public={"version": str(new.version), "lead": new.lead_unit or ""},
    )


def _told(book: Book, old: Ticket, new: Ticket) -> list[Post]:
    """Tell both sides while the date is the one that people wait for."""
    if old.due_on == new.due_on or not new.lead_unit or new.state not in OUTSIDE:
        return []
    unit, before, due = new.lead_unit, old.due_on, new.due_on
    return [
        to_reporter(book, new, "notice.due_changed", before=before, due=due),
        *tell_unit(book, new, unit, "notice.due_changed", before=before, due=due),
    ]
