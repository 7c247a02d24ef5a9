"""Who took an account away, and who was forgotten by that."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LEFT = sa.text("left_at IS NOT NULL")


def upgrade() -> None:
    """Go to this version."""
    op.add_column("person", sa.Column("forgotten_at", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("left_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_account_left", "account", ["person"], sqlite_where=LEFT, postgresql_where=LEFT
    )
