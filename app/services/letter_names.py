"""Finds what a letter names and does not exist: answers, conditions, files, law. It must never run a letter."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.delivery.inspection import EACH, Use, cited_texts, uses
from app.domain.answers import accepts_file
from app.domain.children import MAX_CHILDREN
from app.domain.conditions import ALWAYS, Condition
from app.domain.contract import DOSSIER, Shape, Tree, field_shape, letter_contract, point_contract
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import PointState, RefusalReason
from app.domain.errors import DomainError, LibraryFault
from app.domain.letters import QUESTION_CATEGORIES, Field, FieldKind, LetterTemplate, Source
from app.domain.offices import Right, Sector, Stage
from app.domain.processings import OppositionStatus
from app.domain.stances import POSTURES
from app.services.library import Library

# What a condition may read besides the replies, and the values it can meet.
_FACTS: dict[str, frozenset[Any]] = {
    "fichier.statut": frozenset(OppositionStatus),
    "fichier.posture": frozenset(POSTURES.values()),
    "fichier.disparu": frozenset({True, False}),
    "ecole.niveau": frozenset(Stage),
    "ecole.secteur": frozenset(Sector),
}
_SENDING: dict[str, frozenset[Any]] = {"lettre.envoi": frozenset(Channel)}
# What the names of a dossier can be worth, for those whose values are counted.
_DOSSIER_WORDS: dict[str, frozenset[Any]] = {
    "droit": frozenset(Right),
    "regimes": frozenset(Ground),
    "envoi": frozenset(Channel),
    "refus_motifs": frozenset(RefusalReason),
    "points.etat": frozenset(PointState),
    "manquants.etat": frozenset(PointState) - {PointState.ANSWERED},
}
# What the conditions of a letter as a whole read besides: the questions chosen in the bank, how many children.
_WHOLE = {
    "questions.categorie": frozenset(QUESTION_CATEGORIES),
    "enfants.nombre": frozenset(range(MAX_CHILDREN + 1)),
}


def name_faults(template: LetterTemplate, library: Library) -> Iterator[LibraryFault]:
    """Names that do not exist or that nothing uses, conditions that can never hold, files nobody knows."""
    used: set[str] = set()
    for source, contract in _texts(template):
        for use in uses(source):
            used.add(use.dotted)
            message = _misuse(use, contract)
            if message:
                yield LibraryFault(source.path, use.line, message)
    yield from _unused_fields(template, used)
    yield from _condition_faults(template, library)
    yield from _file_faults(template, library)
    yield from _known_faults(template)


def _texts(template: LetterTemplate) -> Iterator[tuple[Source, Tree]]:
    """Every text with what it may read."""
    contract = letter_contract(template)
    yield from ((source, contract) for source in template.printed_sources())
    for point in template.points:
        yield point.source(template.path), point_contract(template, point)


def _unused_fields(template: LetterTemplate, used: set[str]) -> Iterator[LibraryFault]:
    known = used | {path for condition in _conditions(template) for path in condition.paths()}
    for field in template.fields:
        read = {f"reponses.{field.id}", f"libelles.{field.id}"}
        if template.questions and field.id == "questions":
            read.add("questions")
        if not any(path == name or path.startswith(f"{name}.") for path in known for name in read):
            yield _fault(template, field.id, f"« reponses.{field.id} » est demandé et ne sert à rien.")
        for column in field.columns:
            name = f"{field.id}.{column.id}"
            if f"reponses.{name}" not in used:
                yield _fault(template, name, f"« reponses.{name} » est demandé et ne sert à rien.")


def _misuse(use: Use, contract: Tree) -> str:
    """What is wrong with this use of a name, or nothing."""
    found: object = contract
    for name in use.path:
        if name == EACH:
            if not isinstance(found, list) and found is not Shape.WORDS:
                return f"« {use.dotted} » : on ne parcourt qu’une liste."
            found = found[0] if isinstance(found, list) else Shape.TEXT
        elif isinstance(found, dict) and name in found:
            found = found[name]
        else:
            return f"« {use.dotted} » n’existe pas."
    if use.is_looped and not (isinstance(found, list) or found is Shape.WORDS):
        return f"« {use.dotted} » n’est pas une liste."
    if not use.is_looped and isinstance(found, dict):
        return f"« {use.dotted} » ne s’imprime pas : choisissez ce qu’il contient."
    return ""


def _conditions(template: LetterTemplate) -> Iterator[Condition]:
    for field in template.fields:
        yield field.when
        yield from (option.when for option in field.options)
    yield from (enclosure.when for enclosure in template.enclosures)
    yield from (point.when for point in template.points)


def _condition_faults(template: LetterTemplate, library: Library) -> Iterator[LibraryFault]:
    facts = _FACTS | {"fichier.id": frozenset(file.id for file in library.processings)}
    if template.is_follow_up:
        facts |= _dossier_facts()
    earlier: dict[str, frozenset[Any]] = {}
    for field in template.fields:
        for condition in (field.when, *(option.when for option in field.options)):
            for message in _never(condition, facts | earlier):
                yield _fault(template, field.id, message)
        earlier[f"reponses.{field.id}"] = _possible(field)
    conditional = [(enclosure.when, enclosure.line) for enclosure in template.enclosures]
    conditional += [(point.when, point.line) for point in template.points]
    for condition, line in conditional:
        for message in _never(condition, facts | earlier | _SENDING):
            yield LibraryFault(template.path, line, message)
    for key, clock in (("data_when", template.data_when), ("documents_when", template.documents_when)):
        for message in _never(clock or ALWAYS, earlier | _WHOLE):
            yield _fault(template, f"[{key}]", message)


def _dossier_facts() -> dict[str, frozenset[Any]]:
    """The names of the dossier that a condition may test, and the values they can have."""
    yes_no = frozenset({True, False})
    return {
        f"dossier.{name}": yes_no if shape is Shape.YES_NO else _DOSSIER_WORDS.get(name, frozenset())
        for name, shape in _leaves(DOSSIER)
    }


def _leaves(tree: Tree, above: str = "") -> Iterator[tuple[str, Shape]]:
    for name, below in tree.items():
        inner = below[0] if isinstance(below, list) else below
        if isinstance(inner, dict):
            yield from _leaves(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}", inner


def _known_faults(template: LetterTemplate) -> Iterator[LibraryFault]:
    """What a dossier cannot answer beforehand: a name it does not have, or a value of another shape."""
    for field in template.fields:
        if field.known and field.known not in DOSSIER:
            yield _fault(template, field.id, f"« known » nomme « dossier.{field.known} », qui n’existe pas.")
        elif field.known and DOSSIER[field.known] is not field_shape(field):
            yield _fault(template, field.id, f"« dossier.{field.known} » ne répond pas à une question de cette sorte.")


def _possible(field: Field) -> frozenset[Any]:
    """The values that a reply to this question may have; empty when they cannot be told beforehand."""
    if field.kind is FieldKind.YES_NO:
        return frozenset({True, False})
    return frozenset(option.value for option in field.options)


def _never(condition: Condition, facts: dict[str, frozenset[Any]]) -> Iterator[str]:
    """Why this condition could never hold: it reads what it does not know yet, or waits for what never comes."""
    for path, values in condition.tests:
        if path not in facts:
            yield f"la condition lit « {path} », qu’elle ne connaît pas, ou pas encore."
            continue
        for value in values:
            if facts[path] and not any(_is_same(value, known) for known in facts[path]):
                yield f"la condition attend « {value} », que « {path} » ne vaut jamais."


def _is_same(value: object, known: object) -> bool:
    """Equal and of the same kind: for TOML as for a condition, 1 is not true."""
    return value == known and isinstance(value, bool) == isinstance(known, bool)


def _file_faults(template: LetterTemplate, library: Library) -> Iterator[LibraryFault]:
    for key, names in (("file_ids", template.file_ids), ("digital_age_files", template.digital_age_files)):
        for name in names:
            if name not in library.processings:
                yield _fault(template, f"[{key}]", f"« {key} » nomme « {name} », qui n’a pas de fiche.")
    for name in template.file_statuses:
        if name not in frozenset(OppositionStatus):
            yield _fault(template, "[file_statuses]", f"« file_statuses » nomme « {name} », qui n’est pas un statut.")


def reference_faults(template: LetterTemplate, library: Library, on: date) -> Iterator[LibraryFault]:
    """Law that is unknown, not in force that day or not citable: in the text, in the bank, in the files it may name."""
    for source in template.printed_sources():
        for cited in cited_texts(source):
            message = _refusal(library, cited.law_id, on)
            if message:
                yield LibraryFault(source.path, cited.line, message)
    for point in template.points:
        if any(cited_texts(point.source(template.path))):
            yield LibraryFault(template.path, point.line, "un point se lit dans une liste : il ne cite aucun texte.")
    for question in template.questions:
        for law_id in question.references:
            message = _refusal(library, law_id, on)
            if message:
                yield LibraryFault(question.path, question.line, f"question « {question.id} » : {message}")
    if any(use.path[-1] == "references" for source in template.printed_sources() for use in uses(source)):
        yield from _file_reference_faults(template, library, on)


def _file_reference_faults(template: LetterTemplate, library: Library, on: date) -> Iterator[LibraryFault]:
    for file in library.processings:
        for law_id in file.references if accepts_file(template, file) else ():
            message = _refusal(library, law_id, on)
            if message:
                yield LibraryFault(template.path, 1, f"fichier « {file.id} » : {message}")


def _refusal(library: Library, law_id: str, on: date) -> str:
    try:
        library.law.lookup(law_id, on=on)
    except DomainError as error:
        return error.message
    return ""


def _fault(template: LetterTemplate, name: str, message: str) -> LibraryFault:
    """A fault about a question (or `question.column`), at the line that declares it."""
    return LibraryFault(template.path, template.lines.get(name, 1), message)
