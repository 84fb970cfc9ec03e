"""The way through a letter: which steps these answers ask for, which are done, what an answer makes irrelevant.

It must never know how a step looks. Answers are the nested dictionaries of `answers`; the wizard's own notes stand
beside them under `carnet`: `compris` (files whose warning was read), `enfants` (no other child), `second` (oui or
non), `plus_tard` (questions put off), `reference`, `connus` (steps that a dossier or a campaign had answered before the
draft began), `version` and `perdu` (see `draft_moves`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.answers import accepts_file
from app.domain.authorities import AuthorityBook
from app.domain.deadlines import Channel
from app.domain.envelope import is_address_asked
from app.domain.letters import Field, FileCount, LetterTemplate
from app.domain.offices import NAMELESS_BODIES, Right, Stage, head_of_school
from app.domain.paths import value_at
from app.domain.people import PARENTAL_QUALITIES, Quality
from app.domain.processings import Processing, ProcessingBook
from app.domain.recipients import Recipient, letter_recipients
from app.domain.replies import asked_fields
from app.domain.step_checks import (
    CHILD,
    QUESTION,
    StepContext,
    faults_of_step,
    known_quality,
    known_sector,
    known_stage,
)

CHECK = "verifier"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the way; `is_done` when its answer can be read and needs nothing more.

    `is_known`: a dossier answered it beforehand; the way goes past it, the check page still leads to it.
    """

    id: str
    is_done: bool
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """What the answers say of the way: the steps in order, and the facts that pages show."""

    steps: tuple[Step, ...]
    files: tuple[Processing, ...]
    recipient: Recipient | None
    asked: tuple[Field, ...]
    right: Right | None = None

    @property
    def expected(self) -> str:
        """The first step that is not done, or `verifier` when all are."""
        return next((step.id for step in self.steps if not step.is_done), CHECK)

    def may_open(self, step_id: str) -> bool:
        """Whether the step exists and everything before it is done."""
        for step in self.steps:
            if step.id == step_id:
                return True
            if not step.is_done:
                return False
        return step_id == CHECK

    def number(self, step_id: str) -> int:
        """The place of a step among those to walk, from 1; the check, from which one reaches the others, comes last."""
        ids = self._walked
        return ids.index(step_id) + 1 if step_id in ids else len(ids) + 1

    @property
    def total(self) -> int:
        """How many steps there are to walk, the check included."""
        return len(self._walked) + 1

    def before(self, step_id: str) -> str | None:
        """The step before this one, None for the first; one that was known is reached from the check."""
        if any(step.id == step_id and step.is_known for step in self.steps):
            return self.expected
        ids = self._walked
        place = ids.index(step_id) if step_id in ids else len(ids)
        return ids[place - 1] if place else None

    def after(self, step_id: str) -> str:
        """Where one goes from a step: the next one, or the check when everything is done."""
        if self.expected == CHECK:
            return CHECK
        ids = self._walked
        place = ids.index(step_id) + 1 if step_id in ids else len(ids)
        following = ids[place] if place < len(ids) else CHECK
        return following if self.may_open(following) else self.expected

    @property
    def _walked(self) -> list[str]:
        return [step.id for step in self.steps if not step.is_known]


def find_way(
    raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date, authorities: AuthorityBook
) -> Way:
    """The way that these answers open, however few they are. `raw` holds the dossier that a follow-up speaks of."""
    context = StepContext(raw, template, book, on)
    recipient = _recipient(context)
    asked = asked_fields(template.fields, context.facts)
    ids = [*_file_steps(template), *(QUESTION + field.id for field in asked), *_people_steps(raw, template)]
    ids += ["etablissement", "envoi", *_addressee_steps(raw, recipient, authorities)]
    return Way(tuple(_step(step_id, context) for step_id in ids), context.files, recipient, asked, context.right)


def _step(step_id: str, context: StepContext) -> Step:
    is_done = _is_done(step_id, context)
    return Step(step_id, is_done, is_known=is_done and step_id in context.notes.get("connus", []))


