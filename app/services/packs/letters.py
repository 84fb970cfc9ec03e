"""The letters that an association writes: list them, begin one, write in it. It must never change a text that somebody
is reading over, or that families were given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.access import Action
from app.domain.errors import Conflict, InvalidAnswer, NotFound
from app.domain.journal import JournalKind
from app.domain.letter_keys import version_key
from app.domain.letters import LetterTemplate
from app.domain.versions import OPEN_STATES, Move, VersionState, may_move, moved
from app.services.house import House
from app.services.packs.letter_texts import (
    base_texts,
    blank_texts,
    numbered,
    read_samples,
    read_slug,
    read_title,
    text_sha256,
    title_in,
)
from app.services.staff.journal import note
from app.services.staff.member import Member, allow
from app.services.templates import version_template
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.association_letter import AssociationLetter, LetterVersion, find_association_letter, versions_of
from app.storage.letter_history import letters_of_association, lines_of, lock_letter, published_in, sources_of

LETTER_NOT_FOUND = "Cette lettre n’existe pas dans cet espace. Revenez à la liste des lettres."
_SLUG_TAKEN = "Une autre lettre de votre association porte déjà ce nom dans les adresses. Choisissez-en un autre."
_MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in a list."""

    id: str
    number: int
    state: VersionState
    authors: frozenset[str]
    updated_at: datetime
    is_reviewed: bool  # somebody left a comment on it


@dataclass(frozen=True, slots=True)
class LetterCard:
    """One letter in the list: the version that families are given, the one being worked on, the last of all."""

    slug: str
    title: str
    base: str
    published: VersionLine | None
    in_progress: VersionLine | None
    last: VersionLine


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """The version one works on, or the last one; `version` is its lock, to be given back with what was changed.

    `is_closed`: families know it; writing in it begins the next version.
    """

    id: str
    slug: str
    title: str
    base: str
    number: int
    state: VersionState
    source: str
    samples: Mapping[str, str]
    authors: frozenset[str]
    note: str
    review_comment: str
    updated_at: datetime
    version: int

    @property
    def is_closed(self) -> bool:
        """Whether what is written now begins the next version."""
        return self.state not in OPEN_STATES

    @property
    def is_writable(self) -> bool:
        """Whether its text, or that of the next version, may be written now."""
        return self.is_closed or may_move(self.state, Move.WRITE)


@dataclass(frozen=True, slots=True)
class PublishedLetter:
    """A letter as families are given it; `key` is what their drafts keep."""

    slug: str
    number: int
    key: str
    template: LetterTemplate


def letters_of(house: House, member: Member) -> tuple[LetterCard, ...]:
    """Every letter of the association, by its name in addresses."""
    allow(member, Action.SEE_LETTERS)
    with house.units.reading() as unit:
        letters = letters_of_association(unit.session, member.association.id)
        lines = lines_of(unit.session, [letter.id for letter in letters])
        sources = sources_of(unit.session, [lines[letter.id][0].id for letter in letters])
    return tuple(_card(letter, lines[letter.id], sources) for letter in letters)


def letter_card(house: House, member: Member, letter_slug: str) -> LetterCard:
    """One of them; raises NotFound."""
    card = next((card for card in letters_of(house, member) if card.slug == letter_slug), None)
    if card is None:
        raise NotFound(LETTER_NOT_FOUND)
    return card


def _card(letter: AssociationLetter, versions: list[LetterVersion], sources: Mapping[str, str]) -> LetterCard:
    lines = [_line(version) for version in versions]
    return LetterCard(
        slug=letter.slug,
        title=title_in(sources[lines[0].id], letter.slug),
        base=letter.base,
        published=next((line for line in lines if line.state is VersionState.PUBLIEE), None),
        in_progress=next((line for line in lines if line.state in OPEN_STATES), None),
        last=lines[0],
    )


def _line(version: LetterVersion) -> VersionLine:
    return VersionLine(
        id=version.id,
        number=version.number,
        state=VersionState(version.state),
        authors=frozenset(version.authors),
        updated_at=version.updated_at,
        is_reviewed=bool(version.review_comment),
    )


def open_version(house: House, member: Member, letter_slug: str) -> OpenVersion:
    """The version being worked on, or the last one when none is; raises NotFound."""
    allow(member, Action.SEE_LETTERS)
    with house.units.reading() as unit:
        letter = find_association_letter(unit.session, member.association.id, letter_slug)
        if letter is None:
            raise NotFound(LETTER_NOT_FOUND)
        return opened(letter, versions_of(unit.session, letter.id)[0])


def seen_version(house: House, member: Member, letter_slug: str, seen: int) -> OpenVersion:
    """The same, as long as it is the one that was seen; raises Conflict when it is not."""
    version = open_version(house, member, letter_slug)
    if version.version != seen:
        raise Conflict(CHANGED_ELSEWHERE)
    return version


def opened(letter: AssociationLetter, row: LetterVersion) -> OpenVersion:
    """The version of a row."""
    return OpenVersion(
        id=row.id,
        slug=letter.slug,
        title=title_in(row.source, letter.slug),
        base=letter.base,
        number=row.number,
        state=VersionState(row.state),
        source=row.source,
        samples=row.samples,
        authors=frozenset(row.authors),
        note=row.note,
        review_comment=row.review_comment,
        updated_at=row.updated_at,
        version=row.version,
    )


