"""The real letters and files, and answers to begin with, for the tests of the wizard's kernel."""

from datetime import date
from typing import Any

from app.domain.letters import LetterTemplate
from app.domain.progress import Way, find_way
from app.domain.pruning import Pruned, prune
from app.services.library import library

TODAY = date(2026, 11, 21)
ADDRESS = {"voie": "3 rue des Lilas", "complement": "", "code_postal": "30100", "commune": "Alès"}


def template(letter_id: str = "acces") -> LetterTemplate:
    return library().letters.lookup(letter_id)


def way(raw: dict[str, Any], letter_id: str = "acces") -> Way:
    return find_way(raw, template(letter_id), library().processings, TODAY, library().authorities)


def pruned(raw: dict[str, Any], letter_id: str = "acces") -> Pruned:
    return prune(raw, template(letter_id), library().processings, TODAY, library().authorities)


def steps(raw: dict[str, Any], letter_id: str = "acces") -> list[str]:
    return [step.id for step in way(raw, letter_id).steps]


def person(prenom: str = "Anne", qualite: str = "mere", **more: Any) -> dict[str, Any]:
    return {"prenom": prenom, "nom": "Durand", "qualite": qualite, "adresse": ADDRESS, **more}


def child(prenom: str = "Lou", **more: Any) -> dict[str, Any]:
    return {"prenom": prenom, "nom": "Durand", "genre": "f", "classe": "CM1", **more}


def complete(stage: str = "elementaire", sector: str = "public", **more: Any) -> dict[str, Any]:
    """Answers to `acces` with nothing left to ask."""
    return {
        "fichiers": ["lsu"],
        "etablissement": {
            "niveau": stage,
            "secteur": sector,
            "nom": "école des Tilleuls",
            "adresse": ADDRESS,
            "direction": {"genre": "f"},
        },
        "reponses": {"format": "papier", "canal_papier": "courrier", "recherche": ""},
        "signataires": [person()],
        "enfants": [child()],
        "lettre": {"envoi": "recommande", "lieu": "Alès"},
        "destinataire": {"genre": "m", "nom": "", "voie_hierarchique": True},
        "carnet": {"compris": ["lsu"], "enfants": True, "second": "non", "plus_tard": [], "reference": "CD-26-ABCDEF"},
        **more,
    }
