"""Policies (政策), who asked about one, and what is known of enterprises (一企一档)."""

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

from bot.storage.tables.base import Moment, metadata

_NUMBERED = text("doc_no <> ''")

policy = Table(
    "policy",
    metadata,
    Column("number", Text, primary_key=True),
    Column("doc_no", Text, nullable=False),  # 文号; empty = none
    Column("stage", Text, nullable=False),  # current, replaced
    Column("version", Integer, nullable=False),
    Column("closes_at", Moment),  # None = all the year round
    Column("created_by", ForeignKey("person.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("reminded", Text, nullable=False),  # marks of the reminders that are done
    Column("body", LargeBinary, nullable=False),  # sealed: the whole policy
    Index(
        "uq_policy_doc_no",
        "doc_no",
        unique=True,
        sqlite_where=_NUMBERED,
        postgresql_where=_NUMBERED,
    ),
    Index("ix_policy_created_at", "created_at"),
)

policy_asker = Table(
    "policy_asker",
    metadata,
    Column("policy", ForeignKey("policy.number"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("policy", "person"),
)

enterprise_fact = Table(
    "enterprise_fact",
    metadata,
    Column("enterprise", ForeignKey("enterprise.id"), nullable=False),
    Column("field", Text, nullable=False),
    Column("source", Text, nullable=False),  # staff, self, import
    Column("day", Date, nullable=False),  # on which it was told
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("value", LargeBinary, nullable=False),  # sealed: what it is, and what it is not
    PrimaryKeyConstraint("enterprise", "field", "source"),
)
