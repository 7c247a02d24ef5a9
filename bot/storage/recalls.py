"""Recalls: messages that are to be taken back, and which of them stand all the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, update

from bot.channels.base import Delivered
from bot.storage.session import Session
from bot.storage.tables import Moment, delivery, recall
from flows.office import Door
from handlers.campaigns.records import Standing

NEVER = ("no.key", "custom.robot", "mass.stays")
"""Why a message can never be taken back."""
_MAY_STAND = ("sent", "asked", "unknown", "sending")


@dataclass(frozen=True, slots=True)
class Asking:
    """A message that is to be taken back: of which campaign, and for the how manieth time."""

    campaign: str
    one: Delivered
    tries: int
    stands: bool = True  # False = it never left after all


Asked = Mapping[str, Sequence[Asking]]
"""What is asked for now, by channel."""


class RecallRows:
    """Keeps one row for each message that is to be taken back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def ask(self, number: str) -> int:
        """Have everything taken back that a campaign sent, or may have sent; say how much is new.

        What is on its way is taken back when it has arrived. What stood all the same is asked for
        again, unless the platform can never take such a message back.
        """
        added = await self._added(number, _MAY_STAND)
        again = await self._session.connection.execute(
            update(recall)
            .where(
                recall.c.campaign == number,
                recall.c.state == "stands",
                recall.c.why.not_in(NEVER),
            )
            .values(state="asked", why="", tries=0, due_at=self._session.clock())
        )
        return added + int(again.rowcount)

    async def stop(self, number: str) -> int:
        """Have taken back what somebody at the platform would have to let go; say how much."""
        return await self._added(number, ("asked",))

    async def _added(self, number: str, states: Collection[str]) -> int:
        now = self._session.clock()
        sent = select(
            *(delivery.c.id, delivery.c.campaign, literal("asked"), literal("")),
            *(literal(0), literal(now, Moment())),
        ).where(
            delivery.c.campaign == number,
            delivery.c.state.in_(states),
            delivery.c.updates_card.is_(False),
        )
        added = await self._session.connection.execute(
            self._session.insert(recall)
            .from_select(["delivery", "campaign", "state", "why", "tries", "due_at"], sent)
            .on_conflict_do_nothing(index_elements=["delivery"])
        )
        return int(added.rowcount)

    async def due(self) -> bool:
        """Say whether something is to be taken back now."""
        result = await self._session.connection.execute(
            select(recall.c.delivery).where(self._is_due()).limit(1)
        )
        return result.first() is not None

    async def claim(self, limit: int, until: datetime) -> Asked:
        """Return what is to be taken back now; until then no other process gets it."""
        due = (
            select(recall.c.delivery)
            .where(self._is_due())
            .order_by(recall.c.due_at, recall.c.delivery)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        result = await self._session.connection.execute(
            update(recall)
            .where(recall.c.delivery.in_(due.scalar_subquery()))
            .values(due_at=until, tries=recall.c.tries + 1)
            .returning(recall.c.delivery, recall.c.tries)
        )
        tries = {row.delivery: row.tries for row in result}
        rows = await self._session.connection.execute(
            select(delivery).where(delivery.c.id.in_(list(tries))).order_by(delivery.c.id)
        )
        found: dict[str, list[Asking]] = {}
        for row in rows:
            one = Delivered(
                id=row.id,
                robot=row.robot,
                door=Door(row.door),
                to=row.to,
                key=row.receipt or "",
                via=row.via or "api",
            )
            stands = row.state in _MAY_STAND
            asking = Asking(row.campaign, one, tries[row.id], stands=stands)
            found.setdefault(row.channel, []).append(asking)
        return found

    def _is_due(self) -> ColumnElement[bool]:
        """Say what is to be asked for: nothing that is on its way, or may still leave."""
        again = and_(delivery.c.state.in_(("ready", "unknown")), delivery.c.due_at.is_not(None))
        leaves = exists(
            select(delivery.c.id).where(
                delivery.c.id == recall.c.delivery, or_(delivery.c.state == "sending", again)
            )
        )
        return and_(recall.c.due_at <= self._session.clock(), ~leaves)

    async def answered(self, told: Mapping[int, str]) -> None:
        """Note what the platform said of each; empty words = it is gone."""
        for number, why in told.items():
            await self._session.connection.execute(
                update(recall)
                .where(recall.c.delivery == number)
                .values(state="stands" if why else "gone", why=why, due_at=None)
            )

    async def finished(self, numbers: Collection[str]) -> Sequence[str]:
        """Return those of these campaigns of which every message was answered for."""
        result = await self._session.connection.execute(
            select(recall.c.campaign, func.count(recall.c.due_at))
            .where(recall.c.campaign.in_(numbers))
            .group_by(recall.c.campaign)
        )
        return sorted(number for number, waits in result if not waits)

    async def standing(self, number: str) -> Mapping[int, Standing]:
        """Return how each message of a campaign stands, by its number in the ledger."""
        result = await self._session.connection.execute(
            select(recall.c.delivery, recall.c.state, recall.c.why).where(
                recall.c.campaign == number
            )
        )
        return {row.delivery: Standing(row.state, row.why) for row in result}
