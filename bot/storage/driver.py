"""SQLite on a thread of its own, with one hop to it for each statement.

aiosqlite crosses over four times for a statement (open a cursor, run, fetch, close). Under load
every hop waits for the other thread's turn, which is most of what a commit takes.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import aiosqlite

Result = TypeVar("Result")
Row = tuple[Any, ...]


class OneHopCursor:
    """A cursor as SQLAlchemy's adapter wants it: it runs and fetches in one go, rows wait here."""

    def __init__(self, connection: "OneHopConnection") -> None:
        self._connection = connection
        self._rows: Sequence[Row] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> "OneHopCursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement and fetch what it returns."""
        await self._connection.hop(lambda database: self._keep(database.execute(sql, parameters)))

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters."""
        await self._connection.hop(
            lambda database: self._keep(database.executemany(sql, parameters))
        )

    async def fetchall(self) -> Sequence[Row]:
        """Return the rows."""
        return self._rows

    async def close(self) -> None:
        """End; the database's own cursor was closed on its thread."""

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else ()
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


class OneHopConnection(aiosqlite.Connection):
    """A connection that hands out such cursors."""

    _told_to_stop = False

    async def hop(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do something with the database on its thread."""
        result: Result = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread, once: it would never answer a second request, which SQLAlchemy makes
        when a connection is given up while it is being closed.
        """
        if self._told_to_stop:
            return None
        self._told_to_stop = True
        return super().stop()

    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """Make a cursor."""
        return OneHopCursor(self)


async def connect(path: str) -> OneHopConnection:
    """Open a file."""
    connection = OneHopConnection(
        lambda: sqlite3.connect(path, check_same_thread=False), iter_chunk_size=64
    )
    connection._thread.daemon = True  # a connection that hangs must not keep the process
    await connection
    return connection
