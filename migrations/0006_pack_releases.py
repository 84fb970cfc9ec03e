"""The packs that associations make and receive: manifest, signature and texts of each.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "pack_release",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("pack_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("origin", sa.String(120), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pack_release"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_pack_release_association_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "association_id", "public_key", "pack_id", "number",
            name="uq_pack_release_association_id_public_key_pack_id_number",
        ),
    )  # fmt: skip
    op.create_index("ix_pack_release_association_id_created_at", "pack_release", ["association_id", "created_at"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("pack_release")
