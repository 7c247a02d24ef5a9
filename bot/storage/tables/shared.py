"""What processes agree on."""

from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Table, Text

from bot.storage.tables.base import Moment, metadata

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", Moment, nullable=False),
)

schedule_run = Table(
    "schedule_run",
    metadata,
    Column("name", Text, nullable=False),
    Column("slot", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("name", "slot"),
)

timer = Table(
    "timer",
    metadata,
    Column("dedupe", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
)
