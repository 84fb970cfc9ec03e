"""What a letter template may read: the documented, tested contract between the kernel and those who write letters.

A tree of names: a `Shape` is a value that may be printed or compared, a dict holds named values, a list of one dict
is a list to loop over. `context.template_context` builds exactly this tree; a test holds the two together. A letter
that follows up a dossier reads `DOSSIER` besides, which `dossier.facts.letter_facts` builds.
"""

from enum import StrEnum
from typing import Any

from app.domain.letters import FILES, QUESTIONS, AskedPoint, Field, FieldKind, LetterTemplate


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

_POINT: Tree = {"numero": Shape.NUMBER, "texte": Shape.TEXT, "etat": Shape.TEXT}

DOSSIER: Tree = {
    "reference": Shape.TEXT,
    "titre": Shape.TEXT,
    "droit": Shape.TEXT,
    "regimes": Shape.WORDS,
    "date": Shape.DAY,
    "destinataire": Shape.TEXT,
    "public": Shape.YES_NO,
    "envoi": Shape.TEXT,
    "envoi_le": Shape.DAY,
    "numero": Shape.TEXT,
    "reception_le": Shape.DAY,
    "reception_prouvee": Shape.YES_NO,
    "echeance": Shape.DAY,
    "refus_tacite_le": Shape.DAY,
    "est_en_retard": Shape.YES_NO,
    "prolongation_le": Shape.DAY,
    "prolongation_jusqu_au": Shape.DAY,
    "prolongation_motivee": Shape.YES_NO,
    "identite_demandee_le": Shape.DAY,
    "identite_fournie_le": Shape.DAY,
    "frais_le": Shape.DAY,
    "pas_nous_le": Shape.DAY,
    "transmission_le": Shape.DAY,
    "reponse_le": Shape.DAY,
    "reponse_complete": Shape.YES_NO,
    "refus_le": Shape.DAY,
    "refus_motifs": Shape.WORDS,
    "refus_voies": Shape.YES_NO,
    "relance_le": Shape.DAY,
    "dpd_le": Shape.DAY,
    "cnil_le": Shape.DAY,
    "cnil_numero": Shape.TEXT,
    "cada_le": Shape.DAY,
    "cada_numero": Shape.TEXT,
    "mediation_le": Shape.DAY,
    "points": [_POINT],
    "manquants": [_POINT],
    "faits": [{"date": Shape.DAY, "texte": Shape.TEXT}],
    "pieces": [{"numero": Shape.NUMBER, "titre": Shape.TEXT}],
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
    """The whole contract of one letter: the common names, and `reponses.*` and `libelles.*` for its own questions.

    A letter that follows up a dossier reads `dossier.*`; for the others that name does not exist.
    """
    common = CONTRACT | {"dossier": DOSSIER} if template.is_follow_up else CONTRACT
    return common | {
        "reponses": {field.id: _shape(field) for field in template.fields},
        "libelles": {
            field.id: Shape.WORDS if field.kind is FieldKind.CHOICES else Shape.TEXT
            for field in template.fields
            if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES)
        },
    }


def point_contract(template: LetterTemplate, point: AskedPoint) -> Tree:
    """What the text of one point may read: the letter's contract, and `ligne` when there is one point per item."""
    common = letter_contract(template)
    if point.each in (QUESTIONS, FILES):
        return common | {"ligne": CONTRACT[point.each][0]}
    return common | {"ligne": _shape(template.field(point.each))[0]} if point.each else common


def field_shape(field: Field) -> Shape | None:
    """The shape of an answer to that question, None for a list of rows."""
    return _SHAPES.get(field.kind)


def _shape(field: Field) -> Any:
    if field.kind is FieldKind.ROWS:
        return [{column.id: _shape(column) for column in field.columns}]
    return _SHAPES[field.kind]
