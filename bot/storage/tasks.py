"""Tasks: work for staff that is not a ticket yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update

from bot.storage import tables
from bot.storage.session import Session
from handlers.ports import PersonId, Task


class TaskRows:
    """Keeps one open task of each kind per person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, task: Task) -> int:
        """Store a task (its id is ignored) unless the same is open; return the id."""
        result = await self._session.connection.execute(
            self._session.insert(tables.task)
            .values(
                kind=task.kind,
                person=task.person,
                detail=self._session.seal_json(
                    dict(task.detail), "task.detail", task.kind, task.person
                ),
                at=task.at,
            )
            .on_conflict_do_nothing(
                index_elements=["kind", "person"], index_where=tables.task.c.done_at.is_(None)
            )
            .returning(tables.task.c.id)
        )
        added: int | None = result.scalar()
        if added is not None:
            return added
        result = await self._session.connection.execute(
            select(tables.task.c.id).where(
                tables.task.c.kind == task.kind,
                tables.task.c.person == task.person,
                tables.task.c.done_at.is_(None),
            )
        )
        return int(result.scalar_one())

    async def open(self) -> Sequence[Task]:
        """Return what nobody did yet, the oldest first."""
        result = await self._session.connection.execute(
            _told().where(tables.task.c.done_at.is_(None)).order_by(tables.task.c.id)
        )
        return [self._loaded(row) for row in result]

    async def get(self, task: int) -> Task | None:
        """Return one task, done or not."""
        result = await self._session.connection.execute(_told().where(tables.task.c.id == task))
        row = result.one_or_none()
        return None if row is None else self._loaded(row)

    async def done(self, task: int, by: PersonId, at: datetime) -> bool:
        """Close a task; False when somebody else did."""
        result = await self._session.connection.execute(
            update(tables.task)
            .where(tables.task.c.id == task, tables.task.c.done_at.is_(None))
            .values(done_by=by, done_at=at)
        )
        return result.rowcount == 1

    def _loaded(self, row: Row[Any]) -> Task:
        return Task(
            id=row.id,
            kind=row.kind,
            person=row.merged_into or row.person,
            detail=self._session.open_json(row.detail, "task.detail", row.kind, row.person),
            at=row.at,
            done_by=row.done_by,
        )


def _told() -> Select[Any]:
    """Begin a query of tasks, with who their person is since accounts were linked (关联账号)."""
    of = tables.person
    return select(tables.task, of.c.merged_into).join(of, of.c.id == tables.task.c.person)
