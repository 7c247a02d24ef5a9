"""Enterprises: the names of those that somebody is bound to, or invited to."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from bot.storage.session import Session
from bot.storage.tables import enterprise


class Enterprises:
    """Numbers enterprises by their name."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def names(self) -> Sequence[str]:
        """Return the known names."""
        result = await self._session.connection.execute(
            select(enterprise.c.name).order_by(enterprise.c.name)
        )
        return result.scalars().all()

    async def numbers(self, names: Collection[str]) -> Mapping[str, int]:
        """Return the ids of these names, new ones included."""
        ordered = sorted(set(names))
        if not ordered:
            return {}
        await self._session.connection.execute(
            self._session.insert(enterprise).on_conflict_do_nothing(index_elements=["name"]),
            [{"name": name} for name in ordered],
        )
        result = await self._session.connection.execute(
            select(enterprise.c.name, enterprise.c.id).where(enterprise.c.name.in_(ordered))
        )
        return {row.name: row.id for row in result}
