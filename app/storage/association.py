"""An association, who belongs to it, and who is invited. It must never hold an address in clear."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.encryption import EncryptedBytes, EncryptedText
from app.storage.instants import UtcInstant
from app.storage.staff import Staff

SLUG_LENGTH = 40


class Association(Base):
    """A group with a space of its own. What stands here is public, but for its signing key (raw Ed25519)."""

    __tablename__ = "association"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)  # its name in addresses, for good
    name: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(300), default="")
    legal_notice: Mapped[str] = mapped_column(String(600), default="")
    site: Mapped[str] = mapped_column(String(200), default="")
    is_listed: Mapped[bool] = mapped_column(default=False)  # whether the public list names it
    logo: Mapped[bytes | None] = mapped_column(deferred=True)  # a PNG of ours
    signing_key: Mapped[bytes] = mapped_column(EncryptedBytes("association.signing_key"), deferred=True)
    public_key: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))  # hexadecimal
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it


class Membership(Base):
    """One person in one association, in one role."""

    __tablename__ = "membership"

    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    since_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "staff_id"),)


class Invitation(Base):
    """An address asked to join; of the link in its mail the row keeps a hash alone."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(EncryptedText("invitation.email"))
    email_key: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    role: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), unique=True)
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))  # None: a command
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "association_id"), Index(None, "expires_at"), Index(None, "invited_by"))


def find_association(session: Session, slug: str) -> Association | None:
    """The open association of that name in addresses."""
    return session.scalar(select(Association).where(Association.slug == slug, Association.closed_at.is_(None)))


def is_in_association(since: datetime) -> ColumnElement[bool]:
    """Whether a person belongs to an association that is open, or was after `since`."""
    is_open = or_(Association.closed_at.is_(None), Association.closed_at > since)
    return exists().where(Membership.staff_id == Staff.id, Membership.association_id == Association.id, is_open)


def membership_at(session: Session, staff_id: str, slug: str) -> tuple[Staff, Membership, Association] | None:
    """What a person is in an open association, by its name in addresses: one SELECT."""
    query = (
        select(Staff, Membership, Association)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Association, Association.id == Membership.association_id)
        .where(Staff.id == staff_id, Staff.active, Association.slug == slug, Association.closed_at.is_(None))
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def memberships_of_staff(session: Session, staff_id: str) -> Sequence[tuple[Staff, Membership, Association]]:
    """The open associations a person belongs to, by name."""
    query = (
        select(Staff, Membership, Association)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Association, Association.id == Membership.association_id)
        .where(Staff.id == staff_id, Staff.active, Association.closed_at.is_(None))
        .order_by(Association.name, Association.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
