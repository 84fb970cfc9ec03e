"""Builds what a template may read from the answers: plain values under French names, exactly the tree of `contract`.

It must never hold an object, a method or anything a template could call.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.answers import Answers
from app.domain.courtesy import vocative
from app.domain.dossier.facts import letter_facts
from app.domain.french import Gender, enumerate_words
from app.domain.letters import (
    FILES,
    QUESTION_CATEGORIES,
    QUESTIONS,
    AskedPoint,
    BankQuestion,
    Field,
    FieldKind,
    LetterTemplate,
)
from app.domain.markers import gap
from app.domain.offices import Office
from app.domain.processings import Processing
from app.domain.recipients import Recipient
from app.domain.replies import Reply, empty_reply
from app.domain.stances import file_facts

# The place of each form in the five-form filters of letters.
_GENDER_PLACES = {
    (Gender.M, False): 0, (Gender.F, False): 1, (Gender.N, False): 2,
    (Gender.M, True): 3, (Gender.F, True): 4, (Gender.N, True): 3,
}  # fmt: skip
_PRINTED = (FieldKind.LINE, FieldKind.TEXT, FieldKind.DATE)
_STATE = frozenset({
    Office.DASEN, Office.DIRECTEUR_ECOLE, Office.IEN, Office.PRINCIPAL, Office.PROVISEUR, Office.MINISTRE,
    Office.MINISTRE_SUP, Office.RECTEUR, Office.DEPP, Office.CNIL, Office.CADA, Office.MEDIATEUR, Office.DEFENSEUR,
})  # fmt: skip


def template_context(
    answers: Answers, template: LetterTemplate, recipient: Recipient, successors: Mapping[str, str], on: date
) -> dict[str, Any]:
    """The context of one letter on that day; `successors` gives, by file id, the names of what replaced it.

    `dossier` is there for a letter that follows one up, and for no other. Under `_grammaire`, which no template may
    name, stand the number and gender that the filters agree with.
    """
    files = [_file(file, successors) for file in answers.files]
    followed = {"dossier": letter_facts(answers.dossier, on)} if answers.dossier else {}
    return followed | {
        "lettre": {"date": on, "lieu": answers.sending.place, "envoi": answers.sending.channel.value},
        "signataires": _signatories(answers),
        "enfants": _children(answers),
        "ecole": _school(answers),
        "fichiers": files,
        "fichier": files[0] if files else {},
        "destinataire": _addressee(answers, recipient),
        "questions": chosen_questions(template, answers.replies.get(QUESTIONS)),
        "reponses": {field.id: _reply(field, answers.replies) for field in template.fields},
        "libelles": {field.id: _label(field, answers.replies) for field in template.fields if field.options},
        "_grammaire": _grammar(answers),
    }


def _grammar(answers: Answers) -> dict[str, Any]:
    signatories = answers.signatories
    children = answers.children
    return {
        "plusieurs_signataires": signatories.is_plural,
        "genre_signataires": _GENDER_PLACES[signatories.gender, signatories.is_plural],
        "plusieurs_enfants": bool(children and children.is_plural),
        "genre_enfant": _GENDER_PLACES[children.gender, children.is_plural] if children else 2,
    }


def _signatories(answers: Answers) -> dict[str, Any]:
    people = answers.signatories.people
    return {
        "nombre": len(people),
        "noms": answers.signatories.names,
        "qualites": _qualities([person.quality_words for person in people]),
        "sont_parents": answers.signatories.are_parents,
        "eleve_majeur": answers.signatories.is_pupil_alone,
        "mandat": answers.has_mandate,
        "liste": [{"nom": person.full_name, "qualite": person.quality_words} for person in people],
    }


def _qualities(words: list[str]) -> str:
    """« mère et père », « parents » when two people sign in the same capacity: its first word takes the plural."""
    if len(words) == 1 or len(set(words)) > 1:
        return enumerate_words(words)
    first, *rest = words[0].split(" ")
    return " ".join([f"{first}s", *rest])


def _children(answers: Answers) -> dict[str, Any]:
    family, children = answers.family, answers.children
    if family is None or children is None:
        return {"nombre": 0, "noms": "", "prenoms": "", "mon": "", "designation": "", "ses": "", "liste": []}
    people = children.people
    return {
        "nombre": len(people),
        "noms": children.names,
        "prenoms": enumerate_words([child.given_name for child in people]),
        "mon": family.short,
        "designation": family.named,
        "ses": family.their,
        "liste": [
            {
                "nom": child.full_name,
                "prenom": child.given_name,
                "classe": child.class_name,
                "naissance": child.born_on or "",
            }
            for child in people
        ],
    }


def _school(answers: Answers) -> dict[str, Any]:
    school = answers.school
    return {
        "nom": school.name,
        "le": school.named,
        "niveau": school.stage.value,
        "secteur": school.sector.value,
        "commune": school.address.town,
        "direction": school.head_words,
    }


def _file(file: Processing, successors: Mapping[str, str]) -> dict[str, Any]:
    act = file.founding_act
    return file_facts(file) | {
        "nom": file.name,
        "sigle": file.short,
        "le": file.named,
        "acte": act.title if act else "",
        "acte_lu": bool(act and act.is_read),
        "droit": file.opposition.article or "",
        "references": list(file.references),
        "successeur": successors.get(file.id, ""),
    }


def _addressee(answers: Answers, recipient: Recipient) -> dict[str, Any]:
    return {
        "fonction": recipient.office.value,
        "titre": vocative(recipient.office, answers.addressee.gender),
        "est_etat": recipient.office in _STATE,
    }


def chosen_questions(template: LetterTemplate, chosen: object) -> list[dict[str, Any]]:
    """The chosen questions of the bank, numbered as they print: what is due, what is communicable, what is wished.

    `chosen`: the answer to `questions`, a list of ids; anything else chose none.
    """
    if not isinstance(chosen, list):
        return []
    kept = [question for question in template.questions if question.id in chosen]
    groups = [[one for one in kept if one.category == category] for category in QUESTION_CATEGORIES]
    ordered = [(question, group) for group in groups for question in group]
    return [_question(question, number, group) for number, (question, group) in enumerate(ordered, 1)]


def _question(question: BankQuestion, number: int, group: list[BankQuestion]) -> dict[str, Any]:
    return {
        "id": question.id,
        "numero": number,
        "libelle": question.label,
        "texte": question.text,
        "categorie": question.category,
        "premiere": question is group[0],
        "derniere": question is group[-1],
        "references": list(question.references),
    }


def _reply(field: Field, replies: Mapping[str, Reply]) -> Reply:
    """The reply as a template reads it; a question asked and left open is a gap, one not asked is empty."""
    reply = replies.get(field.id)
    return empty_reply(field) if reply is None else reply


def _label(field: Field, replies: Mapping[str, Reply]) -> Any:
    reply = replies.get(field.id)
    if field.kind is FieldKind.CHOICES:
        chosen = reply if isinstance(reply, list) else []
        return [option.label for option in field.options if option.value in chosen]
    option = field.option(reply) if isinstance(reply, str) else None
    return option.label if option else ""


def point_contexts(point: AskedPoint, context: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The id of a point and what its text reads: the letter's context, once or for each item of its list, as `ligne`.

    An item bears its own id, or else its place: `question-durees`, `correction-2`.
    """
    if not point.when.holds(context):
        return []
    if not point.each:
        return [(point.id, dict(context))]
    if point.each in (QUESTIONS, FILES):
        return [(f"{point.id}-{item['id']}", {**context, "ligne": item}) for item in context[point.each]]
    rows = context["reponses"][point.each]
    return [(f"{point.id}-{place}", {**context, "ligne": row}) for place, row in enumerate(rows, 1)]


