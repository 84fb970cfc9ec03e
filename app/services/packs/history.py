"""What happened to a letter, version by version, and what one version changes: for those who read before they decide.
It must never write.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.access import Action, Actor, Resource, Role, can
from app.domain.difference import Passage, differences
from app.domain.document import Document, from_json
from app.domain.errors import LibraryFault, NotFound
from app.domain.field_changes import LetterChange
from app.domain.letter_changes import letter_changes
from app.domain.letter_keys import version_key
from app.domain.letters import LetterTemplate
from app.domain.plain_source import plain_source
from app.domain.typography import typeset
from app.domain.versions import VersionState
from app.library.letter_source import read_source
from app.services.house import House
from app.services.library import library
from app.services.packs.letter_texts import base_texts, title_in
from app.services.packs.letters import LETTER_NOT_FOUND, OpenVersion, opened
from app.services.staff.member import Member, allow
from app.services.templates import version_template
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association
from app.storage.association_letter import AssociationLetter, LetterVersion, find_association_letter, versions_of
from app.storage.letter_history import drafts_begun, lines_of, names_of, sources_of
from app.storage.space import people_in

_NO_VERSION = "Cette version n’existe pas. Revenez à la page de la lettre."
SOMEBODY = "une personne qui a quitté l’association"


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version and its story: who wrote it, who read it and what they said, when each thing happened."""

    number: int
    state: VersionState
    authors: tuple[str, ...]
    reviewer: str
    note: str
    review_comment: str
    withdrawn_reason: str
    created_at: datetime
    submitted_at: datetime | None
    reviewed_at: datetime | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    drafts: int
    version: int


@dataclass(frozen=True, slots=True)
class LetterHistory:
    """A letter with all its versions, last first; `base_title`: of the letter of the house it comes from, or "";
    `has_reader`: whether somebody who did not write in the last version may read it over.
    """

    slug: str
    title: str
    base_title: str
    versions: tuple[VersionCard, ...]
    has_reader: bool

    @property
    def published(self) -> VersionCard | None:
        """The version that families are given."""
        return next((card for card in self.versions if card.state is VersionState.PUBLIEE), None)


@dataclass(frozen=True, slots=True)
class VersionReading:
    """One version as a second person reads it: the letters of its samples, and what it changes.

    `compared_with` names what it is compared with, "" for a letter written from nothing.
    """

    version: OpenVersion
    card: VersionCard
    letters: tuple[tuple[str, Document], ...]
    compared_with: str
    changes: tuple[LetterChange, ...]
    passages: tuple[Passage, ...]


def history(house: House, member: Member, letter_slug: str) -> LetterHistory:
    """The story of a letter; raises NotFound."""
    allow(member, Action.SEE_LETTERS)
    with house.units.reading() as unit:
        letter = _letter(unit, member, letter_slug)
        rows = lines_of(unit.session, [letter.id])[letter.id]
        cards = _cards(unit, letter, rows)
        title = title_in(sources_of(unit.session, [rows[0].id])[rows[0].id], letter.slug)
        has_reader = _has_reader(unit, member, rows[0])
    base = library().letters.find(letter.base) if letter.base else None
    return LetterHistory(letter.slug, title, base.title if base else "", cards, has_reader)


def read_version(
    house: House, member: Member, letter_slug: str, number: int, against: int | None = None
) -> VersionReading:
    """One version and what it changes; `against`: the number of another, else the one published before it, else the
    letter of the house it came from. Raises NotFound.
    """
    allow(member, Action.SEE_LETTERS)
    with house.units.reading() as unit:
        letter = _letter(unit, member, letter_slug)
        rows = versions_of(unit.session, letter.id)
        row = _numbered(rows, number)
        other = _numbered(rows, against) if against is not None else _before(rows, row)
        (card,) = _cards(unit, letter, [row])
        association = unit.session.get_one(Association, letter.association_id)
        new = _template(row, letter, association)
        old = _template(other, letter, association) if other else library().letters.find(letter.base)
        words = f"la version {other.number}" if other else f"la lettre du carnet « {old.title} »" if old else ""
        text = other.source if other else base_texts(letter.base)[0] if old else ""
    letters = tuple((name, from_json(json.dumps(kept))) for name, kept in sorted(row.readings.items()))
    return VersionReading(
        version=opened(letter, row),
        card=card,
        letters=letters,
        compared_with=words,
        changes=letter_changes(old, new) if old and new else (),
        passages=differences(_compared(text), _compared(row.source)) if words else (),
    )


def _letter(unit: UnitOfWork, member: Member, letter_slug: str) -> AssociationLetter:
    letter = find_association_letter(unit.session, member.association.id, letter_slug)
    if letter is None:
        raise NotFound(LETTER_NOT_FOUND)
    return letter


def _has_reader(unit: UnitOfWork, member: Member, row: LetterVersion) -> bool:
    """Whether the association has somebody for the reading of this version."""
    authors = frozenset(row.authors)
    return any(
        staff.active
        and can(
            Actor(staff.id, {member.association.id: Role(membership.role)}),
            Action.REVIEW_LETTERS,
            Resource(member.association.id, authors),
        )
        for staff, membership in people_in(unit.session, member.association.id)
    )


def _numbered(rows: Sequence[LetterVersion], number: int) -> LetterVersion:
    found = next((row for row in rows if row.number == number), None)
    if found is None:
        raise NotFound(_NO_VERSION)
    return found


def _before(rows: Sequence[LetterVersion], row: LetterVersion) -> LetterVersion | None:
    """The last version before this one that families were given."""
    return next((other for other in rows if other.number < row.number and other.published_at is not None), None)


def _template(row: LetterVersion, letter: AssociationLetter, association: Association) -> LetterTemplate | None:
    """The template of a version, None while its text is none."""
    try:
        return version_template(row, letter, association)
    except LibraryFault:
        return None


def _compared(source: str) -> str:
    """What is compared of a letter: its subject, then its text. What its questions become is said in words."""
    try:
        read = read_source(source)
    except LibraryFault:
        return typeset(source)
    return typeset(plain_source(f"{read.front.get('subject', '')}\n\n{read.body}"))


def _cards(unit: UnitOfWork, letter: AssociationLetter, rows: Sequence[LetterVersion]) -> tuple[VersionCard, ...]:
    people = {person for row in rows for person in (*row.authors, row.reviewer_id) if person}
    names = names_of(unit.session, people)
    keys = {version_key(letter.slug, row.id): row for row in rows}
    begun = drafts_begun(unit.session, keys, unit.now)
    return tuple(_card(row, names, begun.get(key, 0)) for key, row in keys.items())


def _card(row: LetterVersion, names: Mapping[str, str], drafts: int) -> VersionCard:
    return VersionCard(
        number=row.number,
        state=VersionState(row.state),
        authors=tuple(names.get(person, SOMEBODY) for person in row.authors),
        reviewer=names.get(row.reviewer_id, SOMEBODY) if row.reviewer_id else "",
        note=row.note,
        review_comment=row.review_comment,
        withdrawn_reason=row.withdrawn_reason,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        reviewed_at=row.reviewed_at,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        drafts=drafts,
        version=row.version,
    )