def _file_steps(template: LetterTemplate) -> list[str]:
    named = ["fichiers", "savoir"] if template.files in (FileCount.ONE, FileCount.SEVERAL) else []
    return ["niveau", "secteur", *named]


def _people_steps(raw: Mapping[str, Any], template: LetterTemplate) -> list[str]:
    notes = raw.get("carnet") or {}
    quality = known_quality(raw)
    if quality is Quality.ELEVE:
        return ["qualite", "vous", "classe"]
    fewest = 0 if template.are_children_optional else 1
    count = max(len(raw.get("enfants") or []), fewest)
    # Only a pupil of a lycée may be of age; parents then write on the pupil's mandate, or the pupil writes.
    mandate = ["mandat"] if quality in PARENTAL_QUALITIES and known_stage(raw) is Stage.LYCEE else []
    steps = ["qualite", *mandate, *(f"{CHILD}{place + 1}" for place in range(count)), "autres-enfants", "vous"]
    if quality in PARENTAL_QUALITIES:
        steps.append("second")
        steps += ["cosignataire"] if notes.get("second") == "oui" else []
    return steps


def _addressee_steps(raw: Mapping[str, Any], recipient: Recipient | None, authorities: AuthorityBook) -> list[str]:
    is_through = False
    steps = []
    if recipient and recipient.through:
        is_through = (raw.get("destinataire") or {}).get("voie_hierarchique", True) is True
        steps += ["voie", "direction"] if is_through else ["voie"]
    if recipient is None or recipient.office not in NAMELESS_BODIES:
        steps.append("destinataire")
    channel = (raw.get("lettre") or {}).get("envoi")
    postcode = value_at(raw, "etablissement.adresse.code_postal") or ""
    if (
        recipient
        and channel in list(Channel)
        and is_address_asked(recipient, Channel(channel), postcode, authorities, is_through_head=is_through)
    ):
        steps.append("adresse-destinataire")
    return steps


def _is_done(step_id: str, context: StepContext) -> bool:
    """Whether a step was seen, and its answer can be read; a question put off counts as done for now."""
    raw, notes = context.raw, context.notes
    if step_id == "savoir":
        return bool(context.files) and notes.get("compris") == [file.id for file in context.files]
    if step_id == "direction":
        return "direction" in (raw.get("etablissement") or {})
    if step_id == "autres-enfants" and notes.get("enfants") is not True:
        return False
    if step_id == "classe" and "classe" not in (raw.get("enfants") or [{}])[0]:
        return False
    if step_id.startswith(QUESTION):
        field_id = step_id.removeprefix(QUESTION)
        if field_id in notes.get("plus_tard", []):
            return True
        if field_id not in (raw.get("reponses") or {}):
            return False
    if step_id.startswith(CHILD) and len(raw.get("enfants") or []) < int(step_id.removeprefix(CHILD)):
        return False
    return not faults_of_step(step_id, context)


def offered_files(template: LetterTemplate, book: ProcessingBook, stage: Stage | None) -> tuple[Processing, ...]:
    """The school files this letter may name for a child of that stage."""
    files = book.for_stage(stage) if stage else tuple(book)
    return tuple(file for file in files if accepts_file(template, file))


def _recipient(context: StepContext) -> Recipient | None:
    """The one addressee, None while the answers do not say it or name several."""
    template, files, right = context.template, context.files, context.right
    stage, sector = known_stage(context.raw), known_sector(context.raw)
    are_files_awaited = template.files in (FileCount.ONE, FileCount.SEVERAL) and not files
    if stage is None or sector is None or right is None or are_files_awaited:
        return None
    groups = letter_recipients(template.addressee, stage, sector, files, right)
    return groups[0][0] if len(groups) == 1 else None


def is_own_head(raw: Mapping[str, Any], recipient: Recipient | None) -> bool:
    """Whether the letter goes to the very person who runs the school."""
    stage, sector = known_stage(raw), known_sector(raw)
    return bool(recipient and stage and sector and recipient.office is head_of_school(stage, sector))
