"""The associations: accounts, members, letters and their versions, campaigns; a letter may be counted in one.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
# Columns are added and dropped in place: on SQLite a table made anew would take the rows that point to it along.
COUNTED = ("draft", "letter", "dossier")


def upgrade() -> None:
    """Create the tables, then let what a parent agreed to have counted point to its campaign."""
    create_staff()
    create_staff_passkey()
    create_staff_session()
    create_association()
    create_membership()
    create_invitation()
    create_journal_entry()
    create_association_letter()
    create_letter_version()
    create_campaign()
    create_campaign_count()
    for table in COUNTED:
        op.add_column(table, sa.Column("campaign_id", sa.String(22), nullable=True))
        op.create_index(f"ix_{table}_campaign_id", table, ["campaign_id"])
    op.add_column("dossier", sa.Column("campaign_counted", sa.String(60), nullable=False, server_default=""))
    op.create_index("ix_draft_letter_id", "draft", ["letter_id"])


def create_staff() -> None:
    """Create the table of accounts."""
    op.create_table(
        "staff",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("email", sa.LargeBinary, nullable=False),
        sa.Column("email_key", sa.String(64), nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("password", sa.String(255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(64), nullable=False),
        sa.Column("tf_primary_method", sa.String(20), nullable=True),
        sa.Column("tf_totp_secret", sa.LargeBinary, nullable=True),
        sa.Column("tf_last_counter", sa.BigInteger(), nullable=True),
        sa.Column("mf_recovery_codes", sa.LargeBinary, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("left_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email_key", name="uq_staff_email_key"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_staff_fs_uniquifier"),
        sa.UniqueConstraint("fs_webauthn_user_handle", name="uq_staff_fs_webauthn_user_handle"),
    )


def create_staff_passkey() -> None:
    """Create the table of passkeys."""
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("staff_id", sa.String(22), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(2048), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(200), nullable=False),
        sa.Column("extensions", sa.String(255), nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("usage", sa.String(20), nullable=False),
        sa.Column("device_type", sa.String(64), nullable=False),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_passkey"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_passkey_staff_id", ondelete="CASCADE"),
        sa.UniqueConstraint("credential_id", name="uq_staff_passkey_credential_id"),
    )
    op.create_index("ix_staff_passkey_staff_id", "staff_passkey", ["staff_id"])


def create_staff_session() -> None:
    """Create the table of open sessions."""
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(22), nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_session"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id", ondelete="CASCADE"),
    )
    op.create_index("ix_staff_session_seen_at", "staff_session", ["seen_at"])
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])


def create_association() -> None:
    """Create the table of associations."""
    op.create_table(
        "association",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(300), nullable=False),
        sa.Column("legal_notice", sa.String(600), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("logo", sa.LargeBinary, nullable=True),
        sa.Column("signing_key", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_association"),
        sa.UniqueConstraint("slug", name="uq_association_slug"),
    )


def create_membership() -> None:
    """Create the table of memberships."""
    op.create_table(
        "membership",
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("staff_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("since_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("association_id", "staff_id", name="pk_membership"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_membership_association_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_membership_staff_id", ondelete="CASCADE"),
    )
    op.create_index("ix_membership_staff_id", "membership", ["staff_id"])


def create_invitation() -> None:
    """Create the table of invitations."""
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("email", sa.LargeBinary, nullable=False),
        sa.Column("email_key", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("invited_by", sa.String(22), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_invitation_association_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["staff.id"], name="fk_invitation_invited_by", ondelete="SET NULL"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )
    op.create_index("ix_invitation_association_id", "invitation", ["association_id"])
    op.create_index("ix_invitation_expires_at", "invitation", ["expires_at"])
    op.create_index("ix_invitation_invited_by", "invitation", ["invited_by"])


def create_journal_entry() -> None:
    """Create the table of what members did."""
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("staff_id", sa.String(22), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entry"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_journal_entry_association_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_journal_entry_staff_id", ondelete="SET NULL"),
    )
    op.create_index("ix_journal_entry_association_id_at", "journal_entry", ["association_id", "at"])
    op.create_index("ix_journal_entry_staff_id", "journal_entry", ["staff_id"])


def create_association_letter() -> None:
    """Create the table of the letters of associations."""
    op.create_table(
        "association_letter",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("base", sa.String(100), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_association_letter"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_association_letter_association_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("association_id", "slug", name="uq_association_letter_association_id_slug"),
    )


def create_letter_version() -> None:
    """Create the table of their versions."""
    op.create_table(
        "letter_version",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("letter_id", sa.String(22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("reviewer_id", sa.String(22), nullable=True),
        sa.Column("review_comment", sa.String(4000), nullable=False),
        sa.Column("withdrawn_reason", sa.String(1000), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("submitted_at", Instant, nullable=True),
        sa.Column("reviewed_at", Instant, nullable=True),
        sa.Column("published_at", Instant, nullable=True),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter_version"),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["association_letter.id"], name="fk_letter_version_letter_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["staff.id"], name="fk_letter_version_reviewer_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("letter_id", "number", name="uq_letter_version_letter_id_number"),
    )
    op.create_index("ix_letter_version_reviewer_id", "letter_version", ["reviewer_id"])


def create_campaign() -> None:
    """Create the table of campaigns."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("association_id", sa.String(22), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("letters", sa.JSON(), nullable=False),
        sa.Column("prefilled", sa.JSON(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_campaign_association_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("code", name="uq_campaign_code"),
    )
    op.create_index("ix_campaign_association_id", "campaign", ["association_id"])


def create_campaign_count() -> None:
    """Create the table of what is counted in them."""
    op.create_table(
        "campaign_count",
        sa.Column("campaign_id", sa.String(22), nullable=False),
        sa.Column("fact", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "fact", name="pk_campaign_count"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_campaign_count_campaign_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Remove the columns and the tables; what families wrote stays."""
    op.drop_index("ix_draft_letter_id", "draft")
    op.drop_column("dossier", "campaign_counted")
    for table in reversed(COUNTED):
        op.drop_index(f"ix_{table}_campaign_id", table)
        op.drop_column(table, "campaign_id")
    op.drop_table("campaign_count")
    op.drop_table("campaign")
    op.drop_table("letter_version")
    op.drop_table("association_letter")
    op.drop_table("journal_entry")
    op.drop_table("invitation")
    op.drop_table("membership")
    op.drop_table("association")
    op.drop_table("staff_session")
    op.drop_table("staff_passkey")
    op.drop_table("staff")
