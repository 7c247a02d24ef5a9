"""The database: opened, migrated and shared out as transactions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, insert, make_url, select, update
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InvalidRequestError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.keys import Keys
from bot.storage.directory import Shelf
from bot.storage.driver import connect
from bot.storage.schema import bring_up_to_date
from bot.storage.session import Session
from bot.storage.tables import meta
from bot.storage.transaction import Dispatch, Transaction
from handlers.ports import Clock

__all__ = ["Database", "DatabaseDown", "Transaction", "UnusableAddress"]

_CANARY = "canary"
_PING = "ping"
_READ_ONLY = "qinqing_read_only"

# What may pass (https://sqlite.org/rescode.html); anything else is a defect of ours.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class UnusableAddress(Exception):
    """No database can be opened at this address; the text does not repeat it."""


class DatabaseDown(Exception):
    """The database cannot be reached or used now; the same again may succeed."""


class Database:
    """The records, on SQLite by default."""

    def __init__(self, url: str, keys: Keys, clock: Clock, dispatch: Dispatch) -> None:
        self._keys = keys
        self._clock = clock
        self._dispatch = dispatch
        self._shelf = Shelf()
        self._url, self._engine = _engine(url)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        # SQLite lets one write at a time, and would have the others poll for their turn.
        self._turn = asyncio.Lock() if self._is_sqlite else None
        if self._is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare)
            event.listen(self._engine.sync_engine, "begin", _begin)

    async def open(self) -> None:
        """Bring the tables up to date and check the secret key. Raises WrongKey."""
        if self._is_sqlite and self._url.database:
            await asyncio.to_thread(_make_folder, Path(self._url.database))
        async with self._writing() as connection:
            await connection.run_sync(bring_up_to_date)
            await self._check_key(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Open a write transaction; leaving it normally commits."""
        async with self._writing() as connection:
            yield self._transaction(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads and waits for nobody."""
        with _translated():
            async with self._engine.connect() as plain:
                connection = await plain.execution_options(**{_READ_ONLY: True})
                yield self._transaction(connection)

    async def ping(self) -> None:
        """Write something small. Raises DatabaseDown."""
        async with self._writing() as connection:
            now = str(self._clock().timestamp()).encode()
            result = await connection.execute(
                update(meta).where(meta.c.name == _PING).values(value=now)
            )
            if not result.rowcount:
                await connection.execute(insert(meta).values(name=_PING, value=now))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self._turn or nullcontext(), self._engine.begin() as connection:
                yield connection

    def _transaction(self, connection: AsyncConnection) -> Transaction:
        session = Session(connection, self._keys, self._clock)
        return Transaction(session, self._dispatch, self._shelf)

    async def _check_key(self, connection: AsyncConnection) -> None:
        result = await connection.execute(select(meta.c.value).where(meta.c.name == _CANARY))
        sealed = result.scalar()
        if sealed is not None:
            self._keys.open(sealed, "meta.value")
            return
        await connection.execute(
            insert(meta).values(name=_CANARY, value=self._keys.seal(_CANARY, "meta.value"))
        )


def _prepare(connection: Any, record: object) -> None:
    # The driver's own BEGIN comes too late and is deferred; `_begin` says it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit survives a power cut
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later is refused at once when somebody wrote
    # in between, whatever the busy timeout: writers wait for their turn at the beginning.
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _engine(address: str) -> tuple[URL, AsyncEngine]:
    try:
        url = make_url(address)
        # Values stay out of exception texts, which end up in logs.
        return url, create_async_engine(url, hide_parameters=True, **_driver(url))
    except (ArgumentError, InvalidRequestError, ModuleNotFoundError, ValueError) as error:
        raise UnusableAddress(
            "QINQING_DATABASE_URL names no database that can be used here; it may look like "
            f"sqlite+aiosqlite:////var/lib/qinqing/qinqing.db ({type(error).__name__})."
        ) from None


def _driver(url: URL) -> dict[str, Any]:
    if url.drivername != "sqlite+aiosqlite" or url.database in (None, "", ":memory:"):
        return {}
    return {"async_creator": partial(connect, url.database)}


def _make_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseDown("all connections are in use") from error
    except DBAPIError as error:
        if _may_pass(error):
            raise DatabaseDown(type(error.orig).__name__) from error
        raise


def _may_pass(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _PASSING
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
