"""Trace: which rows a message became, for people who look over our shoulder; no bodies."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from bot.channels.base import Message
from bot.storage.letters import opened
from bot.storage.rows import Trace
from bot.storage.session import Session
from bot.storage.tables import KEPT, arrival, delivery, history

_SHOWN = (
    "id",
    "state",
    "attempts",
    "resends",
    "door",
    "content",
    "code",
    "arrival",
    "ticket",
    "via",
)
_TICKET = "ticket:"
_NEWEST = 500  # deliveries to one place that are looked through


class Traces:
    """Finds the rows behind a message that was received or sent."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def by_arrival(self, channel: str, msg_id: str) -> Trace | None:
        """Return what a received message became."""
        return await self._of_arrival((arrival.c.channel == channel) & (arrival.c.msg_id == msg_id))

    async def by_receipt(self, key: str) -> Trace | None:
        """Return where a sent message comes from, by the platform's name of it."""
        return await self._of_deliveries(delivery.c.receipt == key)

    async def by_card(self, card: str) -> Trace | None:
        """Return where a card comes from, with all its changes."""
        return await self._of_deliveries(delivery.c.card == card)

    async def by_words(
        self, channel: str, to: str, is_it: Callable[[Message], bool], later: int
    ) -> Trace | None:
        """Return what stands in a chat whose platform names no messages, by what it shows.

        `later` = how many that show the same came after it. Looks through the newest alone.
        """
        result = await self._session.connection.execute(
            select(delivery)
            .where(delivery.c.channel == channel, delivery.c.to == to, delivery.c.attempts > 0)
            .where(KEPT)
            .order_by(delivery.c.id.desc())
            .limit(_NEWEST)
        )
        found = [row.id for row in result if is_it(opened(self._session, row).message)]
        if not found:
            return None
        # What was sent again after a doubt stands there twice, and is one delivery.
        return await self._of_deliveries(delivery.c.id == found[min(later, len(found) - 1)])

    async def _of_arrival(self, where: ColumnElement[bool]) -> Trace | None:
        result = await self._session.connection.execute(
            select(arrival.c.id, arrival.c.state).where(where)
        )
        row = result.first()
        if row is None:
            return None
        deliveries = await self._deliveries(delivery.c.arrival == row.id)
        subjects = await self._session.connection.execute(
            select(history.c.subject).where(history.c.arrival == row.id)
        )
        tickets = {
            subject.removeprefix(_TICKET)
            for subject in subjects.scalars()
            if subject.startswith(_TICKET)
        }
        return _trace({"id": row.id, "state": row.state}, deliveries, tickets)

    async def _of_deliveries(self, where: ColumnElement[bool]) -> Trace | None:
        deliveries = await self._deliveries(where)
        if not deliveries:
            return None
        number = next((one["arrival"] for one in deliveries if one["arrival"]), None)
        result = await self._session.connection.execute(
            select(arrival.c.id, arrival.c.state).where(arrival.c.id == number)
        )
        row = result.one_or_none()
        return _trace({"id": row.id, "state": row.state} if row else None, deliveries, set())

    async def _deliveries(self, where: ColumnElement[bool]) -> Sequence[dict[str, Any]]:
        result = await self._session.connection.execute(
            select(*(delivery.c[name] for name in _SHOWN)).where(where).order_by(delivery.c.id)
        )
        return [dict(row) for row in result.mappings()]


def _trace(
    came: dict[str, object] | None, deliveries: Sequence[dict[str, Any]], tickets: set[str]
) -> Trace:
    known = tickets | {one["ticket"] for one in deliveries if one["ticket"]}
    return {"arrival": came, "tickets": sorted(known), "deliveries": deliveries}
