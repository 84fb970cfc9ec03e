"""The printed letter: its window, its fonts, its tags, its bytes."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pdfua
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from app.delivery.geometry import (
    ADDRESS_ZONE,
    KEPT_CLEAR,
    LOW_WINDOW,
    MILLIMETRES_PER_POINT,
    RECIPIENT,
    SLIDE_DOWN,
    Rectangle,
    recipient_size,
)
from app.delivery.html import letter_html
from app.delivery.pdf import check_pdf, render_pdf, unprintable_characters
from app.domain.document import Document, Heading, ListItem, NumberedList, Text
from tests.delivery.reading import page_texts
from tests.delivery.sample_letters import hostile_letter, letter_with_gaps, long_letter, short_letter

_DAY = date(2026, 1, 28)


def _characters(content: bytes) -> Iterator[tuple[str, Rectangle]]:
    """Each character of the first page with its ink, in millimetres from the top left: measured by PDFium alone."""
    with closing(pypdfium2.PdfDocument(content)) as pdf, closing(pdf[0]) as page, closing(page.get_textpage()) as texts:
        whole = page.get_height() * MILLIMETRES_PER_POINT
        for number in range(texts.count_chars()):
            character = chr(pdfium.FPDFText_GetUnicode(texts, number))
            if character.isspace():
                continue
            left, bottom, right, top = (value * MILLIMETRES_PER_POINT for value in texts.get_charbox(number))
            yield character, Rectangle(left, whole - top, right, whole - bottom)


def _widest_recipient() -> tuple[str, ...]:
    return (
        "COMMUNAUTÉ DE COMMUNES DU HAUT-MORVAN",
        "Madame la directrice académique des se",
        "MOUVEMENT DES MAMMOGRAMMES MOMENTANÉES",
        "BUREAU DES MOYENS ET DE LA SCOLARITÉ A",
        "128 avenue du Maréchal-de-Lattre-de-Ta",
        "99000 SAINT-MAUR-DES-BOIS-SUR-MEUSE C",
    )


@pytest.mark.parametrize(
    "letter",
    [short_letter(), long_letter(), replace(long_letter(), recipient=_widest_recipient())],
    ids=["short", "two senders, six lines", "six widest lines"],
)
def test_the_window_shows_the_whole_address_and_nothing_else(letter: Document) -> None:
    page = letter_html(letter)
    inside = [found for found in _characters(render_pdf(page).bytes) if found[1].touches(KEPT_CLEAR)]
    assert "".join(character for character, _ in inside) == re.sub(r"\s", "", "".join(letter.recipient))
    resting = LOW_WINDOW.on_sheet(0, SLIDE_DOWN)
    for character, ink in inside:
        assert ADDRESS_ZONE.contains(ink), (character, ink)
        assert RECIPIENT.contains(ink), (character, ink)
        assert resting.top <= ink.top
        assert ink.bottom <= resting.bottom
    assert check_pdf(page).problems == ()


def test_the_check_sees_an_address_that_leaves_the_window() -> None:
    letter = replace(short_letter(), recipient=tuple(f"ligne {number}" for number in range(9)))
    wide = replace(short_letter(), recipient=("W" * 60,) * 6)
    for found in (check_pdf(letter_html(letter)), check_pdf(letter_html(wide))):
        assert not found.is_address_in_window
        assert "Raccourcissez" in found.problems[0]


def test_the_check_sees_a_text_that_would_show_in_the_window() -> None:
    page = letter_html(short_letter())
    assert check_pdf(page).intruders == ()
    wide = f'<p class="sender" style="width: 120mm; padding-top: 25mm">{"x " * 40}'
    found = check_pdf(page.replace('<p class="sender">', wide, 1))
    assert found.intruders
    assert "fenêtre" in found.problems[0]


def test_the_check_names_the_characters_that_cannot_be_printed() -> None:
    letter = replace(short_letter(), salutation="Chère 王,")
    assert check_pdf(letter_html(letter)).unprintable == ("王",)
    assert unprintable_characters("Œuvre d’été à 5\u202f% n°\u00a03 «\u202fŽižek\u202f» ☐ –") == ()
    assert unprintable_characters("garde\u2011fou") == ("\u2011",)


@pytest.mark.parametrize("letter", [short_letter(), long_letter(), letter_with_gaps()], ids=["short", "long", "gaps"])
def test_only_source_serif_is_embedded(letter: Document, tmp_path: Path) -> None:
    page = letter_html(letter)
    assert check_pdf(page).fonts == ("Source Serif 4",)
    path = tmp_path / "lettre.pdf"
    path.write_bytes(render_pdf(page).bytes)
    listed = subprocess.run([_tool("pdffonts"), path], capture_output=True, text=True, check=True).stdout.splitlines()[
        2:
    ]
    assert len(listed) == 3
    assert all(re.match(r"[A-Z]{6}\+Source-Serif-4", line) for line in listed)
    assert subprocess.run([_tool("qpdf"), "--check", path], capture_output=True, check=False).returncode == 0


def test_the_same_letter_gives_the_same_bytes_in_two_processes() -> None:
    page = letter_html(long_letter(), dated_on=_DAY)
    program = "import sys; from app.delivery.pdf import render_pdf; print(render_pdf(sys.stdin.read()).sha256)"
    prints = {
        subprocess.run(
            [sys.executable, "-c", program], input=page, capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    }
    assert prints == {render_pdf(page).sha256}


def test_the_file_has_a_title_a_language_the_letters_date_and_no_author(tmp_path: Path) -> None:
    content = render_pdf(letter_html(short_letter(), dated_on=_DAY)).bytes
    with closing(pypdfium2.PdfDocument(content)) as pdf:
        facts = pdf.get_metadata_dict()
    assert facts["Title"] == short_letter().title
    assert facts["CreationDate"].startswith("D:20260128")
    assert facts["Author"] == ""
    plain = _uncompressed(content, tmp_path)
    assert b"/Lang (fr)" in plain
    assert b'pdfuaid:part="1"' in plain
    assert b"/DisplayDocTitle true" in plain


def test_the_file_is_tagged_and_headings_of_tables_have_a_scope(tmp_path: Path) -> None:
    path = tmp_path / "lettre.pdf"
    path.write_bytes(render_pdf(letter_html(long_letter())).bytes)
    report = pdfua.validate(str(path))
    assert [finding.message for finding in report.findings] == []
    content = _uncompressed(path.read_bytes(), tmp_path)
    for tag in (b"/H1", b"/H2", b"/L", b"/LI", b"/Lbl", b"/LBody", b"/Table", b"/TH", b"/TD", b"/Link", b"/Caption"):
        assert re.search(rb"/S " + tag + rb"\b", content), tag
    assert len(re.findall(rb"/S /TH\b(?!ead)", content)) == content.count(b"/Scope /Column") == 3


def test_annexes_start_a_sheet_and_the_page_count_is_right() -> None:
    rendered = render_pdf(letter_html(long_letter()))
    pages = page_texts(rendered.bytes)
    assert len(pages) == rendered.pages
    starts = [page.lstrip().split("\r\n")[0] for page in pages]
    assert starts[-2:] == ["Talon-réponse à renvoyer", "Cosignataires"]
    assert f"{rendered.pages} / {rendered.pages}" in pages[-1]


@pytest.mark.parametrize("count", range(10, 26))
def test_the_place_to_sign_never_stands_alone_on_a_page(count: int) -> None:
    items = tuple(ListItem((Text(f"demande numéro {number}"),)) for number in range(count))
    letter = replace(short_letter(), body=(Heading((Text("Demandes"),)), NumberedList(items)))
    for text in page_texts(render_pdf(letter_html(letter)).bytes):
        if "Signature de" in text:
            assert "Je vous prie" in text
            assert "demande numéro" in text


def test_numbers_of_lists_go_on_from_where_they_should() -> None:
    text = "".join(page_texts(render_pdf(letter_html(long_letter())).bytes))
    numbers = re.findall(r"^(\d+)\. *\r?$", text, re.MULTILINE)
    assert [number for number in numbers if int(number) > 8] == [str(number) for number in range(9, 27)]


def test_the_body_size_of_an_address_shrinks_only_when_it_must() -> None:
    assert recipient_size(short_letter().recipient) == 10.75
    assert recipient_size(("W" * 38,)) == 6.0
    assert recipient_size(()) == 10.75


def test_a_hostile_letter_still_prints() -> None:
    rendered = render_pdf(letter_html(hostile_letter()))
    assert len(page_texts(rendered.bytes)) == rendered.pages


def _uncompressed(content: bytes, folder: Path) -> bytes:
    path, plain = folder / "serre.pdf", folder / "clair.pdf"
    path.write_bytes(content)
    subprocess.run([_tool("qpdf"), "--qdf", "--object-streams=disable", path, plain], check=True)
    return plain.read_bytes()


def _tool(name: str) -> str:
    path = shutil.which(name)
    assert path, f"{name} is needed: install qpdf and poppler-utils"
    return path
