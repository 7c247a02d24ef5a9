"""What happened, signed; without foreign keys: a line outlives what it tells of."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import Id, Moment, metadata

history = Table(
    "history",
    metadata,
    Column("subject", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("actor", Id),
    Column("role", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("arrival", Id, index=True),
    Column("commitments", Text, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    UniqueConstraint("subject", "seq"),
)

history_value = Table(
    "history_value",
    metadata,
    Column("subject", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),  # sealed: salt and value
    PrimaryKeyConstraint("subject", "seq", "name"),
)

history_seal = Table(
    "history_seal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("heads", LargeBinary, nullable=False),  # digest of its rows in history_head
    Column("prev", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)

history_head = Table(
    "history_head",
    metadata,
    Column("seal", ForeignKey("history_seal.number"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    PrimaryKeyConstraint("subject", "seal"),
    Index("ix_history_head_seal", "seal"),
)
