"""Publication of an accepted version, and its withdrawal: what families are given, and what becomes of the letters they
have begun. It must never touch a sealed letter, nor read an answer but to carry it to another version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.access import Action
from app.domain.draft_moves import answers_under
from app.domain.errors import Conflict, InvalidAnswer, NotFound
from app.domain.field_changes import LetterChange
from app.domain.journal import JournalKind
from app.domain.letter_changes import breaking, letter_changes
from app.domain.letter_keys import version_key
from app.domain.letters import LetterTemplate
from app.domain.plaintext import plain_text
from app.domain.versions import LIVING_STATES, Move, VersionState, moved
from app.services.clock import local_day
from app.services.house import House
from app.services.library import library
from app.services.packs.letters import LETTER_NOT_FOUND, OpenVersion, current, opened, seen_version
from app.services.packs.reviewing import tried
from app.services.staff.journal import note
from app.services.staff.member import Member, allow
from app.services.templates import version_template
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.association import Association
from app.storage.association_letter import AssociationLetter, LetterVersion, find_association_letter, versions_of
from app.storage.letter_history import drafts_begun, drafts_to_take, keys_of, lock_letter, take_drafts

LONGEST_REASON = 1000
_NOT_CHOSEN = (
    "Dites ce que deviennent les lettres commencées : la nouvelle version ne sait pas lire toutes leurs réponses."
)
_NO_REASON = "Dites pourquoi : les familles qui ont commencé cette lettre liront votre phrase."
_NOT_PUBLISHED = "Cette lettre n’est pas publiée : il n’y a rien à retirer. Rechargez la page pour voir où elle en est."


class DraftChoice(StrEnum):
    """What becomes of the drafts that a change breaks."""

    KEEP = "garder"
    MOVE = "passer"


@dataclass(frozen=True, slots=True)
class Cohort:
    """The drafts in progress with one version: how many, and what the new version changes for them."""

    number: int
    is_withdrawn: bool
    drafts: int
    changes: tuple[LetterChange, ...]

    @property
    def breaking(self) -> tuple[LetterChange, ...]:
        """The changes that they cannot simply go on with."""
        return breaking(self.changes)


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """What a publication would do: `version` is published, `cohorts` are the letters begun, nobody being named."""

    version: OpenVersion
    replaced: int | None
    cohorts: tuple[Cohort, ...]

    @property
    def drafts(self) -> int:
        """How many letters are on their way."""
        return sum(cohort.drafts for cohort in self.cohorts)

    @property
    def broken(self) -> int:
        """How many of them a change breaks."""
        return sum(cohort.drafts for cohort in self.cohorts if cohort.breaking)

    @property
    def breaking(self) -> tuple[LetterChange, ...]:
        """What breaks them, each once."""
        return tuple(dict.fromkeys(change for cohort in self.cohorts for change in cohort.breaking))


def plan_publication(house: House, member: Member, letter_slug: str) -> PublicationPlan:
    """What publishing the accepted version would do now; raises NotAllowed, NotFound, Conflict if none is accepted."""
    allow(member, Action.PUBLISH_LETTERS)
    with house.units.reading() as unit:
        letter = find_association_letter(unit.session, member.association.id, letter_slug)
        if letter is None:
            raise NotFound(LETTER_NOT_FOUND)
        rows = versions_of(unit.session, letter.id)
        moved(VersionState(rows[0].state), Move.PUBLISH)
        replaced = next((row.number for row in rows if row.state == VersionState.PUBLIEE), None)
        return PublicationPlan(opened(letter, rows[0]), replaced, tuple(_cohorts(unit, letter, rows).values()))


def publish(
    house: House, member: Member, letter_slug: str, seen: int, choice: DraftChoice | None = None
) -> PublicationPlan:
    """Publish the accepted version in place of the other; returns what was done.

    Drafts that no change breaks go on with it in the same commit; `choice` is for the others. Raises FaultyLetter when
    the law has changed since the reading, InvalidAnswer on `choix` when one must be made, NotAllowed, NotFound,
    Conflict.
    """
    allow(member, Action.PUBLISH_LETTERS)
    version = seen_version(house, member, letter_slug, seen)
    moved(version.state, Move.PUBLISH)
    tried(house, version, local_day(house.now()))
    with house.units.writing() as unit:
        letter, row = current(unit, member, letter_slug, seen)
        row.state = moved(VersionState(row.state), Move.PUBLISH)
        row.published_at = row.updated_at = unit.now
        rows = versions_of(unit.session, letter.id)
        replaced = None
        for other in rows[1:]:
            if other.state == VersionState.PUBLIEE:
                other.state, replaced = moved(VersionState.PUBLIEE, Move.REPLACE), other.number
        unit.session.flush()  # the versions before the drafts: whoever seals takes them in that order
        cohorts = _cohorts(unit, letter, rows)
        _carry(unit, letter, rows, cohorts, choice)
        note(unit, member, JournalKind.LETTER_PUBLISHED, lettre=version.title, version=row.number)
        return PublicationPlan(opened(letter, row), replaced, tuple(cohorts.values()))


def _cohorts(unit: UnitOfWork, letter: AssociationLetter, rows: Sequence[LetterVersion]) -> dict[str, Cohort]:
    """The drafts in progress by their keys; `rows` are the versions of the letter, the one to publish first."""
    counts = drafts_begun(unit.session, keys_of(letter.slug, rows[1:]), unit.now)
    template = _template(unit, letter, rows[0])
    return {
        key: Cohort(
            row.number,
            row.state == VersionState.RETIREE,
            counts[key],
            letter_changes(_template(unit, letter, row), template),
        )
        for key, row in keys_of(letter.slug, rows[1:]).items()
        if key in counts
    }


def _template(unit: UnitOfWork, letter: AssociationLetter, row: LetterVersion) -> LetterTemplate:
    return version_template(row, letter, unit.session.get_one(Association, letter.association_id))


def _carry(
    unit: UnitOfWork,
    letter: AssociationLetter,
    rows: Sequence[LetterVersion],
    cohorts: Mapping[str, Cohort],
    choice: DraftChoice | None,
) -> None:
    """Let the drafts go on with the version that has just been published, or with their own."""
    target = version_key(letter.slug, rows[0].id)
    take_drafts(unit.session, [key for key, cohort in cohorts.items() if not cohort.breaking], target, unit.now)
    broken = [key for key, cohort in cohorts.items() if cohort.breaking]
    if broken and choice is None:
        raise InvalidAnswer("choix", _NOT_CHOSEN)
    if choice is not DraftChoice.MOVE:
        return
    books, on, new = library(), local_day(unit.now), _template(unit, letter, rows[0])
    versions = keys_of(letter.slug, rows)
    for draft in drafts_to_take(unit.session, broken, unit.now):
        old = _template(unit, letter, versions[draft.letter_id])
        draft.answers = answers_under(draft.answers, old, new, books.processings, on, books.authorities).raw
        draft.letter_id = target
    unit.session.flush()


def withdraw(house: House, member: Member, letter_slug: str, reason: str, seen: int) -> None:
    """Withdraw the published version: nobody begins it any more, letters begun are told so and cannot be finished,
    sealed ones stay. `seen`: the lock of the published version.

    Raises InvalidAnswer on `reason`, NotAllowed, NotFound, Conflict.
    """
    allow(member, Action.PUBLISH_LETTERS)
    said = plain_text(reason, "reason", "La raison", LONGEST_REASON)
    if not said:
        raise InvalidAnswer("reason", _NO_REASON)
    with house.units.writing() as unit:
        letter = lock_letter(unit.session, member.association.id, letter_slug)
        if letter is None:
            raise NotFound(LETTER_NOT_FOUND)
        rows = versions_of(unit.session, letter.id)
        row = next((row for row in rows if row.state == VersionState.PUBLIEE), None)
        if row is None:
            raise Conflict(_NOT_PUBLISHED)
        if row.version != seen:
            raise Conflict(CHANGED_ELSEWHERE)
        keys = keys_of(letter.slug, [one for one in rows if VersionState(one.state) in LIVING_STATES])
        begun = drafts_begun(unit.session, keys, unit.now)
        for key, one in keys.items():
            if one is row or key in begun:  # a version replaced long ago keeps its own story
                one.state = moved(VersionState(one.state), Move.WITHDRAW)
                one.withdrawn_at, one.withdrawn_reason, one.updated_at = unit.now, said, unit.now
        title = opened(letter, row).title
        note(unit, member, JournalKind.LETTER_WITHDRAWN, lettre=title, version=row.number, motif=said)
