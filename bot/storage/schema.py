"""The schema: which migration the tables are at, and the way to the newest."""

from pathlib import Path

from sqlalchemy import Connection, Text, column, inspect, select, table, text

VERSIONS = (
    *("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010"),
    *("0011", "0012", "0013", "0014", "0015", "0016"),
)
"""The migrations in order; a test holds them against the folder."""

HEAD = VERSIONS[-1]
MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION = table("alembic_version", column("version_num", Text))
_TURN = 0x71696E71  # any number, as long as every process takes the same


class NewerDatabase(Exception):
    """The tables belong to a newer version of the program; the text says what to do."""


def bring_up_to_date(connection: Connection) -> None:
    """Run what is missing, one process at a time. Raises NewerDatabase."""
    if connection.dialect.name == "postgresql":
        # Held until the commit. Whoever waited finds everything done.
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    if is_up_to_date(connection):
        return
    # Alembic takes a third of a second to import, and is needed once per release.
    from bot.storage.migrate import upgrade  # noqa: PLC0415

    upgrade(connection)


def is_up_to_date(connection: Connection) -> bool:
    """Say whether nothing is missing, at the cost of one look. Raises NewerDatabase."""
    version = current(connection)
    if version is not None and version not in VERSIONS:
        raise NewerDatabase(
            f"The database was brought to version {version} by a newer program; this one knows "
            f"{HEAD}. Start the newer program, or go back to the copy of the database that was "
            "made before the update."
        )
    return version == HEAD


def current(connection: Connection) -> str | None:
    """Return the migration the tables are at; None = there are no tables."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    version: str | None = connection.execute(select(_VERSION.c.version_num)).scalar()
    return version
