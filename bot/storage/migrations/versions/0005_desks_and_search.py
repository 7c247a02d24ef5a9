"""Desks and search: what they ask of tickets, in columns; whose tickets; what is found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNS = sa.text("due_at IS NOT NULL")
LED = sa.text("leader IS NOT NULL")
AUDIT = sa.text("waits = 'audit'")


def upgrade() -> None:
    """Go to this version; the rows are filled when the program, which has the key, opens it."""
    _columns()
    _indexes()
    op.create_table(
        "ticket_unit",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("waits", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name="fk_ticket_unit_ticket"),
        sa.PrimaryKeyConstraint("unit", "ticket", name="pk_ticket_unit"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ticket_unit_due_at",
        "ticket_unit",
        ["unit", "due_at", "waits", "ticket", "urgent"],
        sqlite_where=RUNS,
        postgresql_where=RUNS,
    )
    op.create_table(
        "ticket_gram",
        sa.Column("gram", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "ticket", name="pk_ticket_gram"),
        sqlite_with_rowid=False,
    )


def _columns() -> None:
    for column in (
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=False, server_default=""),
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("serious", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("merged_into", sa.Text(), nullable=False, server_default=""),
        sa.Column("clerk", ID, nullable=True),
        sa.Column("leader", ID, nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("handling_due", sa.BigInteger(), nullable=True),
        sa.Column("waits", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
    ):
        op.add_column("ticket", column)


def _indexes() -> None:
    op.create_index("ix_ticket_serial", "ticket", ["serial"])
    op.create_index("ix_ticket_waits", "ticket", ["waits", "due_at", "urgent"])
    op.create_index("ix_ticket_created_at", "ticket", ["created_at", "serial"])
    for name, columns, which in (
        ("due_at", ["due_at"], RUNS),
        ("leader", ["leader", "due_at"], LED),
        ("audit", ["answered_by", "due_at"], AUDIT),
    ):
        op.create_index(
            f"ix_ticket_{name}", "ticket", columns, sqlite_where=which, postgresql_where=which
        )
