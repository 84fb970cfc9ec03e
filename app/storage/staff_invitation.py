"""The queries of invitations: the one that a link opens, those of an association that wait. It must never find one that
is used, withdrawn or too old.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Update, and_, select, update
from sqlalchemy.orm import Session

from app.storage.association import Invitation


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now)


def find_invitation(session: Session, token_hash: str, now: datetime) -> Invitation | None:
    """The invitation that a link opens: one SELECT, whatever the reason it opens nothing."""
    return session.scalar(select(Invitation).where(Invitation.token_hash == token_hash, _is_open(now)))


def open_invitations(session: Session, association_id: str, now: datetime) -> list[Invitation]:
    """The invitations of an association that wait, newest first."""
    query = select(Invitation).where(Invitation.association_id == association_id, _is_open(now))
    return list(session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id)))


def spend_invitation(session: Session, invitation_id: str, now: datetime) -> bool:
    """Use an invitation up; of two who come at once, one does."""
    statement = update(Invitation).where(Invitation.id == invitation_id, _is_open(now)).values(used_at=now)
    return _count(session, statement) == 1


def withdraw_open(session: Session, association_id: str, email_key: str, now: datetime) -> int:
    """Make the links that an association sent to an address worthless; returns how many there were."""
    is_asked = and_(Invitation.association_id == association_id, Invitation.email_key == email_key)
    return _count(session, update(Invitation).where(is_asked, _is_open(now)).values(withdrawn_at=now))


def _count(session: Session, statement: Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount
