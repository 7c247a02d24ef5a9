"""Ledger: what is to be delivered, and what became of it."""

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, and_, bindparam, case, cast, func, or_, select, update

from bot.channels.base import Message, Receipt
from bot.keys import Tampered, WrongKey
from bot.storage.rows import Claimed, DeliveryRow, Recovered
from bot.storage.session import Session
from bot.storage.tables import conversation, delivery

log = logging.getLogger(__name__)


class Ledger:
    """One row per recipient and message; a lane is sent in order, one row at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, rows: Sequence[DeliveryRow]) -> None:
        """Write rows; a known dedupe key is left alone."""
        if not rows:
            return
        now = self._session.clock()
        await self._session.connection.execute(
            self._session.insert(delivery).on_conflict_do_nothing(index_elements=["dedupe"]),
            [self._row(row, now) for row in rows],
        )

    async def claim(self, now: datetime, limit: int, busy: Collection[str]) -> Sequence[Claimed]:
        """Take the oldest due row of each free lane, and note the attempt.

        A question that was answered meanwhile is cancelled instead.
        """
        claimed: list[Claimed] = []
        taken = set(busy)
        while len(claimed) < limit:
            result = await self._session.connection.execute(_next(now, limit - len(claimed), taken))
            rows = result.all()
            stale = [row.id for row in rows if row.stale]
            good = [row for row in rows if not row.stale]
            await self._cancel(stale)
            await self._begin([row.id for row in good], now)
            claimed += [letter for row in good if (letter := await self._opened(row))]
            taken |= {row.lane for row in good}
            if not stale:
                break
        return claimed

    async def sent(self, receipts: Mapping[int, Receipt], at: datetime) -> None:
        """Note what the platform took, in one statement for all of them."""
        if receipts:
            await self._session.connection.execute(
                _TAKEN,
                [
                    {"number": n, "at": at, "key": receipt.key, "way": receipt.via}
                    for n, receipt in receipts.items()
                ],
            )

    async def retry(self, number: int, code: str, due_at: datetime) -> None:
        """Note a refusal and when to try again; the lane waits."""
        await self._end(number, state="ready", due_at=due_at, code=code)

    async def failed(self, number: int, code: str) -> None:
        """Note that it will never be delivered."""
        await self._end(number, state="failed", due_at=None, code=code)

    async def unknown(self, number: int, code: str, resend_at: datetime | None) -> None:
        """Note that it may have been delivered, and when to send it once more, if at all."""
        await self._end(number, state="unknown", due_at=resend_at, code=code)

    async def recover(self, now: datetime) -> Recovered:
        """At the start: judge what a crash left half sent.

        Answers to one person and cards (the platform knows their key) are sent again; what went
        to a group stays unknown.
        """
        again = await self._session.connection.execute(
            update(delivery)
            .where(
                delivery.c.state == "sending",
                or_(delivery.c.door == "private", delivery.c.card != ""),
            )
            .values(state="ready", due_at=now, code="crash", resends=delivery.c.resends + 1)
        )
        about = await self._session.connection.execute(
            select(delivery.c.ticket)
            .where(delivery.c.state == "sending", delivery.c.ticket.is_not(None))
            .distinct()
            .order_by(delivery.c.ticket)
        )
        rest = await self._session.connection.execute(
            update(delivery)
            .where(delivery.c.state == "sending")
            .values(state="unknown", due_at=None, code="crash")
        )
        return Recovered(again.rowcount, rest.rowcount, tuple(about.scalars()))

    async def counts(self) -> Mapping[str, int]:
        """Return how many rows are in each state."""
        result = await self._session.connection.execute(
            select(delivery.c.state, func.count()).group_by(delivery.c.state)
        )
        return Counter({row[0]: row[1] for row in result})

    async def oldest_ready(self) -> datetime | None:
        """Return since when the longest waiting row is due."""
        result = await self._session.connection.execute(
            select(func.min(delivery.c.due_at)).where(delivery.c.state == "ready")
        )
        oldest: datetime | None = result.scalar()
        return oldest

    async def _begin(self, numbers: Sequence[int], now: datetime) -> None:
        if numbers:
            again = cast(case((delivery.c.state == "unknown", 1), else_=0), Integer)
            await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(numbers))
                .values(
                    state="sending",
                    attempts=delivery.c.attempts + 1,
                    resends=delivery.c.resends + again,
                    attempted_at=now,
                )
            )

    async def _cancel(self, numbers: Sequence[int]) -> None:
        if numbers:
            await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(numbers))
                .values(state="cancelled", due_at=None)
            )

    async def _end(self, number: int, **values: object) -> None:
        await self._session.connection.execute(
            update(delivery)
            .where(delivery.c.id == number, delivery.c.state == "sending")
            .values(**values)
        )

    def _row(self, row: DeliveryRow, now: datetime) -> dict[str, object]:
        until = row.reply_until
        body = {
            "message": row.message.model_dump(mode="json"),
            "mention": row.mention,
            "reply_url": row.reply_url,
            "reply_until": until.isoformat() if until else None,
        }
        return {
            "dedupe": row.dedupe,
            "channel": row.channel,
            "robot": row.robot,
            "door": row.door,
            "to": row.to,
            "lane": row.lane,
            "card": row.card,
            "updates_card": row.update,
            "content": row.content.value,
            "person": row.person,
            "question": row.question,
            "arrival": row.arrival,
            "ticket": row.ticket,
            "body": self._session.seal_json(body, "delivery.body", row.dedupe),
            "state": row.state,
            "code": row.code,
            "attempts": 0,
            "resends": 0,
            "created_at": now,
            "due_at": now if row.state == "ready" else None,
        }

    async def _opened(self, row: Row[Any]) -> Claimed | None:
        """Open a row; one that cannot be read costs only itself."""
        try:
            return self._claimed(row)
        except (Tampered, WrongKey, ValueError, LookupError, TypeError) as error:
            log.error("delivery=%d cannot be read: %s", row.id, type(error).__name__)
            await self.failed(row.id, "unreadable")
            return None

    def _claimed(self, row: Row[Any]) -> Claimed:
        body = self._session.open_json(row.body, "delivery.body", row.dedupe)
        until = body["reply_until"]
        return Claimed(
            id=row.id,
            robot=row.robot,
            door=row.door,
            to=row.to,
            mention=body["mention"],
            message=Message.model_validate(body["message"]),
            card=row.card,
            update=row.updates_card,
            reply_url=body["reply_url"],
            reply_until=datetime.fromisoformat(until) if until else None,
            attempt=row.attempts + 1,
            channel=row.channel,
            lane=row.lane,
            resends=row.resends + (row.state == "unknown"),
            person=row.person,
            ticket=row.ticket,
        )


_TAKEN = (
    update(delivery)
    .where(delivery.c.id == bindparam("number"), delivery.c.state == "sending")
    .values(
        state="sent",
        due_at=None,
        code="",
        sent_at=bindparam("at"),
        receipt=bindparam("key"),
        via=bindparam("way"),
    )
)


def _next(now: datetime, limit: int, busy: Collection[str]) -> Select[Any]:
    """Select the heads of the lanes that are free; only open rows have a due time."""
    heads = (
        select(func.min(delivery.c.id))
        .where(delivery.c.due_at.is_not(None))
        .group_by(delivery.c.lane)
    )
    stale = and_(
        delivery.c.question.is_not(None),
        conversation.c.question.is_not(None),
        conversation.c.question > delivery.c.question,
    )
    return (
        select(delivery, stale.label("stale"))
        .outerjoin(conversation, conversation.c.person == delivery.c.person)
        .where(
            delivery.c.id.in_(heads),
            delivery.c.state.in_(("ready", "unknown")),
            delivery.c.due_at <= now,
            delivery.c.lane.not_in(busy),
        )
        .order_by(delivery.c.id)
        .limit(limit)
        .with_for_update(of=delivery, skip_locked=True)
    )
