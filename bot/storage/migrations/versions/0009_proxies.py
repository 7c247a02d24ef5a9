"""Who may not act for somebody any more on the lists of activities (取消代办权)."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "barred_proxy",
        sa.Column("owner", ID, nullable=False),
        sa.Column("assistant", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["person.id"], name="fk_barred_proxy_owner"),
        sa.ForeignKeyConstraint(["assistant"], ["person.id"], name="fk_barred_proxy_assistant"),
        sa.PrimaryKeyConstraint("owner", "assistant", name="pk_barred_proxy"),
    )
