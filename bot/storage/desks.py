"""Desks: tickets by what they wait for, read from plain columns and never decrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, null, or_, select

from bot.storage.grams import Grams
from bot.storage.session import Session
from bot.storage.tables import ticket, ticket_unit
from bot.storage.tickets import TicketRows
from flows.tickets.case import Ticket
from flows.tickets.desk import Waits
from handlers.lists import Listed, Reach, Span, Tally, Whose


class DeskRows:
    """Looks many tickets over."""

    def __init__(self, session: Session, tickets: TicketRows) -> None:
        self._session = session
        self._tickets = tickets
        self._grams = Grams(session)

    async def tally(self, whose: Whose, now: datetime, ends: datetime) -> Mapping[Waits, Tally]:
        """Count what waits, for each thing; `ends` is when today is over."""
        source = _source(whose)
        late, today = source.due_at < now, and_(source.due_at >= now, source.due_at < ends)
        result = await self._session.connection.execute(
            select(
                source.waits,
                func.count().label("count"),
                func.sum(case((late, 1), else_=0)).label("overdue"),
                func.sum(case((today, 1), else_=0)).label("today"),
            )
            .where(*source.mine)
            .group_by(source.waits)
        )
        found = {Waits(row.waits): _tally(row) for row in result}
        if whose.not_by is not None and Waits.AUDIT in found:
            own = await self._own_answers(whose.not_by, late, today)
            all_of = found[Waits.AUDIT]
            found[Waits.AUDIT] = Tally(
                all_of.count - own.count, all_of.overdue - own.overdue, all_of.today - own.today
            )
        return found

    async def _own_answers(
        self, person: int, late: ColumnElement[bool], today: ColumnElement[bool]
    ) -> Tally:
        result = await self._session.connection.execute(
            select(
                func.count().label("count"),
                func.coalesce(func.sum(case((late, 1), else_=0)), 0).label("overdue"),
                func.coalesce(func.sum(case((today, 1), else_=0)), 0).label("today"),
            ).where(ticket.c.waits == Waits.AUDIT.value, ticket.c.answered_by == person)
        )
        return _tally(result.one())

    async def due(
        self, whose: Whose, waits: Sequence[Waits], span: Span, most: int
    ) -> Sequence[Listed]:
        """Return what waits for one of these things, the earliest due first."""
        source = _source(whose)
        within = [*source.mine]
        if span.since is not None:
            within.append(source.due_at >= span.since)
        if span.until is not None:
            within.append(source.due_at < span.until)
        if whose.not_by is not None:
            own = and_(ticket.c.waits == Waits.AUDIT.value, ticket.c.answered_by == whose.not_by)
            within.append(not_(func.coalesce(own, False)))
        found: list[Listed] = []
        # One thing at a time: each is a stretch of an index that stands in order already.
        for wait in waits:
            result = await self._session.connection.execute(
                source.rows.where(source.waits == wait.value, *within)
                .order_by(source.due_at, source.number)
                .limit(most)
            )
            found += [Listed(row.number, wait, row.due_at, row.urgent, row.since) for row in result]
        return sorted(found, key=lambda one: (one.due_at, one.number))[:most]

    async def with_words(self, words: Sequence[str], reach: Reach, most: int) -> Sequence[str]:
        """Return numbers of tickets that probably have all the words, the newest first."""
        return await self._grams.find(words, reach, most)

    async def page(
        self, since: datetime, until: datetime, after: str, most: int
    ) -> Sequence[Ticket]:
        """Return tickets that came in from `since` on and before `until`, those after `after`."""
        query = (
            select(ticket.c.number)
            .where(ticket.c.created_at >= since, ticket.c.created_at < until)
            .order_by(ticket.c.created_at, ticket.c.serial)
            .limit(most)
        )
        if after:
            last = select(ticket.c.created_at, ticket.c.serial).where(ticket.c.number == after)
            at, serial = (await self._session.connection.execute(last)).one()
            later = and_(ticket.c.created_at == at, ticket.c.serial > serial)
            query = query.where(or_(ticket.c.created_at > at, later))
        numbers = (await self._session.connection.execute(query)).scalars().all()
        found = {one.number: one for one in await self._tickets.load(numbers, ())}
        return [found[number] for number in numbers]


class _Source:
    """The columns that a list reads, and whose rows it reads."""

    def __init__(
        self, columns: Any, number: ColumnElement[str], *mine: ColumnElement[bool]
    ) -> None:
        self.waits: ColumnElement[str] = columns.waits
        self.due_at: ColumnElement[datetime] = columns.due_at
        self.number = number
        self.mine = (self.due_at.is_not(None), *mine)
        self.rows: Select[Any] = select(
            number.label("number"),
            self.due_at.label("due_at"),
            columns.urgent.label("urgent"),
            (columns.since if "since" in columns else null()).label("since"),
        )


def _source(whose: Whose) -> _Source:
    if whose.units:
        theirs = ticket_unit.c.unit.in_(whose.units)
        return _Source(ticket_unit.c, ticket_unit.c.ticket, theirs)
    if whose.leader is not None:
        return _Source(ticket.c, ticket.c.number, ticket.c.leader == whose.leader)
    return _Source(ticket.c, ticket.c.number)


def _tally(row: Any) -> Tally:
    return Tally(int(row.count), int(row.overdue), int(row.today))
