"""SQLite: how its file is opened, and how its transactions begin."""

from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.driver import connect

READ_ONLY = "qinqing_read_only"
"""The execution option of a connection that only reads."""


def make(url: URL) -> AsyncEngine:
    """Build an engine."""
    # Values stay out of exception texts, which end up in logs.
    engine = create_async_engine(url, hide_parameters=True, **_driver(url))
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _driver(url: URL) -> dict[str, Any]:
    if url.drivername != "sqlite+aiosqlite" or url.database in (None, "", ":memory:"):
        return {}
    return {"async_creator": partial(connect, url.database)}


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
