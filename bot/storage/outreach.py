"""走访 and 问询: what staff heard in enterprises, and how many they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, cast, distinct, func, insert, select, update

from bot.storage.session import Session
from bot.storage.tables import outreach, ticket
from flows.outreach.record import ASKED, BEEN, Count, Counts, Outreach
from handlers.ports import PersonId

VISIT = "visit"  # the kind of source that a 走访 is to its tickets
_STANDS = outreach.c.dropped_at.is_(None)


class OutreachRows:
    """Keeps each 走访 as a row; who was met is sealed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, new: Outreach) -> int:
        """Store one and return its id; the unique key keeps two at once apart."""
        result = await self._session.connection.execute(
            insert(outreach)
            .values(
                enterprise=new.enterprise,
                mode=new.mode,
                day=new.day,
                nth=await self._next(new),
                by=new.by,
                at=new.at,
                told=self._sealed(new),
            )
            .returning(outreach.c.id)
        )
        return int(result.scalar_one())

    async def change(self, changed: Outreach) -> None:
        """Store one as it was put right."""
        result = await self._session.connection.execute(
            select(outreach.c.enterprise, outreach.c.mode, outreach.c.day, outreach.c.nth).where(
                outreach.c.id == changed.id
            )
        )
        was = result.one()
        moved = not changed.same(was.enterprise, was.mode, was.day)
        await self._session.connection.execute(
            update(outreach)
            .where(outreach.c.id == changed.id)
            .values(
                enterprise=changed.enterprise,
                mode=changed.mode,
                day=changed.day,
                nth=await self._next(changed) if moved else was.nth,
                told=self._sealed(changed),
            )
        )

    async def drop(self, one: int, by: PersonId, at: datetime) -> None:
        """Take one back: the row stays, and is counted no more."""
        await self._session.connection.execute(
            update(outreach).where(outreach.c.id == one).values(dropped_by=by, dropped_at=at)
        )

    async def get(self, one: int) -> Outreach | None:
        """Return one by its id, held until the commit."""
        result = await self._session.connection.execute(
            select(outreach).where(outreach.c.id == one, _STANDS).with_for_update()
        )
        row = result.one_or_none()
        return None if row is None else self._opened(row)

    async def of(self, enterprise: str) -> Sequence[Outreach]:
        """Return those of an enterprise, the latest first."""
        result = await self._session.connection.execute(
            select(outreach)
            .where(outreach.c.enterprise == enterprise, _STANDS)
            .order_by(outreach.c.day.desc(), outreach.c.id.desc())
        )
        return [self._opened(row) for row in result]

    async def enterprises(self) -> Sequence[str]:
        """Return the names of all enterprises that were heard."""
        result = await self._session.connection.execute(
            select(outreach.c.enterprise).where(_STANDS).distinct().order_by(outreach.c.enterprise)
        )
        return result.scalars().all()

    async def tickets(self, one: int) -> Sequence[str]:
        """Return the numbers of the tickets that came of one."""
        result = await self._session.connection.execute(
            select(ticket.c.number)
            .where(ticket.c.source_ref == f"{VISIT}:{one}")
            .order_by(ticket.c.year, ticket.c.seq)
        )
        return result.scalars().all()

    async def counts(self, since: date, until: date) -> Counts:
        """Count what was heard on these days, both included."""
        within = (_STANDS, outreach.c.day >= since, outreach.c.day <= until)
        result = await self._session.connection.execute(
            select(
                outreach.c.mode,
                func.count(distinct(outreach.c.enterprise)).label("enterprises"),
                func.count().label("times"),
            )
            .where(*within)
            .group_by(outreach.c.mode)
        )
        found = {row.mode: Count(row.enterprises, row.times) for row in result}
        every = await self._session.connection.execute(
            select(func.count(distinct(outreach.c.enterprise))).where(*within)
        )
        named: ColumnElement[str] = f"{VISIT}:" + cast(outreach.c.id, Text)
        came = await self._session.connection.execute(
            select(func.count())
            .select_from(outreach.join(ticket, ticket.c.source_ref == named))
            .where(*within)
        )
        return Counts(
            asked=found.get(ASKED, Count()),
            been=found.get(BEEN, Count()),
            enterprises=int(every.scalar_one()),
            problems=int(came.scalar_one()),
        )

    async def _next(self, one: Outreach) -> int:
        result = await self._session.connection.execute(
            select(func.coalesce(func.max(outreach.c.nth), 0)).where(
                outreach.c.enterprise == one.enterprise,
                outreach.c.day == one.day,
                outreach.c.mode == one.mode,
            )
        )
        return int(result.scalar_one()) + 1

    def _sealed(self, one: Outreach) -> bytes:
        told = [one.contact, one.phone, one.leader]
        return self._session.seal_json(told, "outreach.told", one.by, one.at.isoformat())

    def _opened(self, row: Row[Any]) -> Outreach:
        contact, phone, leader = self._session.open_json(
            row.told, "outreach.told", row.by, row.at.isoformat()
        )
        return Outreach(
            id=row.id,
            enterprise=row.enterprise,
            mode=row.mode,
            day=row.day,
            contact=contact,
            phone=phone,
            by=row.by,
            at=row.at,
            leader=leader,
        )
