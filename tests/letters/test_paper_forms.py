"""Every letter as a form: no word drifts from the letter, every place to write is a field with a name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from app.delivery.paper.fillable import fillable_pdf
from app.delivery.pdf import render_pdf
from app.delivery.renderer import TemplateRenderer
from app.domain.answers import read_answers
from app.domain.composition import compose, letter_context
from app.domain.document import Blank, Box, Document, NumberedList, Paragraph, Strong, Text, inlines_of
from app.domain.letters import LetterTemplate
from app.domain.paper.settings import PaperSettings
from app.services.library import library
from app.services.paper.forms import PaperForm, blank_letter, paper_page
from app.services.samples import SAMPLE_REFERENCE, AnswersFile, samples_of
from tests.letters.form_match import drift, settings_of

ON = date(2026, 11, 21)
LETTERS = tuple(library().letters)
SAMPLES = [(letter, sample) for letter in LETTERS for sample in samples_of(letter, library().folder)]
# How many sheets a parent is handed beyond what the letter itself may take: room for a pen, then for large print.
MORE_PAGES, LARGE_TIMES = 1, 2.5

by_letter = pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
by_sample = pytest.mark.parametrize(
    ("letter", "sample"), SAMPLES, ids=[f"{letter.id}-{sample.path.stem}" for letter, sample in SAMPLES]
)


def both(letter: LetterTemplate, sample: AnswersFile) -> tuple[Document, Document, dict[str, Any]]:
    """A sample's letter, the form of the same structure, and what the letter's template read."""
    on = sample.on or ON
    answers = read_answers(sample.answers, letter, library().processings, on)
    composed = compose(answers, letter, library().shelf, TemplateRenderer(), on, SAMPLE_REFERENCE)
    return (
        composed,
        blank_letter(letter, settings_of(answers, on)),
        letter_context(answers, letter, library().shelf, on),
    )


@by_sample
def test_the_form_says_what_the_letter_says_in_the_same_order_and_nothing_else(
    letter: LetterTemplate, sample: AnswersFile
) -> None:
    said, form, context = both(letter, sample)
    assert drift(said, form, context) == []


@by_sample
def test_the_form_addresses_closes_and_cites_as_the_letter_does(letter: LetterTemplate, sample: AnswersFile) -> None:
    said, form, _ = both(letter, sample)
    assert (form.salutation, form.closing, form.copies) == (said.salutation, said.closing, said.copies)
    assert {ground.law_id for ground in said.grounds} <= {ground.law_id for ground in form.grounds}
    assert [ground.number for ground in form.grounds] == list(range(1, len(form.grounds) + 1))
    assert len(form.enclosures) >= len(said.enclosures)
    assert len(form.signatures) == len(said.signatures)
    assert form.recipient[0].split("\ue013")[0] in (said.recipient[0], "") or said.recipient[0].startswith(
        form.recipient[0]
    )


@by_sample
def test_nothing_that_a_family_wrote_is_on_the_form(letter: LetterTemplate, sample: AnswersFile) -> None:
    said, form, _ = both(letter, sample)
    printed = form.to_json()
    names = [name for lines in said.sender for name in lines[:1]]
    assert names
    assert not [name for name in names if name in printed]
    assert form.gaps() == ()


def opposition() -> tuple[Document, Document, dict[str, Any]]:
    letter, sample = next((one, two) for one, two in SAMPLES if one.id == "opposition" and "lpi" in two.path.stem)
    return both(letter, sample)


def changed(form: Document, place: int, inlines: tuple[Any, ...]) -> Document:
    """The form with other words in its first plain paragraph from that place."""
    blocks = list(form.body)
    number = next(n for n, block in enumerate(blocks) if n >= place and isinstance(block, Paragraph))
    blocks[number] = Paragraph(inlines)
    return replace(form, body=tuple(blocks))


def test_a_word_changed_in_the_form_is_seen() -> None:
    said, form, context = opposition()
    first = form.body[0]
    assert isinstance(first, Paragraph)
    words = tuple(
        Text(one.text.replace("autorité", "responsabilité")) if isinstance(one, Text) else one for one in first.inlines
    )
    words = words if words != first.inlines else (*first.inlines, Text(" Et plus encore."))
    assert drift(said, changed(form, 0, words), context)


def test_a_paragraph_that_the_form_loses_is_seen() -> None:
    said, form, context = opposition()
    for place in range(len(form.body)):
        lost = replace(form, body=(*form.body[:place], *form.body[place + 1 :]))
        assert drift(said, lost, context), form.body[place]


def test_a_paragraph_that_the_form_adds_without_a_box_is_seen() -> None:
    said, form, context = opposition()
    more = replace(form, body=(*form.body, Paragraph((Text("Je renonce à tout recours."),))))
    assert drift(said, more, context)


def test_two_paragraphs_in_another_order_are_seen() -> None:
    said, form, context = opposition()
    swapped = replace(form, body=(form.body[1], form.body[0], *form.body[2:]))
    assert drift(said, swapped, context)


def test_words_of_the_letter_hidden_on_a_dotted_line_are_seen() -> None:
    said, form, context = opposition()
    hidden = changed(form, 0, (Blank("full", "reponses.situation", "Tout le reste"),))
    assert drift(said, hidden, context)


def test_a_numbered_request_that_the_form_drops_is_seen() -> None:
    said, form, context = opposition()
    blocks = [
        replace(block, items=block.items[:-1]) if isinstance(block, NumberedList) else block for block in form.body
    ]
    assert drift(said, replace(form, body=tuple(blocks)), context)


def test_bold_words_are_compared_as_the_others_are() -> None:
    said, form, context = opposition()
    blocks = [
        replace(block, items=tuple(_emptied(block))) if isinstance(block, NumberedList) else block
        for block in form.body
    ]
    assert drift(said, replace(form, body=tuple(blocks)), context)


def _emptied(block: NumberedList) -> Iterator[Any]:
    for item in block.items:
        yield replace(item, inlines=tuple(one for one in item.inlines if not isinstance(one, Strong)))


@by_letter
def test_every_place_of_a_form_has_a_name_and_says_what_to_write(letter: LetterTemplate) -> None:
    form = blank_letter(letter, PaperSettings(on=ON))
    places = [one for one in inlines_of(form.body) if isinstance(one, Blank | Box) and one.field]
    assert places
    for place in places:
        assert place.label if isinstance(place, Blank) else place.tip, place


@by_letter
def test_a_fillable_form_has_fields_with_names_and_tooltips_each_once(letter: LetterTemplate) -> None:
    form = blank_letter(letter, PaperSettings(on=ON))
    page = paper_page(form, PaperForm.FILLABLE, ON)
    pdf = fillable_pdf(page.html, page.sheet)
    with pikepdf.open(BytesIO(pdf.bytes)) as opened:
        assert opened.check_pdf_syntax() == []
        fields: Any = opened.Root.AcroForm.Fields
        names = [str(field.T) for field in fields]
        assert len(names) == len(set(names))
        assert {"signataires-1-nom_complet", "lettre-date"} <= set(names)
        assert all(str(field.TU).strip() for field in fields)
        assert not [name for name in names if "." in name]
        places = {name_of(one) for one in inlines_of(form.body) if isinstance(one, Blank | Box) and one.field}
        assert places <= set(names)
    assert pdf.pages <= letter.max_pages + MORE_PAGES


def name_of(node: Blank | Box) -> str:
    """The name that a place of the form has in the PDF, worked out here from its path."""
    steps = node.field.split(".")
    return "-".join(str(int(step) + 1) if step.isdigit() else step for step in steps)


@by_letter
@pytest.mark.parametrize("shape", [PaperForm.BLANK, PaperForm.LARGE, PaperForm.PLAIN])
def test_a_form_on_paper_keeps_within_a_few_pages(letter: LetterTemplate, shape: PaperForm) -> None:
    page = paper_page(blank_letter(letter, PaperSettings(on=ON)), shape, ON)
    pages = render_pdf(page.html, page.sheet).pages
    most = letter.max_pages + MORE_PAGES
    assert pages <= (most if shape is PaperForm.BLANK else most * LARGE_TIMES)
