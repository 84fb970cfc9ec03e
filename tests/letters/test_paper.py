"""Every sample of every letter on paper: its window, its fonts, its number of pages, its words."""

from collections.abc import Iterator
from datetime import date

import pypdfium2
import pytest

from app.delivery.html import letter_html
from app.delivery.pool import RenderPool
from app.domain.document import Document
from app.domain.letters import LetterTemplate
from app.services.composing import compose_letter
from app.services.library import library
from app.services.samples import SAMPLE_REFERENCE, AnswersFile, samples_of

SAMPLES = [(letter, sample) for letter in library().letters for sample in samples_of(letter, library().folder)]
NAMES = [f"{letter.id}-{sample.path.stem}" for letter, sample in SAMPLES]


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    """Two warm processes for all the samples."""
    with RenderPool(processes=2) as made:
        yield made


def composed(letter: LetterTemplate, sample: AnswersFile) -> Document:
    """The letter of a sample, on its own date."""
    assert sample.on is not None, "a sample says the date of its letter"
    return compose_letter(library(), letter, sample.answers, sample.on, SAMPLE_REFERENCE)


@pytest.mark.parametrize(("letter", "sample"), SAMPLES, ids=NAMES)
def test_a_sample_prints_well(letter: LetterTemplate, sample: AnswersFile, pool: RenderPool) -> None:
    html = letter_html(composed(letter, sample), dated_on=sample.on)
    check = pool.check(html)
    assert check.problems == ()
    assert check.is_address_in_window
    assert check.pages <= letter.max_pages


@pytest.mark.parametrize("letter", list(library().letters), ids=lambda letter: letter.id)
def test_a_letter_signs_each_family_and_names_no_other(letter: LetterTemplate, pool: RenderPool) -> None:
    sample = samples_of(letter, library().folder)[0]
    document = composed(letter, sample)
    pdf = pypdfium2.PdfDocument(pool.render(letter_html(document, dated_on=sample.on)).bytes)
    text = " ".join(page.get_textpage().get_text_range() for page in pdf).replace("\u00a0", " ")
    for place in document.signatures:
        assert place.name in text
    assert SAMPLE_REFERENCE in text
    assert str((sample.on or date.min).year) in text


def test_the_three_letters_of_the_project_are_samples() -> None:
    wanted = {"opposition-refus-lsu-2017", "questionnaire-lpc-pronote-2010", "acces-lsu-pronote-deux-enfants"}
    assert wanted <= set(NAMES)
