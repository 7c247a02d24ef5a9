"""Rulings on 退单 as they are shown at the next case of the class."""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from bot.storage.tables.base import Id, Moment, metadata

precedent = Table(
    "precedent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("suggested", Text, nullable=False),
    Column("ruled", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("number", "unit", name="uq_precedent_number"),  # a department returns it once
    Index("ix_precedent_category", "category", "id"),
)
