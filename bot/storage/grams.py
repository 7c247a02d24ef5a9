"""Grams: keyed digests of what stands in tickets, by which they are found without being read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from bot.storage.prepared import Prepared
from bot.storage.session import Session
from bot.storage.tables import ticket, ticket_gram, ticket_unit
from flows.tickets.searching import pieces
from handlers.lists import Reach

MOST_PIECES = 12  # of what is searched for; the ticket's own words are compared anyway
_RARE = 500  # a piece that fewer tickets have leads the search

_ADD = Prepared(
    lambda insert: (
        insert(ticket_gram)
        .values(gram=bindparam("gram"), ticket=bindparam("ticket"))
        .on_conflict_do_nothing(index_elements=["gram", "ticket"])
    )
)
_DROP = Prepared(
    lambda _: delete(ticket_gram).where(
        ticket_gram.c.ticket == bindparam("of_ticket"), ticket_gram.c.gram == bindparam("of_gram")
    )
)


class Grams:
    """The index of what stands in tickets."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def change(self, changes: Sequence[tuple[int, str, str]]) -> None:
        """Follow tickets whose words changed: (serial, words before, words now), all folded."""
        added: list[dict[str, int]] = []
        dropped: list[dict[str, int]] = []
        for serial, before, now in changes:
            if before == now:
                continue
            old, new = pieces(before), pieces(now)
            added += [{"gram": self._digest(p), "ticket": serial} for p in sorted(new - old)]
            dropped += [
                {"of_gram": self._digest(p), "of_ticket": serial} for p in sorted(old - new)
            ]
        if added:
            await self._session.run(_ADD, added)
        if dropped:
            await self._session.run(_DROP, dropped)

    async def find(self, words: Sequence[str], reach: Reach, most: int) -> Sequence[str]:
        """Return numbers of tickets that have all pieces of the words, the newest first."""
        wanted = sorted(frozenset[str]().union(*map(pieces, words)))[:MOST_PIECES]
        if not wanted:
            return ()
        first, *others = await self._rarest_first([self._digest(piece) for piece in wanted])
        leading = ticket_gram.alias("leading")
        query = (
            select(ticket.c.number)
            .select_from(leading.join(ticket, ticket.c.serial == leading.c.ticket))
            .where(
                leading.c.gram == first,
                *(self._has(leading.c.ticket, gram) for gram in others),
                _within(reach),
            )
            .order_by(leading.c.ticket.desc())
            .limit(most)
        )
        result = await self._session.connection.execute(query)
        return result.scalars().all()

    async def _rarest_first(self, grams: Iterable[int]) -> list[int]:
        """Order by how many tickets have each, counted no further than it matters."""
        counted = []
        for gram in grams:
            some: Select[Any] = (
                select(ticket_gram.c.ticket).where(ticket_gram.c.gram == gram).limit(_RARE)
            )
            result = await self._session.connection.execute(
                select(func.count()).select_from(some.subquery())
            )
            counted.append((result.scalar_one(), gram))
        return [gram for _, gram in sorted(counted)]

    def _has(self, serial: ColumnElement[int], gram: int) -> ColumnElement[bool]:
        other = ticket_gram.alias()
        return exists().where(other.c.gram == gram, other.c.ticket == serial)

    def _digest(self, piece: str) -> int:
        digest = self._session.keys.lookup(f"gram:{piece}")
        return int.from_bytes(digest[:8], signed=True)


def _within(reach: Reach) -> ColumnElement[bool]:
    """Say which tickets somebody may find at all."""
    if reach.everything:
        return true()
    theirs = exists().where(
        and_(ticket_unit.c.ticket == ticket.c.number, ticket_unit.c.unit.in_(reach.units))
    )
    return or_(ticket.c.serious if reach.serious else false(), theirs if reach.units else false())
