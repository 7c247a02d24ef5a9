"""The timers of people's work: when the clock looks at a ticket, when a digest leaves."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.ladder import next_slot
from flows.tickets.strikes import next_strike
from handlers.ports import Due, Office, Person, PersonId, Role

CASE = "case"  # the kind of the timer of a ticket
DIGEST = "digest"  # the kind of the timer of somebody's next digest


def due_of(
    ticket: Ticket, office: Office, now: datetime, calm: datetime | None = None
) -> Due | None:
    """Return the timer of a ticket; None = the clock has nothing to do with it."""
    at = next_strike(ticket, office.ladder, office.moment(now), calm)
    return Due(CASE, ticket.number, at, f"{CASE}:{ticket.number}") if at else None


def digest_due(person: PersonId, at: datetime, now: datetime) -> Due:
    """Return the timer of somebody's digest, at a slot or as soon as may be."""
    later = f":{at.astimezone(OFFICE_ZONE):%m%d%H%M}" if at > now else ""
    key = f"{DIGEST}:{person}{later}"
    # Its own microsecond: a digest that is going out just now must not take this timer along.
    due_at = max(at, now) + timedelta(microseconds=now.microsecond)
    return Due(DIGEST, str(person), due_at, key)


def next_digest(person: Person, office: Office, now: datetime) -> datetime:
    """Say when somebody's next digest is."""
    after = now + timedelta(microseconds=1)
    return next_slot(after, office.days, digest_slots(person, office))


def digest_slots(person: Person, office: Office) -> tuple[time, ...]:
    """Return the hours of somebody's digests."""
    slots = office.ladder.slots
    return slots[:1] if person.has(Role.LEADER, Role.SECRETARY) else slots
