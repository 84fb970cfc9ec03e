"""Whether the answer to one step can be read. It must never look at a step that comes later.

`read_step` reads one step of the way and raises what is wrong with it; the way and the forms both go by it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.domain.answers import (
    RefusedAnswers,
    question_facts,
    read_addressee,
    read_children,
    read_files,
    read_school,
    read_sending,
    read_signatories,
)
from app.domain.errors import InvalidAnswer, MissingAnswer, UnknownReference
from app.domain.letters import LetterTemplate
from app.domain.offices import Sector, Stage
from app.domain.people import Quality
from app.domain.processings import Processing, ProcessingBook
from app.domain.recipients import group_recipients
from app.domain.replies import asked_options, read_reply

QUESTION = "question-"
CHILD = "enfant-"


def known_stage(raw: Mapping[str, Any]) -> Stage | None:
    """The stage, if it was said."""
    value = (raw.get("etablissement") or {}).get("niveau")
    return Stage(value) if value in list(Stage) else None


def known_sector(raw: Mapping[str, Any]) -> Sector | None:
    """The sector, if it was said."""
    value = (raw.get("etablissement") or {}).get("secteur")
    return Sector(value) if value in list(Sector) else None


def known_quality(raw: Mapping[str, Any]) -> Quality | None:
    """In what quality the first person signs, if it was said."""
    first = (raw.get("signataires") or [{}])[0]
    return Quality(first["qualite"]) if first.get("qualite") in list(Quality) else None


@dataclass(frozen=True)  # without slots: what is read from the answers is read once
class Ground:
    """What the reading of a step stands on."""

    raw: Mapping[str, Any]
    template: LetterTemplate
    book: ProcessingBook
    on: date

    @cached_property
    def files(self) -> tuple[Processing, ...]:
        """The school files named so far, none when they cannot be read."""
        try:
            return read_files(self.raw, self.template, self.book)
        except (InvalidAnswer, UnknownReference):
            return ()

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the conditions of questions read."""
        stage, sector = known_stage(self.raw), known_sector(self.raw)
        school = {"niveau": stage.value if stage else "", "secteur": sector.value if sector else ""}
        return question_facts(None, self.files) | {"ecole": school, "reponses": self.raw.get("reponses") or {}}


def faults_of_step(step_id: str, ground: Ground) -> tuple[InvalidAnswer, ...]:
    """Everything that is wrong with the answer of one step, nothing when it can be read."""
    try:
        read_step(step_id, ground)
    except RefusedAnswers as refused:
        return refused.faults
    except InvalidAnswer as fault:
        return (fault,)
    return ()


def read_step(step_id: str, ground: Ground) -> object:
    """Read the answer of one step; raises InvalidAnswer or RefusedAnswers. A step that asks nothing reads nothing."""
    if step_id.startswith(QUESTION):
        return _question(step_id.removeprefix(QUESTION), ground)
    if step_id.startswith(CHILD):
        place = int(step_id.removeprefix(CHILD)) - 1
        return read_children({"enfants": (ground.raw.get("enfants") or [])[: place + 1]}, ground.template, ground.on)
    return _READERS[step_id](ground) if step_id in _READERS else None


def _question(field_id: str, ground: Ground) -> object:
    field = asked_options(ground.template.field(field_id), ground.facts)
    given = (ground.raw.get("reponses") or {}).get(field_id)
    return read_reply(field, given, f"reponses.{field_id}")


def _stage(ground: Ground) -> object:
    return known_stage(ground.raw) or _missing(
        "etablissement.niveau", "Dites si c’est une école, un collège ou un lycée."
    )


def _sector(ground: Ground) -> object:
    return known_sector(ground.raw) or _missing(
        "etablissement.secteur", "Dites si l’établissement est public ou privé."
    )


def _quality(ground: Ground) -> object:
    return known_quality(ground.raw) or _missing("signataires.0.qualite", "Dites à quel titre vous écrivez.")


def _second(ground: Ground) -> object:
    said = (ground.raw.get("carnet") or {}).get("second")
    return said if said in ("oui", "non") else _missing("carnet.second", "Dites si l’autre parent signe avec vous.")


def _files(ground: Ground) -> object:
    """The files, all of the child's stage, and all of one controller: one letter goes to one person."""
    files = read_files(ground.raw, ground.template, ground.book)
    stage, sector = known_stage(ground.raw), known_sector(ground.raw)
    if stage is None or sector is None:
        return files
    for file in files:
        if stage not in file.stages:
            raise InvalidAnswer(
                "fichiers", f"Ce fichier ne concerne pas ce niveau de classe : {file.name}. Retirez-le."
            )
    groups = group_recipients(stage, sector, files, ground.template.right)
    if len(groups) > 1:
        named = " ; ".join(" et ".join(file.named for file in group) for _, group in groups)
        raise InvalidAnswer(
            "fichiers",
            f"Ces fichiers ne dépendent pas de la même personne : {named}. "
            "Gardez ceux d’un seul groupe, et écrivez une seconde lettre pour les autres.",
        )
    return files


def _first_signatory(ground: Ground) -> object:
    return read_signatories({"signataires": (ground.raw.get("signataires") or [])[:1]})


def _both_signatories(ground: Ground) -> object:
    if len(ground.raw.get("signataires") or []) < 2:
        raise MissingAnswer("signataires.1.prenom", "Écrivez le nom de la personne qui signe avec vous.")
    return read_signatories(ground.raw)


def _through(ground: Ground) -> object:
    given = (ground.raw.get("destinataire") or {}).get("voie_hierarchique")
    if not isinstance(given, bool):
        _missing("destinataire.voie_hierarchique", "Dites par où la lettre passe.")
    return given


def _head(ground: Ground) -> object:
    if not ((ground.raw.get("etablissement") or {}).get("direction") or {}).get("genre"):
        _missing("etablissement.direction.genre", "Dites si c’est une femme ou un homme, ou que vous ne savez pas.")
    return read_school(ground.raw)


def _addressee(ground: Ground) -> object:
    if not (ground.raw.get("destinataire") or {}).get("genre"):
        _missing("destinataire.genre", "Dites si c’est une femme ou un homme, ou que vous ne savez pas.")
    return read_addressee({"destinataire": {**(ground.raw.get("destinataire") or {}), "adresse": {}}})


def _addressee_address(ground: Ground) -> object:
    read = read_addressee(ground.raw)
    if read.address is None:
        _missing("destinataire.adresse.voie", "Écrivez l’adresse postale du destinataire.")
    return read


def _missing(path: str, sentence: str) -> object:
    raise MissingAnswer(path, sentence)


_READERS: dict[str, Callable[[Ground], object]] = {
    "niveau": _stage,
    "secteur": _sector,
    "fichiers": _files,
    "qualite": _quality,
    "autres-enfants": lambda ground: read_children(ground.raw, ground.template, ground.on),
    "vous": _first_signatory,
    "classe": lambda ground: read_children(ground.raw, ground.template, ground.on),
    "second": _second,
    "cosignataire": _both_signatories,
    "etablissement": lambda ground: read_school(ground.raw),
    "envoi": lambda ground: read_sending(ground.raw),
    "voie": _through,
    "direction": _head,
    "destinataire": _addressee,
    "adresse-destinataire": _addressee_address,
}
