"""Cases and the work that is not a case yet."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from bot.storage.tables.base import Id, Moment, metadata

counter = Table(
    "counter",
    metadata,
    Column("prefix", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("prefix", "year"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("number", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("reporter", ForeignKey("person.id"), nullable=False, index=True),
    Column("category", Text, nullable=False),
    Column("lead_unit", Text),
    Column("created_at", Moment, nullable=False),
    Column("due_on", Date),
    Column("closed_at", Moment),
    Column("body", LargeBinary, nullable=False),  # sealed: the whole ticket
)

task = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("detail", LargeBinary, nullable=False),  # sealed
    Column("at", Moment, nullable=False),
    Column("done_by", ForeignKey("person.id")),
    Column("done_at", Moment),
    Index(
        "ix_task_open",
        "kind",
        "person",
        unique=True,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)
