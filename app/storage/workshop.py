"""A workshop on one shared tablet, and the families that pass through it, one at a time. It must never keep of a family
more than what lets the tablet forget it.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, CursorResult, ForeignKey, Index, String, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.instants import UtcInstant


class Workshop(Base):
    """One tablet for some hours, and what was counted on it. `pin` is an argon2id hash."""

    __tablename__ = "workshop"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(120))
    token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), unique=True)
    pin: Mapped[str] = mapped_column(String(255))
    wrong_pins: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    ends_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # before its time
    families: Mapped[int] = mapped_column(default=0)
    letters: Mapped[int] = mapped_column(default=0)
    printed: Mapped[int] = mapped_column(default=0)
    mailed: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index(None, "association_id", "started_at"), Index(None, "campaign_id"), Index(None, "ends_at"))

    def is_open(self, now: datetime) -> bool:
        """Whether families may still use the tablet."""
        return self.ended_at is None and now < self.ends_at


class WorkshopFamily(Base):
    """One family on the tablet: the holder its drafts and letters belong to, when it last did something, and which of
    its letters left (« imprimer:<letter> »). `closed_at`: forgotten since; the row goes a little later, so that a
    request that was under way leaves nothing behind.
    """

    __tablename__ = "workshop_family"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    workshop_id: Mapped[str] = mapped_column(ForeignKey("workshop.id", ondelete="CASCADE"))
    holder_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), unique=True)
    departures: Mapped[list[str]] = mapped_column(JSON)
    began_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "workshop_id"), Index(None, "seen_at"), Index(None, "closed_at"))


def find_workshop(session: Session, token_hash: str) -> Workshop | None:
    """The workshop of a tablet, over or not."""
    return session.scalar(select(Workshop).where(Workshop.token_hash == token_hash))


def workshops_of(session: Session, association_id: str, limit: int = 50) -> list[Workshop]:
    """The workshops of an association, last begun first."""
    query = select(Workshop).where(Workshop.association_id == association_id)
    return list(session.scalars(query.order_by(Workshop.started_at.desc(), Workshop.id).limit(limit)))


def find_family(
    session: Session, workshop_id: str, holder_hash: str, *, is_locked: bool = False
) -> WorkshopFamily | None:
    """The family of a holder, if it passes through that workshop and was not forgotten."""
    query = select(WorkshopFamily).where(
        WorkshopFamily.workshop_id == workshop_id,
        WorkshopFamily.holder_hash == holder_hash,
        WorkshopFamily.closed_at.is_(None),
    )
    return session.scalar(query.with_for_update() if is_locked else query)


def see_family(session: Session, family_id: str, now: datetime) -> bool:
    """Note that a family did something; False when it was forgotten meanwhile."""
    statement = update(WorkshopFamily).where(WorkshopFamily.id == family_id, WorkshopFamily.closed_at.is_(None))
    return _changes_one(session, statement.values(seen_at=now))


def open_families_of(session: Session, workshop_id: str) -> list[WorkshopFamily]:
    """The families of a workshop that were not forgotten: one at most, but for a race."""
    query = select(WorkshopFamily).where(WorkshopFamily.workshop_id == workshop_id, WorkshopFamily.closed_at.is_(None))
    return list(session.scalars(query))


def has_left(now: datetime, seen_before: datetime) -> ColumnElement[bool]:
    """Whether a family must be forgotten: nothing was done for too long, or its workshop is over."""
    is_over = or_(Workshop.ends_at <= now, Workshop.ended_at.is_not(None))
    of_workshop = select(Workshop.id).where(Workshop.id == WorkshopFamily.workshop_id, is_over).exists()
    return and_(WorkshopFamily.closed_at.is_(None), or_(WorkshopFamily.seen_at <= seen_before, of_workshop))


def families_to_clear(session: Session, now: datetime, *, seen_before: datetime, closed_before: datetime) -> list[str]:
    """The ids of families to forget, and of those forgotten for a while, the oldest first."""
    is_due = or_(has_left(now, seen_before), WorkshopFamily.closed_at <= closed_before)
    query = select(WorkshopFamily.id).where(is_due)
    return list(session.scalars(query.order_by(WorkshopFamily.seen_at, WorkshopFamily.id)))


def add_counts(session: Session, workshop_id: str, *, families: int, letters: int, printed: int, mailed: int) -> None:
    """Add to what a workshop counted; two who add at once both do."""
    statement = update(Workshop).where(Workshop.id == workshop_id)
    values = {
        "families": Workshop.families + families,
        "letters": Workshop.letters + letters,
        "printed": Workshop.printed + printed,
        "mailed": Workshop.mailed + mailed,
    }
    session.execute(statement.values(values).execution_options(synchronize_session=False))


def take_pin_try(session: Session, workshop_id: str, most: int) -> bool:
    """Use one of the tries at the PIN of a workshop; False when none is left."""
    statement = update(Workshop).where(Workshop.id == workshop_id, Workshop.wrong_pins < most)
    return _changes_one(session, statement.values(wrong_pins=Workshop.wrong_pins + 1))


def _changes_one(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount == 1
