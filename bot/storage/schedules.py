"""Which slots of which schedules were done, and on which basis."""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.storage.session import Session
from bot.storage.tables import meta, schedule_run


class ScheduleRows:
    """Keeps that a slot was done, in the transaction that does its work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, name: str, slot: datetime) -> bool:
        """Take a slot; False when it was done. Whoever is at it in another process is awaited."""
        result = await self._session.connection.execute(
            self._session.insert(schedule_run)
            .values(name=name, slot=slot, at=self._session.clock())
            .on_conflict_do_nothing(index_elements=["name", "slot"])
            .returning(schedule_run.c.slot)
        )
        return result.scalar() is not None

    async def latest(self, name: str, until: datetime) -> datetime | None:
        """Return the last slot up to then that was done."""
        result = await self._session.connection.execute(
            select(func.max(schedule_run.c.slot)).where(
                schedule_run.c.name == name, schedule_run.c.slot <= until
            )
        )
        found: datetime | None = result.scalar()
        return found

    async def rebase(self, name: str, basis: str) -> bool:
        """Keep what a schedule's work depends on; True when it was another, or none."""
        statement = self._session.insert(meta).values(name=_basis_of(name), value=basis.encode())
        result = await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={"value": statement.excluded.value},
                where=meta.c.value != statement.excluded.value,
            ).returning(meta.c.name)
        )
        return result.scalar() is not None

    async def is_based(self, name: str, basis: str) -> bool:
        """Say whether this is what a schedule's work was last done on."""
        result = await self._session.connection.execute(
            select(meta.c.value).where(meta.c.name == _basis_of(name))
        )
        return result.scalar() == basis.encode()

    async def prune(self, before: datetime) -> int:
        """Forget slots from before then; return how many."""
        result = await self._session.connection.execute(
            delete(schedule_run).where(schedule_run.c.slot < before)
        )
        return result.rowcount


def _basis_of(name: str) -> str:
    return f"schedule:{name}"
