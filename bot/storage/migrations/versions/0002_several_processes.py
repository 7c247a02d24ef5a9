"""Several processes, windows and breakers, the month's meter, robots of outside groups."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")
KEPT = sa.text("length(body) > 0")
IN_WINDOW = sa.text("\"window\" <> ''")
REPLIES = sa.text("due_at IS NOT NULL AND lane LIKE 'p:%'")
NOTICES = sa.text("due_at IS NOT NULL AND lane NOT LIKE 'p:%'")
SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    """Go to this version."""
    op.add_column("arrival", sa.Column("answer", sa.LargeBinary(), nullable=True))
    op.create_index("ix_arrival_at", "arrival", ["at"])
    for table, column in (("arrival", "at"), ("delivery", "created_at")):
        op.create_index(
            f"ix_{table}_kept", table, [column], sqlite_where=KEPT, postgresql_where=KEPT
        )
    op.create_index(
        "ix_arrival_waiting",
        "arrival",
        ["person", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.add_column("delivery", sa.Column("owner", sa.Text(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("call", sa.Text(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("window", sa.Text(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("read_at", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("recalled_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_delivery_window",
        "delivery",
        ["window", "attempted_at"],
        sqlite_where=IN_WINDOW,
        postgresql_where=IN_WINDOW,
    )
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"])
    for name, which in (("reply", REPLIES), ("notice", NOTICES)):
        op.create_index(
            f"ix_delivery_{name}",
            "delivery",
            ["due_at", "id"],
            sqlite_where=which,
            postgresql_where=which,
        )
    op.create_index(
        "uq_delivery_sending",
        "delivery",
        ["lane"],
        unique=True,
        sqlite_where=SENDING,
        postgresql_where=SENDING,
    )
    op.create_table(
        "delivery_read",
        sa.Column("delivery", ID, nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_delivery_read_delivery"),
        sa.PrimaryKeyConstraint("delivery", "reader", name="pk_delivery_read"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "breaker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_breaker"),
    )
    op.create_table(
        "meter",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "name", name="pk_meter"),
    )
    op.create_table(
        "webhook",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_webhook"),
    )
    op.create_table(
        "schedule_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "slot", name="pk_schedule_run"),
    )
    op.drop_column("timer", "state")
