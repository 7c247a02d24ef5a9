"""The clock's own work on tickets: it moves them on, puts them on the ladder, and looks again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import OFFICE_ZONE
from flows.tickets.acting import Refusal
from flows.tickets.case import Supervision
from flows.tickets.clocks import due_after
from flows.tickets.ladder import Rung, next_slot
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM, Part
from flows.tickets.strikes import leaving, struck
from handlers.acts.after import done_by_clock, personal, public
from handlers.book import Book
from handlers.letters import letter_posts
from handlers.notices import close_group_cards
from handlers.ports import Clock, Due, Entry, Office, Tx
from handlers.timers import CASE

UNREADABLE = timedelta(hours=1)  # how often to look again for a case that cannot be read
MOST = 12  # acts of the clock on one ticket at one strike; more would be a circle

__all__ = ["CASE", "Strikes", "calm_until"]


async def calm_until(tx: Tx, office: Office) -> datetime | None:
    """Say until when nobody is urged (缓催): the first digest after the last day of the calm."""
    last = await tx.urging.calm()
    if last is None:
        return None
    over = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=OFFICE_ZONE)
    return next_slot(over, office.days, office.ladder.slots)


@dataclass(frozen=True, slots=True)
class Strikes:
    """Handles the timers of tickets."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Do what is due with each ticket; when to look again follows from what it is then.

        After a stop of days each clock strikes once, at the rung it has reached by now.
        """
        if not dues:
            return
        numbers = [due.subject for due in dues]
        # Whoever acts on one of them comes before or after, and so does the timer that they set.
        await tx.tickets.hold(numbers)
        book = await Book.open(tx, self.office, self.clock(), (), {0: numbers})
        book.calm = await calm_until(tx, self.office)
        if any(one.lead_unit and one.leader is None for one in book.tickets.values()):
            await book.weigh_leaders()  # a leader may have to hear that nobody signed
        for number in numbers:
            if number in book.tickets:
                self._strike(book, number)
                await self._send(book, number)
                book.set_clock(book.tickets[number])
            elif number in tx.tickets.unreadable:  # it may be brought back from a copy
                key = f"{CASE}:{number}"
                book.dues[key] = Due(CASE, number, book.now + UNREADABLE, key)
        await book.flush({})

    def _strike(self, book: Book, number: str) -> None:
        for _ in range(MOST):
            ticket = book.tickets[number]
            found = struck(ticket, self.office.ladder, book.moment, book.calm)
            if found is None:
                break
            act, told = found
            moved = move(ticket, act, SYSTEM, told, book.moment)
            if isinstance(moved, Refusal):
                raise RuntimeError(f"the clock may not {act.value}: {moved.key}")
            done_by_clock(book, act, ticket, moved)

    async def _send(self, book: Book, number: str) -> None:
        """Let the letters go whose hold is over, each with a serial of its year and kind."""
        if book.calm is not None and book.now < book.calm:
            return
        year = book.now.astimezone(OFFICE_ZONE).year
        for place in leaving(book.tickets[number], book.moment):
            before = book.tickets[number]
            kind = Rung(before.supervisions[place].rung).name.lower()
            serial = await book.writing.tickets.next_number(f"letters:{kind}", year, 1)
            letters = list(before.supervisions)
            letters[place] = _sent(letters[place], f"{year}-{serial:04d}", book)
            ticket = before.model_copy(
                update={"supervisions": tuple(letters), "version": before.version + 1}
            )
            entry = Entry(
                subject=f"ticket:{number}",
                act="letter",
                actor=None,
                role=Part.SYSTEM.value,
                channel="clock",
                at=book.now,
                before=before.state.value,
                after=ticket.state.value,
                public={**public(ticket), "paper": f"{kind} {letters[place].number}"},
                personal=personal(before, ticket),
            )
            book.put_ticket(ticket, entry)
            book.posts += letter_posts(book, ticket, letters[place])
            book.posts += close_group_cards(
                book, ticket, "notice.letter_waits", "notice.letter_went"
            )


def _sent(letter: Supervision, number: str, book: Book) -> Supervision:
    """Number a letter that leaves now; what leaves late is answered later as well."""
    due = due_after(book.office.ladder.answer, book.now, book.office.days).at
    return letter.model_copy(
        update={
            "sent_at": book.now,
            "number": number,
            "due_at": max(due, letter.due_at) if letter.due_at else None,
        }
    )
