"""Answers the questions of a letter for an invented family, and changes one thing at a time in what it says. It must
never say whether a letter is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from jinja2 import nodes

from app.delivery.sandbox import parse
from app.domain.answers import accepts_file, question_facts, read_files, read_followed, read_school
from app.domain.deadlines import Channel
from app.domain.errors import DomainError, InvalidAnswer
from app.domain.letters import Field, FieldKind, FileCount, LetterTemplate
from app.domain.replies import ask, read_reply
from app.services.library import Library

Raw = dict[str, Any]
_WORDS = "Un exemple de réponse, écrit pour essayer la lettre."
_LINE = "un exemple"
_DATE = date(2026, 10, 5)
_MOST_FILES_TRIED = 12
_MOST_PAIRS = 40

Wish = tuple[tuple[str, Any], ...]
"""What one condition of the letter waits for: (dotted path, value), all at once."""


class Answerer:
    """Gives a family of the house the answers that one letter asks for."""

    def __init__(self, template: LetterTemplate, library: Library) -> None:
        self.template = template
        self._library = library
        self.files = tuple(file.id for file in library.processings if accepts_file(template, file))

    def adapted(self, raw: Mapping[str, Any]) -> Raw:
        """The same family, with files that the letter accepts and an answer to each question it is asked."""
        family = deepcopy(dict(raw))
        if not self.template.is_follow_up:
            family.pop("dossier", None)
            self._choose_files(family)
        if self.template.is_follow_up and family.get("lettre", {}).get("envoi") == Channel.ENT:
            family["lettre"]["envoi"] = Channel.RECOMMANDE.value
        given = family.get("reponses", {})
        known = {field.id: field for field in self.template.fields}
        family["reponses"] = {key: value for key, value in given.items() if key in known and _fits(known[key], value)}
        return self.completed(family)

    def completed(self, family: Raw) -> Raw:
        """Each question asked and required has an answer; one not asked has none."""
        for _ in range(len(self.template.fields) + 1):  # an answer may open the next question
            asked = ask(self.template.fields, {**self._facts(family), "reponses": family["reponses"]})
            open_fields = [one.field for one in asked if one.fault is not None]
            if not open_fields:
                break
            family["reponses"] |= {field.id: full_reply(field) for field in open_fields}
        relevant = {one.field.id for one in asked}
        family["reponses"] = {key: value for key, value in family["reponses"].items() if key in relevant}
        return family

    def _choose_files(self, family: Raw) -> None:
        if self.template.files is FileCount.NONE:
            family.pop("fichiers", None)
            return
        kept = [one for one in family.get("fichiers", []) if one in self.files] or list(self.files[:1])
        family["fichiers"] = kept if self.template.files is FileCount.SEVERAL else kept[:1]

    def _facts(self, family: Raw) -> dict[str, Any]:
        try:
            files = read_files(family, self.template, self._library.processings)
            dossier = read_followed(family, self.template)
            return question_facts(read_school(family), files, dossier, family.get("on", _DATE))
        except DomainError:
            return {"fichier": {}, "ecole": {}}


def _fits(field: Field, value: Any) -> bool:
    try:
        read_reply(field, value, field.id)
    except InvalidAnswer:
        return False
    return True


def full_reply(field: Field, rows: int = 1) -> Any:
    """An answer of the right kind, that says something."""
    if field.kind is FieldKind.CHOICE:
        return field.options[0].value if field.options else ""
    if field.kind is FieldKind.CHOICES:
        return [option.value for option in field.options[:1]]
    if field.kind is FieldKind.YES_NO:
        return True
    if field.kind is FieldKind.DATE:
        return _DATE
    if field.kind is FieldKind.ROWS:
        count = min(max(rows, field.min_rows), field.max_rows)
        return [{column.id: full_reply(column) for column in field.columns} for _ in range(count)]
    words = field.example or (_LINE if field.kind is FieldKind.LINE else _WORDS)
    return words[: field.max_length]


def other_replies(field: Field) -> Iterator[Any]:
    """Every other answer worth trying; None is no answer."""
    if not field.is_required:
        yield None
    if field.kind is FieldKind.CHOICE:
        yield from (option.value for option in field.options)
    elif field.kind is FieldKind.CHOICES:
        yield [option.value for option in field.options]
        yield from ([option.value] for option in field.options)
    elif field.kind is FieldKind.YES_NO:
        yield from (True, False)
    elif field.kind is FieldKind.ROWS:
        yield full_reply(field, 2)
        yield [{column.id: full_reply(column) for column in field.columns if column.is_required}]
    else:
        yield full_reply(field)


def neighbours(answerer: Answerer, raw: Raw, wishes: Sequence[Wish], bases: Sequence[Raw]) -> Iterator[Raw]:
    """The same family with one thing changed: what a condition waits for, an answer, a file, a way to send, or the
    family itself under the same answers.
    """
    for wish in wishes:
        changed = deepcopy(raw)
        for path, value in wish:
            _put(changed, path, value, answerer)
        yield answerer.completed(changed)
    for field in answerer.template.fields:
        for value in other_replies(field):
            changed = deepcopy(raw)
            _reply(changed, field.id, value)
            _open(changed, field, answerer)
            yield answerer.completed(changed)
    if not answerer.template.is_follow_up and answerer.template.files is not FileCount.NONE:
        for file in answerer.files[:_MOST_FILES_TRIED]:
            yield answerer.completed(deepcopy(raw) | {"fichiers": [file]})
    for channel in Channel:
        changed = deepcopy(raw)
        changed["lettre"] = {**changed.get("lettre", {}), "envoi": channel.value}
        yield answerer.completed(changed)
    for base in bases:
        yield answerer.adapted({**base, "reponses": raw["reponses"]})


def _reply(family: Raw, name: str, value: Any) -> None:
    family["reponses"].pop(name, None)
    if value is not None:
        family["reponses"][name] = value


def _open(family: Raw, field: Field, answerer: Answerer, depth: int = 0) -> None:
    """Answer so that this question is asked."""
    for path, values in field.when.tests:
        if values and depth <= len(answerer.template.fields):
            _put(family, path, values[0], answerer, depth + 1)


def _put(family: Raw, path: str, value: Any, answerer: Answerer, depth: int = 0) -> None:
    """Make a path of the letter worth that, where a family decides of it."""
    head, _, name = path.partition(".")
    if head == "reponses" and name:
        field = next((one for one in answerer.template.fields if one.id == name), None)
        if field is not None:
            _reply(family, name, [value] if field.kind is FieldKind.CHOICES else _of_kind(field, value))
            _open(family, field, answerer, depth)
    elif path == "lettre.envoi":
        family["lettre"] = {**family.get("lettre", {}), "envoi": value}
    elif path == "ecole.niveau":
        family["etablissement"] = {**family.get("etablissement", {}), "niveau": value}
    elif path == "ecole.secteur":
        family["etablissement"] = {**family.get("etablissement", {}), "secteur": value}
    elif path == "fichier.id" and not answerer.template.is_follow_up:
        family["fichiers"] = [value]


def _of_kind(field: Field, value: Any) -> Any:
    """A condition that only asks whether something was answered is met by any full answer, or by none."""
    if isinstance(value, bool) and field.kind is not FieldKind.YES_NO:
        return full_reply(field) if value else None
    return value


def atoms_of(template: LetterTemplate) -> list[Wish]:
    """What each condition of the texts compares: `a == "x" and not b` gives ((a, "x"), (b, False))."""
    wishes: dict[str, Wish] = {}
    for source in template.sources():
        for condition in parse(source).find_all(nodes.If):
            wish = tuple(_atoms(condition.test, is_true=True))[:_MOST_PAIRS]
            if wish:
                wishes.setdefault(repr(wish), wish)
    return list(wishes.values())


def _atoms(node: nodes.Node, *, is_true: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(node, nodes.And | nodes.Or):
        yield from _atoms(node.left, is_true=is_true)
        yield from _atoms(node.right, is_true=is_true)
    elif isinstance(node, nodes.Not):
        yield from _atoms(node.node, is_true=not is_true)
    elif isinstance(node, nodes.Compare) and len(node.ops) == 1:
        sides = (node.expr, node.ops[0].expr)
        path = next((dotted for side in sides if (dotted := _dotted(side))), "")
        constant = next((side for side in sides if isinstance(side, nodes.Const | nodes.List)), None)
        values = _constants(constant)
        if path and values and is_true and node.ops[0].op in ("eq", "in"):
            yield path, values[0]
    elif dotted := _dotted(node):
        yield dotted, is_true


def _constants(node: nodes.Node | None) -> list[Any]:
    if isinstance(node, nodes.Const):
        return [node.value]
    if isinstance(node, nodes.List):
        return [item.value for item in node.items if isinstance(item, nodes.Const)]
    return []


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        above = _dotted(node.node)
        return f"{above}.{node.attr}" if above else ""
    return ""
