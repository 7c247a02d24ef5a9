"""Vital signs: what tells from the records whether the bot works, in one look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal_column, or_, select

from bot.storage.ledger import ASIDE
from bot.storage.meters import HELD
from bot.storage.schema import HEAD, current
from bot.storage.session import Session
from bot.storage.tables import arrival, breaker, delivery, meta, timer

CANARY = "canary"
_WAITING = arrival.c.state == literal_column("'waiting'")  # as the index says it
_WATCHED = ("ready", "sending", "asked", "unknown", "failed")


@dataclass(frozen=True, slots=True)
class Signs:
    """How much waits, and since when; deliveries are due in steady time."""

    deliveries: Mapping[str, int]  # ready, held, sending, asked, unknown, failed
    oldest_due: datetime | None  # of a delivery that the quota does not hold
    breakers: int
    waiting: int  # arrivals that wait for a worker
    oldest_waiting: datetime | None  # when it was said (wall clock)
    oldest_timer: datetime | None


class Vitals:
    """Looks without writing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def is_current(self) -> bool:
        """Say whether the tables are those of this version."""
        return await self._session.connection.run_sync(current) == HEAD

    async def schema(self) -> str:
        """Return the migration the tables are at; empty = there are none."""
        return await self._session.connection.run_sync(current) or ""

    def engine(self) -> str:
        """Return what keeps the records, with its version."""
        dialect = self._session.connection.dialect
        version = ".".join(map(str, dialect.server_version_info or ()))
        return f"{dialect.name} {version}".strip()

    async def canary(self) -> bytes | None:
        """Return what only the key of these records opens; None = they were never opened."""
        sealed: bytes | None = await self._one(select(meta.c.value).where(meta.c.name == CANARY))
        return sealed

    async def signs(self) -> Signs:
        """Look."""
        now = self._session.steady()
        counts = await self._session.connection.execute(
            select(delivery.c.state, func.count().label("n"))
            .where(delivery.c.state.in_(_WATCHED))
            .group_by(delivery.c.state)
        )
        deliveries = dict.fromkeys((*_WATCHED, "held"), 0)
        deliveries.update({row.state: row.n for row in counts})
        deliveries["held"] = await self._one(
            select(func.count()).where(delivery.c.state == "ready", delivery.c.code == HELD)
        )
        deliveries["ready"] -= deliveries["held"]
        arrivals = await self._session.connection.execute(
            select(func.count(), func.min(arrival.c.at)).where(_WAITING)
        )
        waiting, oldest_waiting = arrivals.one()
        return Signs(
            deliveries=deliveries,
            oldest_due=await self._one(
                select(func.min(delivery.c.due_at)).where(
                    delivery.c.state.in_(("ready", "unknown")),
                    delivery.c.due_at < ASIDE,
                    or_(delivery.c.code != HELD, delivery.c.due_at <= now),
                )
            ),
            breakers=await self._one(select(func.count()).where(breaker.c.until > now)),
            waiting=waiting,
            oldest_waiting=oldest_waiting,
            oldest_timer=await self._one(select(func.min(timer.c.due_at))),
        )

    async def anything_waits(self) -> bool:
        """Say whether an arrival waits for a worker."""
        return await self._one(select(arrival.c.id).where(_WAITING).limit(1)) is not None

    async def _one(self, query: Select[Any]) -> Any:
        result = await self._session.connection.execute(query)
        return result.scalar()
