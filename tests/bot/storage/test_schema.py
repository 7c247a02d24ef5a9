"""The migrations lead to the tables that the code believes in."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    create_engine,
    create_mock_engine,
    make_url,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import ExecutableDDLElement

from bot.keys import Keys
from bot.storage import postgresql
from bot.storage.database import Database, NewerDatabase
from bot.storage.migrate import config
from bot.storage.schema import HEAD, VERSIONS, bring_up_to_date, current
from bot.storage.tables import metadata
from tests import servers
from tests.engines import SECRET, Hands, address, dispatch, rows


def test_the_migrations_are_those_the_code_names() -> None:
    folder = ScriptDirectory.from_config(config())
    assert folder.get_current_head() == HEAD
    assert tuple(script.revision for script in folder.walk_revisions())[::-1] == VERSIONS


def test_the_migrations_make_the_tables() -> None:
    with create_engine("sqlite://").begin() as connection:
        assert current(connection) is None
        bring_up_to_date(connection)
        assert current(connection) == HEAD
        assert differences(connection) == []


def test_a_difference_would_be_seen() -> None:
    with create_engine("sqlite://").begin() as connection:
        bring_up_to_date(connection)
        connection.exec_driver_sql("ALTER TABLE ticket DROP COLUMN category")
        assert len(differences(connection)) == 1


def test_the_migrations_make_the_same_indexes_and_defaults() -> None:
    assert laid_down(bring_up_to_date) == laid_down(metadata.create_all)


def laid_down(make: Callable[[Connection], None]) -> set[tuple[object, ...]]:
    """Return what the comparison of Alembic leaves out: which rows an index is of, defaults."""
    with create_engine("sqlite://").begin() as connection:
        make(connection)
        found = connection.exec_driver_sql(
            "SELECT 'index', name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "UNION ALL SELECT t.name, c.name, c.dflt_value FROM sqlite_master t, "
            "pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> 'alembic_version'"
        )
        return {tuple(row) for row in found}


def test_only_one_table_counts_without_reuse() -> None:
    with create_engine("sqlite://").begin() as connection:
        bring_up_to_date(connection)
        rows = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        )
        assert rows.scalars().all() == ["person"]


def test_the_tables_can_be_said_to_postgresql() -> None:
    said: list[ExecutableDDLElement] = []
    engine = create_mock_engine("postgresql+asyncpg://", lambda sql, *_: said.append(sql))
    metadata.create_all(engine, checkfirst=False)
    for sql in said:
        assert str(sql.compile(dialect=engine.dialect))
    assert len(said) > len(metadata.tables)


def test_a_start_at_the_newest_needs_no_alembic() -> None:
    code = (
        "import sys; from sqlalchemy import create_engine; "
        "from bot.storage.schema import HEAD, bring_up_to_date; "
        "c = create_engine('sqlite://').connect(); "
        "c.exec_driver_sql('CREATE TABLE alembic_version (version_num TEXT)'); "
        "c.exec_driver_sql(f\"INSERT INTO alembic_version VALUES ('{HEAD}')\"); "
        "bring_up_to_date(c); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


@pytest.mark.usefixtures("engine")
async def test_a_newer_database_is_left_alone_and_says_what_to_do(tmp_path: Path) -> None:
    url = await address(tmp_path / "records.db")
    first = Database(url, Keys(SECRET), Hands(), dispatch)
    await first.open()
    await first.close()
    rows(url, "UPDATE alembic_version SET version_num = '9999'")
    second = Database(url, Keys(SECRET), Hands(), dispatch)
    with pytest.raises(NewerDatabase, match="9999 by a newer program"):
        await second.open()
    await second.close()
    assert rows(url, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_the_migrations_make_the_same_tables_on_postgresql() -> None:
    async with servers.database(migrated=False) as url:
        engine = postgresql.make(make_url(url).set(drivername=postgresql.DRIVER))
        async with engine.begin() as connection:
            await connection.run_sync(bring_up_to_date)
            assert await connection.run_sync(differences) == []
        await engine.dispose()


async def test_processes_that_start_at_once_migrate_once() -> None:
    async with servers.database(migrated=False) as url:
        databases = [Database(url, Keys(SECRET), Hands(), dispatch) for _ in range(5)]
        await asyncio.gather(*(database.open() for database in databases))
        for database in databases:
            await database.close()
        assert rows(url, "SELECT count(*) FROM meta WHERE name = 'canary'") == [(1,)]


@pytest.mark.usefixtures("engine")
async def test_what_was_stored_under_the_first_tables_is_kept(tmp_path: Path) -> None:
    url = await empty_address(tmp_path / "records.db")
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        columns = await connection.run_sync(filled_in_the_first_version)
    await engine.dispose()
    queries = [
        f'SELECT {", ".join(names)} FROM "{table}"'  # noqa: S608
        for table, names in columns.items()
    ]
    before = [rows(url, query) for query in queries]
    database = Database(url, Keys(SECRET), Hands(), dispatch)
    await database.open()
    await database.close()
    assert all(before)
    for query, stored in zip(queries, before, strict=True):
        assert set(stored) <= set(rows(url, query))  # the key of the records came in
    (added,) = rows(url, 'SELECT owner, "call", "window", read_at, recalled_at FROM delivery')
    assert added == ("", "", "", None, None)
    assert rows(url, "SELECT answer FROM arrival") == [(None,)]


DROPPED = {("timer", "state")}


async def empty_address(file: Path) -> str:
    """Say where there are no tables yet, on the engine of the running test."""
    url = await address(file)
    if url.startswith("sqlite"):
        file.unlink()  # noqa: ASYNC240
    else:
        rows(url, "DROP SCHEMA public CASCADE")
        rows(url, "CREATE SCHEMA public")
    return url


def filled_in_the_first_version(connection: Connection) -> dict[str, list[str]]:
    """Lay down the first tables with a row in each; return their columns that are still there."""
    command.upgrade(config(connection), VERSIONS[0])
    first = MetaData()
    first.reflect(connection)
    filled = [table for table in first.sorted_tables if table.name != "alembic_version"]
    for table in filled:
        row = {column.name: value(column) for column in table.columns}
        connection.execute(table.insert().values(row))
    return {
        table.name: [f'"{c.name}"' for c in table.columns if (table.name, c.name) not in DROPPED]
        for table in filled
    }


def value(column: Column[Any]) -> object:
    """Return something that can stand in a column; every number is that of the other rows."""
    kinds: dict[type, object] = {int: 1, str: "text", bytes: b"sealed", bool: True}
    kinds[date] = date(2026, 11, 24)
    return kinds[column.type.python_type]
