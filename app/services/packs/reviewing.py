"""The reading of a version by a second person: proposed, taken back, accepted or sent back. It must never let a version
be accepted by somebody who wrote in it, nor one with a fault be proposed.
"""

import json
from datetime import date

from app.domain.access import Action
from app.domain.errors import DomainError, InvalidAnswer
from app.domain.journal import JournalKind
from app.domain.plaintext import plain_text
from app.domain.versions import Move, VersionState, moved
from app.services.clock import local_day
from app.services.house import House
from app.services.packs.faults import WHOLE, LetterFault
from app.services.packs.letter_trial import Trial
from app.services.packs.letters import OpenVersion, current, opened, seen_version
from app.services.packs.sources import read_source, template_in_writing
from app.services.packs.trial import try_letter
from app.services.staff.journal import note
from app.services.staff.member import Member, allow

LONGEST_COMMENT = 4000
LONGEST_NOTE = 1000
_NO_COMMENT = "Dites ce qui est à reprendre : sans un mot de vous, personne ne saura quoi changer."
_FOLLOW_UP = "Une lettre d’association ouvre un dossier : sa sorte est « demande ». Les suites sont celles du carnet."


class FaultyLetter(DomainError):
    """A version was about to be proposed or published with faults; `faults` says where each is."""

    def __init__(self, faults: tuple[LetterFault, ...]) -> None:
        super().__init__("La lettre a des défauts : corrigez-les avant d’aller plus loin.")
        self.faults = faults


def submit(house: House, member: Member, letter_slug: str, words: str, seen: int) -> OpenVersion:
    """Propose a version to a second person: the letters of its samples are made now, and are what they read.

    `words`: what the version is for, or what changed. Raises FaultyLetter, InvalidAnswer on `note`, NotAllowed,
    NotFound, Conflict when the version is not the one that was seen.
    """
    allow(member, Action.SUBMIT_LETTERS)
    said = plain_text(words, "note", "Ce qui a changé", LONGEST_NOTE)
    version = seen_version(house, member, letter_slug, seen)
    moved(version.state, Move.SUBMIT)
    trial = tried(house, version, local_day(house.now()))
    with house.units.writing() as unit:
        letter, row = current(unit, member, letter_slug, seen)
        row.state = moved(VersionState(row.state), Move.SUBMIT)
        row.readings = {one.name: json.loads(one.document.to_json()) for one in trial.letters}
        row.note, row.submitted_at, row.updated_at = said, unit.now, unit.now
        row.review_comment, row.reviewer_id, row.reviewed_at = "", None, None
        note(unit, member, JournalKind.LETTER_SUBMITTED, lettre=version.title, version=version.number)
        unit.session.flush()
        return opened(letter, row)


def tried(house: House, version: OpenVersion, on: date) -> Trial:
    """The trial of a version on that day, without a fault; raises FaultyLetter."""
    trial = try_letter(house, version.source, version.samples, on)
    template = template_in_writing(read_source(version.source), version.slug) if not trial.faults else None
    faults = trial.faults
    if template is not None and template.is_follow_up:
        faults = (LetterFault(line=1, message=_FOLLOW_UP, place=WHOLE),)
    if faults:
        raise FaultyLetter(faults)
    return trial


def take_back(house: House, member: Member, letter_slug: str, seen: int) -> OpenVersion:
    """Go back to writing: what was said of the version until then no longer holds. Raises as `submit`."""
    allow(member, Action.EDIT_LETTERS)
    with house.units.writing() as unit:
        letter, row = current(unit, member, letter_slug, seen)
        row.state = moved(VersionState(row.state), Move.TAKE_BACK)
        row.readings, row.reviewer_id, row.reviewed_at, row.updated_at = {}, None, None, unit.now
        note(unit, member, JournalKind.LETTER_TAKEN_BACK, lettre=opened(letter, row).title, version=row.number)
        unit.session.flush()
        return opened(letter, row)


def review(
    house: House, member: Member, letter_slug: str, *, is_accepted: bool, comment: str, seen: int
) -> OpenVersion:
    """Accept a version, or send it back with a comment; never by somebody who wrote in it.

    Raises NotAllowed, InvalidAnswer on `comment`, NotFound, Conflict when it was taken back or already read.
    """
    allow(member, Action.REVIEW_LETTERS)
    said = plain_text(comment, "comment", "Votre commentaire", LONGEST_COMMENT)
    if not is_accepted and not said:
        raise InvalidAnswer("comment", _NO_COMMENT)
    with house.units.writing() as unit:
        letter, row = current(unit, member, letter_slug, seen)
        allow(member, Action.REVIEW_LETTERS, frozenset(row.authors))
        row.state = moved(VersionState(row.state), Move.ACCEPT if is_accepted else Move.REFUSE)
        row.reviewer_id, row.review_comment = member.staff_id, said
        row.reviewed_at, row.updated_at = unit.now, unit.now
        title = opened(letter, row).title
        if is_accepted:
            note(unit, member, JournalKind.LETTER_ACCEPTED, lettre=title, version=row.number)
        else:
            note(unit, member, JournalKind.LETTER_REFUSED, lettre=title, version=row.number, motif=said)
        unit.session.flush()
        return opened(letter, row)
