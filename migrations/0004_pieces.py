"""The pieces of a dossier: one row a file; the bytes are on disk.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "piece",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("dossier_id", sa.String(22), nullable=False),
        sa.Column("event_id", sa.String(22), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("title", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_piece"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_piece_dossier_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["dossier_event.id"], name="fk_piece_event_id", ondelete="SET NULL"),
    )
    op.create_index("ix_piece_dossier_id", "piece", ["dossier_id"])
    op.create_index("ix_piece_event_id", "piece", ["event_id"])


def downgrade() -> None:
    """Remove the table; the files left on disk are orphans, which the purge clears."""
    op.drop_table("piece")
