"""Receive a batch of arrivals: understand each, give it to its desk, word the answer."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Leave, Remind
from handlers.book import Book
from handlers.front import Front
from handlers.guard import pace
from handlers.ports import (
    Answered,
    Arrival,
    ArrivalId,
    Clock,
    Due,
    Filed,
    Office,
    PersonId,
    Place,
    Sender,
    Tx,
)
from handlers.talk import about, strike
from handlers.understand import Request, understand
from handlers.visit import Visit

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: answers for the channel, tracebacks of defects."""

    answered: Mapping[ArrivalId, Answered]
    failed: Mapping[ArrivalId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reception:
    """The outer edge of the handlers."""

    front: Front
    office: Office
    clock: Clock

    async def receive(self, tx: Tx, batch: Sequence[Filed]) -> Outcome:
        """Handle arrivals in their order inside one transaction."""
        now = self.clock()
        year = now.astimezone(OFFICE_ZONE).year
        requests = {f.id: understand(f.arrival, self.office.prefix, year) for f in batch}
        wanted: dict[PersonId, list[Request]] = {}
        for filed in batch:
            wanted.setdefault(filed.person, []).append(requests[filed.id])
        mentioned = {
            who: [n for one in said for n in _numbers(one)] for who, said in wanted.items()
        }
        book = await Book.open(tx, self.office, now, list(wanted), mentioned, requests=wanted)
        if moved := _moved(book, batch):
            # It was filed before the accounts were linked, and is theirs all the same.
            return await self.receive(
                tx, [replace(one, person=moved.get(one.person, one.person)) for one in batch]
            )
        if theirs := await _parted(tx, book, batch):
            return await self.receive(
                tx, [replace(one, person=theirs.get(one.id, one.person)) for one in batch]
            )
        answered: dict[ArrivalId, Answered] = {}
        failed: dict[ArrivalId, str] = {}
        for filed in batch:
            before = book.snapshot()
            who = book.united.get((filed.person, filed.arrival.channel), filed.person)
            visit = Visit(book, replace(filed, person=who), requests[filed.id])
            try:
                pace(visit)
                await self.front.serve(visit)
                visit.leave()
                answered[filed.id] = Answered(visit.new_status, visit.card_over)
            except Exception as error:  # the one place where a defect of ours is caught
                if not isinstance(error, _OURS) or book.wrote != before.wrote:
                    raise  # the intake rolls back and runs the batch one by one
                log.error("arrival %s failed: %s", filed.id, type(error).__name__)
                failed[filed.id] = traceback.format_exc()
                book = before
        await book.flush({f.id: f for f in batch})
        return Outcome(answered, failed)

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Remind people of open questions, and put aside what nobody answers."""
        now = self.clock()
        persons = [int(due.subject) for due in dues]
        book = await Book.open(tx, self.office, now, persons, {})
        for person in persons:
            visit = Visit(book, _from_clock(person, now), Request())
            await self._idle(visit)
            visit.leave()
        await book.flush({})

    async def _idle(self, visit: Visit) -> None:
        visit.conversation = visit.conversation.model_copy(update={"alarm": 0.0})
        frame = visit.open_frame()
        if frame is None:
            return
        now, office = visit.book.now, self.office
        touched = frame.touched
        if now >= touched + office.leave_after:
            await self.front.talk.go_on(visit, Leave())
        elif now >= touched + office.remind_after and not frame.reminded:
            visit.say("engine.about", **about(frame.state))
            await self.front.talk.go_on(visit, Remind())
            self._reminded(visit, touched)
        if visit.open_frame() is frame:  # too early, or reminded already: look again later
            strike(visit, touched + (office.leave_after if frame.reminded else office.remind_after))

    def _reminded(self, visit: Visit, touched: datetime) -> None:
        """Keep the time of the person's last word: a reminder is not an answer."""
        frame = visit.open_frame()
        if frame is None:
            return
        kept = frame.model_copy(update={"touched": touched, "reminded": True})
        stack = (*visit.conversation.stack[:-1], kept)
        visit.conversation = visit.conversation.model_copy(update={"stack": stack})
        strike(visit, kept.touched + self.office.leave_after)


# Errors that a mistake in our code raises; anything else comes from outside and goes up.
_OURS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)


def _numbers(request: Request) -> list[str]:
    """Return the ticket numbers an arrival is about."""
    if request.action.startswith("a:"):
        return [request.action.split(":")[2]] if request.action.count(":") > 1 else []
    named = (*request.numbers, request.number, request.other)
    return [found for found in named if found]


def _moved(book: Book, batch: Sequence[Filed]) -> Mapping[PersonId, PersonId]:
    """Return who of those who wrote is somebody else by now (关联账号)."""
    wrote = {one.person: book.persons.get(one.person) for one in batch}
    return {old: one.merged_into for old, one in wrote.items() if one and one.merged_into}


async def _parted(tx: Tx, book: Book, batch: Sequence[Filed]) -> Mapping[ArrivalId, PersonId]:
    """Return who said what by now, where the account was parted from its person (解除关联).

    That is seen only once the person's conversation is held, for whoever parts holds it, too.
    """
    strange = [
        one
        for one in batch
        if (known := book.persons.get(one.person)) is not None
        and known.channels
        and one.arrival.channel not in known.channels
    ]
    return await tx.pairings.whose(strange) if strange else {}


def _from_clock(person: PersonId, now: datetime) -> Filed:
    arrival = Arrival(
        channel="clock",
        robot="",
        msg_id="",
        sender=Sender(None, None, None),
        place=Place(private=True, chat=""),
        at=now,
    )
    return Filed(0, arrival, person)
