"""The tables, as the newest migration leaves them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware time into its number."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn a number into a time in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# People --------------------------------------------------------------------------------------

enterprise = Table(
    "enterprise",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
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
    Column("source", Text, nullable=False),  # of the profile: "" (only met), config, chat
    Column("created_at", Moment, nullable=False),
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
    UniqueConstraint("channel", "tenant", "kind", "external_id"),
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

# What arrives --------------------------------------------------------------------------------

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

# Cases ---------------------------------------------------------------------------------------

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

# What happened, signed. No foreign keys: a line outlives what it tells of. ----------------------

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

# What goes out -------------------------------------------------------------------------------

_OPEN = text("due_at IS NOT NULL")

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
    Index(
        "ix_delivery_card",
        "card",
        sqlite_where=text("card <> ''"),
        postgresql_where=text("card <> ''"),
    ),
    Index("ix_delivery_open", "lane", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_delivery_state", "state"),
    Index(
        "ix_delivery_window",
        "window",
        "attempted_at",
        sqlite_where=text("\"window\" <> ''"),
        postgresql_where=text("\"window\" <> ''"),
    ),
    Index("ix_delivery_created_at", "created_at"),
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

# What processes agree on ---------------------------------------------------------------------

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
    Column("state", Text, nullable=False),  # set, taken
)
