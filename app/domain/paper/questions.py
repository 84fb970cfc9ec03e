"""A letter's own questions as a form leaves them: places to write, choices to tick. It must read no answer."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from app.domain.conditions import Condition
from app.domain.letters import QUESTIONS, Field, FieldKind, LetterTemplate
from app.domain.markers import entry
from app.domain.paper.settings import PaperSettings
from app.domain.paper.values import BlankDay, Open, Question
from app.domain.replies import empty_reply

_REPLIES = "reponses."
_WRITTEN = frozenset({FieldKind.LINE, FieldKind.TEXT, FieldKind.DATE})
# About what a hand writes on one ruled line of the sheet; past the last one, people take a sheet of their own.
_CHARACTERS_A_LINE = 100
_FEWEST_LINES, _MOST_LINES, _MOST_OPTIONAL_LINES = 2, 9, 5
_WIDE_LINE = 60
_ROWS = 3
_SOME_DAY = date(2027, 1, 15)  # never printed: conditions compare days


@dataclass(frozen=True, slots=True)
class OpenReplies:
    """What a form's template reads under `reponses` and `libelles`, and the questions that are open there."""

    values: dict[str, Any]
    labels: dict[str, Any]
    questions: tuple[Question, ...]


def open_replies(template: LetterTemplate, settings: PaperSettings, facts: Mapping[str, Any]) -> OpenReplies:
    """Each question of the letter as a form has it. `facts`: what conditions read besides the replies."""
    decided = dict(settings.decided)
    found = OpenReplies({}, {}, ())
    questions: list[Question] = []
    for field in template.fields:
        value, label, opened = _reply(field, template, decided, facts)
        found.values[field.id] = value
        if field.options:
            found.labels[field.id] = label
        questions.extend(opened)
    return OpenReplies(found.values, found.labels, tuple(questions))


def field_mark(field: Field, path: str) -> str:
    """The place to write the answer to a question that takes words or a day."""
    lines = 1
    width = "short" if field.kind is FieldKind.DATE else "long"
    if field.kind is FieldKind.TEXT:
        most = _MOST_LINES if field.is_required else _MOST_OPTIONAL_LINES
        width, lines = "full", min(max(ceil(field.max_length / _CHARACTERS_A_LINE), _FEWEST_LINES), most)
    elif field.max_length > _WIDE_LINE:
        width = "wide"
    return entry(path, field.label, width, lines)


def _reply(
    field: Field, template: LetterTemplate, decided: Mapping[str, Hashable], facts: Mapping[str, Any]
) -> tuple[Any, Any, tuple[Question, ...]]:
    """The value, the label and the open questions of one field."""
    known, needs = _split(field.when)
    empty = empty_reply(field)
    if not known.holds(facts) or any(name in decided and decided[name] not in accepted for name, accepted in needs):
        return empty, [] if field.kind is FieldKind.CHOICES else "", ()
    if field.id == QUESTIONS and template.questions:
        return [question.id for question in template.questions], [], ()
    open_needs = tuple((f"{_REPLIES}{name}", accepted) for name, accepted in needs if name not in decided)
    if field.id in decided:
        return _decided(field, decided[field.id])
    if field.kind in _WRITTEN or field.kind is FieldKind.ROWS:
        return _written(field, open_needs)
    question = _choice(field, open_needs, facts)
    unasked: Hashable = question.unasked
    answers = (*question.answers, unasked) if unasked not in question.answers else question.answers
    return Open(question.variable, _read_values(answers)), _labels(field, answers), (question,)


def _split(when: Condition) -> tuple[Condition, tuple[tuple[str, tuple[Any, ...]], ...]]:
    """A condition as what is known before printing, and what depends on other answers: (question, accepted)."""
    known = tuple(test for test in when.tests if not test[0].startswith(_REPLIES))
    needs = tuple((path.removeprefix(_REPLIES), accepted) for path, accepted in when.tests if path.startswith(_REPLIES))
    return Condition(known), needs


def _decided(field: Field, answer: Hashable) -> tuple[Any, Any, tuple[Question, ...]]:
    value = list(answer) if isinstance(answer, tuple) else answer
    chosen = answer if isinstance(answer, tuple) else (answer,)
    labels = [option.label for option in field.options if option.value in chosen]
    return value, labels if isinstance(answer, tuple) else "".join(labels), ()


