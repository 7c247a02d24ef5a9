"""Groups of any channel, accounts of one person, cards of 企业微信, and what waits for a yes."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.add_column(
        "chat_group",
        sa.Column("channel", sa.Text(), nullable=False, server_default="dingtalk"),
    )
    op.add_column(
        "account",
        sa.Column("preferred", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("person", sa.Column("merged_into", ID, nullable=True))
    op.add_column("delivery", sa.Column("reached", sa.Integer(), nullable=True))
    op.create_table(
        "pairing",
        sa.Column("code_key", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by", ID, nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_pairing_person"),
        sa.ForeignKeyConstraint(["used_by"], ["person.id"], name="fk_pairing_used_by"),
        sa.PrimaryKeyConstraint("code_key", name="pk_pairing"),
    )
    op.create_index("ix_pairing_person", "pairing", ["person"])
    op.create_table(
        "card_code",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "card", name="pk_card_code"),
    )
    op.create_index("ix_card_code_at", "card_code", ["at"])
