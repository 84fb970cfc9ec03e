"""A letter template as data: its questions, its texts, what it is for. It must never render anything.

The vocabulary of the front matter is French because associations write it; the code reads it into these names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.domain.errors import UnknownReference
from app.domain.offices import Right


class FieldKind(StrEnum):
    """What a question takes for an answer."""

    LINE = "ligne"
    TEXT = "texte"
    CHOICE = "choix"
    CHOICES = "choix-multiples"
    YES_NO = "oui-non"
    DATE = "date"
    ROWS = "lignes"


class FileCount(StrEnum):
    """How many school files a letter names."""

    NONE = "aucun"
    ONE = "un"
    SEVERAL = "plusieurs"


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every path has one of its values; with no test it always holds.

    `tests` is a tuple of (dotted path, accepted values), for example `(("reponses.autre", ("oui",)),)`.
    """

    tests: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether the facts (nested dictionaries of plain values) meet every test; a list meets it by one item."""
        return all(_meets(_at(facts, path), accepted) for path, accepted in self.tests)

    def paths(self) -> tuple[str, ...]:
        """The dotted paths that the condition reads."""
        return tuple(path for path, _ in self.tests)


ALWAYS = Condition()


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen."""

    value: str
    label: str
    hint: str = ""
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Prompt:
    """A concrete question that helps a parent to write (« Sécurité : qui ne doit pas vous trouver ? »)."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a letter; its answer is `reponses.<id>`. `max_length` counts characters."""

    id: str
    kind: FieldKind
    label: str
    hint: str = ""
    is_required: bool = True
    missing: str = ""
    max_length: int = 0
    example: str = ""
    when: Condition = ALWAYS
    options: tuple[Option, ...] = ()
    columns: tuple["Field", ...] = ()
    min_rows: int = 1
    max_rows: int = 8
    prompts: tuple[Prompt, ...] = ()

    def option(self, value: str) -> Option | None:
        """The option that has this value."""
        return next((option for option in self.options if option.value == value), None)

    @property
    def missing_sentence(self) -> str:
        """What to say when the answer is required and absent."""
        return self.missing or f"Répondez à la question « {self.label} » : la lettre en a besoin."


@dataclass(frozen=True, slots=True)
class ConditionalText:
    """A line of text that stands in the letter only when its condition holds."""

    text: str
    when: Condition = ALWAYS
    line: int = 1  # where it is declared

    def source(self, path: str) -> "Source":
        """The text as the sandbox takes it; `path` is the file that declares it."""
        return Source(self.text, path, self.line)


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of template text and where it comes from: `path` for people, `line` of its first line."""

    text: str
    path: str
    line: int


# What the addressee owes, what must be communicated on request, what is merely hoped for: the printed order.
QUESTION_CATEGORIES = ("due", "communicable", "souhaite")


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """One question of the bank of questions put to a head of school."""

    id: str
    number: int
    label: str
    text: str
    category: str
    references: tuple[str, ...] = ()
    path: str = field(default="", repr=False)
    line: int = field(default=1, repr=False)


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One letter of a pack, whole: front matter, clauses and body. `sha256` covers every byte it was made from."""

    id: str
    title: str
    door: str
    hint: str
    version: str
    kind: str
    right: Right
    files: FileCount
    procedure: str
    subject: Source
    parts: tuple[Source, ...]
    fields: tuple[Field, ...]
    sha256: str
    path: str
    file_statuses: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()
    warned_fields: tuple[str, ...] = ()  # the parent's own reasons, in which a general one is pointed out
    digital_age_files: tuple[str, ...] = ()  # online services, to which a pupil of fifteen consents alone
    are_children_optional: bool = False
    enclosures: tuple[ConditionalText, ...] = ()
    questions: tuple[BankQuestion, ...] = ()
    max_pages: int = 2
    max_chars: int = 9000
    # For those who mend the letter, where each question, each `<question>.<column>` and some `[<key>]` are declared.
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def field(self, field_id: str) -> Field:
        """The question of that id; raises UnknownReference."""
        for question in self.fields:
            if question.id == field_id:
                return question
        raise UnknownReference(f"La lettre « {self.id} » n’a pas de question « {field_id} ».")

    def sources(self) -> Iterator[Source]:
        """Every text of the letter that goes through the sandbox, in reading order."""
        yield self.subject
        yield from self.parts
        for enclosure in self.enclosures:
            yield enclosure.source(self.path)


class LetterBook:
    """The letters of a pack, in the order in which they are offered."""

    def __init__(self, templates: Iterable[LetterTemplate]) -> None:
        self._templates = {template.id: template for template in templates}

    def __iter__(self) -> Iterator[LetterTemplate]:
        return iter(self._templates.values())

    def __len__(self) -> int:
        return len(self._templates)

    def find(self, letter_id: str) -> LetterTemplate | None:
        """The letter of that id, or None."""
        return self._templates.get(letter_id)

    def lookup(self, letter_id: str) -> LetterTemplate:
        """The letter of that id; raises UnknownReference with the list of those that exist."""
        template = self.find(letter_id)
        if template is None:
            known = ", ".join(self._templates)
            raise UnknownReference(f"Nous n’avons pas de lettre « {letter_id} ». Les lettres sont : {known}.")
        return template


def _at(facts: Mapping[str, Any], path: str) -> Any:
    value: Any = facts
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _meets(value: Any, accepted: tuple[Any, ...]) -> bool:
    if isinstance(value, list | tuple):
        return any(item in accepted for item in value)
    return any(value == choice and isinstance(value, bool) == isinstance(choice, bool) for choice in accepted)
