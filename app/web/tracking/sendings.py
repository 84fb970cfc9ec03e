"""Whether a sealed letter has left, as its dossier tells it. It must never take a printed letter for a sent one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.words import LETTER_NAMES
from app.domain.typography import typeset
from app.services.dossiers import OpenDossier
from app.services.library import library
from app.services.sealing import SealedLetter

# A complaint counts from the day it is lodged; the CADA from the day it registers, which it says later.
_LODGED = {"cnil": EventKind.REFERRED_CNIL}


@dataclass(frozen=True, slots=True)
class Sending:
    """A letter in its dossier: `sent_on`, None as long as nobody noted it; `note_url`: where to note it."""

    dossier_id: str
    sent_on: date | None
    note_url: str


def sending_of(letter: SealedLetter, dossiers: Iterable[OpenDossier]) -> Sending | None:
    """The sending of a letter; None when no dossier follows it."""
    dossier = next((one for one in dossiers if any(kept.id == letter.id for kept in one.letters)), None)
    if dossier is None:
        return None
    kind = _kind(letter)
    sent = [event.on for event in dossier.record.events if _is_sending(event, kind, letter)]
    name = letter.template_id if kind is EventKind.FOLLOWED_UP else None
    url = url_for("events.note", dossier_id=dossier.id, kind=kind.value, lettre=name)
    return Sending(dossier.id, max(sent, default=None), url)


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter on the shelf of its dossier. `title`: in few words; `sent_on`: None as long as nobody noted it."""

    letter: SealedLetter
    title: str
    sent_on: date | None


def shelf(dossier: OpenDossier) -> tuple[KeptLetter, ...]:
    """The finished letters of a dossier, last first."""
    return tuple(_kept(letter, dossier) for letter in reversed(dossier.letters))


def _kept(letter: SealedLetter, dossier: OpenDossier) -> KeptLetter:
    # The subject of a letter that follows another quotes that one: too long for a list.
    name, sending = LETTER_NAMES.get(letter.template_id, ""), sending_of(letter, (dossier,))
    title = typeset(f"{name[:1].upper()}{name[1:]}") or letter.document.title
    return KeptLetter(letter, title, sending.sent_on if sending else None)


def is_follow_up(letter: SealedLetter) -> bool:
    """Whether a letter came after the one the dossier began with."""
    template = library().letters.find(letter.template_id)
    return template is not None and template.is_follow_up


def _kind(letter: SealedLetter) -> EventKind:
    return _LODGED.get(letter.template_id, EventKind.FOLLOWED_UP) if is_follow_up(letter) else EventKind.SENT


def _is_sending(event: Event, kind: EventKind, letter: SealedLetter) -> bool:
    if event.kind is not kind or event.on < letter.composed_on:
        return False
    return kind is not EventKind.FOLLOWED_UP or event.letter == letter.template_id
