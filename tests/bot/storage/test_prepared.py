"""Prepared statements on the thread that writes: they fail as any other statement would."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    make_url,
    select,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage import sqlite
from bot.storage.faults import may_pass, translated
from bot.storage.prepared import Prepared
from bot.storage.writer import Direct, stepped

TABLE = Table(
    "t",
    MetaData(),
    Column("a", Integer, primary_key=True),
    Column("b", Text, nullable=False),
)
ADDED = Prepared(lambda insert: insert(TABLE))
CHOSEN = Prepared(
    lambda _: select(TABLE.c.a).where(TABLE.c.a.in_(bindparam("some", expanding=True)))
)
ALL = Prepared(lambda _: select(TABLE.c.a, TABLE.c.b))
PAGE = 4096
ROWS = 50


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Make a file with a table of several pages."""
    path = tmp_path / "t.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)")
        values = ((number, "x" * 1000) for number in range(ROWS))
        database.executemany("INSERT INTO t VALUES (?, ?)", values)
    database.close()
    return path


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    """Open the file as the thread that writes does."""
    made = sqlite.make_direct(make_url(f"sqlite+aiosqlite:///{file}"))
    assert made is not None
    yield made
    made.dispose()


def driver(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def fill(connection: Connection) -> None:
    """Let there be no page left."""
    connection.exec_driver_sql("PRAGMA max_page_count = 1")


def lock(connection: Connection) -> None:
    """Let nothing be written any more, as on a file system that turned read-only."""
    connection.exec_driver_sql("PRAGMA query_only = ON")


def end(connection: Connection) -> None:
    """Close the file behind everybody's back."""
    driver(connection).close()


def leave(connection: Connection) -> None:
    """Let everything be as it is."""


def said(engine: Engine, way: str, breaks: Callable[[Connection], None], values: object) -> str:
    """Say what a statement raises that is prepared, or not, once something is broken."""
    with engine.connect() as connection:
        connection.begin()
        breaks(connection)
        direct, statement = Direct(connection), ADDED if values is not None else ALL
        try:
            with translated():
                if way == "prepared":
                    direct.run(statement, values).all()  # type: ignore[arg-type]
                else:
                    stepped(direct.execute(statement.on("sqlite"), values)).all()
        except Exception as error:
            cause = error.__cause__ or error
            (first, *_) = str(error).splitlines()  # the others say what is hidden
            gone = " (gone)" if connection.invalidated else ""
            return f"{type(error).__name__}: {type(cause).__name__}: {first}{gone}"
    return "nothing"


LONG = [{"a": number, "b": "y" * 1000} for number in range(100, 200)]


@pytest.mark.parametrize(
    ("breaks", "values", "words"),
    [
        (fill, LONG, "DatabaseDown: OperationalError: OperationalError"),
        (lock, LONG, "DatabaseDown: OperationalError: OperationalError"),
        (end, LONG, "DatabaseDown: ProgrammingError: ProgrammingError (gone)"),
        (end, None, "DatabaseDown: ProgrammingError: ProgrammingError (gone)"),
        (leave, {"a": 1, "b": "twice"}, "IntegrityError: IntegrityError: "),
        (leave, {"a": 100, "b": None}, "IntegrityError: IntegrityError: "),
        (leave, {"a": 100, "b": object()}, ""),
        (leave, {"a": 1 << 70, "b": "large"}, "OverflowError: "),
        (leave, {"a": 100, "b": "\ud800"}, "UnicodeEncodeError: "),
    ],
)
def test_what_breaks_raises_what_it_raises_for_any_statement(
    engine: Engine, breaks: Callable[[Connection], None], values: object, words: str
) -> None:
    prepared = said(engine, "prepared", breaks, values)
    engine.dispose()
    assert prepared.startswith(words)
    assert prepared != "nothing"
    assert prepared == said(engine, "plain", breaks, values)


def test_a_damaged_file_is_a_defect_and_not_down_for_now(file: Path, engine: Engine) -> None:
    with file.open("r+b") as written:
        written.seek(PAGE)
        written.write(b"\xff" * 5 * PAGE)
    prepared = said(engine, "prepared", leave, None)
    assert prepared.startswith("DatabaseError: ")
    assert prepared == said(engine, "plain", leave, None)


def test_a_list_that_is_too_long_is_a_defect_and_not_down_for_now(engine: Engine) -> None:
    with engine.connect() as connection:
        limit = driver(connection).getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        with pytest.raises(OperationalError) as caught:
            Direct(connection).run(CHOSEN, {"some": range(limit + 1)})
    assert not may_pass(caught.value)


def test_a_connection_that_is_gone_is_not_kept(engine: Engine) -> None:
    assert said(engine, "prepared", end, None).startswith("DatabaseDown")
    with engine.begin() as connection:
        assert len(Direct(connection).run(ALL).all()) == ROWS


def test_no_value_stands_in_what_is_raised(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        Direct(connection).run(ADDED, {"a": 1, "b": "secret"})
    assert "secret" not in str(caught.value)


def test_the_first_statement_stands_in_a_transaction_that_can_be_taken_back(
    engine: Engine,
) -> None:
    with engine.connect() as connection:
        transaction = connection.begin()
        assert driver(connection).in_transaction
        Direct(connection).run(ADDED, {"a": 100, "b": "taken back"})
        transaction.rollback()
        with connection.begin():
            assert len(Direct(connection).run(ALL).all()) == ROWS


def test_a_transaction_that_sqlite_ended_is_not_taken_for_a_commit(engine: Engine) -> None:
    with engine.connect() as connection:
        direct, transaction = Direct(connection), connection.begin()
        direct.run(ADDED, {"a": 100, "b": "lost"})
        driver(connection).execute("ROLLBACK")
        with pytest.raises(RuntimeError, match="ended before"):
            transaction.commit()
    with engine.begin() as connection:
        assert len(Direct(connection).run(ALL).all()) == ROWS
