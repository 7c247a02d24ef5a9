"""What people are urged with: the lines of their next digest, and calms in which nobody is."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, text

from bot.storage.tables.base import Id, Moment, metadata

_WAITS = text("told_at IS NULL")

nudge = Table(
    "nudge",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dedupe", Text, nullable=False, unique=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("ticket", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("clock", Text, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("deadline", Moment),  # the one that was missed
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),  # empty = it waits for the person's next digest
    Index("ix_nudge_waits", "person", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("ix_nudge_told_at", "person", "told_at"),
)

calm = Table(
    "calm",
    metadata,
    Column("id", Id, primary_key=True),
    Column("until", Date, nullable=False),  # that day included
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
