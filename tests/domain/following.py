"""Dossiers and follow-up letters that the tests of the letter engine share."""

from datetime import date
from typing import Any

from app.domain.dossier.record import Dossier, read_dossier
from app.domain.letters import AddresseeRule, Field, FileCount, LetterKind, LetterTemplate
from tests.domain.answering import template

DOSSIER: dict[str, Any] = {
    "reference": "CD-26-ABCDEF",
    "titre": "Droit d’accès",
    "droit": "acces",
    "regimes": ["donnees"],
    "date": "2026-09-01",
    "destinataire": "le principal du collège",
    "points": [{"id": "copie", "texte": "la copie complète"}, {"id": "durees", "texte": "les durées"}],
    "pieces": ["Avis de réception"],
    "evenements": [
        {"nature": "envoi", "le": "2026-09-01", "numero": "1A 000 000 0000 0"},
        {"nature": "reception", "le": "2026-09-03"},
        {"nature": "refus", "le": "2026-10-01", "motifs": ["fichier-obligatoire", "autre"]},
    ],
}


def dossier(**changes: Any) -> Dossier:
    """The dossier of a refused access, with changes to its plain form."""
    return read_dossier(DOSSIER | changes)


def replied(**points: str) -> dict[str, Any]:
    """The fact of a partial answer, with the state of each point."""
    states = [{"id": name, "etat": state} for name, state in points.items()]
    return {"nature": "reponse", "le": date(2026, 10, 5), "issue": "partielle", "points": states}


def follow_up(*fields: Field, **changes: Any) -> LetterTemplate:
    """A letter that follows up, to whoever received the first one unless told otherwise."""
    values: dict[str, Any] = {
        "kind": LetterKind.SUITE,
        "right": None,
        "files": FileCount.DOSSIER,
        "procedure": "aucune",
        "are_children_optional": True,
    }
    return template(*fields, **(values | changes))


def to_body(rule: AddresseeRule) -> LetterTemplate:
    """A follow-up to a body outside the school."""
    return follow_up(addressee=rule)
