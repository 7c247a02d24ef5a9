"""What the handlers ask of the records where many tickets are looked over at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flows.tickets.case import Ticket
from flows.tickets.desk import Waits
from flows.tickets.state import State
from handlers.arrival import PersonId


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose tickets a list is of: everybody's, or those of some departments or of one leader.

    `not_by` leaves out the answers that this person wrote: somebody else audits them.
    """

    units: tuple[str, ...] = ()
    leader: PersonId | None = None
    not_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One ticket of a list, by its plain columns alone."""

    number: str
    waits: Waits
    due_at: datetime
    urgent: bool
    since: datetime | None = None  # it waits, where that is known
    emergency: bool = False  # 应急


@dataclass(frozen=True, slots=True)
class Unread:
    """What the plain columns say of a ticket that cannot be read."""

    number: str
    created_at: datetime
    state: State
    category: str
    lead_unit: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tickets wait for one thing."""

    count: int
    overdue: int
    today: int  # due before the day is over, and not overdue


@dataclass(frozen=True, slots=True)
class Span:
    """When something is due: from `since` on, and before `until`."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment lies in it."""
        early = self.since is not None and moment < self.since
        return not early and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may find: everything, what leaders read, or some departments' tickets."""

    everything: bool = False
    serious: bool = False
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Burden:
    """How many running cases a leader of today owns, and the last day of the post, if it has one.

    None = it has no end.
    """

    led: int = 0
    until: date | None = None


class Lists(Protocol):
    """Tickets by what they wait for, and by what stands in them."""

    async def tally(self, whose: Whose, now: datetime, ends: datetime) -> Mapping[Waits, Tally]:
        """Count what waits, for each thing; `ends` is when today is over."""

    async def due(
        self, whose: Whose, waits: Sequence[Waits], span: Span, most: int
    ) -> Sequence[Listed]:
        """Return what waits for one of these things, the earliest due first."""

    async def emergencies(self, whose: Whose) -> Sequence[Listed]:
        """Return everything that waits and is an emergency (应急), the earliest due first."""

    async def burdens(self, today: date) -> Mapping[PersonId, Burden]:
        """Return what each leader of today has in hand."""

    async def with_words(self, words: Sequence[str], reach: Reach, most: int) -> Sequence[str]:
        """Return numbers of tickets that probably have all the words, the newest first."""

    async def page(
        self, since: datetime, until: datetime, after: str, most: int
    ) -> Sequence[Ticket | Unread]:
        """Return tickets that came in from `since` on and before `until`, those after `after`."""
