"""What arrives, and the conversations it belongs to."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import KEPT, Id, Moment, metadata

arrival = Table(
    "arrival",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("robot", Text, nullable=False),
    Column("msg_id", Text, nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # waiting (for a worker), done, failed, erased
    Column("body", LargeBinary, nullable=False),  # sealed; empty once erased
    Column("traceback", LargeBinary),  # sealed
    Column("answer", LargeBinary),  # sealed: what the pressed card says, for the gateway
    UniqueConstraint("channel", "msg_id", "robot"),
    Index("ix_arrival_at", "at"),
    Index("ix_arrival_kept", "at", sqlite_where=KEPT, postgresql_where=KEPT),
    Index(
        "ix_arrival_waiting",
        "person",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_arrival_failed",
        "id",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("arrival", ForeignKey("arrival.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("robot", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),  # sealed: download code, file name
    Column("state", Text, nullable=False),  # pending, stored, refused
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment),  # empty = nothing left to do
    Column("sha256", Text),
    Column("mime", Text),
    Column("size", BigInteger),
    Column("reason", Text),
    Index(
        "ix_attachment_pending",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

conversation = Table(
    "conversation",
    metadata,
    Column("person", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("question", Integer, nullable=False),
    Column("body", LargeBinary),  # sealed
    Column("updated_at", Moment, nullable=False),
)

flow_event = Table(
    "flow_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("arrival", Id),
    Column("at", Moment, nullable=False),
)
