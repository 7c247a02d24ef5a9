"""Alembic, run from inside the program."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.storage.schema import MIGRATIONS


def config(connection: Connection | None = None) -> Config:
    """Point Alembic at our migrations, and at a connection that is in a transaction."""
    made = Config()
    # Alembic reads a percent sign as the start of a blank.
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the caller's transaction."""
    command.upgrade(config(connection), "head")
