"""A letter written elsewhere, told in three groups of questions. It must never ask who wrote it, nor about whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.answer_faults import read_all
from app.domain.calendar import UnknownDepartement, checked_departement
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind
from app.domain.errors import DomainError, InvalidAnswer, MissingAnswer
from app.domain.letters import Option
from app.domain.offices import Right
from app.domain.plaintext import plain_line, plain_text
from app.services.dossiers import OutsideLetter
from app.web.tracking.event_forms import read_event, refused_beside
from app.web.tracking.event_questions import FACTS, day_entries
from app.web.wizard.entries import Entry, Page

RIGHTS = (
    Option(Right.ACCES, "Voir les données de mon enfant"),
    Option(Right.RECTIFICATION, "Faire corriger des données"),
    Option(Right.OPPOSITION, "M’opposer à un fichier"),
    Option(Right.EFFACEMENT, "Faire effacer des données"),
    Option(Right.LIMITATION, "Faire geler des données", "Le temps d’une vérification."),
    Option(Right.CONSENTEMENT, "Refuser ou retirer un accord", "Photo, voix, service en ligne."),
    Option(Right.COMPTE, "Ne pas ouvrir un compte en ligne"),
    Option(Right.INFORMATION, "Recevoir l’information due aux familles"),
    Option(Right.DOCUMENTS, "Obtenir un document administratif"),
    Option(Right.ALGORITHME, "Comprendre une affectation", "Parcoursup, Affelnet."),
    Option(Right.QUESTIONS, "Poser des questions à l’établissement"),
)
RIGHT_WORDS = {Right(option.value): option.label for option in RIGHTS}
SECTORS = (
    Option("public", "Public", "École, collège ou lycée public, rectorat, mairie, ministère."),
    Option("prive", "Privé", "Sous contrat ou hors contrat."),
)
# What the reckoning needs to know of whom the letter went to.
ADDRESSEE = (
    Entry("secteur", "Public ou privé\u202f?", "radio", options=SECTORS),
    Entry("departement", "Son département", is_optional=True, max_length=3, width="tiny",
          hint="Le numéro, par exemple 30, 2A ou 974. Quelques jours fériés en dépendent."),
)  # fmt: skip
# What a right starts to count; questions alone start nothing.
_GROUNDS: Mapping[Right, tuple[Ground, ...]] = {
    Right.DOCUMENTS: (Ground.DOCUMENTS,),
    Right.ALGORITHME: (Ground.DATA, Ground.DOCUMENTS),
    Right.QUESTIONS: (),
}
_SUBJECT_LENGTH = 200
_POINTS_LENGTH = 4000
# Where the sentences of the service go, when they name something that this page calls otherwise.
_FIELDS = {"date": "le", "points": "demandes"}


@dataclass(frozen=True, slots=True)
class Part:
    """One group of questions under its heading."""

    id: str
    heading: str
    page: Page


def outside_parts(today: date) -> tuple[Part, ...]:
    """The questions, in groups."""
    asked = (
        Entry("droit", "Que demandait-elle\u202f?", "radio", options=RIGHTS),
        Entry("titre", "Son objet, en quelques mots", max_length=_SUBJECT_LENGTH,
              hint="Il vous dira de quel dossier il s’agit. Sans nom d’enfant, de préférence."),
        Entry("demandes", "Les points demandés", "text", is_optional=True, max_length=_POINTS_LENGTH, width="low",
              hint="Un par ligne. Quand une réponse viendra, nous les relirons avec vous un par un."),
    )  # fmt: skip
    sent = FACTS[EventKind.SENT]
    return (
        Part("demande", "La lettre", Page("", asked)),
        Part("destinataire", "À qui", Page("", ADDRESSEE)),
        Part("envoi", "L’envoi", Page("", (*day_entries(sent.question, today), *sent.entries))),
    )


def whole_page(parts: tuple[Part, ...]) -> Page:
    """All the questions on one page."""
    return Page("", tuple(entry for part in parts for entry in part.page.entries))


def read_outside(page: Page, answers: Mapping[str, Any], today: date) -> OutsideLetter:
    """The letter that the answers tell, sent; raises InvalidAnswer, whose `faults` are all there is to take again."""
    read = read_all(
        right=lambda: _right(answers),
        title=lambda: _title(answers),
        points=lambda: _points(answers),
        is_public=lambda: read_sector(answers),
        departement=lambda: read_departement(answers),
        sent=lambda: read_event(EventKind.SENT, page, answers, today),
    )
    sent: Event = read.pop("sent")
    return OutsideLetter(
        **read,
        grounds=_GROUNDS.get(read["right"], (Ground.DATA,)),
        written_on=sent.on,
        events=(sent,),
        answers={"etablissement": {"secteur": answers["secteur"]}},
    )


def outside_faults(error: DomainError, answers: Mapping[str, Any]) -> tuple[InvalidAnswer, ...]:
    """What the service refuses, beside the questions of this page."""
    found = refused_beside(error, answers)
    return tuple(InvalidAnswer(_field(fault.field), fault.message) for fault in found)


def _field(path: str) -> str:
    return _FIELDS.get(path.partition(".")[0], path)


def _right(answers: Mapping[str, Any]) -> Right:
    try:
        return Right(answers.get("droit") or "")
    except ValueError as error:
        raise MissingAnswer("droit", "Dites ce que la lettre demandait\u00a0: les délais en dépendent.") from error


def _title(answers: Mapping[str, Any]) -> str:
    title = plain_line(answers.get("titre") or "", "titre", "L’objet", _SUBJECT_LENGTH)
    if not title:
        raise MissingAnswer("titre", "Écrivez l’objet de la lettre\u00a0: il dira quel dossier vous ouvrez.")
    return title


def _points(answers: Mapping[str, Any]) -> tuple[str, ...]:
    text = plain_text(answers.get("demandes") or "", "demandes", "Les points demandés", _POINTS_LENGTH)
    return tuple(line for line in text.split("\n") if line)


def read_sector(answers: Mapping[str, Any]) -> bool:
    """Whether the addressee is an administration; raises MissingAnswer on `secteur`."""
    if answers.get("secteur") not in ("public", "prive"):
        raise MissingAnswer("secteur", "Dites si c’est public ou privé\u00a0: les recours ne sont pas les mêmes.")
    return bool(answers["secteur"] == "public")


def read_departement(answers: Mapping[str, Any]) -> str | None:
    """The département of the addressee, None when it is not said; raises InvalidAnswer on `departement`."""
    typed = plain_line(answers.get("departement") or "", "departement", "Le département", 10)
    try:
        return checked_departement(typed or None)
    except UnknownDepartement as refused:
        raise InvalidAnswer("departement", refused.message) from refused
