"""A piece: what is said of a file kept in a dossier. Its bytes are elsewhere, encrypted on disk under the same id; they
must never be in the database.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.dossier import DossierEvent
from app.storage.encryption import EncryptedText
from app.storage.instants import UtcInstant

BYTES_PURPOSE = "piece.bytes"


class Piece(Base):
    """One file, as we wrote it anew; `sha256` and `size` are those of its clear bytes."""

    __tablename__ = "piece"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    event_id: Mapped[str | None] = mapped_column(ForeignKey("dossier_event.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(EncryptedText("piece.title"))
    size: Mapped[int] = mapped_column()
    pages: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "dossier_id"), Index(None, "event_id"))


def pieces_in(session: Session, dossier_ids: Sequence[str]) -> list[Piece]:
    """The pieces of these dossiers, in the order in which they came; in each, a number is a place, from 1."""
    query = select(Piece).where(Piece.dossier_id.in_(dossier_ids))
    return list(session.scalars(query.order_by(Piece.created_at, Piece.id)))


def find_piece(session: Session, dossier_id: str, piece_id: str) -> Piece | None:
    """The piece, if it stands in that dossier."""
    return session.scalar(select(Piece).where(Piece.id == piece_id, Piece.dossier_id == dossier_id))


def weight_of_pieces(session: Session, dossier_id: str) -> tuple[int, int]:
    """How many pieces a dossier holds, and their bytes together."""
    query = select(func.count(), func.coalesce(func.sum(Piece.size), 0)).where(Piece.dossier_id == dossier_id)
    count, size = session.execute(query).one()
    return int(count), int(size)


def piece_ids_after(session: Session, last: str, limit: int) -> list[str]:
    """The next ids of every dossier, in their order."""
    return list(session.scalars(select(Piece.id).where(Piece.id > last).order_by(Piece.id).limit(limit)))


def replacements(session: Session, dossier_id: str) -> dict[str, str]:
    """From each fact that was corrected to the one that replaced it."""
    query = select(DossierEvent.id, DossierEvent.replaced_by_id).where(
        DossierEvent.dossier_id == dossier_id, DossierEvent.replaced_by_id.is_not(None)
    )
    return {before: after for before, after in session.execute(query) if after is not None}
