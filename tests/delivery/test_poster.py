"""The poster of a campaign: one sheet, whatever the words, with a code that leads to the campaign."""

import io
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pdfua
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from app.delivery.pdf import render_pdf, unprintable_characters
from app.delivery.poster import FOOT, STRIPS, PosterWords, poster_html
from app.delivery.rendered import POSTER_SHEET
from tests.delivery.qr_reading import matrix_of, words_of
from tests.delivery.reading import page_texts
from tests.delivery.test_images import LOGO

SHORT = PosterWords(
    association="Parents d’Alès",
    title="Que sait Pronote de nos enfants\u202f?",
    lead="Demandez au collège Jean-Moulin tout ce qu’il garde sur votre enfant.",
    link="https://carnet-de-droits.example/c/4K7QM2",
    dates="Jusqu’au 31\u00a0janvier\u00a02027.",
    notice="Association loi 1901, 12 rue des Tilleuls, 30100 Alès.",
    made_on=date(2026, 11, 22),
)
LONG = replace(
    SHORT,
    association="Fédération départementale des conseils de parents d’élèves des écoles publiques du Gard et de Lozère",
    title="W" * 90,
    lead="Des mots qui comptent. " * 170,
    link="https://lettres.federation-departementale-des-parents.example/c/4K7QM2",
    notice="Mention légale. " * 37,
)
BARE = replace(SHORT, association="P", title="Non", lead="", dates="", notice="")
MARKUP = replace(SHORT, title="<b>Non</b> & <script>", lead="</p><img src='http://localhost:1/'>", association="<i>&")
every_poster = pytest.mark.parametrize("words", [SHORT, LONG, BARE, MARKUP], ids=["short", "long", "bare", "markup"])


def pdf_of(words: PosterWords) -> bytes:
    """The poster, as the press gives it."""
    return render_pdf(poster_html(words), POSTER_SHEET, {"logo": LOGO} if words.has_logo else {}).bytes


def picture_of(content: bytes, box: tuple[float, float, float, float]) -> Image.Image:
    """A part of the sheet, in millimetres from its top left corner, as PDFium draws it."""
    with closing(pypdfium2.PdfDocument(content)) as pdf, closing(pdf[0]) as page:
        drawn: Image.Image = page.render(scale=6).to_pil()
    step = drawn.width / 210
    left, top, right, bottom = (int(edge * step) for edge in box)
    return drawn.crop((left, top, right, bottom))


@every_poster
def test_it_is_one_a4_sheet_of_the_letter_s_font(words: PosterWords) -> None:
    content = pdf_of(words)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (page,) = pdf.pages
        assert [round(float(edge)) for edge in page.mediabox] == [0, 0, 595, 842]
        assert str(pdf.Root.Lang) == "fr"
        assert str(pdf.docinfo["/Title"]) == words.title
    assert pdf_of(words) == content
    assert unprintable_characters(poster_html(words).replace("\n", " ")) == ()


@every_poster
def test_each_strip_says_where_to_go(words: PosterWords) -> None:
    content = pdf_of(words)
    for place in range(STRIPS):
        left = place * 210 / STRIPS
        strip = picture_of(content, (left + 1.2, 236, left + 25, 259.5))
        assert words_of(matrix_of(strip)) == words.link
    text = "".join(page_texts(content)[0].split())  # letters that read upwards come one by one
    assert text.count(words.address) == STRIPS + 1


@pytest.mark.parametrize("words", [SHORT, BARE], ids=["short", "bare"])
def test_the_large_code_leads_to_the_campaign(words: PosterWords) -> None:
    # Above the address, left of the steps, right of the red line; where exactly depends on the words.
    content = pdf_of(words)
    code = picture_of(content, (17, 130, 94, 207))
    assert words_of(matrix_of(code)) == words.link


@every_poster
def test_nothing_is_drawn_over_anything_else(words: PosterWords) -> None:
    """The words above end where the code begins: the code, lines and steps stand on white."""
    with (
        closing(pypdfium2.PdfDocument(pdf_of(words))) as pdf,
        closing(pdf[0]) as page,
        closing(page.get_textpage()) as texts,
    ):
        boxes = [texts.get_charbox(number) for number in range(texts.count_chars())]
        letters = [texts.get_text_range(number, 1) for number in range(texts.count_chars())]
    whole = "".join(letters)
    steps_top = max(boxes[whole.index("Visez")][1], boxes[whole.index("Visez")][3])
    title_and_lead = whole[: whole.index("Visez") - 3]
    lowest = min(boxes[place][1] for place, letter in enumerate(title_and_lead) if not letter.isspace())
    assert lowest > steps_top
    # A sheet is 842 points high; the strips take the last 62 millimetres.
    assert min(box[1] for box, letter in zip(boxes, letters, strict=True) if letter.isalpha()) > 0
    assert FOOT.split(".")[0] in whole.replace("\r\n", " ")


def test_the_type_is_large_enough_to_be_read_from_afar() -> None:
    page = poster_html(SHORT)
    assert 'h1 style="font-size: 46pt"' in page
    assert 'h1 style="font-size: 26pt"' in poster_html(LONG)
    assert f"{'Des mots qui comptent. ' * 170}" not in poster_html(LONG)


def test_the_logo_is_named_and_only_asked_for_when_there_is_one() -> None:
    assert "carnet:logo" not in poster_html(SHORT)
    content = pdf_of(replace(SHORT, has_logo=True))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        names = [str(figure.Alt).replace("\u00a0", " ") for figure in figures]
    assert names[0] == "Logo de Parents d’Alès"
    assert names[1] == "Code QR de l’adresse"
    assert names[2].startswith(f"{STRIPS} languettes à détacher")


def test_words_never_become_markup() -> None:
    page = poster_html(MARKUP)
    assert "<script>" not in page
    assert "<img src='http" not in page
    assert "<b>Non</b> & <script>" in page_texts(pdf_of(MARKUP))[0].replace("\r\n", " ")


@every_poster
def test_it_is_sound_and_tagged(words: PosterWords, tmp_path: Path) -> None:
    program = shutil.which("qpdf")
    assert program, "qpdf is needed: install qpdf"
    path = tmp_path / "affiche.pdf"
    path.write_bytes(pdf_of(words))
    assert subprocess.run([program, "--check", str(path)], capture_output=True, check=False).returncode == 0
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []
