"""Cases and the work that is not a case yet."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)

from bot.storage.tables.base import Id, Moment, metadata

_RUNS = text("due_at IS NOT NULL")
_FIRST = text("emergency")

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
    # What desks and search ask for; a row without a serial is filled at the next start.
    Column("serial", BigInteger, index=True),  # grows with the number; its name in ticket_gram
    Column("tier", Text, nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("emergency", Boolean, nullable=False, server_default=false()),  # 应急
    Column("serious", Boolean, nullable=False, server_default=false()),  # leaders read it
    Column("merged_into", Text, nullable=False, server_default=""),
    Column("clerk", Id),
    Column("leader", Id),
    Column("answered_by", Id),
    Column("handling_due", Moment),
    Column("waits", Text),  # empty = it is over
    Column("due_at", Moment),
    Column("since", Moment),  # how long it waits already
    Column("source_ref", Text),  # the 走访 or event it came out of: visit:12
    Index("ix_ticket_waits", "waits", "due_at", "urgent"),
    Index("ix_ticket_due_at", "due_at", sqlite_where=_RUNS, postgresql_where=_RUNS),
    Index(
        "ix_ticket_leader",
        "leader",
        "due_at",
        sqlite_where=text("leader IS NOT NULL"),
        postgresql_where=text("leader IS NOT NULL"),
    ),
    Index(
        "ix_ticket_audit",
        "answered_by",
        "due_at",
        sqlite_where=text("waits = 'audit'"),
        postgresql_where=text("waits = 'audit'"),
    ),
    Index("ix_ticket_emergency", "due_at", sqlite_where=_FIRST, postgresql_where=_FIRST),
    Index("ix_ticket_created_at", "created_at", "serial"),
    Index(
        "ix_ticket_source_ref",
        "source_ref",
        sqlite_where=text("source_ref IS NOT NULL"),
        postgresql_where=text("source_ref IS NOT NULL"),
    ),
)

ticket_unit = Table(
    "ticket_unit",
    metadata,
    Column("unit", Text, nullable=False),
    Column("ticket", ForeignKey("ticket.number"), nullable=False),
    Column("waits", Text),  # for this department to do; empty = nothing
    Column("due_at", Moment),
    Column("urgent", Boolean, nullable=False),
    Column("emergency", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("unit", "ticket"),
    Index(
        "ix_ticket_unit_emergency",
        "unit",
        "due_at",
        sqlite_where=_FIRST,
        postgresql_where=_FIRST,
    ),
    Index(
        "ix_ticket_unit_due_at",
        "unit",
        "due_at",
        "waits",
        "ticket",
        "urgent",
        sqlite_where=_RUNS,
        postgresql_where=_RUNS,
    ),
    sqlite_with_rowid=False,
)

ticket_gram = Table(
    "ticket_gram",
    metadata,
    Column("gram", BigInteger, nullable=False, autoincrement=False),  # a keyed digest
    Column("ticket", BigInteger, nullable=False, autoincrement=False),  # its serial
    PrimaryKeyConstraint("gram", "ticket"),
    sqlite_with_rowid=False,
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
