"""A draft: the answers of a parent who has not sealed the letter yet; it vanishes by itself after some
weeks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, CompoundSelect, ForeignKey, Index, String, bindparam, func, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.dossier import open_to
from app.storage.encryption import EncryptedJson
from app.storage.instants import UtcInstant


class Draft(Base):
    """Answers on their way to a letter. `version` grows with each saving: two tabs cannot overwrite each
    other.
    """

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    holder_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    letter_id: Mapped[str] = mapped_column(String(100))  # the key of the letter being written, its version included
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("draft.answers"))
    step: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    # Erasing the letter erases the answers it was made from.
    sealed_letter_id: Mapped[str | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    # The dossier that this letter goes on with; None for a first letter.
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    # Only with the parent's consent to be counted; no key, for a campaign may go first.
    campaign_id: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it
    __table_args__ = (
        Index(None, "holder_hash"),
        Index(None, "expires_at"),
        Index(None, "sealed_letter_id"),
        Index(None, "dossier_id"),
        Index(None, "campaign_id"),
        Index(None, "letter_id"),
    )


class DraftPage(NamedTuple):
    """What a wizard page shows of a draft: plain values, cheaper to read than a row one edits."""

    id: str
    letter_id: str
    answers: dict[str, Any]
    updated_at: datetime
    expires_at: datetime
    sealed_letter_id: str | None
    dossier_id: str | None
    version: int


def _open_to(holder_hash: str | BindParameter[str], now: datetime | BindParameter[datetime]) -> CompoundSelect[str]:
    """The ids of the drafts a device may open: the first letters it began, and what goes on with its dossiers."""
    first = select(Draft.id).where(Draft.holder_hash == holder_hash, Draft.dossier_id.is_(None), Draft.expires_at > now)
    next_ones = select(Draft.id).where(Draft.dossier_id.in_(open_to(holder_hash, now)), Draft.expires_at > now)
    return union_all(first, next_ones)


_PAGE = select(
    Draft.id,
    Draft.letter_id,
    Draft.answers,
    Draft.updated_at,
    Draft.expires_at,
    Draft.sealed_letter_id,
    Draft.dossier_id,
    Draft.version,
).where(
    Draft.id == bindparam("draft_id"),
    Draft.id.in_(_open_to(bindparam("holder_hash"), bindparam("now", type_=UtcInstant))),
)


def read_draft_page(session: Session, draft_id: str, holder_hash: str, now: datetime) -> DraftPage | None:
    """The draft for showing, under the same conditions as `find_draft`: one SELECT by primary key."""
    row = session.connection().execute(_PAGE, {"draft_id": draft_id, "holder_hash": holder_hash, "now": now}).first()
    return None if row is None else DraftPage._make(row)


def find_draft(
    session: Session, draft_id: str, holder_hash: str, now: datetime, *, is_locked: bool = False
) -> Draft | None:
    """The draft for changing, if that device may open it and it has not expired: one SELECT by primary key. Locked, it
    makes the next writer wait for this one.
    """
    query = select(Draft).where(Draft.id == draft_id, Draft.id.in_(_open_to(holder_hash, now)))
    return session.scalar(query.with_for_update() if is_locked else query)


def drafts_of(session: Session, holder_hash: str, now: datetime, limit: int = 50) -> list[Draft]:
    """The drafts a device may go on with, last used first."""
    query = select(Draft).where(Draft.id.in_(_open_to(holder_hash, now)))
    return list(session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id).limit(limit)))


def drafts_in(session: Session, dossier_ids: Sequence[str], now: datetime) -> list[Draft]:
    """The letters begun in these dossiers and not sealed yet, last used first."""
    query = select(Draft).where(
        Draft.dossier_id.in_(dossier_ids), Draft.sealed_letter_id.is_(None), Draft.expires_at > now
    )
    return list(session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id)))


def drafts_end_at(session: Session, dossier_id: str) -> datetime | None:
    """When the last of the letters begun in a dossier and not sealed vanishes, None when there is none."""
    query = select(func.max(Draft.expires_at))
    return session.scalar(query.where(Draft.dossier_id == dossier_id, Draft.sealed_letter_id.is_(None)))


def find_draft_of_letter(session: Session, letter_id: str) -> Draft | None:
    """The answers that a sealed letter was made from, while they are kept."""
    return session.scalar(select(Draft).where(Draft.sealed_letter_id == letter_id))
