"""Breakers: what rests for a while because the platform asked for it (steady time)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.session import Session
from bot.storage.tables import breaker


@dataclass(frozen=True, slots=True)
class Breaker:
    """What rests, until when, and the platform's word for why."""

    name: str
    until: datetime
    code: str


class Breakers:
    """Keeps what rests, for all processes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def trip(self, name: str, until: datetime, code: str) -> None:
        """Let something rest; a longer rest stays as it is."""
        adding = self._session.insert(breaker).values(name=name, until=until, code=code)
        await self._session.connection.execute(
            adding.on_conflict_do_update(
                index_elements=["name"],
                set_={"until": adding.excluded.until, "code": adding.excluded.code},
                where=breaker.c.until < adding.excluded.until,
            )
        )

    async def open(self) -> dict[str, Breaker]:
        """Return what rests now, by name."""
        now = self._session.steady()
        result = await self._session.connection.execute(
            select(breaker).where(breaker.c.until > now).order_by(breaker.c.name)
        )
        return {row.name: Breaker(row.name, row.until, row.code) for row in result}

    async def forget(self, before: datetime) -> None:
        """Drop what has not rested since then."""
        await self._session.connection.execute(delete(breaker).where(breaker.c.until < before))
