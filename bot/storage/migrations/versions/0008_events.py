"""Activities and who signed up for them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("standing IN ('applied', 'arrived', 'confirmed', 'offered', 'waiting')")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "event",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_event"),
    )
    op.create_index("ix_event_ends_at", "event", ["ends_at", "stage"])
    op.create_table(
        "registration",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("attendee", sa.Text(), nullable=False),
        sa.Column("person", ID, nullable=True),
        sa.Column("by", ID, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name="fk_registration_event"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_registration_person"),
        sa.PrimaryKeyConstraint("event", "seq", name="pk_registration"),
    )
    for column in ("person", "by", "enterprise"):
        op.create_index(f"ix_registration_{column}", "registration", [column])
    op.create_index(
        "ix_registration_live",
        "registration",
        ["event", "attendee"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
