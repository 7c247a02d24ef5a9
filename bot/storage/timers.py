"""Timers: what is to happen when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_, update

from bot.storage.session import Session
from bot.storage.tables import timer
from handlers.ports import Due

_TURN = 0x71696E71  # our number among the locks of the database; any will do


class TimerRows:
    """Keeps timers until they were dealt with."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def set(self, dues: Sequence[Due], cancel: Sequence[str] = ()) -> None:
        """Cancel some, then set others; a known dedupe key is replaced."""
        if cancel:
            await self._session.connection.execute(delete(timer).where(timer.c.dedupe.in_(cancel)))
        rows = _rows(dues)
        if rows:
            statement = self._session.insert(timer)
            columns = ("kind", "subject", "due_at")
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["dedupe"],
                    set_={name: statement.excluded[name] for name in columns},
                ),
                rows,
            )

    async def wind(self, dues: Sequence[Due]) -> None:
        """Set those that are missing; a known dedupe key is left alone."""
        rows = _rows(dues)
        if rows:
            statement = self._session.insert(timer)
            await self._session.connection.execute(
                statement.on_conflict_do_nothing(index_elements=["dedupe"]), rows
            )

    async def wake(self, kinds: Collection[str], now: datetime) -> None:
        """Let every timer of these kinds be due now.

        Whoever handles timers at this moment comes first, or could put one off again by what was
        so before.
        """
        if self._session.connection.dialect.name != "sqlite":
            await self._session.connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
        await self._session.connection.execute(
            update(timer).where(timer.c.kind.in_(kinds), timer.c.due_at > now).values(due_at=now)
        )

    async def turn(self) -> bool:
        """Take the turn to handle timers until the transaction ends; False = somebody else's.

        The rows themselves stay unlocked: a batch of arrivals locks a conversation and then its
        timer, and whoever handles a timer must be able to lock in the same order.
        """
        if self._session.connection.dialect.name == "sqlite":
            return True  # one write transaction at a time
        result = await self._session.connection.execute(
            select(func.pg_try_advisory_xact_lock(_TURN))
        )
        return bool(result.scalar_one())

    async def due(
        self, now: datetime, limit: int, kinds: Collection[str], only: str | None = None
    ) -> Sequence[Due]:
        """Return what is due of these kinds, the oldest first; `only` asks for one dedupe key."""
        wanted = [timer.c.due_at <= now, timer.c.kind.in_(kinds)]
        if only is not None:
            wanted.append(timer.c.dedupe == only)
        result = await self._session.connection.execute(
            select(timer).where(*wanted).order_by(timer.c.due_at, timer.c.dedupe).limit(limit)
        )
        return [Due(row.kind, row.subject, row.due_at, row.dedupe) for row in result]

    async def strange(self, now: datetime, kinds: Collection[str]) -> Sequence[str]:
        """Return the kinds of timers that are due and not of these kinds."""
        result = await self._session.connection.execute(
            select(timer.c.kind)
            .where(timer.c.due_at <= now, timer.c.kind.not_in(kinds))
            .distinct()
            .order_by(timer.c.kind)
        )
        return result.scalars().all()

    async def done(self, dues: Sequence[Due]) -> None:
        """Forget timers that were dealt with, but for those that were set anew meanwhile."""
        await self._session.connection.execute(
            delete(timer).where(
                tuple_(timer.c.dedupe, timer.c.due_at).in_(
                    [(due.dedupe, due.due_at) for due in dues]
                )
            )
        )

    async def postpone(self, due: Due, until: datetime) -> None:
        """Let a timer wait, unless it was set anew meanwhile."""
        await self._session.connection.execute(
            update(timer)
            .where(timer.c.dedupe == due.dedupe, timer.c.due_at == due.due_at)
            .values(due_at=until)
        )


def _rows(dues: Sequence[Due]) -> list[dict[str, object]]:
    """Return one row for each dedupe key, in the order in which all lock them."""
    rows: dict[str, dict[str, object]] = {
        due.dedupe: {
            "dedupe": due.dedupe,
            "kind": due.kind,
            "subject": due.subject,
            "due_at": due.due_at,
        }
        for due in dues
    }
    return [rows[key] for key in sorted(rows)]
