"""A dossier: a letter and what happened to it, found from a device that was let in or by a secret link. It must never
keep the link itself, nor a status: what is due is reckoned from the facts on each reading.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    ForeignKey,
    Index,
    Select,
    String,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.encryption import EncryptedJson
from app.storage.instants import UtcInstant


class Dossier(Base):
    """What is followed. `profile` is what the first letter leaves: its title, its addressee, the answers that the next
    letters need, and nothing that only the first one asked.
    """

    __tablename__ = "dossier"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    token_hash: Mapped[str | None] = mapped_column(String(SHA256_HEX_LENGTH), unique=True)  # None: no link opens it
    reference: Mapped[str] = mapped_column(String(20))
    # Unique, so that two clicks on « suivre » make one dossier; the dossier outlives the letter it began with.
    origin_letter_id: Mapped[str | None] = mapped_column(ForeignKey("letter.id", ondelete="SET NULL"), unique=True)
    right: Mapped[str] = mapped_column(String(20))
    grounds: Mapped[str] = mapped_column(String(30))  # "donnees", "documents", "donnees+documents"
    departement: Mapped[str | None] = mapped_column(String(3))  # of the addressee: its holidays move the due dates
    is_public: Mapped[bool] = mapped_column()
    profile: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("dossier.profile"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    erased_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # invisible since, restorable for some days
    erased_by: Mapped[str | None] = mapped_column(String(SHA256_HEX_LENGTH))  # the device that may restore it
    # Only with the parent's consent to be counted; no key, for a campaign may go first. `campaign_counted`: the facts
    # that were counted, each once.
    campaign_id: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    campaign_counted: Mapped[str] = mapped_column(String(60), default="", server_default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it
    __table_args__ = (Index(None, "expires_at"), Index(None, "erased_at"), Index(None, "campaign_id"))

    def touch(self, now: datetime) -> None:
        """Say that what the dossier holds changed: its version grows, even twice in one instant."""
        self.updated_at = now
        flag_modified(self, "updated_at")


class DossierAccess(Base):
    """One device that may open one dossier: the one that wrote the letter, or one that came by the link."""

    __tablename__ = "dossier_access"

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    holder_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "holder_hash"),)


class DossierEvent(Base):
    """A dated fact as it was told. It is in force until another one replaces it or it is withdrawn; it never changes
    otherwise, so that the history of corrections can be read.
    """

    __tablename__ = "dossier_event"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date] = mapped_column()
    channel: Mapped[str] = mapped_column(String(20))
    is_estimated: Mapped[bool] = mapped_column()
    has_reasons: Mapped[bool] = mapped_column()
    until_on: Mapped[date | None] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(20))
    letter: Mapped[str] = mapped_column(String(100))  # the letter template of a follow-up that was sent
    has_remedies: Mapped[bool] = mapped_column()
    details: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("dossier_event.details"))
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    replaced_by_id: Mapped[str | None] = mapped_column(ForeignKey("dossier_event.id", ondelete="CASCADE"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "dossier_id"), Index(None, "replaced_by_id"))

    @property
    def is_in_force(self) -> bool:
        """Whether the fact still holds."""
        return self.replaced_by_id is None and self.withdrawn_at is None


class DossierLetter(Base):
    """A sealed letter of a dossier: the first one, or one that followed."""

    __tablename__ = "dossier_letter"

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "letter_id", unique=True),)  # a letter has its place in one dossier


def open_to(holder_hash: str | BindParameter[str], now: datetime | BindParameter[datetime]) -> Select[str]:
    """The ids of the dossiers that a device may open now: not erased, not past their time."""
    return (
        select(DossierAccess.dossier_id)
        .join(Dossier, Dossier.id == DossierAccess.dossier_id)
        .where(DossierAccess.holder_hash == holder_hash, is_alive(now))
    )


def is_alive(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a dossier can be seen by anybody."""
    return Dossier.erased_at.is_(None) & (Dossier.expires_at > now)


def find_dossier(
    session: Session, dossier_id: str, holder_hash: str, now: datetime, *, is_locked: bool = False
) -> Dossier | None:
    """The dossier, if that device may open it: one SELECT. Locked, it makes the next writer wait for this one, and ask
    again whether it may still be opened: PostgreSQL does so for the rows it locks, never for those of a subquery.
    """
    query = select(Dossier).join(DossierAccess).where(Dossier.id == dossier_id, is_alive(now))
    query = query.where(DossierAccess.holder_hash == holder_hash)
    return session.scalar(query.with_for_update() if is_locked else query)


def find_erased_dossier(session: Session, dossier_id: str, holder_hash: str, since: datetime) -> Dossier | None:
    """The dossier that this very device erased after `since`."""
    query = select(Dossier).where(Dossier.id == dossier_id, Dossier.erased_by == holder_hash, Dossier.erased_at > since)
    return session.scalar(query)


def find_dossier_by_token(
    session: Session, token_hash: str, now: datetime, *, is_locked: bool = False
) -> Dossier | None:
    """The dossier that a link opens: one SELECT, the same for a link that never was and for one that is dead. Locked,
    its link stays what it is until the commit.
    """
    query = select(Dossier).where(Dossier.token_hash == token_hash, is_alive(now))
    return session.scalar(query.with_for_update() if is_locked else query)


def find_dossier_of_letter(session: Session, letter_id: str) -> Dossier | None:
    """The dossier that holds a letter, whoever may open it."""
    query = select(Dossier).join(DossierLetter).where(DossierLetter.letter_id == letter_id)
    return session.scalar(query)


def find_dossier_begun_by(session: Session, letter_id: str) -> Dossier | None:
    """The dossier whose first letter this is."""
    return session.scalar(select(Dossier).where(Dossier.origin_letter_id == letter_id))


def dossiers_open_to(session: Session, holder_hash: str, now: datetime, limit: int = 50) -> list[Dossier]:
    """The dossiers a device may open, last touched first."""
    query = select(Dossier).where(Dossier.id.in_(open_to(holder_hash, now)))
    return list(session.scalars(query.order_by(Dossier.updated_at.desc(), Dossier.id).limit(limit)))


def keep_until(session: Session, dossier_id: str, until: datetime) -> bool:
    """Let a dossier live until then; False when it did already."""
    statement = update(Dossier).where(Dossier.id == dossier_id, Dossier.expires_at < until).values(expires_at=until)
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount == 1


def close_elsewhere(session: Session, dossier_id: str, holder_hash: str) -> None:
    """Close a dossier on every device but one."""
    others = (DossierAccess.dossier_id == dossier_id) & (DossierAccess.holder_hash != holder_hash)
    session.execute(delete(DossierAccess).where(others).execution_options(synchronize_session=False))


def events_of(session: Session, dossier_ids: Sequence[str]) -> list[DossierEvent]:
    """Every fact of these dossiers by date, those replaced and withdrawn included."""
    query = select(DossierEvent).where(DossierEvent.dossier_id.in_(dossier_ids))
    return list(session.scalars(query.order_by(DossierEvent.happened_on, DossierEvent.recorded_at, DossierEvent.id)))


def count_events(session: Session, dossier_id: str) -> int:
    """How many facts a dossier was told, those replaced and withdrawn included."""
    query = select(func.count()).select_from(DossierEvent).where(DossierEvent.dossier_id == dossier_id)
    return session.scalars(query).one()
