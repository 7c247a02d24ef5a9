"""The migrations lead to the tables that the code believes in."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, create_mock_engine
from sqlalchemy.schema import ExecutableDDLElement

from bot.storage.migrate import config
from bot.storage.schema import HEAD, bring_up_to_date, current
from bot.storage.tables import metadata


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


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
