"""Enterprises: the names of those that somebody is bound to, or invited to."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from bot.storage.directory import Directory
from bot.storage.session import Session
from bot.storage.tables import enterprise


class Enterprises:
    """Numbers enterprises by their name."""

    def __init__(self, session: Session, directory: Directory) -> None:
        self._session = session
        self._directory = directory

    async def names(self) -> Sequence[str]:
        """Return the known names."""
        page = await self._directory.page()
        if page.enterprises is None:
            result = await self._session.connection.execute(
                select(enterprise.c.name).order_by(enterprise.c.name)
            )
            page.enterprises = tuple(result.scalars())
        return list(page.enterprises)

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
