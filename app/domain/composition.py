"""Composes a letter: from answers, template and law of one day to a `Document`. It must never print or store it.

The sandbox that renders the template's text is given from outside (`Renderer`), so that the kernel knows no template
engine; the rest of the letter (window, head, salutation, closing, grounds) is the kernel's own work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from app.domain.answers import Answers
from app.domain.authorities import AuthorityBook
from app.domain.context import template_context, with_gaps
from app.domain.courtesy import closing, salutation
from app.domain.document import (
    Block,
    Citation,
    Document,
    Gap,
    Ground,
    HeaderLine,
    Inlines,
    PageBreak,
    SignaturePlace,
    Text,
)
from app.domain.envelope import copy_lines, recipient_lines, sender_blocks, sending_words, through_words
from app.domain.errors import IncompleteLetter
from app.domain.french import written_date
from app.domain.law import LawBook
from app.domain.letters import LetterTemplate, Source
from app.domain.processings import ProcessingBook
from app.domain.recipients import Recipient, letter_recipients
from app.domain.typography import typeset


class Renderer(Protocol):
    """Turns template text into blocks or into one line, with a citation for each law id it meets."""

    def blocks(self, source: Source, context: Mapping[str, Any], grounds: "Grounds") -> tuple[Block, ...]: ...

    def line(self, source: Source, context: Mapping[str, Any], grounds: "Grounds") -> Inlines: ...


class Grounds:
    """The texts cited so far, numbered in the order of the letter; each must be citable on the day of the letter."""

    def __init__(self, law: LawBook, on: date) -> None:
        self._law = law
        self._on = on
        self._named: set[str] = set()
        self.cited: dict[str, Ground] = {}

    def cite(self, law_ids: Sequence[str]) -> tuple[Citation, ...]:
        """The calls for these texts; raises UnknownReference, NotInForce or NotCitable."""
        return tuple(Citation(law_id, self._ground(law_id).number) for law_id in law_ids)

    def _ground(self, law_id: str) -> Ground:
        if law_id not in self.cited:
            record = self._law.lookup(law_id, on=self._on)
            # A text is named in full once; after that its usual name is enough, and the letter stays short.
            is_known = record.text_title in self._named
            self._named.add(record.text_title)
            self.cited[law_id] = Ground(
                number=len(self.cited) + 1,
                law_id=law_id,
                title=_capitalised(_law_words(record.citation if is_known else record.title)),
                summary=_law_words(record.summary),
                url=record.url or "",
                source=_law_words(record.source),
                confidence=record.confidence.value,
                checked_on=record.checked_on.isoformat(),
            )
        return self.cited[law_id]


_law_words = lru_cache(maxsize=2048)(typeset)  # the law's words are the same in every letter


def _capitalised(title: str) -> str:
    """Each ground starts its own line: « Code civil, article 372 »."""
    return title[:1].upper() + title[1:]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The books a letter is composed from."""

    law: LawBook
    files: ProcessingBook
    authorities: AuthorityBook


def compose(
    answers: Answers, template: LetterTemplate, shelf: Shelf, renderer: Renderer, on: date, reference: str
) -> Document:
    """The whole letter as of that day; its missing answers are gaps. `reference` is printed as it is.

    Raises the law book's errors, TemplateFault, or InvalidAnswer when an address does not fit the window.
    """
    recipient = addressee_of(answers, template)
    context = letter_context(answers, template, shelf, on)
    grounds = Grounds(shelf.law, on)
    subject = renderer.line(template.subject, context, grounds)
    blocks = [block for part in template.parts for block in renderer.blocks(part, context, grounds)]
    body, annexes = _split_annexes(blocks)
    gender = answers.addressee.gender
    document = Document(
        title="".join(inline.text for inline in subject if isinstance(inline, Text)),
        sender=sender_blocks(answers.signatories),
        recipient=recipient_lines(answers, recipient, shelf.authorities),
        place_and_date=(Text(f"{answers.sending.place}, le {written_date(on)}"),),
        header=_header(answers, recipient, subject, reference),
        salutation=salutation(recipient.office, gender),
        body=body,
        closing=closing(recipient.office, gender, signatories_are_plural=answers.signatories.is_plural),
        signatures=tuple(SignaturePlace(person.full_name, "Signature") for person in answers.signatories.people),
        enclosures=(*_mandate(answers), *_enclosures(template, context, renderer, grounds)),
        copies=copy_lines(recipient),
        grounds=tuple(grounds.cited.values()),
        annexes=annexes,
        reference=reference,
        credit=template.credit,
    )
    return _with_every_gap(document, answers, template)


