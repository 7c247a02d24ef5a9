"""Enterprises: the names of those that somebody is bound to, or invited to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.storage.directory import Directory
from bot.storage.session import Session
from bot.storage.tables import enterprise


class EnterpriseRows:
    """Numbers enterprises by their name, and knows which are no more (注销)."""

    def __init__(self, session: Session, directory: Directory) -> None:
        self._session = session
        self._directory = directory

    async def names(self) -> Sequence[str]:
        """Return the known names of those that still are."""
        page = await self._directory.page()
        if page.enterprises is None:
            result = await self._session.connection.execute(
                select(enterprise.c.name)
                .where(enterprise.c.deregistered_at.is_(None))
                .order_by(enterprise.c.name)
            )
            page.enterprises = tuple(result.scalars())
        return list(page.enterprises)

    async def deregistered(self) -> Sequence[str]:
        """Return the names of those that are no more."""
        page = await self._directory.page()
        if page.deregistered is None:
            result = await self._session.connection.execute(
                select(enterprise.c.name)
                .where(enterprise.c.deregistered_at.is_not(None))
                .order_by(enterprise.c.name)
            )
            page.deregistered = tuple(result.scalars())
        return page.deregistered

    async def stands(self, name: str) -> bool:
        """Say whether somebody may be bound to it; whoever deregisters it meanwhile waits."""
        result = await self._session.connection.execute(
            select(enterprise.c.deregistered_at)
            .where(enterprise.c.name == name)
            .with_for_update(read=True)
        )
        row = result.one_or_none()
        return row is None or row.deregistered_at is None

    async def deregister(self, name: str, at: datetime) -> int:
        """Let nobody be bound to it from here on; return its number."""
        return await self._set(name, at)

    async def reinstate(self, name: str) -> int:
        """Let people be bound to it again; return its number."""
        return await self._set(name, None)

    async def _set(self, name: str, at: datetime | None) -> int:
        number = (await self.numbers([name]))[name]
        await self._session.connection.execute(
            update(enterprise).where(enterprise.c.name == name).values(deregistered_at=at)
        )
        await self._directory.changed()
        return number

    async def numbers(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the ids of these names, new ones included."""
        ordered = sorted(set(names))
        if not ordered:
            return {}
        found = await self._find(ordered)
        new = [{"name": name} for name in ordered if name not in found]
        if not new:
            return found
        await self._session.connection.execute(
            self._session.insert(enterprise).on_conflict_do_nothing(index_elements=["name"]), new
        )
        await self._directory.changed()
        return await self._find(ordered)

    async def _find(self, names: Sequence[str]) -> Mapping[str, int]:
        result = await self._session.connection.execute(
            select(enterprise.c.name, enterprise.c.id).where(enterprise.c.name.in_(names))
        )
        return {row.name: row.id for row in result}
