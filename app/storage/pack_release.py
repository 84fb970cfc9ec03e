"""A pack of letters as it left an association or came from another one: manifest, signature and texts, from which the
same archive is written again, byte for byte. Nothing here changes a release afterwards.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.instants import UtcInstant

PACK_ID_LENGTH = 40
SIGNATURE_HEX_LENGTH = 128


class PackRelease(Base):
    """One version of one pack in the space of an association. `files`: the texts of its letters by their path."""

    __tablename__ = "pack_release"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    is_own: Mapped[bool] = mapped_column()  # made here, or received
    pack_id: Mapped[str] = mapped_column(String(PACK_ID_LENGTH))
    number: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(120))
    origin: Mapped[str] = mapped_column(String(120))  # the name of the association that signed it
    public_key: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))  # hexadecimal
    manifest: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(SIGNATURE_HEX_LENGTH))
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (
        UniqueConstraint("association_id", "public_key", "pack_id", "number"),
        Index(None, "association_id", "created_at"),
    )


def releases_in(session: Session, association_id: str) -> Sequence[PackRelease]:
    """The releases of an association, last first, without their texts."""
    query = select(PackRelease).where(PackRelease.association_id == association_id)
    query = query.options(defer(PackRelease.manifest), defer(PackRelease.files))
    return list(session.scalars(query.order_by(PackRelease.created_at.desc(), PackRelease.id)))


def find_release(session: Session, association_id: str, release_id: str) -> PackRelease | None:
    """One of them, with its texts."""
    query = select(PackRelease).where(PackRelease.association_id == association_id, PackRelease.id == release_id)
    return session.scalar(query)


def last_own_release(session: Session, association_id: str, public_key: str) -> PackRelease | None:
    """The last one that the association made under its present key."""
    query = select(PackRelease).where(
        PackRelease.association_id == association_id, PackRelease.is_own, PackRelease.public_key == public_key
    )
    return session.scalars(query.order_by(PackRelease.number.desc()).limit(1)).first()


def keys_received(session: Session, association_id: str) -> dict[str, set[str]]:
    """The keys under which packs came to an association, each with the names that signed with it."""
    query = select(PackRelease.public_key, PackRelease.origin).where(
        PackRelease.association_id == association_id, ~PackRelease.is_own
    )
    found: dict[str, set[str]] = {}
    for public_key, origin in session.execute(query):
        found.setdefault(public_key, set()).add(origin)
    return found


def newest_received(session: Session, association_id: str, public_key: str, pack_id: str) -> PackRelease | None:
    """The newest release of a pack that the association has, made or received."""
    query = select(PackRelease).where(
        PackRelease.association_id == association_id,
        PackRelease.public_key == public_key,
        PackRelease.pack_id == pack_id,
    )
    return session.scalars(query.order_by(PackRelease.number.desc()).limit(1)).first()
