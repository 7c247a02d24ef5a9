"""Urging: the lines that wait for somebody's next digest, and calms in which nobody is urged."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update

from bot.storage.session import Session
from bot.storage.tables import calm, nudge
from handlers.ports import Nudge, PersonId


class UrgingRows:
    """Keeps each line until a digest told it; it is told once, however often it is added."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, nudges: Sequence[Nudge], at: datetime) -> None:
        """Write lines down; a known dedupe key is left alone."""
        statement = self._session.insert(nudge).on_conflict_do_nothing(index_elements=["dedupe"])
        rows = {one.dedupe: _row(one, at) for one in nudges}
        await self._session.connection.execute(statement, [rows[key] for key in sorted(rows)])

    async def waiting(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Nudge]]:
        """Return what was not told yet, the oldest first."""
        result = await self._session.connection.execute(
            select(nudge)
            .where(nudge.c.person.in_(persons), nudge.c.told_at.is_(None))
            .order_by(nudge.c.id)
        )
        found: dict[PersonId, list[Nudge]] = defaultdict(list)
        for row in result:
            found[row.person].append(
                Nudge(
                    person=row.person,
                    ticket=row.ticket,
                    kind=row.kind,
                    dedupe=row.dedupe,
                    clock=row.clock,
                    rung=row.rung,
                    deadline=row.deadline,
                    id=row.id,
                )
            )
        return found

    async def latest(self, persons: Sequence[PersonId]) -> Mapping[PersonId, datetime]:
        """Return when each person had the last digest."""
        result = await self._session.connection.execute(
            select(nudge.c.person, func.max(nudge.c.told_at).label("latest"))
            .where(nudge.c.person.in_(persons), nudge.c.told_at.is_not(None))
            .group_by(nudge.c.person)
        )
        return {row.person: row.latest for row in result}

    async def told(self, nudges: Sequence[Nudge], at: datetime) -> None:
        """Note that a digest told these."""
        await self._session.connection.execute(
            update(nudge).where(nudge.c.id.in_([one.id for one in nudges])).values(told_at=at)
        )

    async def drop(self, nudges: Sequence[Nudge]) -> None:
        """Forget lines that are moot before anybody was told."""
        await self._session.connection.execute(
            delete(nudge).where(nudge.c.id.in_([one.id for one in nudges]))
        )

    async def prune(self, before: datetime) -> int:
        """Forget lines that were told before then, and say how many they were."""
        result = await self._session.connection.execute(
            delete(nudge).where(nudge.c.told_at < before)
        )
        return result.rowcount

    async def calm(self) -> date | None:
        """Name the last day of the calm that was said last; it may be over."""
        result = await self._session.connection.execute(
            select(calm.c.until).order_by(calm.c.id.desc()).limit(1)
        )
        found: date | None = result.scalar()
        return found

    async def set_calm(self, until: date, by: PersonId, at: datetime) -> None:
        """Let nobody be urged up to a day, that day included; a day that is over ends it."""
        await self._session.connection.execute(insert(calm).values(until=until, by=by, at=at))


def _row(one: Nudge, at: datetime) -> dict[str, object]:
    return {
        "dedupe": one.dedupe,
        "person": one.person,
        "ticket": one.ticket,
        "kind": one.kind,
        "clock": one.clock,
        "rung": one.rung,
        "deadline": one.deadline,
        "at": at,
    }
