"""走访 and 问询, and what a ticket came out of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("dropped_at IS NULL")
NAMED = sa.text("source_ref IS NOT NULL")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "outreach",
        sa.Column("id", ID, nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.Column("dropped_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_outreach_by"),
        sa.ForeignKeyConstraint(["dropped_by"], ["person.id"], name="fk_outreach_dropped_by"),
        sa.PrimaryKeyConstraint("id", name="pk_outreach"),
        sa.UniqueConstraint(
            "enterprise", "day", "mode", "nth", name="uq_outreach_enterprise_day_mode_nth"
        ),
    )
    op.create_index(
        "ix_outreach_day",
        "outreach",
        ["day", "mode", "enterprise"],
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.add_column("ticket", sa.Column("source_ref", sa.Text(), nullable=True))
    op.create_index(
        "ix_ticket_source_ref",
        "ticket",
        ["source_ref"],
        sqlite_where=NAMED,
        postgresql_where=NAMED,
    )
