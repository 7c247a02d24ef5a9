"""Which targets the Friday digest named, and which groups have no robot of ours any more."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OWED = sa.text("why = 'digest' AND told_at IS NULL")


def upgrade() -> None:
    """Go to this version."""
    op.add_column("target", sa.Column("told_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_target_digest", "target", ["key"], sqlite_where=OWED, postgresql_where=OWED)
    op.add_column("chat_group", sa.Column("robot_gone_at", sa.BigInteger(), nullable=True))
