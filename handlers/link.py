"""A link to the page of one ticket for one department, and who may come in by it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from handlers.arrival import PersonId

CODE_TRIES = 5
"""Wrong codes in a row after which a code is void; six digits are guessed in far more."""

DEVICES = 5
"""So many devices one link lets in; a department that needs more asks for another link."""

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Link:
    """What is on record of a link: neither its address nor what opens it.

    `devices` and `code` are keyed digests; `person` is by whom the acts of the page are done.
    """

    id: str
    ticket: str
    part: Literal["unit", "leader"]
    unit: str  # "" for a leader
    person: PersonId | None
    by: PersonId | None  # None = made by itself
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    devices: tuple[str, ...] = ()
    code: str = ""
    failures: int = 0

    @property
    def holder(self) -> str:
        """Name who it is for, in what is signed."""
        return f"unit:{self.unit}" if self.part == "unit" else f"leader:{self.person}"


class Gate(StrEnum):
    """What somebody meets who comes by a link."""

    BROKEN = "broken"  # cut off, changed, or never ours
    REVOKED = "revoked"  # 吊销, or replaced by a newer one
    EXPIRED = "expired"
    FRESH = "fresh"  # nobody opened it yet
    OTHER = "other"  # a second device: a code is needed
    OPEN = "open"


def gate(link: Link | None, device: str, now: datetime) -> Gate:
    """Say what a device meets; `device` is its digest, "" = it brought no cookie."""
    if link is None:
        return Gate.BROKEN
    if link.revoked_at is not None:
        return Gate.REVOKED
    if now >= link.expires_at:
        return Gate.EXPIRED
    if not link.devices:
        return Gate.FRESH
    return Gate.OPEN if device and device in link.devices else Gate.OTHER


def drawn(ticket: str, unit: str, by: PersonId | None, made_at: datetime, valid: timedelta) -> Link:
    """Draw a new link for a department."""
    return Link(
        id=secrets.token_hex(_ID_BYTES),
        ticket=ticket,
        part="unit",
        unit=unit,
        person=None,
        by=by,
        made_at=made_at,
        expires_at=made_at + valid,
    )


def drawn_for_leader(
    ticket: str, leader: PersonId, by: PersonId | None, made_at: datetime, valid: timedelta
) -> Link:
    """Draw a new link for a leader, who acts by it in person."""
    return replace(drawn(ticket, "", by, made_at, valid), part="leader", person=leader)


def drawn_code() -> str:
    """Draw a code (口令) that can be read out on the telephone."""
    return f"{secrets.randbelow(1_000_000):06d}"


def let_in(link: Link, device: str) -> Link:
    """Bind a device; the code that let it in is used up."""
    kept = link.devices[-(DEVICES - 1) :]
    return replace(link, devices=(*kept, device), code="", failures=0)


def tried(link: Link, code: str) -> bool:
    """Say whether a code's digest is the one that was read out."""
    return bool(link.code) and secrets.compare_digest(link.code, code)


def mistaken(link: Link) -> Link:
    """Count a wrong code; after a few the code is void."""
    failures = link.failures + 1
    return replace(link, failures=failures, code="" if failures >= CODE_TRIES else link.code)


class Links(Protocol):
    """Links to pages: one ticket, one department."""

    def token(self, one: Link) -> str:
        """Return what stands in the address of a link, signed."""

    def digest(self, one: Link, kind: str, secret: str) -> str:
        """Return under what a device's or a code's secret is kept."""

    async def end(self, new: Link) -> None:
        """Take back what a new link replaces; to be done before its ticket is held."""

    async def add(self, new: Link) -> None:
        """Store a link."""

    async def find(self, token: str) -> Link | None:
        """Return the link of an address, held until the commit; None when it is not whole."""

    async def seen(self, token: str) -> Link | None:
        """Return the link of an address as it stands, without waiting for whoever holds it."""

    async def of(self, ticket: str) -> Sequence[Link]:
        """Return all links of a ticket, the latest first, held until the commit."""

    async def save(self, changed: Link) -> None:
        """Store what became of a link."""
