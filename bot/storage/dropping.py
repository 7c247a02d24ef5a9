"""What is dropped with a message of a campaign: the rest of it, and its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from bot.storage.fates import Place, dedupe_of, keys_of, places
from bot.storage.portions import portions
from bot.storage.session import Session
from bot.storage.tables import delivery
from handlers.campaigns.records import MESSAGE_FAILED


async def dropped_along(session: Session, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Return what makes no sense without these messages and has not left.

    A file that was held back because they failed is nobody's failure any more; what may have
    arrived, and what is on its way, stays what it is.
    """
    chosen: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.campaign:
            chosen[row.campaign].add(row.id)
    found: list[int] = []
    for number, ids in chosen.items():
        keys = await _keys(session, number, ids)
        for place in (await places(session, number, keys)).values():
            found += _behind(place, ids)
    along: list[Row[Any]] = []
    for some in portions(found):
        result = await session.connection.execute(
            select(delivery).where(delivery.c.id.in_(some)).order_by(delivery.c.id)
        )
        along += result.all()
    return along


async def _keys(session: Session, number: str, ids: set[int]) -> frozenset[str]:
    """Return the targets of a campaign by whose names some of these rows go."""
    names: list[str] = []
    for some in portions(ids):
        result = await session.connection.execute(
            select(delivery.c.dedupe).where(delivery.c.id.in_(some))
        )
        names += result.scalars()
    found = await keys_of(session, number)
    return frozenset(
        key for key in found if any(one.startswith(dedupe_of(number, key)) for one in names)
    )


def _behind(place: Place, ids: set[int]) -> Sequence[int]:
    if ids.isdisjoint(row.id for row in place.parts):
        return ()
    rows = (row for row in (*place.parts, *place.files) if row.id not in ids)
    return [row.id for row in rows if row.state == "ready" or row.code == MESSAGE_FAILED]


__all__ = ["dropped_along"]
