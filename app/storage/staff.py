"""The people who work for associations: their account, their passkeys, their open sessions. It must never keep the
address of a machine, nor the token of a session.

What Flask-Security needs of an account is here under its own names (`fs_…`, `tf_…`, `mf_…`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, CursorResult, ForeignKey, Index, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.encryption import EncryptedJson, EncryptedText
from app.storage.instants import UtcInstant


class Staff(Base):
    """One person, whatever associations they work for; their rights are in their memberships, never here."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    email: Mapped[str] = mapped_column(EncryptedText("staff.email"))
    email_key: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), unique=True)  # keyed fingerprint of the address
    name: Mapped[str] = mapped_column(EncryptedText("staff.name"))
    password: Mapped[str | None] = mapped_column(String(255))  # an argon2id hash; None for who has passkeys alone
    active: Mapped[bool] = mapped_column()
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(EncryptedText("staff.tf_totp_secret"))
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)  # of the last code used: none serves twice
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(EncryptedJson("staff.mf_recovery_codes"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    left_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # when a membership last ended
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it


class StaffPasskey(Base):
    """One passkey of one person. `usage`: "first" signs in by itself, "secondary" follows a password."""

    __tablename__ = "staff_passkey"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[str] = mapped_column(String(200))  # separated by commas
    extensions: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(EncryptedText("staff_passkey.name"))
    usage: Mapped[str] = mapped_column(String(20))
    device_type: Mapped[str] = mapped_column(String(64))
    backup_state: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "staff_id"),)


class StaffSession(Base):
    """One sign-in on one device: it holds while it is neither revoked, nor idle, nor too old."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(EncryptedText("staff_session.device"))  # « Firefox sur Windows », never more
    has_second_factor: Mapped[bool] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "staff_id"), Index(None, "seen_at"))


def find_staff_by_email(session: Session, email_key: str) -> Staff | None:
    """The account of an address, by its keyed fingerprint."""
    return session.scalar(select(Staff).where(Staff.email_key == email_key))


def find_staff_by_uniquifier(session: Session, uniquifier: str) -> Staff | None:
    """The account of a session cookie."""
    return session.scalar(select(Staff).where(Staff.fs_uniquifier == uniquifier))


def find_staff_by_handle(session: Session, handle: str) -> Staff | None:
    """The account that a passkey names."""
    return session.scalar(select(Staff).where(Staff.fs_webauthn_user_handle == handle))


def passkeys_of(session: Session, staff_id: str) -> list[StaffPasskey]:
    """The passkeys of a person, oldest first."""
    query = select(StaffPasskey).where(StaffPasskey.staff_id == staff_id)
    return list(session.scalars(query.order_by(StaffPasskey.created_at, StaffPasskey.id)))


def find_passkey(session: Session, credential_id: bytes) -> StaffPasskey | None:
    """The passkey a browser answers with."""
    return session.scalar(select(StaffPasskey).where(StaffPasskey.credential_id == credential_id))


def is_live(now_idle: datetime, now_absolute: datetime) -> ColumnElement[bool]:
    """Whether a session holds: seen after `now_idle`, opened after `now_absolute`, not revoked."""
    return (
        StaffSession.revoked_at.is_(None) & (StaffSession.seen_at > now_idle) & (StaffSession.opened_at > now_absolute)
    )


def find_session(session: Session, token_hash: str) -> StaffSession | None:
    """The session of a token, dead or alive."""
    return session.get(StaffSession, token_hash)


def live_sessions_of(session: Session, staff_id: str, now_idle: datetime, now_absolute: datetime) -> list[StaffSession]:
    """The sessions of a person that hold, last seen first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, is_live(now_idle, now_absolute))
    return list(session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.token_hash)))


def see_session(session: Session, token_hash: str, now: datetime) -> bool:
    """Note that a session was used; a revoked one stays dead, and False is returned."""
    statement = update(StaffSession).where(StaffSession.token_hash == token_hash, StaffSession.revoked_at.is_(None))
    return _count(session, statement.values(seen_at=now)) == 1


def end_sessions(
    session: Session, staff_id: str, now: datetime, *, only: Sequence[str] = (), but: str | None = None
) -> int:
    """Revoke the sessions of a person: those whose hash is in `only` (all, when it is empty), never `but`."""
    statement = update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None))
    if only:
        statement = statement.where(StaffSession.token_hash.in_(only))
    if but is not None:
        statement = statement.where(StaffSession.token_hash != but)
    return _count(session, statement.values(revoked_at=now))


def _count(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount
