"""A draft: the answers of a parent who has not sealed the letter yet; it vanishes by itself after some
weeks."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.encryption import EncryptedJson
from app.storage.instants import UtcInstant


class Draft(Base):
    """Answers on their way to a letter. `version` grows with each saving: two tabs cannot overwrite each
    other.
    """

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    holder_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    letter_id: Mapped[str] = mapped_column(String(100))  # which letter of `letters/` is being written
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("draft.answers"))
    step: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    # Erasing the letter erases the answers it was made from.
    sealed_letter_id: Mapped[str | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it
    __table_args__ = (
        Index(None, "holder_hash"),
        Index(None, "expires_at"),
        Index(None, "sealed_letter_id"),
    )


class DraftPage(NamedTuple):
    """What a wizard page shows of a draft: plain values, cheaper to read than a row one edits."""

    id: str
    letter_id: str
    answers: dict[str, Any]
    updated_at: datetime
    expires_at: datetime
    sealed_letter_id: str | None
    version: int


_PAGE = select(
    Draft.id,
    Draft.letter_id,
    Draft.answers,
    Draft.updated_at,
    Draft.expires_at,
    Draft.sealed_letter_id,
    Draft.version,
).where(
    Draft.id == bindparam("draft_id"),
    Draft.holder_hash == bindparam("holder_hash"),
    Draft.expires_at > bindparam("now", type_=UtcInstant),
)


def read_draft_page(session: Session, draft_id: str, holder_hash: str, now: datetime) -> DraftPage | None:
    """The draft for showing, under the same conditions as `find_draft`: one SELECT by primary key."""
    row = session.connection().execute(_PAGE, {"draft_id": draft_id, "holder_hash": holder_hash, "now": now}).first()
    return None if row is None else DraftPage._make(row)


def find_draft(session: Session, draft_id: str, holder_hash: str, now: datetime) -> Draft | None:
    """The draft for changing, if it belongs to that holder and has not expired: one SELECT by primary key."""
    draft = session.get(Draft, draft_id)
    if draft is None or draft.holder_hash != holder_hash or draft.expires_at <= now:
        return None
    return draft


def drafts_of(session: Session, holder_hash: str, now: datetime, limit: int = 50) -> list[Draft]:
    """The drafts a holder may go on with, last used first."""
    query = select(Draft).where(Draft.holder_hash == holder_hash, Draft.expires_at > now)
    return list(session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id).limit(limit)))
