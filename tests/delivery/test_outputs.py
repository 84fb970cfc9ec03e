"""Paper, screen, office file and text say the same thing in the same order, and none lets words become markup."""

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Emu

from app.delivery.docx import letter_docx
from app.delivery.html import letter_html, screen_parts
from app.delivery.pdf import render_pdf
from app.delivery.text import letter_text
from app.domain.document import Document, Paragraph, Text
from tests.delivery.reading import (
    assert_in_order,
    assert_nothing_else,
    docx_text,
    expected,
    html_attributes,
    html_tags,
    html_text,
    pdf_text,
    squeeze,
)
from tests.delivery.sample_letters import HOSTILE, hostile_letter, letter_with_gaps, long_letter, short_letter

LETTERS = pytest.mark.parametrize(
    "letter", [short_letter(), long_letter(), letter_with_gaps()], ids=["short", "long", "gaps"]
)


@LETTERS
def test_the_paper_carries_every_word_in_order_and_no_other(letter: Document) -> None:
    text = pdf_text(render_pdf(letter_html(letter)).bytes)
    assert_in_order(expected(letter), text)
    assert_nothing_else(expected(letter), text)


@LETTERS
def test_the_screen_carries_the_words_of_the_paper_in_order_and_plain_words_beside(letter: Document) -> None:
    sheet = str(screen_parts(letter).sheet)
    text = html_text(sheet, without_class="plain")
    assert_in_order(expected(letter), text)
    assert text == html_text(letter_html(letter))
    for block in letter.body:
        assert getattr(block, "plain", "") in sheet


@LETTERS
def test_the_office_file_carries_every_word_in_order_and_no_other(letter: Document) -> None:
    text = docx_text(letter_docx(letter))
    assert_in_order(expected(letter), text)
    assert_nothing_else(expected(letter), text)


@LETTERS
def test_the_plain_text_carries_every_word_in_order_and_no_other(letter: Document) -> None:
    text = re.sub(r"\[(\d+)\]", r"\1", squeeze(letter_text(letter)))
    assert_in_order(expected(letter), text)
    assert_nothing_else(expected(letter), text)


def test_words_that_look_like_markup_stay_words_everywhere() -> None:
    letter = hostile_letter()
    page, sheet = letter_html(letter), str(screen_parts(letter).sheet)
    for html in (page, sheet):
        assert html_tags(html) <= {
            "html", "head", "meta", "title", "body", "div", "p", "br", "h1", "h2", "h3", "span", "strong", "em",
            "mark",
                "details", "summary", "table", "caption", "thead", "tbody",
                "tr", "th", "td", "ul", "ol", "li", "section", "a", "b",
        }  # fmt: skip
        assert not [name for name in html_attributes(html) if name.startswith("on")]
        assert not re.search(r"href=\"(?!#|https?:)", html)
        assert "{{ 7*7 }}" in html
    for text in (html_text(page), html_text(sheet), docx_text(letter_docx(letter)), squeeze(letter_text(letter))):
        assert text.count(squeeze(HOSTILE)) >= 15
        assert "49" not in text


def test_hostile_words_are_printed_as_words() -> None:
    text = pdf_text(render_pdf(letter_html(hostile_letter())).bytes)
    assert squeeze("<svg onload=1>\"'& {{ 7*7 }} {% raw %} <style>p{}</style> javascript:alert(1)") in text


def test_a_missing_answer_shines_on_screen_with_a_link_of_its_own_each_time() -> None:
    parts = screen_parts(letter_with_gaps(), gap_href=lambda gap: f"/lettre/{gap.field}")
    assert re.findall(r'id="(manque-\d)"', str(parts.sheet)) == ["manque-1", "manque-2", "manque-3"]
    assert str(parts.sheet).count('href="/lettre/enfants.0.classe"') == 2
    assert [gap.field for gap in parts.gaps] == ["lettre.lieu", "enfants.0.classe"]


def test_plain_words_show_their_label_once_and_are_announced_every_time() -> None:
    sheet = str(screen_parts(short_letter()).sheet)
    assert sheet.count("<b>En clair</b>") == 1
    assert sheet.count('<b class="sr-only">En clair</b>') == 2


def test_a_ground_shows_its_source_and_the_day_it_was_checked_on_screen_only() -> None:
    assert "Vérifié le 21\u00a0novembre\u00a02026." in screen_parts(short_letter()).grounds
    assert "À relire" in screen_parts(short_letter()).grounds
    assert "Vérifié" not in letter_html(short_letter())


def test_every_citation_leads_to_its_ground() -> None:
    for html in (letter_html(long_letter()), str(screen_parts(long_letter()).sheet)):
        targets = set(re.findall(r'href="#(fondement-\d+)"', html))
        assert targets == {"fondement-1", "fondement-2", "fondement-3", "fondement-8"}
        assert targets <= set(re.findall(r'id="(fondement-\d+)"', html))


def test_a_letter_without_a_subject_line_is_headed_by_its_title() -> None:
    letter = replace(short_letter(), header=())
    title = squeeze(letter.title)
    for text in (html_text(letter_html(letter)), docx_text(letter_docx(letter)), squeeze(letter_text(letter))):
        assert title in text


def test_an_unknown_node_stops_the_letter_instead_of_vanishing() -> None:
    letter = replace(short_letter(), body=(Paragraph((object(),)),))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Cannot draw object"):
        letter_html(letter)


def test_the_office_file_is_the_same_for_the_same_letter_and_names_nobody() -> None:
    content = letter_docx(long_letter())
    assert content == letter_docx(long_letter())
    core = docx.Document(io.BytesIO(content)).core_properties
    assert (core.author, core.last_modified_by, core.language) == ("", "", "fr-FR")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        assert b"Camille" not in archive.read("docProps/core.xml") + archive.read("docProps/app.xml")


def test_the_office_file_is_french_a4_with_real_headings_lists_and_links() -> None:
    office: Any = docx.Document(io.BytesIO(letter_docx(long_letter())))
    section = office.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {language.get(qn("w:val")) for language in office.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
    names = [paragraph.style.name for paragraph in office.paragraphs]
    assert names.count("Heading 1") == 1
    assert {"Heading 2", "Heading 3", "List Number", "List Bullet", "Fondement", "Formule de politesse"} <= set(names)
    links = [link.get(qn("w:anchor")) for link in office.element.body.iter(qn("w:hyperlink"))]
    marks = {mark.get(qn("w:name")) for mark in office.element.body.iter(qn("w:bookmarkStart"))}
    assert {link for link in links if link} <= marks
    targets = {relation.target_ref for relation in office.part.rels.values() if relation.is_external}
    assert len(targets) == 8


def test_the_address_of_the_office_file_stands_at_the_window() -> None:
    office: Any = docx.Document(io.BytesIO(letter_docx(short_letter())))
    head = office.tables[0]
    section = office.sections[0]
    assert round(Emu(section.left_margin + head.columns[0].width).mm) == 110
    address = head.rows[0].cells[1].paragraphs[0]
    assert round(Emu(section.top_margin + address.paragraph_format.space_before).mm) == 50
    assert round(head.rows[0].height.mm) == 74


def test_each_paragraph_of_the_plain_text_is_one_line() -> None:
    words = "mot " * 200
    letter = replace(short_letter(), body=(Paragraph((Text(words),)),))
    assert words in letter_text(letter)
