"""The fillable PDF: fields a person can reach in order, hear, and fill; nothing that acts by itself."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf

from app.delivery.geometry import KEPT_CLEAR, MILLIMETRES_PER_POINT, RECIPIENT, Rectangle
from app.delivery.paper.fillable import fillable_pdf
from app.delivery.rendered import LARGE_SHEET, RenderedPdf
from app.domain.paper.settings import PaperSettings, Pupil
from app.services.library import library
from app.services.paper.forms import PaperForm, PaperPage, blank_letter, paper_page

ON = date(2026, 11, 21)
PAGE_HEIGHT = 297.0


@cache
def page(letter_id: str = "acces") -> PaperPage:
    """The page of a fillable form for two children."""
    settings = PaperSettings(on=ON, pupils=(Pupil(), Pupil(has_birth_date=True)))
    return paper_page(blank_letter(library().letters.lookup(letter_id), settings), PaperForm.FILLABLE, ON)


@cache
def made(letter_id: str = "acces") -> RenderedPdf:
    """Its PDF."""
    return fillable_pdf(page(letter_id).html, page(letter_id).sheet)


def opened(letter_id: str = "acces") -> pikepdf.Pdf:
    """Its PDF, to look into."""
    return pikepdf.open(BytesIO(made(letter_id).bytes))


def fields(pdf: pikepdf.Pdf) -> list[Any]:
    """The fields of a form."""
    return list(pdf.Root.AcroForm.Fields)


def widgets(pdf: pikepdf.Pdf) -> Iterator[tuple[int, str, Any]]:
    """Each place of each field: its page from 0, the name of its field, and itself."""
    for number, sheet in enumerate(pdf.pages):
        for place in sheet.obj.get("/Annots", []):
            if str(place.get("/Subtype")) == "/Widget":
                yield number, str(place.get("/T", place.get("/Parent", place).get("/T"))), place


def zone(widget: Any) -> Rectangle:
    """Where a place stands on its sheet, in millimetres."""
    one, two, three, four = (float(side) * MILLIMETRES_PER_POINT for side in widget.Rect)
    return Rectangle(min(one, three), PAGE_HEIGHT - max(two, four), max(one, three), PAGE_HEIGHT - min(two, four))


def test_every_field_has_a_human_name_and_a_tooltip_in_french() -> None:
    with opened() as pdf:
        named = {str(field.T): str(field.TU) for field in fields(pdf)}
    assert len(named) == len(fields(opened()))
    assert named["signataires-1-nom_complet"] == "Qui écrit\u00a0: Prénom et nom"
    assert named["reponses-format=papier"].endswith("Sur papier")
    assert all(tip.strip() for tip in named.values())


def test_what_is_written_twice_in_the_letter_is_one_field_with_two_places() -> None:
    with opened("questionnaire") as pdf:
        several = {str(field.T): len(field.Kids) for field in fields(pdf) if "/Kids" in field}
        places = [name for _, name, _ in widgets(pdf)]
        assert several
        for name, count in several.items():
            assert places.count(name) == count > 1
        for field in fields(pdf):
            for kid in field.get("/Kids", []):
                assert "/T" not in kid
                assert kid.Parent.objgen == field.objgen


def test_pages_are_walked_in_the_order_of_their_tags() -> None:
    with opened() as pdf:
        assert all(str(sheet.obj.Tabs) == "/S" for sheet in pdf.pages)
        order = [name for _, name, _ in widgets(pdf)]
    assert (
        order.index("signataires-1-nom_complet") < order.index("destinataire-adresse-voie") < order.index("lettre-date")
    )
    assert order.index("enfants-1-nom_complet") < order.index("enfants-2-nom_complet")


def test_every_place_is_tagged_as_a_form() -> None:
    with opened() as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        parents = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
        for _, name, widget in widgets(pdf):
            assert str(parents[int(widget.StructParent)].S) == "/Form", name


def test_nothing_is_required_and_nothing_acts_by_itself() -> None:
    with opened() as pdf:
        for field in fields(pdf):
            assert not int(field.get("/Ff", 0)) & 0b10
            assert not {"/A", "/AA"} & set(field.keys())
        assert "/OpenAction" not in pdf.Root
        assert b"/JavaScript" not in made().bytes
        assert b"/JS" not in made().bytes


def test_a_long_answer_takes_several_lines_and_a_short_one_does_not() -> None:
    with opened() as pdf:
        flags = {str(field.T): int(field.get("/Ff", 0)) for field in fields(pdf)}
    assert flags["reponses-recherche"] & (1 << 12)
    assert not flags["signataires-1-nom_complet"] & (1 << 12)


def test_what_is_typed_uses_a_font_that_the_form_declares() -> None:
    with opened() as pdf:
        fonts = set(pdf.Root.AcroForm.DR.Font.keys())
        for _, name, widget in widgets(pdf):
            used = str(widget.get("/DA", widget.get("/Parent", widget).get("/DA"))).split()[0]
            assert used in fonts, name
        assert bool(pdf.Root.AcroForm.NeedAppearances)


def test_a_box_begins_empty_and_has_both_its_looks() -> None:
    with opened() as pdf:
        boxes = [widget for _, name, widget in widgets(pdf) if "=" in name]
        assert boxes
        for box in boxes:
            assert str(box.AS) == "/Off"
            assert {"/on", "/Off"} <= set(box.AP.N.keys())


def test_the_window_shows_the_address_and_no_other_field() -> None:
    with opened() as pdf:
        first = [(name, zone(widget)) for number, name, widget in widgets(pdf) if number == 0]
    address = [place for name, place in first if name.startswith("destinataire-")]
    assert len(address) == 3
    assert all(RECIPIENT.contains(place, tolerance=0.3) for place in address)
    assert not [name for name, place in first if not name.startswith("destinataire-") and place.touches(KEPT_CLEAR)]


def test_no_field_covers_another() -> None:
    with opened("questionnaire") as pdf:
        by_page: dict[int, list[Rectangle]] = {}
        for number, name, widget in widgets(pdf):
            place = zone(widget)
            assert not [other for other in by_page.get(number, []) if other.touches(place)], name
            by_page.setdefault(number, []).append(place)


def test_the_syntax_of_the_file_is_clean_and_the_same_page_gives_the_same_bytes() -> None:
    with opened() as pdf:
        assert pdf.check_pdf_syntax() == []
    assert fillable_pdf(page().html, page().sheet).sha256 == made().sha256


def test_the_fields_take_what_is_typed() -> None:
    out = BytesIO()
    with opened() as pdf:
        for field in fields(pdf):
            if str(field.FT) == "/Tx":
                field.V = pikepdf.String("Zoé Lœuvre")
        pdf.save(out)
    with pikepdf.open(BytesIO(out.getvalue())) as again:
        assert {str(field.V) for field in fields(again) if str(field.FT) == "/Tx"} == {"Zoé Lœuvre"}


def test_large_print_keeps_the_address_in_its_block() -> None:
    html = page().html
    with pikepdf.open(BytesIO(fillable_pdf(html, LARGE_SHEET).bytes)) as pdf:
        address = [zone(widget) for number, name, widget in widgets(pdf) if name.startswith("destinataire-")]
    assert all(RECIPIENT.contains(place, tolerance=0.3) for place in address)
