"""The dossiers: who may open one, what happened, which letters it holds; a draft may go on with one.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
Token = sa.LargeBinary


def upgrade() -> None:
    """Create the tables, then let a draft point to its dossier."""
    create_dossier()
    create_access()
    create_event()
    create_letter()
    with op.batch_alter_table("draft") as draft:
        draft.add_column(sa.Column("dossier_id", sa.String(22), nullable=True))
        draft.create_foreign_key("fk_draft_dossier_id", "dossier", ["dossier_id"], ["id"], ondelete="CASCADE")
        draft.create_index("ix_draft_dossier_id", ["dossier_id"])


def create_dossier() -> None:
    """Create the table of dossiers."""
    op.create_table(
        "dossier",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("origin_letter_id", sa.String(22), nullable=True),
        sa.Column("right", sa.String(20), nullable=False),
        sa.Column("grounds", sa.String(30), nullable=False),
        sa.Column("departement", sa.String(3), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("profile", Token, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("erased_at", Instant, nullable=True),
        sa.Column("erased_by", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dossier"),
        sa.UniqueConstraint("token_hash", name="uq_dossier_token_hash"),
        sa.UniqueConstraint("origin_letter_id", name="uq_dossier_origin_letter_id"),
        sa.ForeignKeyConstraint(
            ["origin_letter_id"], ["letter.id"], name="fk_dossier_origin_letter_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_dossier_expires_at", "dossier", ["expires_at"])
    op.create_index("ix_dossier_erased_at", "dossier", ["erased_at"])


def create_access() -> None:
    """Create the table of the devices that may open a dossier."""
    op.create_table(
        "dossier_access",
        sa.Column("dossier_id", sa.String(22), nullable=False),
        sa.Column("holder_hash", sa.String(64), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "holder_hash", name="pk_dossier_access"),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_access_dossier_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_dossier_access_holder_hash", "dossier_access", ["holder_hash"])


def create_event() -> None:
    """Create the table of facts, those replaced or withdrawn included."""
    op.create_table(
        "dossier_event",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("dossier_id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("has_reasons", sa.Boolean(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("letter", sa.String(100), nullable=False),
        sa.Column("has_remedies", sa.Boolean(), nullable=False),
        sa.Column("details", Token, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("replaced_by_id", sa.String(22), nullable=True),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_event"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_dossier_event_dossier_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["dossier_event.id"], name="fk_dossier_event_replaced_by_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_dossier_event_dossier_id", "dossier_event", ["dossier_id"])
    op.create_index("ix_dossier_event_replaced_by_id", "dossier_event", ["replaced_by_id"])


def create_letter() -> None:
    """Create the table that says which letters a dossier holds."""
    op.create_table(
        "dossier_letter",
        sa.Column("dossier_id", sa.String(22), nullable=False),
        sa.Column("letter_id", sa.String(22), nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "letter_id", name="pk_dossier_letter"),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_letter_dossier_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_dossier_letter_letter_id", ondelete="CASCADE"),
    )
    op.create_index("ix_dossier_letter_letter_id", "dossier_letter", ["letter_id"], unique=True)


def downgrade() -> None:
    """Remove the tables; the drafts of next letters stay, without their dossier."""
    with op.batch_alter_table("draft") as draft:
        draft.drop_index("ix_draft_dossier_id")
        draft.drop_constraint("fk_draft_dossier_id", type_="foreignkey")
        draft.drop_column("dossier_id")
    op.drop_table("dossier_letter")
    op.drop_table("dossier_event")
    op.drop_table("dossier_access")
    op.drop_table("dossier")
