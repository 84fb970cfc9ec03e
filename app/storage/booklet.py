"""A booklet on paper, its two files, and the stubs that its copies carry. It must never hold a code, nor tie a stub to
the dossier that was begun with it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, CursorResult, ForeignKey, Index, String, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.association import Association
from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.campaign import Campaign
from app.storage.encryption import EncryptedBytes
from app.storage.instants import UtcInstant

LETTER_KEY_LENGTH = 100


class Booklet(Base):
    """One order of booklets: which letters, how many copies, before which school. `letters`: their keys, in the order
    of the pages; `school`: the kind of school that their forms are made for, its name when it is printed.
    """

    __tablename__ = "booklet"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(120))
    letters: Mapped[list[str]] = mapped_column(JSON)
    school: Mapped[dict[str, Any]] = mapped_column(JSON)
    copies: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)  # with it, its stubs

    __table_args__ = (
        Index(None, "association_id", "created_at"),
        Index(None, "campaign_id"),
        Index(None, "expires_at"),
    )


class BookletFile(Base):
    """One of the PDF files of a booklet: `livret`, printed as many times as there are copies, or `talons`, once."""

    __tablename__ = "booklet_file"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    booklet_id: Mapped[str] = mapped_column(ForeignKey("booklet.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(10))
    pdf: Mapped[bytes] = mapped_column(EncryptedBytes("booklet_file.pdf"), deferred=True)
    pages: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "booklet_id", "part", unique=True), Index(None, "expires_at"))


class Stub(Base):
    """One stub of one copy: a keyed fingerprint of its code, the letter it follows, and the day it served."""

    __tablename__ = "stub"

    code_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), primary_key=True)
    booklet_id: Mapped[str] = mapped_column(ForeignKey("booklet.id", ondelete="CASCADE"))
    letter_key: Mapped[str] = mapped_column(String(LETTER_KEY_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_on: Mapped[date | None] = mapped_column()  # a day, no instant: no dossier is found again by its beginning

    __table_args__ = (Index(None, "booklet_id"), Index(None, "expires_at"))


def booklets_of(session: Session, association_id: str, limit: int = 50) -> list[Booklet]:
    """The booklets of an association, last asked for first."""
    query = select(Booklet).where(Booklet.association_id == association_id)
    return list(session.scalars(query.order_by(Booklet.created_at.desc(), Booklet.id).limit(limit)))


def find_booklet(session: Session, association_id: str, booklet_id: str) -> Booklet | None:
    """A booklet of that association."""
    return session.scalar(select(Booklet).where(Booklet.id == booklet_id, Booklet.association_id == association_id))


def files_of(session: Session, booklet_ids: Sequence[str], now: datetime) -> list[BookletFile]:
    """The files of these booklets that can still be fetched, without their bytes."""
    return list(
        session.scalars(
            select(BookletFile).where(BookletFile.booklet_id.in_(booklet_ids), BookletFile.expires_at > now)
        )
    )


def find_file(session: Session, booklet_id: str, part: str, now: datetime) -> BookletFile | None:
    """One file of a booklet."""
    return session.scalar(
        select(BookletFile).where(
            BookletFile.booklet_id == booklet_id, BookletFile.part == part, BookletFile.expires_at > now
        )
    )


def stub_counts(session: Session, booklet_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(stubs, those that served) of each of these booklets."""
    query = (
        select(Stub.booklet_id, func.count(), func.count(Stub.used_on))
        .where(Stub.booklet_id.in_(booklet_ids))
        .group_by(Stub.booklet_id)
    )
    return {booklet_id: (count, used) for booklet_id, count, used in session.execute(query)}


def campaigns_not_over(session: Session, association_id: str, on: date) -> list[Campaign]:
    """The campaigns that may still count a stub: open that day, or opening later; the first to close first."""
    query = select(Campaign).where(
        Campaign.association_id == association_id,
        Campaign.closed_at.is_(None),
        or_(Campaign.closes_on.is_(None), Campaign.closes_on >= on),
    )
    return list(session.scalars(query.order_by(Campaign.closes_on.is_(None), Campaign.closes_on, Campaign.id)))


def _serves(code_hash: str, now: datetime) -> ColumnElement[bool]:
    return and_(Stub.code_hash == code_hash, Stub.used_on.is_(None), Stub.expires_at > now)


def stub_behind(session: Session, code_hash: str, now: datetime) -> tuple[Stub, Booklet, Association] | None:
    """The stub of a code that still serves, with its booklet and who printed it: one SELECT, the same for a code that
    was never printed and for one that served.
    """
    query = (
        select(Stub, Booklet, Association)
        .join(Booklet, Booklet.id == Stub.booklet_id)
        .join(Association, Association.id == Booklet.association_id)
        .where(_serves(code_hash, now))
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def spend_stub(session: Session, code_hash: str, now: datetime, on: date) -> bool:
    """Use a code up; of two who come at once, one does."""
    statement = update(Stub).where(_serves(code_hash, now)).values(used_on=on)
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount == 1
