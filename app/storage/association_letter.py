"""The letters that an association writes, and each version of them: one text in the format of `letters/`, which a
published version keeps for good.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.association import SLUG_LENGTH, Association
from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.instants import UtcInstant


class AssociationLetter(Base):
    """One letter of an association; `base` is the letter of the house it was copied from, or ""."""

    __tablename__ = "association_letter"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    base: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (UniqueConstraint("association_id", "slug"),)


class LetterVersion(Base):
    """One version of a letter. `samples`: TOML texts by name; `authors`: the ids of all who wrote in it."""

    __tablename__ = "letter_version"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    letter_id: Mapped[str] = mapped_column(ForeignKey("association_letter.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    samples: Mapped[dict[str, str]] = mapped_column(JSON)
    # What each sample gave when it was submitted, as documents: what the second person reads.
    readings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sha256: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    authors: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(1000), default="")  # what changed, in the author's words
    reviewer_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    review_comment: Mapped[str] = mapped_column(String(4000), default="")
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    published_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it
    __table_args__ = (UniqueConstraint("letter_id", "number"), Index(None, "reviewer_id"))


def find_version(session: Session, version_id: str) -> tuple[LetterVersion, AssociationLetter, Association] | None:
    """A version with its letter and its association, whatever its state: one SELECT."""
    query = (
        select(LetterVersion, AssociationLetter, Association)
        .join(AssociationLetter, AssociationLetter.id == LetterVersion.letter_id)
        .join(Association, Association.id == AssociationLetter.association_id)
        .where(LetterVersion.id == version_id)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def versions_of(session: Session, letter_id: str) -> Sequence[LetterVersion]:
    """Every version of a letter, last first."""
    query = select(LetterVersion).where(LetterVersion.letter_id == letter_id)
    return list(session.scalars(query.order_by(LetterVersion.number.desc())))


def find_association_letter(session: Session, association_id: str, slug: str) -> AssociationLetter | None:
    """The letter of that name in addresses."""
    query = select(AssociationLetter).where(AssociationLetter.association_id == association_id)
    return session.scalar(query.where(AssociationLetter.slug == slug))
