"""走访 and 问询."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import Id, Moment, metadata

_STANDS = text("dropped_at IS NULL")

outreach = Table(
    "outreach",
    metadata,
    Column("id", Id, primary_key=True),
    Column("enterprise", Text, nullable=False),
    Column("mode", Text, nullable=False),  # been, asked
    Column("day", Date, nullable=False),
    Column("nth", Integer, nullable=False),  # of that enterprise, day and way; dropped ones count
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("told", LargeBinary, nullable=False),  # sealed: contact, phone, leader
    Column("dropped_at", Moment),  # taken back; no row goes, so no id ever names another
    Column("dropped_by", ForeignKey("person.id")),
    UniqueConstraint("enterprise", "day", "mode", "nth"),
    Index(
        "ix_outreach_day",
        "day",
        "mode",
        "enterprise",
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    ),
)
