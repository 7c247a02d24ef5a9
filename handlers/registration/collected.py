"""What becomes of the topics (议题) of an activity that is called off: they go on as tickets."""

from __future__ import annotations

from flows.engine.words import Choice, Key
from flows.registration.registration import Registration
from flows.registration.roll import Rolled
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.ports import PersonId, Text


async def look_up_topics(book: Book, rolled: Rolled) -> None:
    """Look the topics up of those who hear that it is called off."""
    await book.look_up([one.after.topic for one in rolled.happened if one.after.topic])


def raiser(book: Book, one: Registration) -> tuple[PersonId, ...]:
    """Return who raised a party's topic, while it runs."""
    ticket = _running(book, one)
    return (ticket.reporter,) if ticket else ()


def goes_on(book: Book, one: Registration, person: PersonId) -> tuple[Text, ...]:
    """Say to whoever raised a topic that it goes on, and how they can end it."""
    ticket = _running(book, one)
    if ticket is None or ticket.reporter != person:
        return ()
    return (Text("topic.goes_on", {"number": ticket.number}),)


def withdrawal(number: str) -> Choice:
    """Make the button that ends a topic whose activity its reporter gave up, or lost."""
    return Choice(Key("act.withdraw"), f"a:withdraw:{number}")


def going_on(book: Book, rolled: Rolled) -> int:
    """Count the topics that go on without their activity."""
    return sum(_running(book, one.after) is not None for one in rolled.happened)


def _running(book: Book, one: Registration) -> Ticket | None:
    ticket = book.tickets.get(one.topic) if one.topic else None
    return None if ticket is None or ticket.ended else ticket


__all__ = ["goes_on", "going_on", "look_up_topics", "raiser", "withdrawal"]
