"""Finds every fault of the letters: names, references, syntax, branches nobody tried, texts that changed or grew.

It must never mend one silently: `write_expected` is asked for by name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from app.delivery.inspection import foreign_markup
from app.delivery.renderer import TemplateRenderer
from app.delivery.sandbox import Branch, branches, branches_taken, syntax_faults
from app.delivery.text import letter_text
from app.domain.answers import RefusedAnswers, read_answers
from app.domain.composition import compose, letter_context
from app.domain.context import point_contexts
from app.domain.document import BulletList, Document, NumberedList, Paragraph
from app.domain.errors import DomainError, LibraryFault, MissingAnswer
from app.domain.letters import LetterTemplate, Source
from app.services.letter_names import name_faults, reference_faults
from app.services.library import Library
from app.services.samples import SAMPLE_REFERENCE, AnswersFile, read_answers_file, samples_of

_RENDERER = TemplateRenderer()


@dataclass(frozen=True, slots=True)
class Tried:
    """One sample run through its letter: the document, and the branches it went through."""

    sample: AnswersFile
    document: Document
    branches: frozenset[Branch]


def check_letters(library: Library, on: date) -> Iterator[LibraryFault]:
    """Every fault of every letter as of that day, in the order of the pack."""
    tried: dict[Branch, bool] = {}
    for template in library.letters:
        syntax = list(refused_syntax(template))
        yield from syntax
        if syntax:
            continue  # nothing else can be read from a text whose syntax is refused
        yield from letter_faults(template, library, on)
        yield from _sample_faults(template, library, tried)
    yield from branch_faults(tried)


def refused_syntax(template: LetterTemplate) -> Iterator[LibraryFault]:
    """What the sandbox refuses in any text of a letter; until it is mended, the letter must not run."""
    for source in template.sources():
        yield from syntax_faults(source)


def letter_faults(template: LetterTemplate, library: Library, on: date) -> Iterator[LibraryFault]:
    """What can be said of a letter whose syntax is allowed without running it: markup, names, law."""
    yield from _markup_faults(template)
    yield from name_faults(template, library)
    yield from reference_faults(template, library, on)


def branch_faults(tried: Mapping[Branch, bool]) -> Iterator[LibraryFault]:
    """The branches that no sample went through."""
    for (path, line, way), is_tried in sorted(tried.items()):
        if not is_tried:
            yield LibraryFault(path, line, f"aucun exemple ne passe par ce « {way} ».")


def _markup_faults(template: LetterTemplate) -> Iterator[LibraryFault]:
    for source in template.sources():
        for line, what in foreign_markup(source):
            yield LibraryFault(source.path, line, f"{what} n’a pas sa place dans une lettre.")


def _sample_faults(template: LetterTemplate, library: Library, tried: dict[Branch, bool]) -> Iterator[LibraryFault]:
    for source in template.sources():
        for branch in branches(source):
            tried.setdefault(branch, False)
    home = (library.folder.parent / template.path).parent / "samples"
    paths = sorted(home.glob("*.toml"))
    if not paths:
        yield LibraryFault(template.path, 1, "cette lettre n’a pas d’exemple.")
    for text in sorted(home.glob("*.txt")):
        if text.with_suffix(".toml") not in paths:
            yield LibraryFault(_shown(text, library), 1, "ce texte attendu n’a pas d’exemple.")
    for path in paths:
        shown = _shown(path, library)
        try:
            run = try_sample(template, library, read_answers_file(path))
        except RefusedAnswers as refused:
            for fault in refused.faults:
                yield LibraryFault(shown, 1, f"{fault.field} : {fault.message}")
            continue
        except DomainError as error:
            yield LibraryFault(shown, 1, error.message)
            continue
        tried.update(dict.fromkeys(run.branches, True))
        yield from _text_faults(template, run, shown)


def _text_faults(template: LetterTemplate, run: Tried, shown: str) -> Iterator[LibraryFault]:
    text = letter_text(run.document)
    if len(text) > template.max_chars:
        yield LibraryFault(
            template.path,
            template.lines.get("[max_chars]", 1),
            f"« {shown} » donne {len(text)} caractères, plus que {template.max_chars}.",
        )
    for block in unexplained(run.document):
        yield LibraryFault(template.path, 1, f"« {shown} » : rien ne dit « En clair » le passage « {block} ».")
    if not run.sample.expected.is_file():
        yield LibraryFault(
            shown, 1, "le texte attendu manque : écrivez-le avec « flask letters check --write-expected »."
        )
    elif run.sample.expected.read_text(encoding="utf-8") != text:
        yield LibraryFault(
            shown.removesuffix(".toml") + ".txt",
            _first_difference(run.sample.expected.read_text(encoding="utf-8"), text),
            "le texte de la lettre n’est plus celui qui est attendu.",
        )


def _first_difference(expected: str, text: str) -> int:
    """The first line of the expected text that the letter no longer has."""
    pairs = enumerate(zip_longest(expected.splitlines(), text.splitlines()), 1)
    return next((number for number, (one, other) in pairs if one != other), 1)


def _shown(path: Path, library: Library) -> str:
    return str(path.relative_to(library.folder.parent))


def unexplained(document: Document) -> Iterable[str]:
    """The beginnings of the passages of the body that no plain sentence explains."""
    waiting = ""
    for block in document.body:
        if isinstance(block, Paragraph | BulletList | NumberedList):
            waiting = "" if block.plain else waiting or _beginning(block)
    return (waiting,) if waiting else ()


def _beginning(block: Paragraph | BulletList | NumberedList) -> str:
    inlines = block.inlines if isinstance(block, Paragraph) else block.items[0].inlines
    return "".join(getattr(inline, "text", "") for inline in inlines)[:60]


def try_sample(template: LetterTemplate, library: Library, sample: AnswersFile) -> Tried:
    """Compose one sample; raises RefusedAnswers or another DomainError."""
    on = _day_of(sample)
    answers = read_answers(sample.answers, template, library.processings, on)
    document = compose(answers, template, library.shelf, _RENDERER, on, SAMPLE_REFERENCE)
    return Tried(sample, document, _taken(template, letter_context(answers, template, library.shelf, on)))


def reached_branches(template: LetterTemplate, library: Library, sample: AnswersFile) -> frozenset[Branch]:
    """The branches that one sample goes through, without the letter it makes; raises as `try_sample`."""
    on = _day_of(sample)
    answers = read_answers(sample.answers, template, library.processings, on)
    return _taken(template, letter_context(answers, template, library.shelf, on))


def _day_of(sample: AnswersFile) -> date:
    if sample.on is None:
        raise MissingAnswer("on", "L’exemple ne dit pas la date de sa lettre : commencez-le par « on = 2026-11-21 ».")
    return sample.on


def _taken(template: LetterTemplate, context: dict[str, Any]) -> frozenset[Branch]:
    texts = _gone_through(template, context)
    return frozenset[Branch]().union(*(branches_taken(source, read) for source, read in texts))


def _gone_through(template: LetterTemplate, context: dict[str, Any]) -> Iterator[tuple[Source, dict[str, Any]]]:
    """The texts that this context makes use of, with what each reads: an enclosure or a point left out is not."""
    yield template.subject, context
    yield from ((part, context) for part in template.parts)
    for enclosure in template.enclosures:
        if enclosure.when.holds(context):
            yield enclosure.source(template.path), context
    for point in template.points:
        yield from ((point.source(template.path), read) for _, read in point_contexts(point, context))


def write_expected(library: Library) -> int:
    """Write the text of every sample beside it; returns how many. The person who asks reads them afterwards.

    A sample that makes no letter is left alone: `check_letters` says why.
    """
    count = 0
    for template in library.letters:
        for sample in samples_of(template, library.folder):
            try:
                text = letter_text(try_sample(template, library, sample).document)
            except DomainError:
                continue
            sample.expected.write_text(text, encoding="utf-8")
            count += 1
    return count
