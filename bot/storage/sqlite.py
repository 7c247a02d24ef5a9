"""SQLite: how its file is opened, and how its transactions begin."""

import sqlite3
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from bot.storage.driver import connect

READ_ONLY = "qinqing_read_only"
"""The execution option of a connection that only reads."""


def make(url: URL) -> AsyncEngine:
    """Build an engine."""
    # Values stay out of exception texts, which end up in logs.
    engine = create_async_engine(url, hide_parameters=True, **_driver(url))
    _listen(engine.sync_engine)
    return engine


def make_direct(url: URL) -> Engine | None:
    """Build an engine for the thread that writes; nobody else can see what is in memory only."""
    if not _is_file(url):
        return None
    engine = create_engine(
        "sqlite://",
        hide_parameters=True,
        creator=lambda: sqlite3.connect(str(url.database), check_same_thread=False),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
    )
    _listen(engine)
    return engine


def _is_file(url: URL) -> bool:
    return url.drivername == "sqlite+aiosqlite" and url.database not in (None, "", ":memory:")


def _driver(url: URL) -> dict[str, Any]:
    return {"async_creator": partial(connect, str(url.database))} if _is_file(url) else {}


def _listen(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _commit)


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
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _commit(connection: Connection) -> None:
    # A full disk may end a transaction at one of its statements; those after it would stand alone.
    driver = connection.connection.driver_connection
    if driver is None or not driver.in_transaction:
        raise RuntimeError("the transaction ended before its commit")
