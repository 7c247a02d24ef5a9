"""Reads: who has read what was delivered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from bot.channels.base import Read
from bot.storage.session import Session
from bot.storage.tables import delivery, delivery_read

PRIVATE = "private"
AT_ONCE = 500  # deliveries whose readers are forgotten in one transaction


@dataclass(frozen=True, slots=True)
class _Delivered:
    id: int
    door: str
    to: str


class Reads:
    """Notes readers: of a message to one person when, of one to a group also how many."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, reads: Sequence[Read]) -> Sequence[Read]:
        """Note what was read, the first time each; return what belongs to no delivery we know."""
        rows = await self._delivered({read.key for read in reads})
        private: dict[int, Read] = {}
        groups: dict[tuple[int, str], Read] = {}
        for read in reads:
            for row in rows.get(read.key, ()):
                if row.door != PRIVATE:
                    groups.setdefault((row.id, self._digest(row.id, read.reader)), read)
                elif row.to == read.reader:  # the recipients of one batch share a key
                    private.setdefault(row.id, read)
        await self._mark(private)
        await self._keep(groups)
        return [read for read in reads if read.key not in rows]

    async def readers(self, numbers: Iterable[int]) -> Mapping[int, int]:
        """Count the readers of messages to groups; who nobody read is not named."""
        result = await self._session.connection.execute(
            select(delivery_read.c.delivery, func.count())
            .where(delivery_read.c.delivery.in_(list(numbers)))
            .group_by(delivery_read.c.delivery)
        )
        return {row[0]: row[1] for row in result}

    async def prune(self, before: datetime, most: int = AT_ONCE) -> int:
        """Forget who read what was written before then; return how many lines there were.

        Deliveries are numbered in the order in which they are written, and readers kept by number.
        """
        last = (
            select(delivery.c.id)
            .where(delivery.c.created_at < before)
            .order_by(delivery.c.created_at.desc(), delivery.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        old = (
            select(delivery_read.c.delivery)
            .where(delivery_read.c.delivery <= last)
            .distinct()
            .order_by(delivery_read.c.delivery)
            .limit(most)
        )
        result = await self._session.connection.execute(
            delete(delivery_read).where(delivery_read.c.delivery.in_(old))
        )
        return result.rowcount

    async def _delivered(self, keys: Iterable[str]) -> Mapping[str, Sequence[_Delivered]]:
        result = await self._session.connection.execute(
            select(delivery.c.id, delivery.c.door, delivery.c.to, delivery.c.receipt).where(
                delivery.c.receipt.in_(sorted(keys)), delivery.c.updates_card.is_(False)
            )
        )
        rows: defaultdict[str, list[_Delivered]] = defaultdict(list)
        for row in result:
            rows[row.receipt].append(_Delivered(row.id, row.door, row.to))
        return rows

    async def _mark(self, private: Mapping[int, Read]) -> None:
        if private:
            await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id == bindparam("number"), delivery.c.read_at.is_(None))
                .values(read_at=bindparam("at")),
                [{"number": number, "at": read.at} for number, read in sorted(private.items())],
            )

    async def _keep(self, groups: Mapping[tuple[int, str], Read]) -> None:
        if groups:
            await self._session.connection.execute(
                self._session.insert(delivery_read).on_conflict_do_nothing(
                    index_elements=["delivery", "reader"]
                ),
                [
                    {"delivery": number, "reader": reader, "at": read.at}
                    for (number, reader), read in sorted(groups.items(), key=lambda one: one[0])
                ],
            )

    def _digest(self, number: int, reader: str) -> str:
        # Of no use beside another delivery: it tells readers apart, not who reads everything.
        return self._session.keys.lookup(f"reader:{number}:{reader}").hex()[:32]
