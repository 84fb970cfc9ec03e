"""The answers that an association gives beforehand: a school, school files, some replies. It must never set one that
the wizard would refuse, nor one that only the family can give.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.answer_faults import RefusedAnswers
from app.domain.errors import InvalidAnswer
from app.domain.letters import Field, FieldKind, FileCount, LetterTemplate
from app.domain.prefill import SCHOOL, check_prefilled, fields_to_prefill
from app.domain.replies import asked_fields
from app.domain.step_checks import StepContext
from app.domain.typography import typeset
from app.services.library import library

FILES, REPLIES = "fichiers", "reponses"
_STAGES = {
    "maternelle": "École maternelle",
    "elementaire": "École élémentaire",
    "college": "Collège",
    "lycee": "Lycée",
}
_SECTORS = {"public": "Public", "prive": "Privé"}
_NAMES_FILES = (FileCount.ONE, FileCount.SEVERAL)
_NO_FILE_ASKED = "Aucune des lettres choisies ne nomme de fichier : décochez-les, ou choisissez une autre lettre."


def checked_prefilled(raw: Mapping[str, Any], letters: Sequence[LetterTemplate], on: date) -> dict[str, Any]:
    """These answers, cleaned of what is empty and of replies that no letter asks for any more; every one of them can be
    read in each letter that asks for it. Raises RefusedAnswers on the paths of the wizard.
    """
    given = {SCHOOL: _filled(raw.get(SCHOOL)), FILES: list(raw.get(FILES) or []), REPLIES: _filled(raw.get(REPLIES))}
    kept: dict[str, Any] = {name: value for name, value in given.items() if value}
    faults = list(_faults(kept, letters, on))
    if faults:
        raise RefusedAnswers(tuple({(fault.field, fault.message): fault for fault in faults}.values()))
    if REPLIES in kept:
        asked = {field.id for letter in letters for field in prefillable_fields(kept, letter, on)}
        kept[REPLIES] = {name: reply for name, reply in kept[REPLIES].items() if name in asked}
    return {name: value for name, value in kept.items() if value}


def prefillable_fields(prefilled: Mapping[str, Any], letter: LetterTemplate, on: date) -> tuple[Field, ...]:
    """The questions of a letter that these answers open and that an association may answer, with their options."""
    facts = StepContext(prefilled, letter, library().processings, on).facts
    open_ids = {field.id for field in fields_to_prefill(letter)}
    return tuple(field for field in asked_fields(letter.fields, facts) if field.id in open_ids)


def prefilled_words(
    prefilled: Mapping[str, Any], letters: Sequence[LetterTemplate], on: date
) -> tuple[tuple[str, str], ...]:
    """What was answered beforehand, as pairs of a question and its answer in French."""
    return tuple((typeset(name), typeset(value)) for name, value in _words(prefilled, letters, on) if value)


def _words(prefilled: Mapping[str, Any], letters: Sequence[LetterTemplate], on: date) -> Iterator[tuple[str, str]]:
    school = prefilled.get(SCHOOL) or {}
    address = school.get("adresse") or {}
    yield "Niveau", _STAGES.get(school.get("niveau", ""), "")
    yield "Public ou privé", _SECTORS.get(school.get("secteur", ""), "")
    town = " ".join(part for part in (address.get("code_postal"), address.get("commune")) if part)
    yield "Établissement", ", ".join(part for part in (school.get("nom"), address.get("voie"), town) if part)
    names = {file.id: file.name for file in library().processings}
    yield "Fichiers", ", ".join(names[file_id] for file_id in prefilled.get(FILES) or [] if file_id in names)
    said: set[str] = set()
    for letter in letters:
        for field in prefillable_fields(prefilled, letter, on):
            if field.id in (prefilled.get(REPLIES) or {}) and field.id not in said:
                said.add(field.id)
                yield field.label, _reply_words(field, prefilled[REPLIES][field.id])


def _reply_words(field: Field, reply: object) -> str:
    if field.kind is FieldKind.YES_NO:
        return "Oui" if reply in (True, "oui") else "Non"
    values = reply if isinstance(reply, list) else [reply]
    options = (field.option(str(value)) for value in values)
    return ", ".join(option.label if option else str(value) for option, value in zip(options, values, strict=True))


def _faults(kept: Mapping[str, Any], letters: Sequence[LetterTemplate], on: date) -> Iterator[InvalidAnswer]:
    if FILES in kept and not any(letter.files in _NAMES_FILES for letter in letters):
        yield InvalidAnswer(FILES, _NO_FILE_ASKED)
    for letter in letters:
        try:
            check_prefilled(_asked_by(letter, kept), letter, library().processings, on)
        except InvalidAnswer as refused:
            for fault in refused.faults:
                is_common = len(letters) == 1 or fault.field.startswith(SCHOOL)
                named = fault.message if is_common else f"Lettre « {letter.door} » : {fault.message}"
                yield InvalidAnswer(fault.field, named)


def _asked_by(letter: LetterTemplate, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What of these answers is for this letter; the others of the campaign may ask more."""
    own = {field.id for field in letter.fields}
    replies = {name: reply for name, reply in (kept.get(REPLIES) or {}).items() if name in own}
    files = kept.get(FILES) if letter.files in _NAMES_FILES else None
    parts = {SCHOOL: kept.get(SCHOOL), FILES: files, REPLIES: replies}
    return {name: value for name, value in parts.items() if value}


def _filled(given: Any) -> dict[str, Any]:
    """A table without what was left empty, tables inside it included."""
    if not isinstance(given, Mapping):
        return {}
    cleaned = {name: _filled(value) if isinstance(value, Mapping) else value for name, value in given.items()}
    return {name: value for name, value in cleaned.items() if value not in ("", None, [], {})}
