"""When an enterprise was deregistered (注销): nobody speaks for it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.add_column("enterprise", sa.Column("deregistered_at", sa.BigInteger(), nullable=True))
