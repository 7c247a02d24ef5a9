"""What staff send to many (推送), and to whom each one goes."""

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

from bot.storage.tables.base import Moment, metadata

_RUNNING = text("stage IN ('pending', 'approved', 'sending')")
_WAITING = text("state = 'waiting'")
_OWED = text("why = 'digest' AND told_at IS NULL")

campaign = Table(
    "campaign",
    metadata,
    Column("number", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("code", Text, nullable=False, unique=True),  # 验真码
    Column("doc_no", Text, nullable=False),  # 文号 of its policy; empty = none
    Column("created_by", ForeignKey("person.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("begins_at", Moment),
    Column("ended_at", Moment),
    Column("body", LargeBinary, nullable=False),  # sealed: the whole campaign
    Index("ix_campaign_doc_no", "doc_no"),
    Index("ix_campaign_running", "number", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
)

target = Table(
    "target",
    metadata,
    Column("campaign", ForeignKey("campaign.number"), nullable=False),
    Column("key", Text, nullable=False),  # g:CHAT, p:PERSON
    Column("seq", Integer, nullable=False),
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("state", Text, nullable=False),  # waiting, owed, skipped, cancelled
    Column("why", Text, nullable=False),  # of one that is skipped
    Column("told_at", Moment),  # when the Friday digest named it, or left it for good
    Index("ix_target_digest", "key", sqlite_where=_OWED, postgresql_where=_OWED),
    PrimaryKeyConstraint("campaign", "key"),
    Index(
        "ix_target_waiting",
        "campaign",
        "seq",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("campaign", ForeignKey("campaign.number"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("enterprise", Text, nullable=False),  # a keyed digest of its name; empty = of none
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("campaign", "person"),
)

recall = Table(
    "recall",
    metadata,
    Column("delivery", ForeignKey("delivery.id"), primary_key=True),
    Column("campaign", ForeignKey("campaign.number"), nullable=False, index=True),
    Column("state", Text, nullable=False),  # asked, gone, stands
    Column("why", Text, nullable=False),  # of one that stands
    Column("tries", Integer, nullable=False),
    Column("due_at", Moment, index=True),  # empty = it was answered
)

unsubscription = Table(
    "unsubscription",
    metadata,
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("topic", Text, nullable=False),  # "*" = every one
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("person", "topic"),
)