def letter_context(answers: Answers, template: LetterTemplate, shelf: Shelf, on: date) -> dict[str, Any]:
    """What the template reads for these answers; what is missing shines."""
    recipient = addressee_of(answers, template)
    context = template_context(answers, template, recipient, _successors(answers, shelf.files), on)
    return with_gaps(context, answers, template) if answers.missing else context


def addressee_of(answers: Answers, template: LetterTemplate) -> Recipient:
    """To whom this letter goes; raises IncompleteLetter when its files belong to several controllers."""
    school = answers.school
    groups = letter_recipients(template.addressee, school.stage, school.sector, answers.files, answers.right)
    if len(groups) > 1:
        files = " ; ".join(" et ".join(file.named for file in files) for _, files in groups)
        raise IncompleteLetter(
            f"Ces fichiers ne dépendent pas de la même personne ({files}) : écrivez une lettre pour chaque responsable."
        )
    return groups[0][0]


def _successors(answers: Answers, files: ProcessingBook) -> dict[str, str]:
    named = {file.id: [one.named for one in files.successors(file.id)] for file in answers.files}
    return {file_id: " puis ".join(names) for file_id, names in named.items() if names}


def _header(answers: Answers, recipient: Recipient, subject: Inlines, reference: str) -> tuple[HeaderLine, ...]:
    lines = [HeaderLine("Objet", subject)]
    through = through_words(answers, recipient)
    if through:
        lines.append(HeaderLine("Voie", (Text(typeset(through)),)))
    lines.append(HeaderLine("Réf.", (Text(reference),)))
    lines.append(HeaderLine("Envoi", (Text(typeset(sending_words(answers.sending))),)))
    return tuple(lines)


def _split_annexes(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What follows the first page break is an annex, on a sheet of its own."""
    place = next((n for n, block in enumerate(blocks) if isinstance(block, PageBreak)), len(blocks))
    return tuple(blocks[:place]), tuple(blocks[place + 1 :])


def _mandate(answers: Answers) -> tuple[str, ...]:
    return ("Mandat de l’élève",) if answers.has_mandate else ()


def _enclosures(
    template: LetterTemplate, context: Mapping[str, Any], renderer: Renderer, grounds: Grounds
) -> tuple[str, ...]:
    texts = []
    for enclosure in template.enclosures:
        if enclosure.when.holds(context):
            inlines = renderer.line(enclosure.source(template.path), context, grounds)
            texts.append("".join(inline.text for inline in inlines if isinstance(inline, Text)))
    return tuple(texts)


def _with_every_gap(document: Document, answers: Answers, template: LetterTemplate) -> Document:
    """A missing answer that prints nowhere (a choice) still forbids the seal: it is added to the head of the letter."""
    shown = {gap.field for gap in document.gaps()}
    hidden = [fault for fault in answers.missing if fault.field not in shown]
    if not hidden:
        return document
    labels = {field.id: field.label for field in template.fields}
    lines = tuple(
        HeaderLine("À compléter", (Gap(fault.field, labels.get(fault.field.split(".")[1], fault.field)),))
        for fault in hidden
    )
    return replace(document, header=document.header + lines)
