"""What a letter template may read: the documented, tested contract between the kernel and those who write letters.

A tree of names: a `Shape` is a value that may be printed or compared, a dict holds named values, a list of one dict
is a list to loop over. `context.template_context` builds exactly this tree; a test holds the two together.
"""

from enum import StrEnum
from typing import Any

from app.domain.letters import Field, FieldKind, LetterTemplate


class Shape(StrEnum):
    """The kind of a value at a leaf of the contract."""

    TEXT = "texte"
    NUMBER = "nombre"
    YES_NO = "oui ou non"
    DAY = "date"
    WORDS = "liste de textes"


Tree = dict[str, Any]

_FILE: Tree = {
    "id": Shape.TEXT,
    "nom": Shape.TEXT,
    "sigle": Shape.TEXT,
    "le": Shape.TEXT,
    "acte": Shape.TEXT,
    "acte_lu": Shape.YES_NO,
    "droit": Shape.TEXT,
    "posture": Shape.TEXT,
    "references": Shape.WORDS,
    "disparu": Shape.YES_NO,
    "successeur": Shape.TEXT,
    "statut": Shape.TEXT,
}

CONTRACT: Tree = {
    "lettre": {"date": Shape.DAY, "lieu": Shape.TEXT, "envoi": Shape.TEXT},
    "signataires": {
        "nombre": Shape.NUMBER,
        "noms": Shape.TEXT,
        "qualites": Shape.TEXT,
        "sont_parents": Shape.YES_NO,
        "eleve_majeur": Shape.YES_NO,
        "mandat": Shape.YES_NO,
        "liste": [{"nom": Shape.TEXT, "qualite": Shape.TEXT}],
    },
    "enfants": {
        "nombre": Shape.NUMBER,
        "noms": Shape.TEXT,
        "prenoms": Shape.TEXT,
        "mon": Shape.TEXT,
        "designation": Shape.TEXT,
        "ses": Shape.TEXT,
        "liste": [{"nom": Shape.TEXT, "prenom": Shape.TEXT, "classe": Shape.TEXT, "naissance": Shape.DAY}],
    },
    "ecole": {
        "nom": Shape.TEXT,
        "le": Shape.TEXT,
        "niveau": Shape.TEXT,
        "secteur": Shape.TEXT,
        "commune": Shape.TEXT,
        "direction": Shape.TEXT,
    },
    "fichiers": [_FILE],
    "fichier": _FILE,
    "destinataire": {"fonction": Shape.TEXT, "titre": Shape.TEXT, "est_etat": Shape.YES_NO},
    "questions": [
        {
            "id": Shape.TEXT,
            "numero": Shape.NUMBER,
            "libelle": Shape.TEXT,
            "texte": Shape.TEXT,
            "categorie": Shape.TEXT,
            "premiere": Shape.YES_NO,
            "derniere": Shape.YES_NO,
            "references": Shape.WORDS,
        }
    ],
}

_SHAPES = {
    FieldKind.LINE: Shape.TEXT,
    FieldKind.TEXT: Shape.TEXT,
    FieldKind.CHOICE: Shape.TEXT,
    FieldKind.CHOICES: Shape.WORDS,
    FieldKind.YES_NO: Shape.YES_NO,
    FieldKind.DATE: Shape.DAY,
}


def letter_contract(template: LetterTemplate) -> Tree:
    """The whole contract of one letter: the common names, and `reponses.*` and `libelles.*` for its own questions."""
    return CONTRACT | {
        "reponses": {field.id: _shape(field) for field in template.fields},
        "libelles": {
            field.id: Shape.WORDS if field.kind is FieldKind.CHOICES else Shape.TEXT
            for field in template.fields
            if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES)
        },
    }


def _shape(field: Field) -> Any:
    if field.kind is FieldKind.ROWS:
        return [{column.id: _shape(column) for column in field.columns}]
    return _SHAPES[field.kind]
