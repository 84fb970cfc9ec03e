"""What a dossier takes from the letter it begins with. It must never keep a reply that only that letter asked for.

A letter whose answers are gone still gives a dossier: its frozen text says the subject and the address.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.answers import Answers, read_answers
from app.domain.calendar import checked_date, checked_departement
from app.domain.composition import addressee_of
from app.domain.departements import departement_of
from app.domain.document import Document, from_json
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event
from app.domain.dossier.record import Point
from app.domain.errors import Conflict, DomainError, InvalidAnswer, MissingAnswer
from app.domain.french import written_date
from app.domain.letters import LetterTemplate
from app.domain.next_letter import grounds_of
from app.domain.offices import Office, Right, full_title
from app.domain.plaintext import plain_line
from app.services.composing import points_of
from app.services.dossier_records import Profile
from app.services.library import library
from app.services.templates import template_of
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.dossier import find_dossier_begun_by
from app.storage.draft import Draft
from app.storage.letter import Letter

PARIS_DEPARTEMENT = "75"
_NATIONAL = frozenset({Office.MINISTRE, Office.MINISTRE_SUP, Office.DEPP})
_POSTCODE = re.compile(r"(\d{5}) ")
_LONGEST = 200
_MOST_POINTS = 40
# What only the first letter was about, and what the dossier tells better.
_LEFT_BEHIND = frozenset({"reponses", "dossier"})


@dataclass(frozen=True, slots=True)
class Beginning:
    """Everything a new dossier holds before its first fact."""

    right: Right
    grounds: tuple[Ground, ...]
    departement: str | None
    is_public: bool
    profile: Profile


@dataclass(frozen=True, slots=True)
class OutsideLetter:
    """A letter written elsewhere, as its writer tells it. `points`: what it asked for, one sentence each; `answers`:
    raw answers that the next letters will need, as far as they are known.
    """

    title: str
    right: Right
    grounds: tuple[Ground, ...]
    written_on: date
    addressee: str = ""
    is_public: bool = True
    departement: str | None = None
    events: tuple[Event, ...] = ()
    points: tuple[str, ...] = ()
    answers: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """The answers of a sealed letter: as they were typed, as they were read, to whom they lead, what they ask for."""

    raw: dict[str, Any]
    answers: Answers
    office: Office
    points: tuple[Point, ...]


def beginning_of_letter(unit: UnitOfWork, letter: Letter, draft: Draft | None) -> Beginning:
    """What a letter of this house gives; with less when its answers are gone.

    Raises UnknownReference when the letter's template has left the library, Conflict for a follow-up, which has its
    dossier already.
    """
    template = template_of(unit, letter.template_id)
    if template.right is None:
        raise Conflict(CHANGED_ELSEWHERE)
    document = from_json(json.dumps(letter.document_json))
    read = _read(draft, template, letter.composed_on) if draft else None
    return Beginning(
        right=template.right,
        grounds=grounds_of(template, read.raw if read else {}),
        departement=_departement(document, read),
        is_public=read is None or read.office is not Office.CHEF_PRIVE,
        profile=Profile(
            title=document.title,
            addressee=full_title(read.office, read.answers.addressee.gender) if read else "",
            written_on=letter.composed_on,
            points=read.points if read else (),
            answers=_kept(read.raw) if read else {},
            is_outside=False,
        ),
    )


def beginning_of_outside(letter: OutsideLetter, on: date) -> Beginning:
    """What a letter written elsewhere gives. Raises InvalidAnswer on `titre`, `destinataire`, `points`,
    `points.<n>` or `date`, OutsideCalendar, UnknownDepartement.
    """
    title = plain_line(letter.title, "titre", "Objet de la lettre", _LONGEST)
    if not title:
        raise MissingAnswer("titre", "Écrivez l’objet de la lettre : il dira quel dossier vous ouvrez.")
    if checked_date(letter.written_on) > on:
        raise InvalidAnswer(
            "date", f"Le {written_date(letter.written_on)} est encore à venir : donnez la date que porte la lettre."
        )
    return Beginning(
        right=letter.right,
        grounds=letter.grounds,
        departement=checked_departement(letter.departement),
        is_public=letter.is_public,
        profile=Profile(
            title=title,
            addressee=plain_line(letter.addressee, "destinataire", "Destinataire", _LONGEST),
            written_on=letter.written_on,
            points=_told_points(letter.points),
            answers=_kept(letter.answers or {}),
            is_outside=True,
        ),
    )


def _told_points(texts: Sequence[str]) -> tuple[Point, ...]:
    clean = [plain_line(text, f"points.{n}", "Point demandé", _LONGEST) for n, text in enumerate(texts)]
    points = tuple(Point(f"point-{n}", text) for n, text in enumerate(filter(None, clean), 1))
    if len(points) > _MOST_POINTS:
        message = (
            f"Vous listez {len(points)} points ; nous en suivons {_MOST_POINTS} au plus. Réunissez-en quelques-uns."
        )
        raise InvalidAnswer("points", message)
    return points


def forget_answers(unit: UnitOfWork, letter: Letter) -> None:
    """Take from the dossier, in this commit, the answers it had from a letter that is being erased."""
    row = find_dossier_begun_by(unit.session, letter.id)
    if row is not None:
        row.profile = row.profile | {"answers": {}}


def _read(draft: Draft, template: LetterTemplate, on: date) -> _Read | None:
    """The answers that made the letter; None when the library has changed and no longer takes them."""
    try:
        answers = read_answers(draft.answers, template, library().processings, on)
        points = points_of(library(), template, draft.answers, on)
        return _Read(draft.answers, answers, addressee_of(answers, template).office, points)
    except DomainError:
        return None


def _kept(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name not in _LEFT_BEHIND}


def _departement(document: Document, read: _Read | None) -> str | None:
    """Where the addressee is: what the window of the envelope says, else what the answers say; None when neither."""
    printed = _POSTCODE.match("".join(document.recipient[-1:]))
    if printed:
        return departement_of(printed.group(1)) or None
    if read is None:
        return None
    of_school = departement_of(read.answers.school.address.postcode) or None
    return PARIS_DEPARTEMENT if read.office in _NATIONAL else of_school
