"""A contact: the mail address that a dossier's reminders go to, if the person behind it said yes. It must never be
found by the address itself, only by its keyed fingerprint.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.dossier.events import EventKind
from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.dossier import Dossier, DossierEvent, is_alive
from app.storage.encryption import EncryptedText
from app.storage.instants import UtcInstant

MOST_FAILURES = 3  # an address that refused as many messages is written to no more


class Contact(Base):
    """One address for one dossier. Another address is another row, so that an old link never confirms a new one."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(EncryptedText("contact.address"))
    address_key: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    shows_reference: Mapped[bool] = mapped_column()  # whether mails may name the dossier by its reference
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    failures: Mapped[int] = mapped_column(default=0)
    failed_mail: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), default="")  # told twice, counted once
    uncertain_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # a message left and nobody answered for it

    __table_args__ = (Index(None, "address_key", "id"),)

    @property
    def is_refused(self) -> bool:
        """Whether the address has refused our messages for good."""
        return self.failures >= MOST_FAILURES


def is_in_force() -> ColumnElement[bool]:
    """Whether a fact of a dossier still holds.

    Not `IS NULL`: nearly every fact holds, and SQLite would rather look at all of them through that index.
    """
    return (func.coalesce(DossierEvent.replaced_by_id, "") == "") & DossierEvent.withdrawn_at.is_(None)


def find_contact(session: Session, dossier_id: str) -> Contact | None:
    """The contact of a dossier."""
    return session.scalar(select(Contact).where(Contact.dossier_id == dossier_id))


def contacts_of(session: Session, address_key: str) -> list[Contact]:
    """Every contact at an address."""
    return list(session.scalars(select(Contact).where(Contact.address_key == address_key)))


def contacts_at(session: Session, address_key: str, now: datetime, *, is_locked: bool = False) -> list[Contact]:
    """The confirmed contacts at an address whose dossiers are alive and whose mail is not refused, oldest first;
    those that were stopped too. `is_locked`: until the commit, who would erase one waits.
    """
    query = select(Contact).join(Dossier, Dossier.id == Contact.dossier_id)
    query = query.where(Contact.address_key == address_key, is_alive(now), Contact.confirmed_at.is_not(None))
    query = query.where(Contact.failures < MOST_FAILURES).order_by(Contact.asked_at, Contact.id)
    return list(session.scalars(query.with_for_update(of=Contact) if is_locked else query))


def takes_reminders() -> ColumnElement[bool]:
    """Whether a contact takes reminders: the person said yes and never no, and the address takes our mail."""
    said_yes = Contact.confirmed_at.is_not(None) & Contact.stopped_at.is_(None)
    return said_yes & (Contact.failures < MOST_FAILURES)


def calls_for_reminders(now: datetime) -> ColumnElement[bool]:
    """Whether a dossier may call for reminders: it is alive and not closed."""
    closed = select(DossierEvent.id).where(
        DossierEvent.dossier_id == Dossier.id, DossierEvent.kind == EventKind.CLOSED, is_in_force()
    )
    return is_alive(now) & ~closed.exists()


def contacts_to_remind(session: Session, contact_ids: Sequence[str], now: datetime) -> list[Contact]:
    """Those of these contacts that a reminder may still go to."""
    query = select(Contact).join(Dossier, Dossier.id == Contact.dossier_id).where(Contact.id.in_(contact_ids))
    return list(session.scalars(query.where(takes_reminders(), calls_for_reminders(now)).order_by(Contact.id)))


def stop_contacts_at(session: Session, address_key: str, now: datetime) -> None:
    """Stop the reminders of every dossier at an address."""
    statement = update(Contact).where(Contact.address_key == address_key, Contact.stopped_at.is_(None))
    session.execute(statement.values(stopped_at=now).execution_options(synchronize_session=False))


def count_refusal(session: Session, address_key: str, mail: str, failures: int) -> None:
    """Count a message as refused at an address, `failures` times, unless it was counted before."""
    statement = update(Contact).where(Contact.address_key == address_key, Contact.failed_mail != mail)
    values = {"failures": Contact.failures + failures, "failed_mail": mail}
    session.execute(statement.values(values).execution_options(synchronize_session=False))


def note_arrival(session: Session, address_key: str, uncertain_at: datetime | None) -> None:
    """Keep whether the last message to an address was taken (None), or left without an answer (since when)."""
    statement = update(Contact).where(Contact.address_key == address_key).values(uncertain_at=uncertain_at)
    session.execute(statement.execution_options(synchronize_session=False))
