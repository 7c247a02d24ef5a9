"""走访 and 问询 as they are kept: what the handlers need of the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from flows.campaigns.audience import Firm
from flows.campaigns.enclosing import Enclosed
from flows.outreach.record import Counts, Outreach
from flows.people.deregistering import Standing
from handlers.arrival import PersonId
from handlers.person import Person


class Outreaches(Protocol):
    """Rows of their own; one that was taken back is in no answer."""

    async def add(self, new: Outreach) -> int:
        """Store one (its id is ignored) and return its id.

        Raises Stale when somebody stores the same enterprise, day and way at this very time.
        """

    async def change(self, changed: Outreach) -> None:
        """Store one as it was put right."""

    async def drop(self, one: int, by: PersonId, at: datetime) -> None:
        """Take one back."""

    async def get(self, one: int) -> Outreach | None:
        """Return one by its id, held until the commit."""

    async def of(self, enterprise: str) -> Sequence[Outreach]:
        """Return those of an enterprise, the latest first."""

    async def enterprises(self) -> Sequence[str]:
        """Return the names of all enterprises that were heard."""

    async def tickets(self, one: int) -> Sequence[str]:
        """Return the numbers of the tickets that came of one."""

    async def counts(self, since: date, until: date) -> Counts:
        """Count what was heard on these days, both included."""


@dataclass(slots=True)
class Shelf:
    """What was looked up of 走访 and of enterprises, for the facts of an open form."""

    heard: Sequence[str] | None = None  # enterprises; None = not looked up yet
    people: dict[str, Sequence[Person]] = field(default_factory=dict)  # bound, by enterprise
    before: dict[str, Sequence[Outreach]] = field(default_factory=dict)  # by enterprise
    known: dict[int, Outreach | None] = field(default_factory=dict)  # by id; None = there is none
    tickets: dict[int, Sequence[str]] = field(default_factory=dict)  # numbers, by id
    gone: Sequence[str] = ()  # enterprises that were deregistered (注销)
    standing: dict[str, Standing] = field(default_factory=dict)  # what enterprises still have
    firms: Mapping[str, Firm] | None = None  # what is known of them, as campaigns ask for it
    enclosed: dict[int, Mapping[str, Enclosed]] = field(default_factory=dict)  # of forms, by person

    def forget(self, ident: int, *enterprises: str) -> None:
        """Look a 走访 and its enterprises up anew: they were written to."""
        self.heard = None
        self.known.pop(ident, None)
        for name in enterprises:
            self.people.pop(name, None)
