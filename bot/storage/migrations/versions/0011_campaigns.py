"""What staff send to many, to whom each one goes, who confirmed it and who wants no more."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNNING = sa.text("stage IN ('pending', 'approved', 'sending')")
WAITING = sa.text("state = 'waiting'")
OF_A_CAMPAIGN = sa.text("campaign IS NOT NULL")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "campaign",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_campaign_created_by"),
        sa.PrimaryKeyConstraint("number", name="pk_campaign"),
        sa.UniqueConstraint("code", name="uq_campaign_code"),
    )
    op.create_index("ix_campaign_doc_no", "campaign", ["doc_no"])
    op.create_index(
        "ix_campaign_running",
        "campaign",
        ["number"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    op.create_table(
        "target",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.number"], name="fk_target_campaign"),
        sa.PrimaryKeyConstraint("campaign", "key", name="pk_target"),
    )
    op.create_index(
        "ix_target_waiting",
        "target",
        ["campaign", "seq"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_table(
        "acknowledgement",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaign.number"], name="fk_acknowledgement_campaign"
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_acknowledgement_person"),
        sa.PrimaryKeyConstraint("campaign", "person", name="pk_acknowledgement"),
    )
    op.create_table(
        "recall",
        sa.Column("delivery", ID, nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_recall_delivery"),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.number"], name="fk_recall_campaign"),
        sa.PrimaryKeyConstraint("delivery", name="pk_recall"),
    )
    op.create_index("ix_recall_campaign", "recall", ["campaign"])
    op.create_index("ix_recall_due_at", "recall", ["due_at"])
    op.create_table(
        "unsubscription",
        sa.Column("person", ID, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_unsubscription_person"),
        sa.PrimaryKeyConstraint("person", "topic", name="pk_unsubscription"),
    )
    for name in ("chamber", "town", "industries"):
        op.add_column("chat_group", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "chat_group",
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("delivery", sa.Column("campaign", sa.Text(), nullable=True))
    op.create_index(
        "ix_delivery_campaign",
        "delivery",
        ["campaign", "state"],
        sqlite_where=OF_A_CAMPAIGN,
        postgresql_where=OF_A_CAMPAIGN,
    )
