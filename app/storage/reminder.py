"""Reminders promised to contacts, and what the sweep reads to find those due: no title, no name, no answer. It must
never hold what a mail says.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.contact import Contact, calls_for_reminders, is_in_force, takes_reminders
from app.storage.dossier import Dossier, DossierEvent
from app.storage.instants import UtcInstant


class SentReminder(Base):
    """One reminder of one dossier; it outlives the outbox row, so that the same one never goes twice."""

    __tablename__ = "reminder"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    mail_key: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))  # which mail carried it
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (UniqueConstraint("dossier_id", "key"),)


class Reminded(NamedTuple):
    """A contact that takes reminders."""

    contact_id: str
    address_key: str
    dossier_id: str


class BareDossier(NamedTuple):
    """What a dossier shows without being opened."""

    id: str
    reference: str
    right: str
    grounds: str
    departement: str | None
    is_public: bool
    expires_at: datetime


class BareFact(NamedTuple):
    """A fact in force, without its encrypted details."""

    dossier_id: str
    kind: str
    on: date
    channel: str
    is_estimated: bool
    has_reasons: bool
    until: date | None
    outcome: str
    letter: str
    has_remedies: bool


_REMINDED = select(Contact.id, Contact.address_key, Contact.dossier_id).order_by(Contact.address_key, Contact.id)
_DOSSIERS = select(
    Dossier.id,
    Dossier.reference,
    Dossier.right,
    Dossier.grounds,
    Dossier.departement,
    Dossier.is_public,
    Dossier.expires_at,
)
_FACTS = select(
    DossierEvent.dossier_id,
    DossierEvent.kind,
    DossierEvent.happened_on,
    DossierEvent.channel,
    DossierEvent.is_estimated,
    DossierEvent.has_reasons,
    DossierEvent.until_on,
    DossierEvent.outcome,
    DossierEvent.letter,
    DossierEvent.has_remedies,
)


def reminded_after(session: Session, address_key: str, limit: int) -> list[Reminded]:
    """The next contacts that take reminders, in the order of their addresses: at least `limit` if there are, and every
    contact of the last address.

    Their dossiers are read apart: joined, the database would rather sort the whole table for each page.
    """
    query = _REMINDED.where(takes_reminders())
    rows = list(session.execute(query.where(Contact.address_key > address_key).limit(limit)))
    if len(rows) == limit:
        last = rows[-1]
        rows += session.execute(query.where(Contact.address_key == last.address_key, Contact.id > last.id))
    return [Reminded._make(row) for row in rows]


def bare_dossiers(session: Session, dossier_ids: Sequence[str], now: datetime) -> dict[str, BareDossier]:
    """Those of these dossiers that may call for reminders, by id."""
    rows = session.execute(_DOSSIERS.where(Dossier.id.in_(dossier_ids), calls_for_reminders(now)))
    return {row.id: BareDossier._make(row) for row in rows}


def bare_facts(session: Session, dossier_ids: Sequence[str]) -> list[BareFact]:
    """The facts in force of these dossiers, in the order in which they were told."""
    query = _FACTS.where(DossierEvent.dossier_id.in_(dossier_ids), is_in_force())
    rows = session.execute(query.order_by(DossierEvent.recorded_at, DossierEvent.id))
    return [BareFact._make(row) for row in rows]


def profiles_of(session: Session, dossier_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The profiles of these dossiers, opened."""
    rows = session.execute(select(Dossier.id, Dossier.profile).where(Dossier.id.in_(dossier_ids)))
    return dict(iter(rows))


def sent_keys(session: Session, dossier_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The reminders these dossiers were sent: (dossier, key)."""
    query = select(SentReminder.dossier_id, SentReminder.key).where(SentReminder.dossier_id.in_(dossier_ids))
    return {(dossier_id, key) for dossier_id, key in session.execute(query)}
