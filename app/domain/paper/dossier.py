"""The dossier of a follow-up as its form reads it: what happened is known in outline, its days are written with a pen.

It must never print a day that was invented.
"""

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

from app.domain.dossier.events import PointState, RefusalReason
from app.domain.markers import entry
from app.domain.paper.values import BlankDay, Open, Question, TickList

_DAYS = {
    "date": "date de votre lettre",
    "envoi_le": "date de l’envoi",
    "reception_le": "date de la réception",
    "echeance": "dernier jour pour répondre",
    "refus_tacite_le": "date du refus par silence",
    "prolongation_le": "date à laquelle la prolongation a été annoncée",
    "prolongation_jusqu_au": "date annoncée",
    "identite_demandee_le": "date de la demande de pièce d’identité",
    "identite_fournie_le": "date de votre réponse sur l’identité",
    "frais_le": "date de la demande de paiement",
    "pas_nous_le": "date de cette réponse",
    "transmission_le": "date de la transmission",
    "reponse_le": "date de la réponse",
    "refus_le": "date du refus",
    "relance_le": "date de la relance",
    "dpd_le": "date de la lettre au délégué",
    "cnil_le": "date de la plainte à la CNIL",
    "cada_le": "date de la saisine de la CADA",
    "mediation_le": "date de la saisine du médiateur",
}
_WORDS = {
    "reference": "référence de votre lettre",
    "numero": "numéro du recommandé",
    "cnil_numero": "référence donnée par la CNIL",
    "cada_numero": "référence donnée par la CADA",
}
_FACT_ROWS, _PIECE_ROWS = 5, 4
# As the letters themselves name the reasons of a refusal.
_REASONS = {
    RefusalReason.LEGAL_DUTY: "une obligation légale",
    RefusalReason.EXCLUDED_BY_ACT: "une exclusion inscrite dans l’acte",
    RefusalReason.COMPELLING_INTEREST: "un intérêt impérieux",
    RefusalReason.COMPULSORY_FILE: "le caractère obligatoire du fichier",
    RefusalReason.USED_FOR_ADMISSION: "l’utilité pour l’affectation",
    RefusalReason.EXCESSIVE: "le caractère excessif de la demande",
    RefusalReason.OTHER: "un autre motif",
}
_REFUSAL = "dossier.refus_motifs"


def blank_dossier(facts: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Question, ...]]:
    """The tree `dossier.*` of a form, from that of a dossier of the same shape, and what stays open in it."""
    read = {name: _leaf(name, value) for name, value in facts.items()}
    questions: list[Question] = []
    if facts["refus_motifs"]:
        reasons = tuple(reason.value for reason in RefusalReason)
        sets = (reasons, *((reason,) for reason in reasons), *_all_but_one(reasons))
        words: dict[Hashable, str] = {reason.value: label for reason, label in _REASONS.items()}
        read["refus_motifs"] = Open(_REFUSAL, {chosen: list(chosen) for chosen in sets})
        questions.append(Question(_REFUSAL, sets, words, unasked=(), is_multiple=True, label="Le refus invoque :"))
    for name in ("points", "manquants"):
        if facts[name]:
            read[name], opened = _points(facts["points"])
            questions.extend(opened if name == "manquants" else ())
    if facts["faits"]:
        read["faits"] = [_fact(place) for place in range(_FACT_ROWS)]
    if facts["pieces"]:
        read["pieces"] = [_piece(place) for place in range(_PIECE_ROWS)]
    return read, tuple(questions)


def _leaf(name: str, value: Any) -> Any:
    """A day or a number that exists becomes a place to write; what the settings know stays."""
    if isinstance(value, date):
        return BlankDay.over(value, entry(f"dossier.{name}", _DAYS[name], "short"))
    return entry(f"dossier.{name}", _WORDS[name]) if name in _WORDS and value else value


def _all_but_one(values: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(value for value in values if value != left_out) for left_out in values)


def _points(points: list[dict[str, Any]]) -> tuple[TickList, list[Question]]:
    """Everything the first letter asked for: one ticks what is still missing, and what came in part."""
    questions, items = [], []
    for point in points:
        variable = f"dossier.points.{point['numero']}.en_partie"
        questions.append(Question(variable, (True, False), {True: "réponse partielle", False: "aucune réponse"}))
        state = Open(variable, {True: PointState.PARTLY.value, False: PointState.MISSING.value})
        items.append({**point, "etat": state})
    names = [f"dossier.points:{point['numero']}" for point in points]
    tips = [f"Il manque : {point['texte']}" for point in points]
    return TickList(items, names, tips), questions


def _fact(place: int) -> dict[str, Any]:
    path = f"dossier.faits.{place}"
    return {
        "date": BlankDay.over(date(2026, 1, 1 + place), entry(f"{path}.date", "date", "short")),
        "texte": entry(f"{path}.texte", "ce qui est arrivé", "wide"),
    }


def _piece(place: int) -> dict[str, Any]:
    return {"numero": place + 1, "titre": entry(f"dossier.pieces.{place}.titre", "pièce jointe")}
