"""What members did in their space, for themselves to read. It must never hold anything about a family."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, Base, new_public_id
from app.storage.encryption import EncryptedJson
from app.storage.instants import UtcInstant


class JournalEntry(Base):
    """One act. `details` holds the words of its sentence, the name of who did it included, as they were then."""

    __tablename__ = "journal_entry"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))  # None: a command
    kind: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("journal_entry.details"))

    __table_args__ = (Index(None, "association_id", "at"), Index(None, "staff_id"))