def _written(field: Field, needs: tuple[tuple[str, tuple[Any, ...]], ...]) -> tuple[Any, Any, tuple[Question, ...]]:
    """Words, a day or rows: there when they must be, else there or not."""
    path = f"{_REPLIES}{field.id}"
    opened: tuple[Question, ...] = ()
    if field.kind is FieldKind.ROWS:
        count = min(max(field.min_rows, _ROWS), field.max_rows)
        rows = [_row(field, f"{path}.{place}") for place in range(count)]
        there: Any = [row for row, _ in rows]
        opened = tuple(question for _, questions in rows for question in questions)
    else:
        there = _mark(field, path)
    if field.is_required and not needs:
        return there, "", opened
    answers = (True,) if field.is_required else (True, False)
    question = Question(path, answers, {True: field.label, False: "rien de plus"}, needs)
    return Open(path, {True: there, False: empty_reply(field)}), "", (question, *opened)


def _mark(field: Field, path: str) -> Any:
    mark = field_mark(field, path)
    return BlankDay.over(_SOME_DAY, mark) if field.kind is FieldKind.DATE else mark


def _row(field: Field, path: str) -> tuple[dict[str, Any], tuple[Question, ...]]:
    """One row to write: its optional cells are open, since the letter may say something in their place."""
    row: dict[str, Any] = {}
    opened: list[Question] = []
    for column in field.columns:
        cell = f"{path}.{column.id}"
        if column.kind in _WRITTEN:
            value: Any = _mark(column, cell)
            if not column.is_required:
                opened.append(Question(cell, (True, False), {True: column.label, False: f"sans : {column.label}"}))
                value = Open(cell, {True: value, False: empty_reply(column)})
        else:
            question = _choice(column, (), {}, cell)
            opened.append(question)
            value = Open(cell, _read_values(question.answers))
        row[column.id] = value
    return row, tuple(opened)


def _choice(
    field: Field, needs: tuple[tuple[str, tuple[Any, ...]], ...], facts: Mapping[str, Any], path: str = ""
) -> Question:
    """A question answered by options or by yes or no, with the options that the known facts leave."""
    variable = path or f"{_REPLIES}{field.id}"
    if field.kind is FieldKind.YES_NO:
        spoken: dict[Hashable, str] = {True: "Oui", False: "Non"}
        return Question(variable, (True, False), spoken, needs, label=field.label)
    options = [option for option in field.options if _split(option.when)[0].holds(facts)]
    words: dict[Hashable, str] = {"": "sans réponse"}
    words.update({option.value: option.label for option in options})
    values = tuple(option.value for option in options)
    if field.kind is FieldKind.CHOICES:
        return Question(
            variable, _sets(values, field.is_required), words, needs, unasked=(), is_multiple=True, label=field.label
        )
    answers: tuple[Hashable, ...] = values if field.is_required else (*values, "")
    return Question(variable, answers, words, needs, unasked="", label=field.label)


def _sets(values: tuple[str, ...], is_required: bool) -> tuple[Hashable, ...]:
    """The answers tried for several choices: all, each alone, all but each, none where that is an answer.

    Enough to see each condition of a letter hold and fail; not every set, which are a thousand for ten options.
    """
    alone = [(value,) for value in values]
    others = [tuple(value for value in values if value != left_out) for left_out in values]
    found: list[Hashable] = [values, *alone, *others]
    return tuple(dict.fromkeys([one for one in found if one] + ([] if is_required else [()])))


def _read_values(answers: tuple[Hashable, ...]) -> dict[Hashable, Any]:
    return {answer: list(answer) if isinstance(answer, tuple) else answer for answer in answers}


def _labels(field: Field, answers: tuple[Hashable, ...]) -> Any:
    """What `libelles.*` reads: the words of what is chosen."""
    if field.kind is FieldKind.YES_NO:
        return ""
    words = {option.value: option.label for option in field.options}
    reading = {
        answer: [words[value] for value in answer] if isinstance(answer, tuple) else words.get(str(answer), "")
        for answer in answers
    }
    return Open(f"{_REPLIES}{field.id}", reading)
