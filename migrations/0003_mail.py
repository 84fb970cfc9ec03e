"""Mail: the contact of a dossier, the reminders promised, the links sent, and when an effect left our hands.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
Token = sa.LargeBinary


def upgrade() -> None:
    """Create the tables, then the column of the outbox."""
    create_contact()
    create_reminder()
    create_mailed_link()
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("handed_at", Instant, nullable=True))


def create_contact() -> None:
    """Create the table of addresses, one for a dossier at most."""
    op.create_table(
        "contact",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("dossier_id", sa.String(22), nullable=False),
        sa.Column("address", Token, nullable=False),
        sa.Column("address_key", sa.String(64), nullable=False),
        sa.Column("shows_reference", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant, nullable=True),
        sa.Column("stopped_at", Instant, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_mail", sa.String(64), nullable=False),
        sa.Column("uncertain_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("dossier_id", name="uq_contact_dossier_id"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_contact_dossier_id", ondelete="CASCADE"),
    )
    op.create_index("ix_contact_address_key_id", "contact", ["address_key", "id"])


def create_reminder() -> None:
    """Create the table of reminders, each once for a dossier."""
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("dossier_id", sa.String(22), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("mail_key", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("dossier_id", "key", name="uq_reminder_dossier_id_key"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_reminder_dossier_id", ondelete="CASCADE"),
    )


def create_mailed_link() -> None:
    """Create the table of links that were sent by mail."""
    op.create_table(
        "mailed_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_mailed_link"),
    )
    op.create_index("ix_mailed_link_subject", "mailed_link", ["subject"])
    op.create_index("ix_mailed_link_expires_at", "mailed_link", ["expires_at"])


def downgrade() -> None:
    """Remove the column and the tables; what was promised to the outbox stays."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("handed_at")
    op.drop_table("mailed_link")
    op.drop_table("reminder")
    op.drop_table("contact")
