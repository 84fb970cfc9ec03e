"""From a dossier to its next letter: what is known is answered beforehand, what is new stays open. It must never ask
twice, nor carry to another body what was said of the first addressee.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.domain.context import chosen_questions
from app.domain.dossier.clocks import Ground
from app.domain.dossier.facts import letter_facts
from app.domain.dossier.record import Dossier, write_dossier
from app.domain.letters import QUESTIONS, AddresseeRule, Field, FieldKind, LetterTemplate
from app.domain.paths import value_at
from app.domain.step_checks import CHILD, QUESTION

_KEPT = ("fichiers", "signataires", "enfants", "mandat", "etablissement")
_KEPT_NOTES = ("enfants", "second")
# The step that each of these answers answers.
_ANSWERED_STEPS = {
    "niveau": "etablissement.niveau",
    "secteur": "etablissement.secteur",
    "qualite": "signataires.0.qualite",
    "mandat": "mandat",
    "autres-enfants": "carnet.enfants",
    "vous": "signataires.0.prenom",
    "classe": "enfants.0.classe",
    "second": "carnet.second",
    "cosignataire": "signataires.1.prenom",
    "etablissement": "etablissement.nom",
    "voie": "destinataire.voie_hierarchique",
    "direction": "etablissement.direction.genre",
    "destinataire": "destinataire.genre",
    "adresse-destinataire": "destinataire.adresse.voie",
}
_PROCEDURE_GROUNDS = {"data-rights": (Ground.DATA,), "documents": (Ground.DOCUMENTS,), "aucune": ()}


def next_answers(
    profile: Mapping[str, Any], template: LetterTemplate, dossier: Dossier, on: date, reference: str
) -> dict[str, Any]:
    """The answers with which the draft of a next letter begins.

    `profile`: the answers of the letter that opened the dossier, {} when it was written elsewhere. Kept: people,
    children, school, files, the town one writes from, and the addressee when it is the same. How the letter leaves is
    asked anew. `carnet.connus` lists the steps thus answered, which the wizard goes past.
    """
    answers: dict[str, Any] = {name: profile[name] for name in _KEPT if name in profile}
    answers["reponses"] = dict(_known_replies(template, dossier, on))
    town = value_at(profile, "lettre.lieu")
    if town:
        answers["lettre"] = {"lieu": town}
    notes = profile.get("carnet") or {}
    answers["carnet"] = {name: notes[name] for name in _KEPT_NOTES if name in notes} | {"reference": reference}
    if template.addressee is AddresseeRule.SAME:
        answers |= {"destinataire": profile["destinataire"]} if profile.get("destinataire") else {}
        answers["carnet"] |= {"office": notes["office"]} if "office" in notes else {}
    answers["carnet"]["connus"] = list(_known_steps(answers))
    return answers


def with_dossier(answers: Mapping[str, Any], dossier: Dossier) -> dict[str, Any]:
    """The answers with the dossier as it stands, where `read_answers` looks for it.

    Put it there at each reading and never keep it: a letter tells the facts of the day, not those of its first page.
    """
    return {**answers, "dossier": write_dossier(dossier)}


def grounds_of(template: LetterTemplate, answers: Mapping[str, Any]) -> tuple[Ground, ...]:
    """The clocks that a letter of these answers starts: those of its procedure, and those of what it asks besides.

    A questionnaire starts that of documents once it asks for some, that of data once it asks for one's own. None for
    a follow-up: its dossier's clocks run already.
    """
    facts = {
        "reponses": answers.get("reponses") or {},
        "questions": chosen_questions(template, value_at(answers, f"reponses.{QUESTIONS}")),
        "enfants": {"nombre": len(answers.get("enfants") or [])},
    }
    grounds = _PROCEDURE_GROUNDS[template.procedure]
    when = {Ground.DATA: template.data_when, Ground.DOCUMENTS: template.documents_when}
    return tuple(
        ground for ground, condition in when.items() if ground in grounds or (condition and condition.holds(facts))
    )


def _known_replies(template: LetterTemplate, dossier: Dossier, on: date) -> Iterator[tuple[str, Any]]:
    """The questions that the facts of the dossier answer, with the answer as the wizard keeps it."""
    facts = letter_facts(dossier, on)
    for field in template.fields:
        reply = _reply(field, facts[field.known]) if field.known else None
        if reply not in (None, "", [], False):
            yield field.id, reply


def _reply(field: Field, fact: Any) -> Any:
    """A fact as an answer; None where it is no answer that this question offers."""
    if isinstance(fact, date):
        return fact.isoformat()
    if field.kind is FieldKind.CHOICES:
        return [value for value in fact if field.option(value)]
    return fact if field.kind is not FieldKind.CHOICE or field.option(fact) else None


def _known_steps(answers: Mapping[str, Any]) -> Iterator[str]:
    yield from (step for step, path in _ANSWERED_STEPS.items() if value_at(answers, path) not in (None, ""))
    yield from (f"{CHILD}{place}" for place, _ in enumerate(answers.get("enfants") or [], 1))
    yield from (f"{QUESTION}{field_id}" for field_id in answers["reponses"])
