"""A rendering: a PDF made ahead while the parent reads, found by the hash of its content; it never outlives
a day or so."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import SHA256_HEX_LENGTH, Base
from app.storage.encryption import EncryptedBytes
from app.storage.instants import UtcInstant


class Rendering(Base):
    """A finished PDF. `content_hash` covers everything the PDF depends on, style sheet and fonts included."""

    __tablename__ = "rendering"

    content_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(EncryptedBytes("rendering.pdf"))
    pages: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "expires_at"),)


def find_rendering(session: Session, content_hash: str, now: datetime) -> Rendering | None:
    """The PDF made ahead for that content, if it is there and fresh."""
    rendering = session.get(Rendering, content_hash)
    return None if rendering is None or rendering.expires_at <= now else rendering
