"""Activities and their lists, as the records keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from flows.registration.event import Event
from flows.registration.registration import Registration
from flows.registration.roll import Roll
from handlers.arrival import PersonId


class Pass(NamedTuple):
    """What a QR code or the address of a participant's page says: whose place it was made for."""

    number: str  # of the activity
    seq: int
    handed: int = 0  # how often the place had been handed over (换人) by then


class Rolls(Protocol):
    """Activities (活动) with everybody who signed up."""

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new activity."""

    async def hold(self, numbers: Sequence[str]) -> Mapping[str, Roll]:
        """Return lists by their activity's number, held until the commit."""

    async def open(self, now: datetime) -> Sequence[Event]:
        """Return what is published and not over, the next first."""

    async def drafts(self, now: datetime) -> Sequence[Event]:
        """Return what staff have not published, called off or seen the end of, the next first."""

    async def between(self, since: datetime, until: datetime) -> Sequence[Event]:
        """Return what took or takes place in that stretch of time, the earliest first.

        Neither drafts nor what was called off.
        """

    async def count(self, numbers: Sequence[str]) -> Mapping[str, Roll]:
        """Return lists by their activity's number as they were committed last, to count them."""

    async def tickets(self, number: str) -> Sequence[str]:
        """Return the numbers of the tickets that came of an activity."""

    async def of(self, person: PersonId) -> Sequence[str]:
        """Return the numbers of the activities somebody signed up for, themselves or others."""

    async def save(self, changed: Sequence[Roll]) -> None:
        """Store what is different from what was loaded; a new activity is added."""

    async def seen(self, number: str) -> Event | None:
        """Return an activity as it was committed last, without holding it."""

    def stranger(self, name: str, enterprise: str) -> str:
        """Return under what somebody is on a list whom we do not know: a keyed digest."""

    def ticket(self, number: str, seq: int, handed: int = 0) -> str:
        """Return what a registration's QR code says, signed; whoever takes it over has another."""

    async def look(self, number: str) -> Roll | None:
        """Return a list as it was committed last, without holding it."""

    async def place(self, number: str, seq: int) -> Registration | None:
        """Return one place of a list as it was committed last, without holding it."""

    def read_door(self, text: str) -> tuple[str, str] | None:
        """Return the activity and the door of an address; None when it is not whole."""

    def device(self, ident: str, secret: str) -> str:
        """Return under what the phone of a door is kept."""

    def door(self, number: str, ident: str) -> str:
        """Return what stands in the address of a door's page, signed."""

    def read_ticket(self, text: str) -> Pass | None:
        """Return what a QR code says; None when it is not whole."""


class Proxies(Protocol):
    """Whom people forbade to act for them (取消代办权); everybody else of the enterprise may."""

    async def barred(self, owners: Sequence[PersonId]) -> Sequence[tuple[PersonId, PersonId]]:
        """Return who may not act for these people, as (owner, assistant), the latest first."""

    async def bar(self, owner: PersonId, assistant: PersonId, at: datetime) -> None:
        """Take the right back; again changes nothing."""

    async def trust(self, owner: PersonId, assistant: PersonId) -> None:
        """Give the right again."""
