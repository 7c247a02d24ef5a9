"""Who people are, and where they are met."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.tables.base import Id, Moment, metadata

_LEFT = text("left_at IS NOT NULL")

enterprise = Table(
    "enterprise",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("deregistered_at", Moment),  # 注销: nobody speaks for it any more
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("enterprise", ForeignKey("enterprise.id")),  # only of the bound
    Column("binding", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("profile", LargeBinary),  # sealed: name, phone, enterprise as told, title
    Column("phone_key", LargeBinary, index=True),
    Column("source", Text, nullable=False),  # of the profile: "" (only seen), config, chat, met
    Column("created_at", Moment, nullable=False),
    Column("merged_into", Id),  # who they turned out to be, once their accounts were linked
    Column("forgotten_at", Moment),  # after they took their last account away
    # A number that was somebody's history must never name somebody else.
    sqlite_autoincrement=True,
)

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("kind", Text, nullable=False),  # staff, union, sender
    Column("external_id", Text, nullable=False),
    Column("robot", Text, nullable=False),  # the last one it wrote to
    Column("nick", LargeBinary),  # sealed
    Column("seen_at", Moment),
    Column("left_at", Moment),  # when it was taken away (取消关注); empty once it writes again
    # Where its person wants to hear of things, whatever they used last.
    Column("preferred", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("channel", "tenant", "kind", "external_id"),
    Index("ix_account_left", "person", sqlite_where=_LEFT, postgresql_where=_LEFT),
)

role = Table(
    "role",
    metadata,
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("source", Text, nullable=False),  # config, chat: who spoke last
    Column("revoked_at", Moment),
    PrimaryKeyConstraint("person", "role", "unit"),
)

chat_group = Table(
    "chat_group",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("chamber", Text, nullable=False, server_default=""),
    Column("town", Text, nullable=False, server_default=""),
    Column("industries", Text, nullable=False, server_default=""),  # lines
    Column("sandbox", Boolean, nullable=False, server_default=false()),
    Column("robot_gone_at", Moment),  # since when our robot cannot write there
    Column("channel", Text, nullable=False, server_default="dingtalk"),  # it is written to through
)

invite = Table(
    "invite",
    metadata,
    Column("code_key", LargeBinary, primary_key=True),
    Column("enterprise", Text, nullable=False),
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", ForeignKey("person.id")),
    Column("used_at", Moment),
)

pairing = Table(
    "pairing",
    metadata,
    Column("code_key", LargeBinary, primary_key=True),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", ForeignKey("person.id")),
    Column("used_at", Moment),
)
