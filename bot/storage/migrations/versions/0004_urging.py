"""Lines of digests that wait to be told, and calms in which nobody is urged."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "nudge",
        sa.Column("id", ID, nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_nudge_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_nudge"),
        sa.UniqueConstraint("dedupe", name="uq_nudge_dedupe"),
    )
    op.create_index(
        "ix_nudge_waits", "nudge", ["person", "id"], sqlite_where=WAITS, postgresql_where=WAITS
    )
    op.create_index("ix_nudge_told_at", "nudge", ["person", "told_at"])
    op.create_table(
        "calm",
        sa.Column("id", ID, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_calm_by_person"),
        sa.PrimaryKeyConstraint("id", name="pk_calm"),
    )
