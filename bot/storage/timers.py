"""Timers: what is to happen when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.storage.session import Session
from bot.storage.tables import timer
from handlers.ports import Due


class TimerRows:
    """Keeps timers until they were dealt with."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def set(self, dues: Sequence[Due], cancel: Sequence[str] = ()) -> None:
        """Cancel some, then set others; a known dedupe key is replaced."""
        if cancel:
            await self._session.connection.execute(delete(timer).where(timer.c.dedupe.in_(cancel)))
        rows = {
            due.dedupe: {
                "dedupe": due.dedupe,
                "kind": due.kind,
                "subject": due.subject,
                "due_at": due.due_at,
                "state": "set",
            }
            for due in dues
        }
        if rows:
            statement = self._session.insert(timer)
            columns = ("kind", "subject", "due_at", "state")
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["dedupe"],
                    set_={name: statement.excluded[name] for name in columns},
                ),
                [rows[key] for key in sorted(rows)],
            )

    async def due(self, now: datetime, limit: int) -> Sequence[Due]:
        """Take what is due; taken but not done (a crash) comes again."""
        result = await self._session.connection.execute(
            select(timer)
            .where(timer.c.due_at <= now)
            .order_by(timer.c.due_at, timer.c.dedupe)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        dues = [Due(row.kind, row.subject, row.due_at, row.dedupe) for row in result]
        if dues:
            await self._session.connection.execute(
                update(timer)
                .where(timer.c.dedupe.in_([due.dedupe for due in dues]))
                .values(state="taken")
            )
        return dues

    async def done(self, dedupe: str) -> None:
        """Forget a taken timer, unless it was set anew meanwhile."""
        await self._session.connection.execute(
            delete(timer).where(timer.c.dedupe == dedupe, timer.c.state == "taken")
        )