def with_gaps(context: dict[str, Any], answers: Answers, template: LetterTemplate) -> dict[str, Any]:
    """The same context in which each missing answer that prints shines as a gap."""
    gaps = _gaps(answers, template)
    open_fields = [field for field in template.fields if field.id in gaps]
    replies = {field.id: _gap_value(field, gaps[field.id], _PRINTED) for field in open_fields}
    labels: dict[str, Any] = {field.id: gaps[field.id] for field in open_fields if field.kind is FieldKind.CHOICE}
    labels |= {field.id: [gaps[field.id]] for field in open_fields if field.kind is FieldKind.CHOICES}
    return context | {
        "reponses": context["reponses"] | replies,
        "libelles": context["libelles"] | labels,
    }


def _gaps(answers: Answers, template: LetterTemplate) -> dict[str, str]:
    """The gap that stands for each open question: its own, or that of the answer which decides whether it is asked."""
    paths: dict[str, str] = {}
    for fault in answers.missing:  # "reponses.erreurs.0.donnee": one empty cell leaves the whole list open
        paths.setdefault(fault.field.split(".")[1], fault.field)
    gaps: dict[str, str] = {}
    for field in template.fields:
        above = [path.removeprefix("reponses.") for path in field.when.paths() if path.startswith("reponses.")]
        if field.id in paths:
            gaps[field.id] = gap(paths[field.id], field.label)
        elif field.id not in answers.replies and (waiting := [name for name in above if name in gaps]):
            gaps[field.id] = gaps[waiting[0]]
    return gaps


def _gap_value(field: Field, mark: str, printed: tuple[FieldKind, ...]) -> Any:
    if field.kind in printed:
        return mark
    if field.kind is FieldKind.ROWS:
        return [{column.id: _gap_value(column, mark, (*printed, FieldKind.CHOICE)) for column in field.columns}]
    return empty_reply(field)
