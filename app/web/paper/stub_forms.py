"""What is asked about a letter on paper that left, and how the answers read. It must never ask who wrote it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import Form, StringField

from app.domain.answer_faults import read_all
from app.domain.dossier.events import EventKind
from app.domain.letters import Option
from app.domain.typography import typeset
from app.services.paper.stubs import StubCard, ToldSending
from app.web.public.deadline_form import printable
from app.web.tracking.event_forms import read_event
from app.web.tracking.event_questions import FACTS, day_entries
from app.web.tracking.outside_forms import ADDRESSEE, Part, read_departement, read_sector
from app.web.wizard.entries import Entry, Page

ASKED, COUNTED = "demandes", "compter"
# Where the sentences of the service go, when they name something that these pages call otherwise.
_FIELDS = {"date": "le", "points": ASKED}


class CodeForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The code of a stub."""

    code = StringField("Le code du talon", filters=[printable])


def sending_parts(card: StubCard, today: date) -> tuple[Part, ...]:
    """The questions for the family itself, in groups."""
    points = tuple(Option(point.id, typeset(_capital(point.text))) for point in card.points)
    asked = Entry(
        ASKED, "Ce que votre lettre demande", "checkboxes", options=points,
        hint="Gardez ce qui est dans votre copie. Quand une réponse viendra, nous les relirons avec vous un par un.",
    )  # fmt: skip
    parts = family_parts(today)
    if points:
        parts = (*parts, Part("demande", "La lettre", Page("", (asked,))))
    if card.campaign:
        parts = (*parts, Part("campagne", "La campagne", Page("", (_counted(card),))))
    return parts


def family_parts(today: date) -> tuple[Part, ...]:
    """The questions that a volunteer may answer for a family: how the letter left, to what kind of place."""
    sent = FACTS[EventKind.SENT]
    return (
        Part("envoi", "L’envoi", Page("", (*day_entries(sent.question, today), *sent.entries))),
        Part("destinataire", "À qui", Page("", ADDRESSEE)),
    )


def first_answers(card: StubCard) -> dict[str, Any]:
    """What stands before anything is answered: what every copy of the letter asks, and the sector of the school."""
    return {"secteur": card.sector, ASKED: [point.id for point in card.points if point.is_certain]}


def read_sending(page: Page, answers: Mapping[str, Any], today: date) -> ToldSending:
    """What the answers tell; raises InvalidAnswer, whose `faults` are all there is to take again."""
    read = read_all(
        sent=lambda: read_event(EventKind.SENT, page, answers, today),
        is_public=lambda: read_sector(answers),
        departement=lambda: read_departement(answers),
    )
    is_counted = "oui" in (answers.get(COUNTED) or [])
    return ToldSending(**read, points=tuple(answers.get(ASKED) or ()), is_counted=is_counted)


def field_of(path: str) -> str:
    """The question of these pages that a sentence of the service is about."""
    return _FIELDS.get(path.partition(".")[0], path)


def _counted(card: StubCard) -> Entry:
    words = f"Compter cet envoi dans la campagne « {card.campaign} »"
    hint = f"{card.association} saura qu’une lettre de plus est partie, rien d’autre : ni qui, ni quand, ni à qui."
    return Entry(COUNTED, "Être compté", "checkboxes", options=(Option("oui", typeset(words), typeset(hint)),))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
