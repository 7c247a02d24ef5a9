"""Which tickets are an emergency (应急): they stand first on every list."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FIRST = sa.text("emergency")


def upgrade() -> None:
    """Go to this version."""
    for table, columns in (("ticket", ["due_at"]), ("ticket_unit", ["unit", "due_at"])):
        op.add_column(
            table, sa.Column("emergency", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        op.create_index(
            f"ix_{table}_emergency", table, columns, sqlite_where=FIRST, postgresql_where=FIRST
        )
