"""Links to pages."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from bot.storage.tables.base import Moment, metadata

link = Table(
    "link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ticket", ForeignKey("ticket.number"), nullable=False, index=True),
    Column("part", Text, nullable=False),  # unit, leader
    Column("unit", Text, nullable=False),
    Column("person", ForeignKey("person.id")),  # who acts by it; of a unit once it is opened
    Column("by", ForeignKey("person.id")),  # NULL = made by itself
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("devices", Text, nullable=False),  # keyed digests, parted by blanks
    Column("code", Text, nullable=False),  # keyed digest; "" = none is out
    Column("failures", Integer, nullable=False),
)
