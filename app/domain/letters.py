"""A letter template as data: its questions, its texts, what it is for. It must never render anything.

The vocabulary of the front matter is French because associations write it; the code reads it into these names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.conditions import ALWAYS, Condition
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
    """How many school files a letter names; those of a follow-up are its dossier's, and nobody is asked."""

    NONE = "aucun"
    ONE = "un"
    SEVERAL = "plusieurs"
    DOSSIER = "dossier"


class LetterKind(StrEnum):
    """A letter that asks first, or one that follows up a dossier."""

    DEMANDE = "demande"
    SUITE = "suite"


class AddresseeRule(StrEnum):
    """To whom a letter goes: where its right leads, or one body outside the school."""

    SAME = "meme"
    DPD = "dpd"
    CNIL = "cnil"
    CADA = "cada"
    MEDIATOR = "mediateur"
    DEFENDER = "defenseur"


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
    """One question of a letter; its answer is `reponses.<id>`. `max_length` counts characters.

    `known`: the name of the dossier, without « dossier. », from which a follow-up answers it beforehand.
    """

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
    known: str = ""

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


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """One thing that the letter asks for, read over with the parent when an answer comes.

    `each`: the list that gives one point per item, read as `ligne`: a question of kind `lignes`, `questions` for
    those chosen in the bank, `fichiers` for the school files; "" for a single point. A text that comes out empty
    is no point.
    """

    id: str
    text: str
    when: Condition = ALWAYS
    each: str = ""
    line: int = 1

    def source(self, path: str) -> "Source":
        """The text as the sandbox takes it; `path` is the file that declares it."""
        return Source(self.text, path, self.line)


# The question whose options come from the bank, and the name under which a template reads those that were chosen.
QUESTIONS = "questions"
# The name under which a template reads the school files that the letter names.
FILES = "fichiers"
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
    """One letter of a pack, whole: front matter, clauses and body. `sha256` covers every byte it was made from; `id` is
    its key (see `letter_keys`).

    `right` is None for a follow-up: it is the dossier's. `data_when` and `documents_when` say when the letter starts
    a clock that its `procedure` does not start by itself; None is never.
    """

    id: str
    title: str
    door: str
    hint: str
    version: str
    kind: LetterKind
    right: Right | None
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
    addressee: AddresseeRule = AddresseeRule.SAME
    data_when: Condition | None = None
    documents_when: Condition | None = None
    points: tuple[AskedPoint, ...] = ()
    enclosures: tuple[ConditionalText, ...] = ()
    questions: tuple[BankQuestion, ...] = ()
    max_pages: int = 2
    max_chars: int = 9000
    credit: str = ""  # who wrote it, when it is not the house: printed at the foot
    # For those who mend the letter, where each question, each `<question>.<column>` and some `[<key>]` are declared.
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def is_follow_up(self) -> bool:
        """Whether the letter follows up a dossier, which it then reads."""
        return self.kind is LetterKind.SUITE

    def field(self, field_id: str) -> Field:
        """The question of that id; raises UnknownReference."""
        for question in self.fields:
            if question.id == field_id:
                return question
        raise UnknownReference(f"La lettre « {self.id} » n’a pas de question « {field_id} ».")

    def sources(self) -> Iterator[Source]:
        """Every text that goes through the sandbox: those of the letter, then those of its points."""
        yield from self.printed_sources()
        for point in self.points:
            yield point.source(self.path)

    def printed_sources(self) -> Iterator[Source]:
        """Every text of the letter itself, in reading order."""
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

    @property
    def first_letters(self) -> tuple[LetterTemplate, ...]:
        """Those that one may begin with: a follow-up begins in a dossier."""
        return tuple(template for template in self if not template.is_follow_up)

    @property
    def follow_ups(self) -> tuple[LetterTemplate, ...]:
        """Those that follow up a dossier."""
        return tuple(template for template in self if template.is_follow_up)

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
