"""Leases: which process does what, and until when (steady time)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, or_, select, update

from bot.storage.session import Session
from bot.storage.tables import lease

PROCESS = "process:"
"""How the lease is called by which a process shows that it lives; its owner follows."""
STANDBY = "standby:"
"""How the lease is called by which one shows that it could take another over; name and owner."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What one owner holds; the fence tells its acts from those of earlier owners."""

    name: str
    owner: str
    fence: int
    until: datetime


class Leases:
    """Hands out names to one owner at a time; each new owner's fence is one higher."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take(self, name: str, owner: str, life: timedelta) -> Lease | None:
        """Take what is free, ended or one's own already; None while somebody else holds it."""
        now = self._session.steady()
        adding = self._session.insert(lease).values(
            name=name, owner=owner, fence=1, until=now + life
        )
        new = adding.excluded
        same = lease.c.owner == new.owner
        result = await self._session.connection.execute(
            adding.on_conflict_do_update(
                index_elements=["name"],
                set_={
                    "owner": new.owner,
                    "until": new.until,
                    "fence": case((same, lease.c.fence), else_=lease.c.fence + 1),
                },
                where=or_(same, lease.c.until <= now),
            ).returning(lease.c.fence)
        )
        fence = result.scalar()
        return None if fence is None else Lease(name, owner, fence, now + life)

    async def renew(self, held: Lease, life: timedelta) -> Lease | None:
        """Hold it longer, also when it ended meanwhile and nobody took it; None = it is lost."""
        until = self._session.steady() + life
        result = await self._session.connection.execute(
            update(lease).where(*_is(held)).values(until=until)
        )
        return Lease(held.name, held.owner, held.fence, until) if result.rowcount else None

    async def release(self, held: Lease) -> None:
        """Let others have it at once; what is somebody else's by now stays theirs."""
        await self._session.connection.execute(
            update(lease).where(*_is(held)).values(until=self._session.steady())
        )

    async def get(self, name: str) -> Lease | None:
        """Return who holds a name now."""
        result = await self._session.connection.execute(
            select(lease).where(lease.c.name == name, lease.c.until > self._session.steady())
        )
        row = result.one_or_none()
        return None if row is None else Lease(row.name, row.owner, row.fence, row.until)

    async def is_latest(self, held: Lease) -> bool:
        """Say whether nobody took it since, ended or not; nobody can until the commit."""
        result = await self._session.connection.execute(
            select(lease.c.fence).where(*_is(held)).with_for_update()
        )
        return result.scalar() is not None

    async def stand_by(self, name: str, owner: str, life: timedelta) -> None:
        """Show that this owner could take the name over; no life = it cannot any more."""
        await self.take(_candidate(name, owner), owner, life)

    async def has_standby(self, name: str, but: str) -> bool:
        """Say whether somebody else could take the name over now."""
        result = await self._session.connection.execute(
            select(lease.c.owner)
            .where(
                lease.c.name.startswith(_candidate(name, ""), autoescape=True),
                lease.c.owner != but,
                lease.c.until > self._session.steady(),
            )
            .limit(1)
        )
        return result.scalar() is not None

    async def living(self, owners: Collection[str]) -> frozenset[str]:
        """Return those of the processes that show that they live."""
        names = {PROCESS + owner for owner in owners}
        result = await self._session.connection.execute(
            select(lease.c.name).where(
                lease.c.name.in_(names), lease.c.until > self._session.steady()
            )
        )
        return frozenset(name.removeprefix(PROCESS) for name in result.scalars())

    async def forget(self, ended_before: datetime) -> None:
        """Drop the leases of processes that ended long ago: their names never come back."""
        await self._session.connection.execute(
            delete(lease).where(
                or_(*(lease.c.name.startswith(one, autoescape=True) for one in (PROCESS, STANDBY))),
                lease.c.until < ended_before,
            )
        )


def _candidate(name: str, owner: str) -> str:
    return f"{STANDBY}{name}:{owner}"


def _is(held: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        lease.c.name == held.name,
        lease.c.owner == held.owner,
        lease.c.fence == held.fence,
    )
