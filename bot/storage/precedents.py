"""Precedents: rulings on 退单, by class."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.storage.session import Session
from bot.storage.tables import precedent
from flows.tickets.precedents import Precedent


class PrecedentRows:
    """Keeps one ruling for each return of a department."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, precedents: Sequence[Precedent]) -> None:
        """Store rulings; one that is known is left alone."""
        statement = self._session.insert(precedent).on_conflict_do_nothing(
            index_elements=["number", "unit"]
        )
        rows = [
            {
                "number": one.number,
                "category": one.category,
                "unit": one.unit,
                "suggested": one.suggested,
                "ruled": one.ruled,
                "at": one.at,
            }
            for one in precedents
        ]
        await self._session.connection.execute(statement, rows)

    async def of(self, category: str, limit: int) -> Sequence[Precedent]:
        """Return the latest rulings on a class, the latest first."""
        result = await self._session.connection.execute(
            select(precedent)
            .where(precedent.c.category == category)
            .order_by(precedent.c.id.desc())
            .limit(limit)
        )
        return [
            Precedent(
                number=row.number,
                category=row.category,
                unit=row.unit,
                suggested=row.suggested,
                ruled=row.ruled,
                at=row.at,
            )
            for row in result
        ]
