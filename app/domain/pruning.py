"""What an answer makes irrelevant in the others. It must never take away an answer without naming it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.authorities import AuthorityBook
from app.domain.letters import LetterTemplate
from app.domain.people import PARENTAL_QUALITIES, Quality
from app.domain.processings import ProcessingBook
from app.domain.progress import find_way
from app.domain.recipients import Recipient
from app.domain.step_checks import known_quality, known_stage


@dataclass(frozen=True, slots=True)
class Pruned:
    """Answers without what became irrelevant, and the French names of what was taken away."""

    raw: dict[str, Any]
    dropped: tuple[str, ...]


def prune(
    raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date, authorities: AuthorityBook
) -> Pruned:
    """Take away the answers that the others make irrelevant; what was empty goes without a word."""
    kept = dict(raw)
    dropped: list[str] = []
    if not template.is_follow_up:  # the files of a follow-up are its dossier's, whatever school the child is in now
        _prune_files(kept, dropped, book)
    _prune_people(kept, dropped)
    way = find_way(kept, template, book, on, authorities)
    if all(step.id != "mandat" for step in way.steps) and kept.pop("mandat", False):
        dropped.append("Le mandat de l’élève")
    asked = {field.id for field in way.asked}
    replies = kept.get("reponses") or {}
    for field in template.fields:
        if field.id in replies and field.id not in asked and replies[field.id] not in ("", [], None):
            dropped.append(field.label)
    kept["reponses"] = {name: value for name, value in replies.items() if name in asked}
    _prune_addressee(kept, dropped, way.recipient)
    return Pruned(kept, tuple(dropped))


def _prune_files(kept: dict[str, Any], dropped: list[str], book: ProcessingBook) -> None:
    stage = known_stage(kept)
    files = kept.get("fichiers") or []
    lost = [one for one in files if one not in book or (stage and stage not in book.get(one).stages)]
    if lost:
        dropped.extend(book.get(one).name for one in lost if one in book)
        kept["fichiers"] = [one for one in files if one not in lost]


def _prune_people(kept: dict[str, Any], dropped: list[str]) -> None:
    signatories = kept.get("signataires") or []
    notes = kept.get("carnet", {})
    quality = known_quality(kept)
    may_be_two = quality in PARENTAL_QUALITIES and notes.get("second") != "non"
    if len(signatories) > 1 and not may_be_two:
        dropped.append("La seconde signature")
        kept["signataires"] = signatories[:1]
    if quality is Quality.ELEVE:
        _prune_children(kept, dropped)
    elif quality and signatories and "genre" in signatories[0]:
        # Only a pupil is asked how the letter speaks of her; « mère » and « père » say it already.
        first = {name: value for name, value in signatories[0].items() if name != "genre"}
        kept["signataires"] = [first, *kept["signataires"][1:]]


def _prune_children(kept: dict[str, Any], dropped: list[str]) -> None:
    """A pupil of age writes for herself: the children a parent named before are not hers."""
    children = kept.get("enfants") or []
    person = (kept.get("signataires") or [{}])[0]
    if not children or (len(children) == 1 and _names(children[0]) == _names(person)):
        return
    dropped.extend(" ".join(_names(child)) for child in children)
    kept["enfants"] = []


def _names(person: Mapping[str, Any]) -> tuple[str, str]:
    return str(person.get("prenom") or ""), str(person.get("nom") or "")


def _prune_addressee(kept: dict[str, Any], dropped: list[str], recipient: Recipient | None) -> None:
    """Who holds an office is no answer about another office."""
    notes = dict(kept.get("carnet", {}))
    office = recipient.office.value if recipient else None
    if office and notes.get("office") not in (None, office) and kept.get("destinataire"):
        dropped.append("Le destinataire")
        kept["destinataire"] = {}
    if office:
        kept["carnet"] = notes | {"office": office}
