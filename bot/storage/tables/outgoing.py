"""What goes out, and what its rate and the month allow."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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

from bot.storage.tables.base import KEPT, Id, Moment, metadata

_OPEN = text("due_at IS NOT NULL")
_REPLIES = text("due_at IS NOT NULL AND lane LIKE 'p:%'")
_NOTICES = text("due_at IS NOT NULL AND lane NOT LIKE 'p:%'")
_SENDING = text("state = 'sending'")

delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dedupe", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("robot", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("updates_card", Boolean, nullable=False),
    Column("content", Text, nullable=False),
    Column("person", Id),
    Column("question", Integer),  # of that person, which it asks
    Column("arrival", Id, index=True),
    Column("ticket", Text, index=True),
    Column("campaign", Text),  # of which it is one message
    Column(
        "body", LargeBinary, nullable=False
    ),  # sealed: message, mention, reply path; empty once erased
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("resends", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment),  # empty = nothing left to do
    Column("attempted_at", Moment),
    Column("sent_at", Moment),
    Column("receipt", Text, index=True),
    Column("via", Text),
    Column("owner", Text, nullable=False, server_default=""),  # the process that sends it
    Column("call", Text, nullable=False, server_default=""),  # rows of one batch share a call
    Column("window", Text, nullable=False, server_default=""),  # whose rate it counts against
    Column("read_at", Moment),
    Column("recalled_at", Moment),
    Column("reached", Integer),  # how many got it, where one message goes to many
    Index(
        "ix_delivery_card",
        "card",
        sqlite_where=text("card <> ''"),
        postgresql_where=text("card <> ''"),
    ),
    Index(
        "ix_delivery_campaign",
        "campaign",
        "state",
        sqlite_where=text("campaign IS NOT NULL"),
        postgresql_where=text("campaign IS NOT NULL"),
    ),
    Index("ix_delivery_open", "lane", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_delivery_reply", "due_at", "id", sqlite_where=_REPLIES, postgresql_where=_REPLIES),
    Index("ix_delivery_notice", "due_at", "id", sqlite_where=_NOTICES, postgresql_where=_NOTICES),
    # Two at once in one lane would arrive in any order.
    Index(
        "uq_delivery_sending",
        "lane",
        unique=True,
        sqlite_where=_SENDING,
        postgresql_where=_SENDING,
    ),
    Index("ix_delivery_state", "state"),
    Index(
        "ix_delivery_window",
        "window",
        "attempted_at",
        sqlite_where=text("\"window\" <> ''"),
        postgresql_where=text("\"window\" <> ''"),
    ),
    Index("ix_delivery_created_at", "created_at"),
    Index("ix_delivery_kept", "created_at", sqlite_where=KEPT, postgresql_where=KEPT),
)

delivery_read = Table(
    "delivery_read",
    metadata,
    Column("delivery", ForeignKey("delivery.id"), nullable=False),
    Column("reader", Text, nullable=False),  # a keyed digest of the staff id
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("delivery", "reader"),
)

breaker = Table(
    "breaker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("code", Text, nullable=False),
)

meter = Table(
    "meter",
    metadata,
    Column("month", Text, nullable=False),  # "2026-11", in Zhenhai
    Column("name", Text, nullable=False),  # api, messages
    Column("used", BigInteger, nullable=False),
    PrimaryKeyConstraint("month", "name"),
)

webhook = Table(
    "webhook",
    metadata,
    Column("name", Text, primary_key=True),
    Column("access", LargeBinary, nullable=False),  # sealed: address and secret
    Column("added_at", Moment, nullable=False),
)

card_code = Table(
    "card_code",
    metadata,
    Column("channel", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("code", LargeBinary, nullable=False),  # sealed: what lets it be changed once
    Column("at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("channel", "card"),
)
