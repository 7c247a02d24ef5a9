"""Who composes campaigns, and who approves them (四眼审批)."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign
from flows.campaigns.moves import Actor, Part
from handlers.book import Book
from handlers.ports import Person, Role

_WRITE = (Role.CLERK, Role.SUPERVISOR, Role.ORGANISER)
_STAND_IN = (Role.LEADER, Role.ADMIN)


def composes(book: Book, person: Person) -> bool:
    """Say whether somebody may write campaigns; without a desk, an administrator does."""
    return person.has(*_WRITE) or (person.has(Role.ADMIN) and not book.has_desk)


def approvers(book: Book, one: Campaign) -> tuple[Person, ...]:
    """Return who decides about a campaign: 受理负责人 who had no hand in it.

    Where there is none of them, a leader stands in, and then an administrator.
    """
    for role in (Role.SUPERVISOR, *_STAND_IN):
        others = tuple(x for x in book.roster.holders(role) if x.id not in one.writers)
        if others:
            return others
    return ()


def actor(book: Book, one: Campaign, person: Person) -> Actor:
    """Say what a person is to a campaign, whichever of their accounts they write from."""
    decides = person.id in {found.id for found in approvers(book, one)}
    # Whoever wrote it is told why they cannot approve it, not that it is none of their business.
    decides |= person.has(Role.SUPERVISOR)
    parts = {Part.SENDER} if composes(book, person) else set()
    return Actor(person.id, frozenset(parts | ({Part.APPROVER} if decides else set())))


def oversees(book: Book, person: Person) -> bool:
    """Say whether somebody may look at campaigns: who writes them, and who may have to decide."""
    return composes(book, person) or person.has(Role.SUPERVISOR, *_STAND_IN)


def concerned(book: Book, one: Campaign) -> tuple[Person, ...]:
    """Return who hears how a campaign goes: who wrote it, and who approved it."""
    said = one.decisions[-1].by if one.decisions else None
    found = (book.roster.staff.get(who) for who in dict.fromkeys((one.created_by, said)) if who)
    return tuple(person for person in found if person is not None)


__all__ = ["actor", "approvers", "composes", "concerned", "oversees"]
