"""What the forms of the editor send, read as plain answers: rows of options, boxes of a condition. It must never judge
them, nor drop what was typed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.packs.condition_choices import Topic

# What HTML forbids in a page and nobody sees.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
CONDITION = "si."
MOST_SENT_ROWS = 100
EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was filled: single answers, rows of them, boxes of the condition, and what was refused.

    `errors`: sentences by the name of their field; `elsewhere`: those that have none.
    """

    answers: Mapping[str, Any]
    ticked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """What stands in that field, as a page can hold it."""
        return visible(str(self.answers.get(name) or ""))

    def rows(self, name: str) -> list[Mapping[str, str]]:
        """The rows of that name, and a few empty ones to write in."""
        filled = [{cell: visible(str(one)) for cell, one in row.items()} for row in self.answers.get(name) or ()]
        return [*filled, *({} for _ in range(EMPTY_ROWS))]

    def is_ticked(self, path: str, key: str) -> bool:
        """Whether that box of the condition is ticked."""
        return key in self.ticked.get(path, ())

    def errors_of(self, name: str) -> list[str]:
        """What was refused in that field."""
        return self.errors.get(name, [])

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field or "", sentence) for the summary on top of the page."""
        beside = [(name.replace(".", "-"), sentences[0]) for name, sentences in self.errors.items()]
        return [*beside, *(("", sentence) for sentence in self.elsewhere)]

    def refused(self, refused: InvalidAnswer, names: Iterable[str]) -> "Sent":
        """The same form with what was refused, beside its field where the page has that field."""
        known, errors, elsewhere = set(names), dict[str, list[str]](), list[str]()
        for fault in refused.faults:
            sentence = typeset(visible(fault.message))
            if fault.field in known or fault.field.partition(".")[0] in known:
                errors.setdefault(fault.field, []).append(sentence)
            else:
                elsewhere.append(sentence)
        return Sent(self.answers, self.ticked, errors, tuple(elsewhere))


def visible(text: str) -> str:
    """The text without what no page may hold."""
    return _UNSHOWABLE.sub("", text)


def sent_answers(form: MultiDict[str, str], names: Sequence[str], rows: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answers of a form. `rows`: for each list, what a row holds, sent as `<list>-<number>-<name>`."""
    answers: dict[str, Any] = {name: form.get(name, "").replace("\r\n", "\n") for name in names}
    for name, cells in rows.items():
        found = []
        for number in range(MOST_SENT_ROWS + EMPTY_ROWS):
            if not any(f"{name}-{number}-{cell}" in form for cell in cells):
                break
            row = {cell: form.get(f"{name}-{number}-{cell}", "") for cell in cells}
            if any(row[cell].strip() for cell in cells if cell not in ("id", "required", "kind")):
                found.append(row)
        answers[name] = found
    return answers


def wanted_insert(form: MultiDict[str, str]) -> str:
    """The id of what is to be inserted, "" when a button asks for something else: named by the button itself, or by the
    list of cases beside it."""
    return form.get("inserer", "") or (form.get("cas", "") if form.get("action") == "cas" else "")


def sent_boxes(form: MultiDict[str, str], topics: Sequence[Topic]) -> dict[str, list[str]]:
    """The ticked boxes of the condition, by path."""
    return {topic.path: form.getlist(f"{CONDITION}{topic.path}") for topic in topics}


def kept_boxes(when: Mapping[str, Sequence[Any]], topics: Sequence[Topic]) -> dict[str, list[str]]:
    """The boxes that a kept condition ticks."""
    return {
        topic.path: [choice.key for choice in topic.choices if _is_among(choice.value, when.get(topic.path, ()))]
        for topic in topics
    }


def _is_among(value: Any, values: Sequence[Any]) -> bool:
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in values)
