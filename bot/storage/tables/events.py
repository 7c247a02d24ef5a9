"""Activities and who signed up for them."""

from sqlalchemy import (
    Column,
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

_LIVE = text("standing IN ('applied', 'arrived', 'confirmed', 'offered', 'waiting')")

barred_proxy = Table(
    "barred_proxy",
    metadata,
    Column("owner", ForeignKey("person.id"), nullable=False),
    Column("assistant", ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("owner", "assistant"),
)

event = Table(
    "event",
    metadata,
    Column("number", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("series", Text, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed: the whole activity
    Index("ix_event_ends_at", "ends_at", "stage"),
)

registration = Table(
    "registration",
    metadata,
    Column("event", ForeignKey("event.number"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("attendee", Text, nullable=False),
    Column("person", ForeignKey("person.id"), index=True),
    Column("by", Id, nullable=False, index=True),
    Column("standing", Text, nullable=False),
    Column("party", Integer, nullable=False),
    Column("enterprise", Text, nullable=False, index=True),  # a keyed digest of its name
    Column("made_at", Moment, nullable=False),
    Column("arrived_at", Moment),
    Column("body", LargeBinary, nullable=False),  # sealed: the whole registration
    PrimaryKeyConstraint("event", "seq"),
    # Nobody is on a list twice, whatever the code believes.
    Index(
        "ix_registration_live",
        "event",
        "attendee",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
)
