"""What happened before a follow-up is printed, in outline: which letter was sent, and what came of it. It must never
print a day: those invented here only make conditions hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.delivery.paper.renderer import FormRenderer
from app.domain.composition import Grounds, addressee_of, letter_context
from app.domain.document import Box
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind, Outcome, RefusalReason
from app.domain.dossier.record import Dossier, Point
from app.domain.french import Gender
from app.domain.letters import AddresseeRule, LetterTemplate
from app.domain.offices import Sector, full_title
from app.domain.paper.form import as_line
from app.domain.paper.settings import PaperSettings
from app.domain.paper.skeleton import skeleton
from app.services.library import Library


class Situation(StrEnum):
    """How things stand, in the words of an address."""

    LATE = "retard"
    SILENCE = "silence"
    PARTIAL = "incomplete"
    REFUSED = "refus"
    IDENTITY = "identite"
    FEE = "frais"
    MISDIRECTED = "pas-nous"
    ANSWERED = "repondu"


SITUATION_WORDS = {
    Situation.LATE: "Pas de réponse, et je peux prouver la réception",
    Situation.SILENCE: "Pas de réponse, sans preuve de réception",
    Situation.PARTIAL: "Une réponse incomplète",
    Situation.REFUSED: "Un refus",
    Situation.IDENTITY: "On me demande une pièce d’identité",
    Situation.FEE: "On me demande de payer",
    Situation.MISDIRECTED: "« Ce n’est pas nous »",
    Situation.ANSWERED: "Une réponse complète",
}
_OUTSIDE = (Situation.LATE, Situation.SILENCE, Situation.REFUSED, Situation.PARTIAL)
_SITUATIONS = {
    "relance": (Situation.LATE, Situation.SILENCE),
    "incomplete": (Situation.PARTIAL,),
    "contestation-refus": (Situation.REFUSED,),
    "refus-identite": (Situation.IDENTITY,),
    "contestation-frais": (Situation.FEE,),
    "reorientation": (Situation.MISDIRECTED,),
    "recours-gracieux": (Situation.REFUSED,),
    "cloture": (Situation.ANSWERED, Situation.PARTIAL),
}
_SENT, _RECEIVED, _ANSWERED = timedelta(days=48), timedelta(days=46), timedelta(days=10)
_MOST_POINTS = 20


@dataclass(frozen=True, slots=True)
class FirstLetter:
    """The letter that a follow-up follows, and how things stand since."""

    template: LetterTemplate
    situation: Situation


def situations_of(template: LetterTemplate) -> tuple[Situation, ...]:
    """The situations in which a follow-up makes sense; all of them for a letter that is not ours."""
    if template.addressee is not AddresseeRule.SAME:
        return _OUTSIDE
    return _SITUATIONS.get(template.id, tuple(Situation))


def first_letters(template: LetterTemplate, library: Library) -> tuple[LetterTemplate, ...]:
    """The letters that a follow-up may follow: for the CADA, those that ask for documents."""
    letters = library.letters.first_letters
    if template.addressee is AddresseeRule.CADA:
        return tuple(letter for letter in letters if Ground.DOCUMENTS in _grounds(letter))
    # One lodges a complaint about data, not about questions that are only courteous.
    return tuple(letter for letter in letters if _grounds(letter) != (Ground.DOCUMENTS,)) + tuple(
        letter for letter in letters if _grounds(letter) == (Ground.DOCUMENTS,)
    )


def dossier_of(first: FirstLetter, settings: PaperSettings, library: Library) -> Dossier:
    """The shape of a dossier; raises what the kernel raises for the first letter's own settings."""
    right = first.template.right
    if right is None:
        raise ValueError("a follow-up follows a first letter")
    own = replace(settings, dossier=None)
    answers = skeleton(first.template, own, library.processings)
    office = addressee_of(answers, first.template).office
    renderer = FormRenderer(first.template, own)
    context = letter_context(answers, first.template, library.shelf, settings.on)
    subject = renderer.line(first.template.subject, context, Grounds(library.law, settings.on))
    return Dossier(
        reference="",
        title=as_line(subject),
        right=right,
        grounds=_grounds(first.template),
        events=tuple(_events(first.situation, settings)),
        written_on=settings.on - _SENT,
        is_public=settings.sector is Sector.PUBLIC,
        addressee=full_title(office, Gender.N),
        points=tuple(_points(first.template, renderer, context, library, settings.on)),
    )


def _grounds(template: LetterTemplate) -> tuple[Ground, ...]:
    if template.procedure == Ground.DATA.value or template.procedure == "data-rights":
        return (Ground.DATA,)
    return (Ground.DOCUMENTS,) if template.procedure == "documents" or template.documents_when else ()


def _events(situation: Situation, settings: PaperSettings) -> Iterator[Event]:
    on = settings.on
    channel = settings.channel
    yield Event(EventKind.SENT, on - _SENT, channel=channel) if channel else Event(EventKind.SENT, on - _SENT)
    if situation is not Situation.SILENCE:
        yield Event(EventKind.RECEIVED, on - _RECEIVED)
    then = on - _ANSWERED
    if situation is Situation.PARTIAL:
        yield Event(EventKind.ANSWERED, then, outcome=Outcome.PARTIAL)
    elif situation is Situation.ANSWERED:
        yield Event(EventKind.ANSWERED, then, outcome=Outcome.COMPLETE)
    elif situation is Situation.REFUSED:
        yield Event(EventKind.REFUSED, then, reasons=tuple(reason.value for reason in RefusalReason))
    elif situation is Situation.IDENTITY:
        yield Event(EventKind.IDENTITY_ASKED, then, has_reasons=False)
    elif situation is Situation.FEE:
        yield Event(EventKind.FEE_ASKED, then)
    elif situation is Situation.MISDIRECTED:
        yield Event(EventKind.MISDIRECTED, then)


def _points(
    template: LetterTemplate, renderer: FormRenderer, context: Mapping[str, Any], library: Library, on: date
) -> Iterator[Point]:
    """What the first letter asked for and that does not depend on a family's own lists."""
    for point in template.points[:_MOST_POINTS]:
        if point.each or not point.when.holds(context):
            continue
        inlines = renderer.text(point.source(template.path), context, Grounds(library.law, on))
        words = as_line(tuple(inline for inline in inlines if not isinstance(inline, Box))).strip()
        if words:
            yield Point(point.id, words)
