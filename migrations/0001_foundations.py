"""The first tables: drafts, letters, renderings, outbox.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
Token = sa.LargeBinary


def upgrade() -> None:
    """Create the tables; the letter comes first because drafts point to it."""
    op.create_table(
        "letter",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("holder_hash", sa.String(64), nullable=False),
        sa.Column("draft_id", sa.String(22), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("template_version", sa.String(40), nullable=False),
        sa.Column("template_hash", sa.String(64), nullable=False),
        sa.Column("composed_on", sa.Date(), nullable=False),
        sa.Column("sealed_at", Instant, nullable=False),
        sa.Column("document_json", Token, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("pdf", Token, nullable=True),
        sa.Column("pdf_sha256", sa.String(64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("draft_id", name="uq_letter_draft_id"),
        sa.UniqueConstraint("reference", name="uq_letter_reference"),
    )
    op.create_index("ix_letter_holder_hash", "letter", ["holder_hash"])
    op.create_index("ix_letter_expires_at", "letter", ["expires_at"])
    op.create_table(
        "draft",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("holder_hash", sa.String(64), nullable=False),
        sa.Column("letter_id", sa.String(100), nullable=False),
        sa.Column("answers", Token, nullable=False),
        sa.Column("step", sa.String(100), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("sealed_letter_id", sa.String(22), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.ForeignKeyConstraint(
            ["sealed_letter_id"], ["letter.id"], name="fk_draft_sealed_letter_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_draft_holder_hash", "draft", ["holder_hash"])
    op.create_index("ix_draft_expires_at", "draft", ["expires_at"])
    op.create_index("ix_draft_sealed_letter_id", "draft", ["sealed_letter_id"])
    op.create_table(
        "rendering",
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("pdf", Token, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name="pk_rendering"),
    )
    op.create_index("ix_rendering_expires_at", "rendering", ["expires_at"])
    create_outbox()


def create_outbox() -> None:
    """Create the outbox."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("effect_key", sa.String(200), nullable=False),
        sa.Column("payload", Token, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", Instant, nullable=False),
        sa.Column("leased_until", Instant, nullable=True),
        sa.Column("lease_token", sa.String(22), nullable=True),
        sa.Column("last_error", sa.String(200), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("done_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("effect_key", name="uq_outbox_effect_key"),
    )
    op.create_index("ix_outbox_state_available_at", "outbox", ["state", "available_at"])
    op.create_index("ix_outbox_done_at", "outbox", ["done_at"])


def downgrade() -> None:
    """Remove the tables, and every row with them."""
    op.drop_table("outbox")
    op.drop_table("rendering")
    op.drop_table("draft")
    op.drop_table("letter")
