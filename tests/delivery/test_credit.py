"""Who proposed the template of a letter: said small, below all that is signed, and nowhere in our own letters."""

import io
import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import docx
import pypdfium2
import pytest

from app.delivery.docx import letter_docx
from app.delivery.html import letter_css, letter_html, screen_parts
from app.delivery.pdf import check_pdf, render_pdf
from app.delivery.text import letter_text
from app.domain.document import Document, Paragraph, Text, from_json
from tests.delivery.reading import docx_text, html_tags, html_text, page_texts, squeeze
from tests.delivery.sample_letters import HOSTILE, letter_with_gaps, long_letter, short_letter

CREDIT = "Modèle de lettre proposé par Parents d’Alès"
LETTERS = pytest.mark.parametrize(
    "letter",
    [short_letter(), long_letter(), letter_with_gaps(), replace(short_letter(), body=(), grounds=())],
    ids=["short", "long", "gaps", "without grounds"],
)


def letter_without_citations() -> Document:
    return replace(short_letter(), body=(Paragraph((Text("Une demande simple."),)),))


def credited(letter: Document, words: str = CREDIT) -> Document:
    return replace(letter, credit=words)


@LETTERS
def test_the_credit_stands_once_everywhere_after_what_is_signed_and_cited(letter: Document) -> None:
    signed = credited(letter)
    outputs = [
        html_text(letter_html(signed)),
        html_text(str(screen_parts(signed).sheet), without_class="plain"),
        docx_text(letter_docx(signed)),
        squeeze(letter_text(signed)),
    ]
    before = [*(place.name for place in letter.signatures), *(ground.title for ground in letter.grounds)]
    for text in outputs:
        place = text.index(squeeze(CREDIT))
        assert text.count(squeeze(CREDIT)) == 1
        assert all(text.rindex(squeeze(words)) < place for words in before if words)
        assert all(text.index(squeeze(start)) > place for start in ("Talon-réponse", "Cosignataires") if start in text)


def test_the_credit_is_the_last_line_of_the_text() -> None:
    assert letter_text(credited(short_letter())).rstrip("\n").rsplit("\n", 1)[1] == CREDIT


@LETTERS
def test_a_letter_of_the_house_is_the_same_to_the_byte(letter: Document) -> None:
    signed = credited(letter)
    drawn = re.sub(r'\n<p class="credit">[^<]*</p>', "", letter_html(signed))
    assert drawn == letter_html(letter)
    assert letter_text(signed).replace(f"{CREDIT}\n\n", "").replace(f"\n{CREDIT}\n", "") == letter_text(letter)
    for text in (letter_html(letter), str(screen_parts(letter).sheet), letter.to_json()):
        assert "credit" not in text
    assert "Origine du modèle" not in [style.name for style in _office(letter).styles]


def test_a_letter_keeps_its_credit_and_an_older_one_its_fingerprint() -> None:
    signed = credited(short_letter())
    assert from_json(signed.to_json()) == signed
    assert signed.sha256() != short_letter().sha256()
    assert from_json(short_letter().to_json()) == short_letter()
    assert '"credit"' not in short_letter().to_json()


@LETTERS
def test_on_paper_the_credit_is_small_below_the_signatures_and_out_of_the_window(letter: Document) -> None:
    page = letter_html(credited(letter))
    pdf = render_pdf(page).bytes
    assert check_pdf(page).problems == ()
    (sheet,) = [text for text in map(squeeze, page_texts(pdf)) if squeeze(CREDIT) in text]
    assert sheet.index(squeeze(CREDIT)) > 200, "the credit stands alone on its page"
    assert ".credit { font-size: 7.25pt" in letter_css()


def test_on_paper_the_credit_is_smaller_than_all_else_and_far_from_the_pen() -> None:
    content = render_pdf(letter_html(credited(replace(letter_without_citations(), grounds=())))).bytes
    with closing(pypdfium2.PdfDocument(content)) as pdf, closing(pdf[0]) as page, closing(page.get_textpage()) as text:
        places = []
        for words in ("Camille Exemple", "Modèle de lettre"):
            searcher, found = text.search(words), []
            while (hit := searcher.get_next()) is not None:
                found.append(text.get_charbox(hit[0]))
            searcher.close()
            places.append(min(found, key=lambda box: box[1]))
    name, credit = places
    assert name[1] - credit[3] > 36  # points: more than twelve millimetres under the last printed name
    assert credit[3] - credit[1] < name[3] - name[1]


def test_a_credit_that_looks_like_markup_stays_words() -> None:
    letter = credited(short_letter(), HOSTILE)
    for page in (letter_html(letter), str(screen_parts(letter).sheet)):
        assert "svg" not in html_tags(page)
        assert squeeze(HOSTILE) in html_text(page)
    assert squeeze(HOSTILE) in docx_text(letter_docx(letter))


def test_the_office_file_writes_the_credit_small_and_grey() -> None:
    office = _office(credited(short_letter()))
    (paragraph,) = [one for one in office.paragraphs if one.text == CREDIT]
    assert paragraph.style.name == "Origine du modèle"
    assert paragraph.style.font.size.pt == 8


def _office(letter: Document) -> Any:
    return docx.Document(io.BytesIO(letter_docx(letter)))
