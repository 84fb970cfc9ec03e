"""What the pages of a space read about one association: its people, its journal, what waits. It must never read a row
of another one.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, undefer

from app.storage.association import Association, Invitation, Membership
from app.storage.campaign import Campaign
from app.storage.journal import JournalEntry
from app.storage.staff import Staff

Person = tuple[Staff, Membership]


def lock_association(session: Session, association_id: str) -> Association | None:
    """The open association, nobody else deciding anything about its members meanwhile."""
    query = select(Association).where(Association.id == association_id, Association.closed_at.is_(None))
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def people_in(session: Session, association_id: str) -> list[Person]:
    """Everybody in the association, first come first; names are encrypted and cannot sort here."""
    query = (
        select(Staff, Membership)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.association_id == association_id)
        .order_by(Membership.since_at, Staff.id)
    )
    return [(staff, membership) for staff, membership in session.execute(query)]


def person_in(session: Session, association_id: str, staff_id: str) -> Person | None:
    """One of them."""
    query = (
        select(Staff, Membership)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.association_id == association_id, Membership.staff_id == staff_id)
    )
    row = session.execute(query.execution_options(populate_existing=True)).first()
    return None if row is None else (row[0], row[1])


def count_in_role(session: Session, association_id: str, role: str) -> int:
    """How many people who can sign in have that role."""
    query = (
        select(func.count())
        .select_from(Membership)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.association_id == association_id, Membership.role == role, Staff.active)
    )
    return session.scalar(query) or 0


def association_with_logo(session: Session, association_id: str) -> Association | None:
    """The association, its logo loaded with it."""
    return session.scalar(
        select(Association).where(Association.id == association_id).options(undefer(Association.logo))
    )


def has_logo(session: Session, association_id: str) -> bool:
    """Whether there is a logo, without reading it."""
    query = select(Association.logo.is_not(None)).where(Association.id == association_id)
    return bool(session.scalar(query))


def logo_of_slug(session: Session, slug: str) -> tuple[bytes, int] | None:
    """The logo of an open association and the version of its identity."""
    query = select(Association.logo, Association.version).where(
        Association.slug == slug, Association.closed_at.is_(None), Association.logo.is_not(None)
    )
    row = session.execute(query).first()
    return None if row is None or row[0] is None else (row[0], row[1])


def listed_associations(session: Session) -> Sequence[Association]:
    """The open associations that want to be in the public list, by name."""
    query = select(Association).where(Association.is_listed, Association.closed_at.is_(None))
    return list(session.scalars(query.order_by(Association.name, Association.id)))


def count_pending_invitations(session: Session, association_id: str, now: datetime) -> int:
    """Invitations that may still be accepted."""
    query = (
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.association_id == association_id, Invitation.expires_at > now)
        .where(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
    )
    return session.scalar(query) or 0


def campaigns_on(session: Session, association_id: str, on: date) -> list[Campaign]:
    """The campaigns that are open that day, the first to close first."""
    query = select(Campaign).where(
        Campaign.association_id == association_id,
        Campaign.closed_at.is_(None),
        or_(Campaign.opens_on.is_(None), Campaign.opens_on <= on),
        or_(Campaign.closes_on.is_(None), Campaign.closes_on >= on),
    )
    return list(session.scalars(query.order_by(Campaign.closes_on.is_(None), Campaign.closes_on, Campaign.id)))


def journal_page(
    session: Session,
    association_id: str,
    *,
    limit: int,
    before: tuple[datetime, str] | None = None,
    kinds: Sequence[str] = (),
) -> list[JournalEntry]:
    """At most `limit` entries, last first, older than `before` (an instant and the id of the entry there)."""
    query = select(JournalEntry).where(JournalEntry.association_id == association_id)
    if kinds:
        query = query.where(JournalEntry.kind.in_(kinds))
    if before is not None:
        query = query.where(_is_older(*before))
    return list(session.scalars(query.order_by(JournalEntry.at.desc(), JournalEntry.id.desc()).limit(limit)))


def journal_entry(session: Session, association_id: str, entry_id: str) -> JournalEntry | None:
    """One entry of that association."""
    entry = session.get(JournalEntry, entry_id)
    return entry if entry is not None and entry.association_id == association_id else None


def _is_older(at: datetime, entry_id: str) -> ColumnElement[bool]:
    return or_(JournalEntry.at < at, and_(JournalEntry.at == at, JournalEntry.id < entry_id))
