"""Booklets with their files and stubs; workshops and the families that pass through them.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_booklets()
    _create_workshops()


def _create_booklets() -> None:
    op.create_table(
        "booklet",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("campaign_id", sa.String(22), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("letters", sa.JSON(), nullable=False),
        sa.Column("school", sa.JSON(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_booklet"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_booklet_association_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_booklet_campaign_id", ondelete="SET NULL"),
    )
    op.create_index("ix_booklet_association_id_created_at", "booklet", ["association_id", "created_at"])
    op.create_index("ix_booklet_campaign_id", "booklet", ["campaign_id"])
    op.create_index("ix_booklet_expires_at", "booklet", ["expires_at"])
    op.create_table(
        "booklet_file",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("booklet_id", sa.String(22), nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_booklet_file"),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], name="fk_booklet_file_booklet_id", ondelete="CASCADE"),
    )
    op.create_index("ix_booklet_file_booklet_id_part", "booklet_file", ["booklet_id", "part"], unique=True)
    op.create_index("ix_booklet_file_expires_at", "booklet_file", ["expires_at"])
    op.create_table(
        "stub",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("booklet_id", sa.String(22), nullable=False),
        sa.Column("letter_key", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_stub"),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], name="fk_stub_booklet_id", ondelete="CASCADE"),
    )
    op.create_index("ix_stub_booklet_id", "stub", ["booklet_id"])
    op.create_index("ix_stub_expires_at", "stub", ["expires_at"])


def _create_workshops() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("campaign_id", sa.String(22), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("pin", sa.String(255), nullable=False),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("mailed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workshop"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_workshop_association_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_workshop_campaign_id", ondelete="SET NULL"),
        sa.UniqueConstraint("token_hash", name="uq_workshop_token_hash"),
    )
    op.create_index("ix_workshop_association_id_started_at", "workshop", ["association_id", "started_at"])
    op.create_index("ix_workshop_campaign_id", "workshop", ["campaign_id"])
    op.create_index("ix_workshop_ends_at", "workshop", ["ends_at"])
    op.create_table(
        "workshop_family",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("workshop_id", sa.String(22), nullable=False),
        sa.Column("holder_hash", sa.String(64), nullable=False),
        sa.Column("departures", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_workshop_family"),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name="fk_workshop_family_workshop_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("holder_hash", name="uq_workshop_family_holder_hash"),
    )
    op.create_index("ix_workshop_family_workshop_id", "workshop_family", ["workshop_id"])
    op.create_index("ix_workshop_family_seen_at", "workshop_family", ["seen_at"])
    op.create_index("ix_workshop_family_closed_at", "workshop_family", ["closed_at"])


def downgrade() -> None:
    """Remove the tables."""
    for table in ("workshop_family", "workshop", "stub", "booklet_file", "booklet"):
        op.drop_table(table)
