"""The schema: which migration the tables are at, and the way to the newest."""

from pathlib import Path

from sqlalchemy import Connection, Text, column, inspect, select, table

HEAD = "0002"
"""The newest migration; a test holds it against the folder."""

MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION = table("alembic_version", column("version_num", Text))


def bring_up_to_date(connection: Connection) -> None:
    """Run what is missing; a database that is at the newest costs one look."""
    if current(connection) == HEAD:
        return
    # Alembic takes a third of a second to import, and is needed once per release.
    from bot.storage.migrate import upgrade  # noqa: PLC0415

    upgrade(connection)


def current(connection: Connection) -> str | None:
    """Return the migration the tables are at; None = there are no tables."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    version: str | None = connection.execute(select(_VERSION.c.version_num)).scalar()
    return version
