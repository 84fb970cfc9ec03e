"""What a campaign may answer before a family begins: the school, the school files, some questions. It must never answer
for a person: neither a name, nor a reason, nor a word of their own.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.domain.answer_faults import RefusedAnswers
from app.domain.errors import InvalidAnswer
from app.domain.letters import Field, FieldKind, FileCount, LetterTemplate
from app.domain.processings import ProcessingBook
from app.domain.replies import asked_fields
from app.domain.step_checks import QUESTION, StepContext, faults_of_step

SCHOOL = "etablissement"
_SCHOOL_STEPS = {"niveau": "niveau", "secteur": "secteur"}
_SCHOOL_REST = ("nom", "adresse", "direction", "circonscription")
# Kinds of questions that do not ask for a family's own words. A line is one's own words too: answered beforehand, the
# address to send a child's files to would be somebody else's.
_KINDS = frozenset({FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO, FieldKind.DATE})


def fields_to_prefill(template: LetterTemplate) -> tuple[Field, ...]:
    """The questions of a letter that may be answered beforehand: none that asks for a family's own words or reasons."""
    return tuple(one for one in template.fields if one.kind in _KINDS and one.id not in template.warned_fields)


def check_prefilled(
    given: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date
) -> dict[str, Any]:
    """The answers of a campaign to one letter, as a draft keeps them; raises RefusedAnswers with every fault."""
    faults = tuple(_faults(given, template, book, on))
    if faults:
        raise RefusedAnswers(faults)
    return _kept(given, template, book, on)


def prefilled_answers(
    given: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date
) -> dict[str, Any]:
    """The same without what cannot be read, so that no family is stopped by it; `carnet.connus` lists the steps thus
    answered, which the wizard goes past and its check page shows.
    """
    kept = _kept(given, template, book, on)
    return kept | {"carnet": {"connus": list(_steps(kept))}} if kept else {}


def _faults(
    given: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date
) -> Iterator[InvalidAnswer]:
    allowed = {SCHOOL, "fichiers", "reponses"}
    for name in given:
        if name not in allowed:
            yield InvalidAnswer(name, "Une campagne ne répond pas à cela : c’est à chaque famille de l’écrire.")
    replies = given.get("reponses")
    if replies is not None and not isinstance(replies, Mapping):
        yield InvalidAnswer("reponses", "Donnez une réponse par question.")
        return
    open_ids = {field.id for field in fields_to_prefill(template)}
    for name in replies or {}:
        if name not in open_ids:
            yield InvalidAnswer(
                f"reponses.{name}", "Cette question attend les mots de chaque famille : laissez-la sans réponse."
            )
    context = _context(_plain(given), template, book, on)
    for step in _steps(_plain(given)):
        yield from faults_of_step(step, context) if _is_asked(step, context) else ()


def _kept(given: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date) -> dict[str, Any]:
    """What can be read of it, one step after the other: a later one may depend on an earlier."""
    plain = _plain(given)
    kept: dict[str, Any] = {}
    open_ids = {QUESTION + field.id for field in fields_to_prefill(template)}
    for step in _steps(plain):
        if step.startswith(QUESTION) and step not in open_ids:
            continue
        if step == "fichiers" and template.files in (FileCount.NONE, FileCount.DOSSIER):
            continue
        tried = _with_step(kept, plain, step)
        context = _context(tried, template, book, on)
        if _is_asked(step, context) and not faults_of_step(step, context):
            kept = tried
    return kept


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without what is empty, each part of the kind it should be."""
    plain: dict[str, Any] = {}
    school, files, replies = given.get(SCHOOL), given.get("fichiers"), given.get("reponses")
    if isinstance(school, Mapping):
        plain[SCHOOL] = {name: value for name, value in school.items() if value not in ("", None, {}, [])}
    if isinstance(files, list) and files and all(isinstance(one, str) for one in files):
        plain["fichiers"] = list(files)
    if isinstance(replies, Mapping):
        plain["reponses"] = {str(name): value for name, value in replies.items() if value not in ("", None, [])}
    return {name: value for name, value in plain.items() if value}


def _steps(plain: Mapping[str, Any]) -> Iterator[str]:
    """The steps that these answers answer, in the order of the way."""
    school = plain.get(SCHOOL) or {}
    yield from (step for name, step in _SCHOOL_STEPS.items() if name in school)
    if plain.get("fichiers"):
        yield "fichiers"
    yield from (QUESTION + name for name in plain.get("reponses") or {})
    if any(name in school for name in _SCHOOL_REST):
        yield SCHOOL


def _with_step(kept: Mapping[str, Any], plain: Mapping[str, Any], step: str) -> dict[str, Any]:
    """What was kept so far, and the answers of one more step."""
    tried = dict(kept)
    if step in _SCHOOL_STEPS.values():
        tried[SCHOOL] = (kept.get(SCHOOL) or {}) | {step: plain[SCHOOL][step]}
    elif step == SCHOOL:
        tried[SCHOOL] = {**(kept.get(SCHOOL) or {}), **{n: v for n, v in plain[SCHOOL].items() if n in _SCHOOL_REST}}
    elif step == "fichiers":
        tried["fichiers"] = plain["fichiers"]
    else:
        name = step.removeprefix(QUESTION)
        tried["reponses"] = (kept.get("reponses") or {}) | {name: plain["reponses"][name]}
    return tried


def _context(raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date) -> StepContext:
    return StepContext(raw, template, book, on)


def _is_asked(step: str, context: StepContext) -> bool:
    """Whether a step is on the way: a question that these answers do not lead to is not read."""
    if not step.startswith(QUESTION):
        return True
    asked = asked_fields(context.template.fields, context.facts)
    return step.removeprefix(QUESTION) in {field.id for field in asked}
