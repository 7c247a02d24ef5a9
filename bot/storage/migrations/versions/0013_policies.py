"""Policies, who asked about one, and what is known of enterprises (一企一档)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBERED = sa.text("doc_no <> ''")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "policy",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("reminded", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_policy_created_by"),
        sa.PrimaryKeyConstraint("number", name="pk_policy"),
    )
    op.create_index(
        "uq_policy_doc_no",
        "policy",
        ["doc_no"],
        unique=True,
        sqlite_where=NUMBERED,
        postgresql_where=NUMBERED,
    )
    op.create_index("ix_policy_created_at", "policy", ["created_at"])
    op.create_table(
        "policy_asker",
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["policy"], ["policy.number"], name="fk_policy_asker_policy"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_policy_asker_person"),
        sa.PrimaryKeyConstraint("policy", "person", name="pk_policy_asker"),
    )
    op.create_table(
        "enterprise_fact",
        sa.Column("enterprise", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.id"], name="fk_enterprise_fact_enterprise"
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_enterprise_fact_by"),
        sa.PrimaryKeyConstraint("enterprise", "field", "source", name="pk_enterprise_fact"),
    )
