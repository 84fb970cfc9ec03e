"""Whether the answer to one step can be read. It must never look at a step that comes later.

`read_step` reads one step of the way and raises what is wrong with it; the way and the forms both go by it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from app.domain.answers import (
    question_facts,
    read_children,
    read_files,
    read_followed,
    read_school,
    read_signatories,
)
from app.domain.dossier.record import Dossier
from app.domain.errors import InvalidAnswer, MissingAnswer, UnknownReference
from app.domain.letters import LetterTemplate
from app.domain.offices import Right, Sector, Stage
from app.domain.people import Quality
from app.domain.processings import Processing, ProcessingBook
from app.domain.recipients import letter_recipients
from app.domain.replies import asked_options, read_reply
from app.domain.sending import read_addressee, read_sending

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


class StepContext:
    """What the reading of a step stands on: the answers so far, their letter, the school files, the day."""

    def __init__(self, raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date) -> None:
        self.raw = raw
        self.template = template
        self.book = book
        self.on = on

    @cached_property
    def files(self) -> tuple[Processing, ...]:
        """The school files named so far, none when they cannot be read."""
        try:
            return read_files(self.raw, self.template, self.book)
        except (InvalidAnswer, UnknownReference):
            return ()

    @property
    def notes(self) -> Mapping[str, Any]:
        """The wizard's own notes."""
        return self.raw.get("carnet") or {}

    @cached_property
    def dossier(self) -> Dossier | None:
        """The dossier that a follow-up speaks of; None for a first letter, or when it cannot be read."""
        try:
            return read_followed(self.raw, self.template)
        except InvalidAnswer:
            return None

    @property
    def right(self) -> Right | None:
        """The right that the letter exercises, None when it is the dossier's and nobody can read it."""
        return self.template.right or (self.dossier.right if self.dossier else None)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the conditions of questions read."""
        stage, sector = known_stage(self.raw), known_sector(self.raw)
        school = {"niveau": stage.value if stage else "", "secteur": sector.value if sector else ""}
        known = question_facts(None, self.files, self.dossier, self.on)
        return known | {"ecole": school, "reponses": self.raw.get("reponses") or {}}


def faults_of_step(step_id: str, context: StepContext) -> tuple[InvalidAnswer, ...]:
    """Everything that is wrong with the answer of one step, nothing when it can be read."""
    try:
        read_step(step_id, context)
    except InvalidAnswer as refused:
        return refused.faults
    return ()


def read_step(step_id: str, context: StepContext) -> object:
    """Read the answer of one step; raises InvalidAnswer or RefusedAnswers. A step that asks nothing reads nothing."""
    if step_id.startswith(QUESTION):
        return _question(step_id.removeprefix(QUESTION), context)
    if step_id.startswith(CHILD):
        place = int(step_id.removeprefix(CHILD)) - 1
        return read_children({"enfants": (context.raw.get("enfants") or [])[: place + 1]}, context.template, context.on)
    return _READERS[step_id](context) if step_id in _READERS else None


def _question(field_id: str, context: StepContext) -> object:
    field = asked_options(context.template.field(field_id), context.facts)
    given = (context.raw.get("reponses") or {}).get(field_id)
    return read_reply(field, given, f"reponses.{field_id}")


def _stage(context: StepContext) -> object:
    return known_stage(context.raw) or _missing(
        "etablissement.niveau", "Dites si c’est une école, un collège ou un lycée."
    )


def _sector(context: StepContext) -> object:
    return known_sector(context.raw) or _missing(
        "etablissement.secteur", "Dites si l’établissement est public ou privé."
    )


def _quality(context: StepContext) -> object:
    return known_quality(context.raw) or _missing("signataires.0.qualite", "Dites à quel titre vous écrivez.")


def _second(context: StepContext) -> object:
    said = (context.raw.get("carnet") or {}).get("second")
    return said if said in ("oui", "non") else _missing("carnet.second", "Dites si l’autre parent signe avec vous.")


def _mandate(context: StepContext) -> object:
    given = context.raw.get("mandat")
    return isinstance(given, bool) or _missing("mandat", "Dites si l’élève est majeur.")


def _files(context: StepContext) -> object:
    """The files, all of the child's stage, and all of one controller: one letter goes to one person."""
    files = read_files(context.raw, context.template, context.book)
    stage, sector = known_stage(context.raw), known_sector(context.raw)
    right = context.right
    if stage is None or sector is None or right is None:
        return files
    for file in files:
        if stage not in file.stages:
            raise InvalidAnswer(
                "fichiers", f"Ce fichier ne concerne pas ce niveau de classe : {file.name}. Retirez-le."
            )
    groups = letter_recipients(context.template.addressee, stage, sector, files, right)
    if len(groups) > 1:
        named = " ; ".join(" et ".join(file.named for file in group) for _, group in groups)
        raise InvalidAnswer(
            "fichiers",
            f"Ces fichiers ne dépendent pas de la même personne : {named}. "
            "Gardez ceux d’un seul groupe, et écrivez une seconde lettre pour les autres.",
        )
    return files


def _first_signatory(context: StepContext) -> object:
    return read_signatories({"signataires": (context.raw.get("signataires") or [])[:1]})


def _both_signatories(context: StepContext) -> object:
    if len(context.raw.get("signataires") or []) < 2:
        raise MissingAnswer("signataires.1.prenom", "Écrivez le nom de la personne qui signe avec vous.")
    return read_signatories(context.raw)


def _through(context: StepContext) -> object:
    given = (context.raw.get("destinataire") or {}).get("voie_hierarchique")
    if not isinstance(given, bool):
        _missing("destinataire.voie_hierarchique", "Dites par où la lettre passe.")
    return given


def _head(context: StepContext) -> object:
    if not ((context.raw.get("etablissement") or {}).get("direction") or {}).get("genre"):
        _missing("etablissement.direction.genre", "Dites si c’est une femme ou un homme, ou que vous ne savez pas.")
    return read_school(context.raw)


def _addressee(context: StepContext) -> object:
    if not (context.raw.get("destinataire") or {}).get("genre"):
        _missing("destinataire.genre", "Dites si c’est une femme ou un homme, ou que vous ne savez pas.")
    return read_addressee({"destinataire": {**(context.raw.get("destinataire") or {}), "adresse": {}}})


def _addressee_address(context: StepContext) -> object:
    read = read_addressee(context.raw)
    if read.address is None:
        _missing("destinataire.adresse.voie", "Écrivez l’adresse postale du destinataire.")
    return read


def _missing(path: str, sentence: str) -> object:
    raise MissingAnswer(path, sentence)


_READERS: dict[str, Callable[[StepContext], object]] = {
    "niveau": _stage,
    "secteur": _sector,
    "fichiers": _files,
    "qualite": _quality,
    "mandat": _mandate,
    "autres-enfants": lambda context: read_children(context.raw, context.template, context.on),
    "vous": _first_signatory,
    "classe": lambda context: read_children(context.raw, context.template, context.on),
    "second": _second,
    "cosignataire": _both_signatories,
    "etablissement": lambda context: read_school(context.raw),
    "envoi": lambda context: read_sending(context.raw, context.template.addressee),
    "voie": _through,
    "direction": _head,
    "destinataire": _addressee,
    "adresse-destinataire": _addressee_address,
}
