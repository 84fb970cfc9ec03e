"""Tries one association's letter, from texts alone: every fault of the checker, every sample run. It must only run in
a process that can be killed (`trial_process`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.delivery.sandbox import Branch, branches
from app.delivery.text import letter_text
from app.domain.answers import RefusedAnswers
from app.domain.document import (
    Blank,
    Block,
    BulletList,
    Document,
    Inline,
    LineBreak,
    NumberedList,
    PageBreak,
    Table,
)
from app.domain.errors import DomainError, LibraryFault
from app.domain.forgery import forged_block
from app.domain.letters import LetterTemplate
from app.library.letter_source import UNFILED, read_source
from app.library.letters import parse_letter
from app.services.letter_check import (
    Tried,
    branch_faults,
    letter_faults,
    refused_syntax,
    try_sample,
    unexplained,
)
from app.services.library import FOLDER, Library
from app.services.packs.faults import BODY, WHOLE, LetterFault, PlaceFinder
from app.services.packs.foreign_text import (
    forged_message,
    hostile_faults,
    refuse_length,
    wording_faults,
)
from app.services.samples import AnswersFile, read_answers_text

MOST_SAMPLES = 60
# A letter with a hundred faults is mended one after the other.
_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class TriedLetter:
    """What one sample makes of the letter."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class Trial:
    """Every fault found, in the order of the checks, and the letters of the samples that made one."""

    faults: tuple[LetterFault, ...]
    letters: tuple[TriedLetter, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is left to mend."""
        return not self.faults


def read_template(text: str) -> LetterTemplate:
    """The letter of a text, under the id that its head gives; raises LibraryFault."""
    refuse_length(text)
    letter_id = read_source(text, UNFILED).front.get("id")
    return parse_letter(text, UNFILED, FOLDER, letter_id if isinstance(letter_id, str) else "")


def refused_letter(text: str, template: LetterTemplate) -> list[LibraryFault]:
    """What forbids that this letter be run, even here."""
    return [*hostile_faults(text, template), *refused_syntax(template)]


def checked_letter(text: str, samples: Mapping[str, str], on: date, library: Library) -> Trial:
    """The trial of a letter as of that day; `samples`: the texts of answers files, by name."""
    places = PlaceFinder(text)
    try:
        template = read_template(text)
        refused = refused_letter(text, template)
    except LibraryFault as fault:
        return Trial((places.placed(fault),), ())
    if refused:
        return Trial(_unique(places.placed(fault) for fault in refused), ())
    known = [*wording_faults(template), *letter_faults(template, library, on)]
    faults = [places.placed(fault) for fault in known]
    runs = [(name, _run(template, library, name, sample, on)) for name, sample in _first(samples)]
    tried: dict[Branch, bool] = {branch: False for source in template.sources() for branch in branches(source)}
    letters = []
    for name, run in runs:
        if isinstance(run, Tried):
            tried.update(dict.fromkeys(run.branches, True))
            letters.append(TriedLetter(name, run.document))
            faults.extend(_run_faults(template, run, name, places))
        else:
            faults.extend(_told(run, name, places, faults))
    if not samples:
        faults.append(LetterFault(1, "cette lettre n’a pas d’exemple.", WHOLE))
    own = {branch: is_tried for branch, is_tried in tried.items() if branch[0] == UNFILED}
    faults.extend(places.placed(fault) for fault in branch_faults(own))
    return Trial(_unique(iter(faults)), tuple(letters))


def _first(samples: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(samples.items())[:MOST_SAMPLES]


def _told(errors: list[DomainError], name: str, places: PlaceFinder, known: list[LetterFault]) -> Iterator[LetterFault]:
    """What a sample met, unless the checks named that line before anything ran."""
    lines = {(fault.place, fault.line) for fault in known}
    for error in errors:
        told = places.told(error, f"exemple {name}")
        if (told.place, told.line) not in lines:
            yield told


def _unique(faults: Iterator[LetterFault]) -> tuple[LetterFault, ...]:
    return tuple(dict.fromkeys(faults))[:_MOST_FAULTS]


def _run(template: LetterTemplate, library: Library, name: str, text: str, on: date) -> Tried | list[DomainError]:
    """The letter of one sample, or what forbids it."""
    try:
        sample = read_answers_text(text, Path(f"{name}.toml"))
        return try_sample(template, library, AnswersFile(sample.path, sample.answers, sample.on or on))
    except RefusedAnswers as refused:
        return [DomainError(f"{fault.field} : {fault.message}") for fault in refused.faults]
    except DomainError as error:
        return [error]


def _run_faults(template: LetterTemplate, run: Tried, name: str, places: PlaceFinder) -> Iterator[LetterFault]:
    length = len(letter_text(run.document))
    if length > template.max_chars:
        message = f"l’exemple « {name} » donne {length} caractères, plus que {template.max_chars}."
        yield LetterFault(1, message, WHOLE)
    for words in unexplained(run.document):
        yield LetterFault(places.passage(words), f"rien ne dit « En clair » le passage « {words} ».", BODY)
    for blocks, is_annex in ((run.document.body, False), (run.document.annexes, True)):
        for line in _lines(blocks):
            forged = forged_block(line, is_annex=is_annex)  # words that two conditions put side by side
            if forged:
                yield LetterFault(places.passage(line), forged_message(forged), BODY)


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The lines of a letter as a reader sees them begin."""
    for block in blocks:
        if isinstance(block, BulletList | NumberedList):
            groups = [item.inlines for item in block.items]
        elif isinstance(block, Table):
            groups = [*block.header, *(cell for row in block.rows for cell in row)]
        else:
            groups = [] if isinstance(block, PageBreak) else [block.inlines]
        for inlines in groups:
            yield from "".join(_shown(inline) for inline in inlines).split("\n")


def _shown(inline: Inline) -> str:
    if isinstance(inline, LineBreak | Blank):
        return "\n" if isinstance(inline, LineBreak) else "____"
    return getattr(inline, "text", "")
