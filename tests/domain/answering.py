"""Answers and small templates that the tests of the letter engine share; no letter of the pack is needed."""

from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.delivery.renderer import TemplateRenderer
from app.domain.answers import Answers, RefusedAnswers, read_answers
from app.domain.composition import Shelf, compose
from app.domain.conditions import Condition
from app.domain.document import Document
from app.domain.letters import Field, FieldKind, FileCount, LetterKind, LetterTemplate, Option, Source
from app.domain.offices import Right
from app.library.authorities import load_authorities
from app.library.law import load_law
from app.library.processings import load_processings

FOLDER = Path(__file__).resolve().parents[2] / "letters"
ON = date(2026, 11, 21)

ADDRESS = {"voie": "3 rue des Lilas", "code_postal": "30100", "commune": "Alès"}
BASE: dict[str, Any] = {
    "fichiers": ["lsu"],
    "lettre": {"lieu": "Alès", "envoi": "recommande"},
    "signataires": [{"prenom": "Anne", "nom": "Durand", "genre": "f", "qualite": "mere", "adresse": ADDRESS}],
    "enfants": [{"prenom": "Lou", "nom": "Durand", "genre": "f", "classe": "CM1", "naissance": date(2017, 3, 2)}],
    "etablissement": {
        "nom": "école élémentaire des Tilleuls",
        "niveau": "elementaire",
        "secteur": "public",
        "adresse": {"voie": "12 rue de l’Encrier", "code_postal": "30100", "commune": "Alès"},
        "direction": {"genre": "f"},
        "circonscription": {"genre": "f", "nom": "Alès 1"},
    },
    "destinataire": {"genre": "m"},
    "reponses": {},
}
COLLEGE = {"etablissement.nom": "collège Jean-Moulin", "etablissement.niveau": "college"}
SECOND = {"prenom": "Paul", "nom": "Martin", "genre": "m", "qualite": "pere"}
PUPIL = {"prenom": "Lou", "nom": "Durand", "genre": "f", "qualite": "eleve", "adresse": ADDRESS}
LYCEE = {"etablissement.nom": "lycée Anne-Frank", "etablissement.niveau": "lycee"}


@cache
def shelf() -> Shelf:
    """The real law, files and authorities."""
    law = load_law(FOLDER / "law")
    files = load_processings(FOLDER / "processings", frozenset(record.id for record in law))
    return Shelf(law, files, load_authorities(FOLDER / "authorities"))


def given(**changes: Any) -> dict[str, Any]:
    """The base answers with changes by dotted path (`__` for the dot); None takes the key away."""
    return given_at({path.replace("__", "."): value for path, value in changes.items()})


def given_at(changes: dict[str, Any]) -> dict[str, Any]:
    """The base answers with changes by dotted path; None takes the key away."""
    raw: Any = deepcopy(BASE)
    for path, value in changes.items():
        *above, last = path.split(".")
        place = raw
        for name in above:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    assert isinstance(raw, dict)
    return raw


def template(*fields: Field, body: str = "{{ enfants.noms }}\n", **changes: Any) -> LetterTemplate:
    """A letter of one paragraph, about one or several files."""
    values: dict[str, Any] = {
        "id": "essai", "title": "Essai", "door": "Essayer", "hint": "Pour essayer.", "version": "1",
        "kind": LetterKind.DEMANDE,
        "right": Right.ACCES, "files": FileCount.SEVERAL, "procedure": "data-rights",
        "subject": Source("Essai", "letters/packs/essai/letter.md", 2),
        "parts": (Source(body, "letters/packs/essai/letter.md", 10),), "fields": fields, "sha256": "0" * 64,
        "path": "letters/packs/essai/letter.md",
    }  # fmt: skip
    return LetterTemplate(**(values | changes))


def asked(id: str, kind: FieldKind = FieldKind.LINE, **changes: Any) -> Field:
    """A question; `choix` get the options « oui » and « non »."""
    values: dict[str, Any] = {"id": id, "kind": kind, "label": f"Quel {id} ?", "max_length": 100}
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        values["options"] = (Option("oui", "Oui, bien sûr"), Option("non", "Non"))
    return Field(**(values | changes))


def when(path: str, *values: Any) -> Condition:
    """A condition on one path."""
    return Condition(((path, values),))


def answers(raw: dict[str, Any] | None = None, letter: LetterTemplate | None = None, **options: Any) -> Answers:
    """The answers as read on the day of the tests."""
    return read_answers(BASE if raw is None else raw, letter or template(), shelf().files, ON, **options)


def faults(raw: dict[str, Any], letter: LetterTemplate | None = None) -> dict[str, str]:
    """The faults of these answers by dotted path; empty when there is none."""
    try:
        answers(raw, letter)
    except RefusedAnswers as refused:
        return {fault.field: fault.message for fault in refused.faults}
    return {}


def letter(raw: dict[str, Any] | None = None, of: LetterTemplate | None = None, **options: Any) -> Document:
    """The whole letter of these answers."""
    of = of or template()
    return compose(answers(raw, of, **options), of, shelf(), TemplateRenderer(), ON, "CD-26-ESSAI")
