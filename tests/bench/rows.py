"""What is in the tables, read past the bot, on either engine."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.storage.tables import account, history, metadata
from tests.bench.form import SUBJECT

_BY_STATE = ("arrival", "delivery")  # whose states tell whether everything came to its end


class Rows:
    """Reads the tables of a database."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql://", "postgresql+asyncpg://", 1)

    async def counts(self) -> dict[str, int]:
        """Count the rows of every table, by state where that matters."""
        found: dict[str, int] = {}
        async with self._connected() as connection:
            for name, table in sorted(metadata.tables.items()):
                if name in _BY_STATE:
                    state = table.c.state
                    rows = await connection.execute(select(state, func.count()).group_by(state))
                    found |= {f"{name}.{row[0]}": row[1] for row in rows}
                else:
                    count = await connection.scalar(select(func.count()).select_from(table))
                    found[name] = count or 0
        return found

    async def filings(self) -> Sequence[tuple[int, str]]:
        """Return who filed a form, in the order of filing, and where its history is."""
        statement = (
            select(account.c.external_id, history.c.subject)
            .join(account, (account.c.person == history.c.actor) & (account.c.kind == "staff"))
            .where(history.c.subject.startswith(SUBJECT))
            .order_by(history.c.arrival)
        )
        async with self._connected() as connection:
            rows = (await connection.execute(statement)).all()
        return [(int(staff.removeprefix("staff")), subject) for staff, subject in rows]

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        engine = create_async_engine(self._url)
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Say what came in addition."""
    growth = {name: after.get(name, 0) - before.get(name, 0) for name in {*before, *after}}
    return {name: count for name, count in sorted(growth.items()) if count}
