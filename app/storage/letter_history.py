"""The versions of the letters of an association, and the drafts begun with them. It must never read an answer: of a
draft it knows which letter it is, no more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session, defer

from app.domain.letter_keys import version_key
from app.domain.versions import VersionState
from app.storage.association import Association
from app.storage.association_letter import AssociationLetter, LetterVersion
from app.storage.draft import Draft
from app.storage.staff import Staff


def letters_of_association(session: Session, association_id: str) -> list[AssociationLetter]:
    """The letters of an association, by their names in addresses."""
    query = select(AssociationLetter).where(AssociationLetter.association_id == association_id)
    return list(session.scalars(query.order_by(AssociationLetter.slug)))


def lock_letter(session: Session, association_id: str, slug: str) -> AssociationLetter | None:
    """The letter of that name, nobody else moving one of its versions meanwhile."""
    query = select(AssociationLetter).where(
        AssociationLetter.association_id == association_id, AssociationLetter.slug == slug
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def lines_of(session: Session, letter_ids: Collection[str]) -> dict[str, list[LetterVersion]]:
    """The versions of these letters, last first, without their texts."""
    query = select(LetterVersion).where(LetterVersion.letter_id.in_(letter_ids))
    query = query.options(defer(LetterVersion.source), defer(LetterVersion.samples), defer(LetterVersion.readings))
    found: dict[str, list[LetterVersion]] = defaultdict(list)
    for version in session.scalars(query.order_by(LetterVersion.number.desc())):
        found[version.letter_id].append(version)
    return found


def sources_of(session: Session, version_ids: Collection[str]) -> dict[str, str]:
    """The texts of these versions, by id."""
    query = select(LetterVersion.id, LetterVersion.source).where(LetterVersion.id.in_(version_ids))
    return {row[0]: row[1] for row in session.execute(query)}


def published_in(session: Session, association_id: str) -> list[tuple[LetterVersion, AssociationLetter, Association]]:
    """What the public may write with: at most one version of each letter."""
    query = (
        select(LetterVersion, AssociationLetter, Association)
        .join(AssociationLetter, AssociationLetter.id == LetterVersion.letter_id)
        .join(Association, Association.id == AssociationLetter.association_id)
        .where(Association.id == association_id, LetterVersion.state == VersionState.PUBLIEE)
        .options(defer(LetterVersion.samples), defer(LetterVersion.readings))
        .order_by(AssociationLetter.slug)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def hold_version(session: Session, version_id: str) -> tuple[str, str, datetime | None] | None:
    """Its state, why and when it was withdrawn, none of which changes before the end of this commit."""
    query = select(LetterVersion.state, LetterVersion.withdrawn_reason, LetterVersion.withdrawn_at)
    row = session.execute(query.where(LetterVersion.id == version_id).with_for_update(read=True)).first()
    return None if row is None else (row[0], row[1], row[2])


def drafts_begun(session: Session, keys: Collection[str], now: datetime) -> dict[str, int]:
    """How many drafts are on their way with each of these keys; none of those that have none."""
    query = select(Draft.letter_id, func.count()).where(_are_under(keys, now)).group_by(Draft.letter_id)
    return {row[0]: row[1] for row in session.execute(query)}


def take_drafts(session: Session, keys: Collection[str], key: str, now: datetime) -> None:
    """Give the drafts of these keys another one, answers untouched; a page opened before is then an old one."""
    statement = update(Draft).where(_are_under(keys, now)).values(letter_id=key, version=Draft.version + 1)
    session.execute(statement.execution_options(synchronize_session=False))


def drafts_to_take(session: Session, keys: Collection[str], now: datetime) -> Sequence[Draft]:
    """The same drafts, to be changed one by one, nobody else changing them meanwhile."""
    query = select(Draft).where(_are_under(keys, now)).order_by(Draft.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def keys_of(slug: str, versions: Iterable[LetterVersion]) -> dict[str, LetterVersion]:
    """The versions by the keys that drafts know them by."""
    return {version_key(slug, version.id): version for version in versions}


def _are_under(keys: Collection[str], now: datetime) -> ColumnElement[bool]:
    return and_(Draft.letter_id.in_(keys), Draft.sealed_letter_id.is_(None), Draft.expires_at > now)


def names_of(session: Session, staff_ids: Collection[str]) -> dict[str, str]:
    """The names of these people, by id; who has no account any more has none."""
    query = select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))
    return {row[0]: row[1] for row in session.execute(query)}
