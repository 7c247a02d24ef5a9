"""Desks: tickets by what they wait for, read from plain columns and never decrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, null, or_, select

from bot.storage.grams import Grams
from bot.storage.session import Session
from bot.storage.tables import role, ticket, ticket_unit
from bot.storage.tickets import TicketRows
from flows.tickets.case import Ticket
from flows.tickets.desk import Waits
from flows.tickets.state import State
from handlers.arrival import PersonId
from handlers.lists import Burden, Listed, Reach, Span, Tally, Unread, Whose
from handlers.person import Role


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
        within += _not_by(whose)
        found: list[Listed] = []
        # One thing at a time: each is a stretch of an index that stands in order already.
        for wait in waits:
            result = await self._session.connection.execute(
                source.rows.where(source.waits == wait.value, *within)
                .order_by(source.due_at, source.number)
                .limit(most)
            )
            found += [_listed(row) for row in result]
        return sorted(found, key=lambda one: (one.due_at, one.number))[:most]

    async def emergencies(self, whose: Whose) -> Sequence[Listed]:
        """Return everything that waits and is an emergency (应急), the earliest due first."""
        source = _source(whose)
        result = await self._session.connection.execute(
            source.rows.where(
                source.emergency, source.waits.is_not(None), *source.mine, *_not_by(whose)
            ).order_by(source.due_at, source.number)
        )
        return [_listed(row) for row in result]

    async def burdens(self, today: date) -> Mapping[PersonId, Burden]:
        """Return what each leader of today has in hand."""
        posts = await self._session.connection.execute(
            select(role.c.person, role.c.until).where(
                role.c.role == Role.LEADER.value,
                role.c.unit == "",
                role.c.revoked_at.is_(None),
                or_(role.c.since.is_(None), role.c.since <= today),
                or_(role.c.until.is_(None), role.c.until >= today),
            )
        )
        ends = {row.person: row.until for row in posts}
        owned = await self._session.connection.execute(
            select(ticket.c.leader, func.count().label("led"))
            # What is over has no date any more: the index ends where the running ones do.
            .where(ticket.c.leader.in_(sorted(ends)), ticket.c.due_at.is_not(None))
            .group_by(ticket.c.leader)
        )
        led = {row.leader: int(row.led) for row in owned}
        return {person: Burden(led.get(person, 0), until) for person, until in ends.items()}

    async def with_words(self, words: Sequence[str], reach: Reach, most: int) -> Sequence[str]:
        """Return numbers of tickets that probably have all the words, the newest first."""
        return await self._grams.find(words, reach, most)

    async def page(
        self, since: datetime, until: datetime, after: str, most: int
    ) -> Sequence[Ticket | Unread]:
        """Return tickets that came in from `since` on and before `until`, those after `after`."""
        query = (
            select(*(ticket.c[name] for name in _UNREAD))
            .where(ticket.c.created_at >= since, ticket.c.created_at < until)
            .order_by(ticket.c.created_at, ticket.c.serial)
            .limit(most)
        )
        if after:
            last = select(ticket.c.created_at, ticket.c.serial).where(ticket.c.number == after)
            at, serial = (await self._session.connection.execute(last)).one()
            later = and_(ticket.c.created_at == at, ticket.c.serial > serial)
            query = query.where(or_(ticket.c.created_at > at, later))
        rows = (await self._session.connection.execute(query)).all()
        loaded = await self._tickets.load([row.number for row in rows], ())
        found = {one.number: one for one in loaded}
        return [found.get(row.number) or _unread(row) for row in rows]


_UNREAD = tuple(one.name for one in fields(Unread))


def _unread(row: Any) -> Unread:
    plain = {name: getattr(row, name) for name in _UNREAD}
    return Unread(**{**plain, "state": State(row.state), "lead_unit": row.lead_unit or ""})


class _Source:
    """The columns that a list reads, and whose rows it reads."""

    def __init__(
        self, columns: Any, number: ColumnElement[str], *mine: ColumnElement[bool]
    ) -> None:
        self.waits: ColumnElement[str] = columns.waits
        self.due_at: ColumnElement[datetime] = columns.due_at
        self.emergency: ColumnElement[bool] = columns.emergency
        self.number = number
        self.mine = (self.due_at.is_not(None), *mine)
        self.rows: Select[Any] = select(
            number.label("number"),
            self.waits.label("waits"),
            self.emergency.label("emergency"),
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


def _not_by(whose: Whose) -> list[ColumnElement[bool]]:
    """Leave out the answers that somebody wrote: somebody else audits them."""
    if whose.not_by is None:
        return []
    own = and_(ticket.c.waits == Waits.AUDIT.value, ticket.c.answered_by == whose.not_by)
    return [not_(func.coalesce(own, False))]


def _listed(row: Any) -> Listed:
    return Listed(
        row.number, Waits(row.waits), row.due_at, row.urgent, row.since, emergency=row.emergency
    )


def _tally(row: Any) -> Tally:
    return Tally(int(row.count), int(row.overdue), int(row.today))
