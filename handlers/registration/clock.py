"""The clock of activities: offers that are over, reminders, closing, the end; cards kept fresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.office import Content
from flows.registration.clock import CLOSED, ENDED, ERASED, REMIND, Mark, reminded, struck
from flows.registration.event import Event
from flows.registration.hearing import reminded_of
from flows.registration.registration import COMING, Registration, Standing
from flows.registration.roll import Roll
from handlers.book import Book
from handlers.ports import Clock, Due, Entry, Office, Post, Text, ToPerson, Tx
from handlers.registration.after import (
    CLOCK,
    card_posts,
    event_choice,
    page_of,
    params_of,
    set_clock,
    settle,
)
from handlers.registration.organisers import organisers
from handlers.registration.surveys import survey_posts


@dataclass(frozen=True, slots=True)
class EventClock:
    """Handles the timers of activities."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Do what is due with each activity; when to look again follows from what it is then."""
        book = await held(tx, self.office, self.clock, dues)
        for number in sorted({due.subject for due in dues} & book.rolls.rolls.keys()):
            gone = self._strike(book, book.rolls.rolls[number])
            await tx.forget([f"event:{number}"] if gone else ())
        await book.flush({})

    def _strike(self, book: Book, roll: Roll) -> bool:
        """Do what is due; say whether personal answers are to be erased."""
        done, told = struck(roll, book.now, self.office.events)
        if done.roll != roll:
            settle(book, done, CLOCK)
        else:
            set_clock(book, roll)
        for mark in told:
            book.entries.append(_marked(book, roll, mark))
            book.posts += _posts(book, done.roll, roll, mark)
        book.posts += survey_posts(roll, done.roll)
        return any(mark.kind == ERASED for mark in told)


@dataclass(frozen=True, slots=True)
class Counters:
    """Handles the timers that keep cards fresh."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Bring the cards of activities up to date, once for all who signed up meanwhile."""
        book = await held(tx, self.office, self.clock, dues)
        for number in sorted({due.subject for due in dues} & book.rolls.rolls.keys()):
            roll = book.rolls.rolls[number]
            book.posts += card_posts(book, roll, roll.event.groups, update=True)
        await book.flush({})


async def held(tx: Tx, office: Office, clock: Clock, dues: Sequence[Due]) -> Book:
    """Open a book with the activities that timers are about."""
    book = await Book.open(tx, office, clock(), (), {})
    await book.rolls.hold([due.subject for due in dues])
    return book


def _marked(book: Book, roll: Roll, mark: Mark) -> Entry:
    return Entry(
        subject=f"event:{roll.event.number}",
        act=mark.kind,
        actor=None,
        role="system",
        channel="clock",
        at=book.now,
        public={"mark": mark.name},
    )


def _posts(book: Book, roll: Roll, before: Roll, mark: Mark) -> list[Post]:
    match mark.kind:
        case kind if kind == REMIND:
            return _reminders(book, roll, mark)
        case kind if kind in {CLOSED, ENDED}:
            return _to_organisers(book, roll if kind == CLOSED else before, mark)
    return []


def _reminders(book: Book, roll: Roll, mark: Mark) -> list[Post]:
    event = roll.event
    return [
        Post(
            to=ToPerson(person),
            content=Content.PROGRESS,
            parts=(Text("registration.told.remind", _told(book, event, one)),),
            dedupe=f"{event.number}:{one.seq}:{mark.name}:p{person}",
            choices=(event_choice("place", event.number, one.seq),),
            title=Text("registration.title", {"event": event.title_whole}),
            card=f"{event.number}:{one.seq}:{mark.name}:p{person}",
        )
        for one in reminded(roll, mark)
        for person in reminded_of(one)
    ]


def _told(book: Book, event: Event, one: Registration) -> dict[str, object]:
    return {**params_of(event, one), "code": one.code, "page": page_of(book, one)}


def _to_organisers(book: Book, roll: Roll, mark: Mark) -> list[Post]:
    """Tell who set it up that the list is complete, and how many came."""
    event = roll.event
    counts = {
        "event": event.title_whole,
        "confirmed": roll.people(*COMING),
        "arrived": roll.people(Standing.ARRIVED),
        "waiting": roll.people(Standing.WAITING),
        "capacity": event.capacity,
    }
    return [
        Post(
            to=ToPerson(person.id),
            content=Content.PROGRESS,
            parts=(Text(f"event.told.{mark.kind}", counts),),
            dedupe=f"{event.number}:{mark.name}:p{person.id}",
            choices=(event_choice("names", event.number, primary=True),),
            title=Text("registration.title", {"event": event.title_whole}),
            card=f"{event.number}:{mark.name}:p{person.id}",
        )
        for person in organisers(book, event)
    ]
