"""The driver under SQLAlchemy: one hop a statement, and nothing else is different."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.storage.driver import connect


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[AsyncConnection]:
    path = str(folder / "driver.db")
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}", async_creator=partial(connect, path)
    )
    try:
        async with engine.connect() as connection:
            await connection.execute(text("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE)"))
            yield connection
    finally:
        await engine.dispose()


async def test_rows_counts_and_returned_values_come_back(tmp_path: Path) -> None:
    async with connected(tmp_path) as connection:
        added = await connection.execute(
            text("INSERT INTO t (b) VALUES (:b) RETURNING a, b"), {"b": "x"}
        )
        assert added.all() == [(1, "x")]
        await connection.execute(
            text("INSERT INTO t (b) VALUES (:b)"), [{"b": name} for name in "yzw"]
        )
        changed = await connection.execute(text("UPDATE t SET b = b || '!' WHERE a > 2"))
        assert changed.rowcount == 2
        found = await connection.execute(text("SELECT b FROM t ORDER BY a"))
        assert list(found.scalars()) == ["x", "y", "z!", "w!"]
        assert (await connection.execute(text("SELECT 1 WHERE 0"))).all() == []


async def test_what_was_not_committed_is_gone(tmp_path: Path) -> None:
    async with connected(tmp_path) as connection:
        await connection.commit()
        await connection.execute(text("INSERT INTO t (b) VALUES ('x')"))
        await connection.rollback()
        assert (await connection.execute(text("SELECT count(*) FROM t"))).scalar() == 0


async def test_a_refusal_of_the_database_keeps_its_code(tmp_path: Path) -> None:
    async with connected(tmp_path) as connection:
        await connection.execute(text("INSERT INTO t (b) VALUES ('x')"))
        with pytest.raises(IntegrityError) as caught:
            await connection.execute(text("INSERT INTO t (b) VALUES ('x')"))
        code = getattr(caught.value.orig, "sqlite_errorcode", None)
        assert code == sqlite3.SQLITE_CONSTRAINT_UNIQUE


async def test_a_connection_given_up_while_it_closes_keeps_nobody_waiting(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "driver.db"))
    go_on = threading.Event()
    busy = asyncio.create_task(connection.hop(lambda database: go_on.wait(5)))
    await asyncio.sleep(0)
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    given_up = connection.stop()
    go_on.set()
    async with asyncio.timeout(30):
        await asyncio.gather(busy, closing)
        assert given_up is not None
        await given_up