def save_source(house: House, member: Member, letter_slug: str, source: str, seen: int) -> OpenVersion:
    """Keep this text; in a version that families know, it begins the next one. `seen`: the lock of the version it was
    written from.

    Raises NotFound, NotAllowed, InvalidAnswer on `source`, and Conflict when somebody else was faster, when the version
    is being read over, or was accepted: nothing is overwritten.
    """
    return _save(house, member, letter_slug, seen, source=source)


def save_samples(house: House, member: Member, letter_slug: str, samples: Mapping[str, str], seen: int) -> OpenVersion:
    """Keep these sample answers, TOML texts by name, in place of the others. Raises as `save_source`."""
    return _save(house, member, letter_slug, seen, samples=samples)


def _save(
    house: House,
    member: Member,
    letter_slug: str,
    seen: int,
    *,
    source: str | None = None,
    samples: Mapping[str, str] | None = None,
) -> OpenVersion:
    allow(member, Action.EDIT_LETTERS)
    kept = None if samples is None else read_samples(samples)
    with house.units.writing() as unit:
        letter, row = current(unit, member, letter_slug, seen)
        row = row if VersionState(row.state) in OPEN_STATES else _next(unit, row)
        text = numbered(row.source if source is None else source, letter.slug, row.number)
        row.state = moved(VersionState(row.state), Move.WRITE)
        row.samples = row.samples if kept is None else kept
        if member.staff_id not in row.authors:
            row.authors = [*row.authors, member.staff_id]
        row.source, row.sha256, row.updated_at = text, text_sha256(text), unit.now
        unit.session.flush()
        return opened(letter, row)


def current(unit: UnitOfWork, member: Member, letter_slug: str, seen: int) -> tuple[AssociationLetter, LetterVersion]:
    """The letter and its last version, to be changed; raises NotFound, or Conflict when it is not the one that was
    seen."""
    letter = lock_letter(unit.session, member.association.id, letter_slug)
    if letter is None:
        raise NotFound(LETTER_NOT_FOUND)
    row = versions_of(unit.session, letter.id)[0]
    if row.version != seen:
        raise Conflict(CHANGED_ELSEWHERE)
    return letter, row


def _next(unit: UnitOfWork, row: LetterVersion) -> LetterVersion:
    """The version that comes after one that families know, with the same text for a start."""
    return _new_version(unit, row.letter_id, row.number + 1, row.source, row.samples)


def _new_version(unit: UnitOfWork, letter_id: str, number: int, text: str, samples: Mapping[str, str]) -> LetterVersion:
    version = LetterVersion(
        letter_id=letter_id,
        number=number,
        state=VersionState.REDACTION,
        source=text,
        samples=dict(samples),
        readings={},
        sha256=text_sha256(text),
        authors=[],
        note="",
        review_comment="",
        withdrawn_reason="",
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(version)
    return version


def start_from(house: House, member: Member, base_letter_id: str, slug: str, title: str) -> OpenVersion:
    """Begin a letter with the text and the samples of a letter of the house; `slug`: its name in addresses, made from
    the title when "". Raises NotAllowed, UnknownReference, InvalidAnswer on `modele`, `titre` or `slug`, Conflict.
    """
    return _start(house, member, slug, title, base_letter_id)


def start_blank(house: House, member: Member, slug: str, title: str) -> OpenVersion:
    """Begin a letter with hardly a word in it, which already passes every check. Raises as `start_from`."""
    return _start(house, member, slug, title, "")


def _start(house: House, member: Member, slug: str, title: str, base: str) -> OpenVersion:
    allow(member, Action.EDIT_LETTERS)
    name = read_title(title)
    place = read_slug(slug, name)
    text, samples = base_texts(base) if base else blank_texts()
    with house.units.writing() as unit:
        known = {letter.slug for letter in letters_of_association(unit.session, member.association.id)}
        if place in known:
            raise InvalidAnswer("slug", _SLUG_TAKEN)
        if len(known) >= _MOST_LETTERS:
            raise InvalidAnswer("titre", f"Un espace garde {_MOST_LETTERS} lettres au plus.")
        letter = AssociationLetter(association_id=member.association.id, slug=place, base=base, created_at=unit.now)
        unit.session.add(letter)
        unit.session.flush()
        row = _new_version(unit, letter.id, 1, numbered(text, place, 1, name), samples)
        row.authors = [member.staff_id]
        note(unit, member, JournalKind.LETTER_STARTED, lettre=name)
        unit.session.flush()
        return opened(letter, row)


def published_letters(unit: UnitOfWork, association_id: str) -> tuple[PublishedLetter, ...]:
    """What families are given, by name: at most one version of each letter."""
    return tuple(
        PublishedLetter(
            letter.slug, version.number, version_key(letter.slug, version.id),
            version_template(version, letter, association),
        )
        for version, letter, association in published_in(unit.session, association_id)
    )  # fmt: skip
