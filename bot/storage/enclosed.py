"""Files of a campaign in the ledger: rows of their own, behind the message that they belong to.

A target's message is c:NUMBER:KEY, its further parts are c:NUMBER:KEY/2, /3, …, and its files are
c:NUMBER:KEY/f1, /f2, …. Behind the name of what another channel took over stands #after:CHANNEL,
and behind that once more /2, /3, … where it was cut anew for that channel.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from bot.storage.portions import portions
from bot.storage.session import Session
from bot.storage.tables import delivery

AFTER = "#after:"
_NAME = re.compile(r"(?P<place>c:[^:]+:.+?)(?:/f(?P<file>[1-9]))?(?:/[2-9])?")
_PARTS = range(2, 9)  # a message has seldom more parts
_FILES = range(1, 10)


@dataclass(frozen=True, slots=True)
class Named:
    """What a name in the ledger says of a row of a campaign."""

    place: str  # c:NUMBER:KEY
    is_file: bool
    through: tuple[str, ...]  # the channels that refused it before, the first of them first

    @property
    def texts(self) -> Iterator[str]:
        """Name what the text of its place may be called, as far as it went the same way."""
        for length in range(len(self.through) + 1):
            yield from _pieces(self.place, _behind(self.through[:length]))

    @property
    def siblings(self) -> Iterator[str]:
        """Name what else of its place may wait at the channel at which it is."""
        after = _behind(self.through)
        yield from _pieces(self.place, after)
        for n in _FILES:
            name = f"{self.place}/f{n}{after}"
            yield name
            yield from (f"{name}/{part}" for part in _PARTS)


def named(dedupe: str) -> Named | None:
    """Read a name; None = it is of no campaign."""
    first, *others = dedupe.split(AFTER)
    found = _NAME.fullmatch(first)
    if found is None:
        return None
    through = tuple(one.partition("/")[0] for one in others)
    return Named(found["place"], found["file"] is not None, through)


async def without_message(session: Session, rows: Sequence[Row[Any]]) -> frozenset[int]:
    """Return those of these rows that are files whose message, or a part of it, failed for good."""
    files = {row.id: one for row in rows if row.campaign and (one := _file(row.dedupe))}
    if not files:
        return frozenset()
    names = {name for one in files.values() for name in one.texts}
    failed: set[str] = set()
    for some in portions(names):
        result = await session.connection.execute(
            select(delivery.c.dedupe).where(
                delivery.c.dedupe.in_(some), delivery.c.state == "failed"
            )
        )
        failed.update(result.scalars())
    return frozenset(n for n, one in files.items() if not failed.isdisjoint(one.texts))


async def waiting_behind(session: Session, texts: Collection[str]) -> Sequence[Row[Any]]:
    """Return what waits to follow these messages, at the channel at which each of them is.

    That is what is left of the message and its files, in their order; what may have arrived by
    an attempt before stays where it is.
    """
    found = [one for name in texts if (one := named(name)) is not None and not one.is_file]
    names = {name for one in found for name in one.siblings}
    rows: list[Row[Any]] = []
    for some in portions(names.difference(texts)):
        result = await session.connection.execute(
            select(delivery).where(
                delivery.c.dedupe.in_(some),
                delivery.c.state == "ready",
                delivery.c.resends == 0,
            )
        )
        rows += result.all()
    return sorted(rows, key=lambda row: int(row.id))


def _file(dedupe: str) -> Named | None:
    one = named(dedupe)
    return one if one is not None and one.is_file else None


def _pieces(place: str, after: str) -> Iterator[str]:
    """Name a message of a place and its further parts."""
    for name in (place, *(f"{place}/{part}" for part in _PARTS)):
        yield name + after
        if after:
            yield from (f"{name}{after}/{part}" for part in _PARTS)


def _behind(through: Sequence[str]) -> str:
    return "".join(AFTER + channel for channel in through)


__all__ = ["AFTER", "Named", "named", "waiting_behind", "without_message"]
