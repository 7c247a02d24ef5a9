"""Who runs activities: 活动专员, and the desk."""

from __future__ import annotations

from flows.registration.event import Event
from handlers.book import Book
from handlers.ports import Person, Role
from handlers.visit import Visit

_RUN = (Role.ORGANISER, Role.CLERK, Role.SUPERVISOR)


def organises(visit: Visit) -> bool:
    """Say whether somebody may set activities up and decide about their lists."""
    return runs(visit.person, has_desk=visit.book.has_desk)


def runs(person: Person, *, has_desk: bool) -> bool:
    """Say whether a person runs activities; without a desk, an administrator does."""
    return person.has(*_RUN) or (person.has(Role.ADMIN) and not has_desk)


def organisers(book: Book, event: Event) -> tuple[Person, ...]:
    """Return who hears of an activity: who set it up, else every 活动专员, else the desk."""
    maker = book.roster.staff.get(event.created_by)
    if maker is not None and maker.has(*_RUN):
        return (maker,)
    for role in _RUN:
        if found := book.roster.holders(role):
            return found
    return book.roster.holders(Role.ADMIN)
