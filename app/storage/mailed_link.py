"""A link sent by mail: what it is for, until when, and whether it was used. It must never keep the link itself."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Index, String, and_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import SHA256_HEX_LENGTH, Base
from app.storage.instants import UtcInstant


class MailedLink(Base):
    """One link, for one purpose and one subject: a contact's id, or the fingerprint of an address."""

    __tablename__ = "mailed_link"

    token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "subject"), Index(None, "expires_at"))


def _opens(token_hash: str, purpose: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        MailedLink.token_hash == token_hash,
        MailedLink.purpose == purpose,
        MailedLink.expires_at > now,
        MailedLink.used_at.is_(None),
    )


def subject_of_link(session: Session, token_hash: str, purpose: str, now: datetime) -> str | None:
    """Whom a link is about, None when it opens nothing."""
    return session.scalar(select(MailedLink.subject).where(_opens(token_hash, purpose, now)))


def spend_link(session: Session, token_hash: str, purpose: str, now: datetime) -> bool:
    """Use a link up; of two who come at once, one does."""
    statement = update(MailedLink).where(_opens(token_hash, purpose, now)).values(used_at=now)
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount == 1


def spend_links_about(session: Session, subject: str, now: datetime, purpose: str | None = None) -> None:
    """Use up every link about somebody, or those of one purpose."""
    statement = update(MailedLink).where(MailedLink.subject == subject, MailedLink.used_at.is_(None))
    if purpose is not None:
        statement = statement.where(MailedLink.purpose == purpose)
    session.execute(statement.values(used_at=now).execution_options(synchronize_session=False))
