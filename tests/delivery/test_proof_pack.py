"""The proof pack: every letter as it was sealed, every piece on its sheet, and one sound PDF around them."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from app.delivery.errors import RenderFailed
from app.delivery.html import base_css
from app.delivery.pack_pages import SHEETS_AT_ONCE, PackPiece, front_html, sheet_batches, sheets_html
from app.delivery.pack_parts import PackPart, PartKind, from_message, to_message
from app.delivery.pdf import render_pdf
from app.delivery.pdf_tags import append_tagged
from app.delivery.piece_pool import PiecePool
from app.delivery.proof_pack import bind
from app.delivery.rendered import PACK_SHEET
from tests.delivery.files import pdf
from tests.delivery.packs import REFERENCE, TITLES, contents, letters, parts
from tests.delivery.reading import page_texts

FRONT_PAGES, LETTER_PAGES, SHEETS = 3, (1, 4), 6


@pytest.fixture(scope="module")
def bound() -> bytes:
    return bind(contents().title, parts())


@pytest.fixture
def pack(bound: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(bound)) as opened:
        yield opened


def flat(text: str) -> str:
    return " ".join(text.split())


def page_image(content: bytes, number: int) -> Image.Image:
    """A page as PDFium draws it, one point a dot."""
    with closing(pypdfium2.PdfDocument(content)) as document, closing(document[number]) as page:
        drawn: Image.Image = page.render(scale=1).to_pil()
        return drawn.convert("L")


def test_the_pack_is_sound(bound: bytes, tmp_path: Path) -> None:
    program = shutil.which("qpdf")
    assert program, "qpdf is needed: install qpdf"
    path = tmp_path / "pack.pdf"
    path.write_bytes(bound)
    checked = subprocess.run([program, "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "No syntax or stream encoding errors found" in checked.stdout


def test_the_same_parts_give_the_same_bytes(bound: bytes) -> None:
    assert bind(contents().title, parts()) == bound


def test_the_parts_stand_in_their_order(bound: bytes) -> None:
    texts = [flat(text) for text in page_texts(bound)]
    assert len(texts) == FRONT_PAGES + sum(LETTER_PAGES) + SHEETS
    assert "n’est pas un acte officiel" in texts[0]
    assert "Pièce n° 3 : Réponse <du> collège & annexes (pages P3-1 à P3-3)" in texts[0]
    assert texts[1].startswith("La ligne de temps")
    assert "Règlement (UE) 2016/679, article 12, § 3" in texts[2]
    assert texts[-SHEETS] == f"Pièce n° 1 : {TITLES[0]} P1-1. Dossier de preuves {REFERENCE}."
    assert "P3-2, page 2 sur 3." in texts[-3]
    assert [label for text in texts[-SHEETS:] for label in re.findall(r"\bP\d-\d\b", text)] == [
        "P1-1", "P2-1", "P3-1", "P3-2", "P3-3", "P4-1",
    ]  # fmt: skip


def test_a_sealed_letter_is_put_in_word_for_word_and_point_for_point(bound: bytes) -> None:
    number, texts = FRONT_PAGES, page_texts(bound)
    for letter in letters():
        for place, text in enumerate(page_texts(letter)):
            assert texts[number] == text
            assert page_image(bound, number).tobytes() == page_image(letter, place).tobytes()
            number += 1


def test_viewers_show_where_one_stands(pack: pikepdf.Pdf) -> None:
    with pack.open_outline() as outline:
        titles = [flat(item.title) for item in outline.root]
    assert titles[0] == "Ce que contient ce dossier"
    assert titles[-6:] == [
        "Lettre n° 1 : Demande d’accès",
        "Lettre n° 2 : Opposition",
        *(f"Pièce n° {number} : {title}" for number, title in enumerate(TITLES, 1)),
    ]
    labels: Any = pack.Root.PageLabels.Nums
    found = [(int(labels[place]), str(labels[place + 1].get("/P", ""))) for place in range(0, len(labels), 2)]
    assert found == [(0, ""), (3, "L1-"), (4, "L2-"), (8, "P1-"), (9, "P2-"), (10, "P3-"), (13, "P4-")]


def test_the_pack_says_its_title_and_language_and_claims_nothing_more(pack: pikepdf.Pdf) -> None:
    assert str(pack.docinfo["/Title"]) == contents().title
    assert str(pack.Root.Lang) == "fr"
    with pack.open_metadata() as said:
        assert said["dc:title"] == contents().title
        assert "pdfuaid:part" not in said
    assert b"Durand" not in pack.Root.Metadata.read_bytes()


def elements(item: Any) -> Iterator[Any]:
    """Every element of the structure, from the top."""
    if isinstance(item, pikepdf.Array):
        for one in item:
            yield from elements(one)
    elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
        yield item
        yield from elements(item.get("/K", pikepdf.Array()))


def test_every_page_keeps_its_tags(pack: pikepdf.Pdf) -> None:
    root: Any = pack.Root.StructTreeRoot
    numbers = root.ParentTree.Nums
    keys = [int(numbers[place]) for place in range(0, len(numbers), 2)]
    assert keys == sorted(set(keys))
    assert int(root.ParentTreeNextKey) == keys[-1] + 1
    parents = dict(zip(keys, [numbers[place] for place in range(1, len(numbers), 2)], strict=True))
    for page in pack.pages:
        own = parents[int(page.obj.StructParents)]
        assert all(element.Pg.objgen == page.obj.objgen for element in own if "/Pg" in element)
        for note in page.obj.get("/Annots", []):
            assert parents[int(note.StructParent)].S in ("/Link", "/Annot")
    found = list(elements(root.K))
    assert found[0].S == "/Document"
    assert sum(element.S == "/Part" for element in found) == len(LETTER_PAGES) + 1
    assert {element.Pg.objgen for element in found if "/Pg" in element} == {page.obj.objgen for page in pack.pages}


def test_each_drawing_and_each_piece_is_named_to_who_listens(pack: pikepdf.Pdf) -> None:
    figures = [element for element in elements(pack.Root.StructTreeRoot.K) if element.S == "/Figure"]
    names = [flat(str(figure.Alt)) for figure in figures]
    assert names[0] == "Le dossier sur une ligne de temps"
    assert len(names) == SHEETS + 1
    assert names[4] == f"Image de la pièce n° 3, {TITLES[2]}, page 2 sur 3"


def test_the_links_of_a_letter_still_lead_where_they_led(pack: pikepdf.Pdf) -> None:
    page = pack.pages[FRONT_PAGES + LETTER_PAGES[0]]
    named = [str(note.Dest) for note in page.obj.Annots if "/Dest" in note]
    table: Any = pack.Root.Names.Dests.Names
    known = {str(table[place]): table[place + 1].D[0].objgen for place in range(0, len(table), 2)}
    own = range(FRONT_PAGES + LETTER_PAGES[0], FRONT_PAGES + sum(LETTER_PAGES))
    assert named
    assert {known[name] for name in named} <= {pack.pages[number].obj.objgen for number in own}


def test_a_piece_stands_upright_in_its_frame(bound: bytes) -> None:
    photograph = page_image(bound, FRONT_PAGES + sum(LETTER_PAGES))
    assert [photograph.getpixel(place) for place in ((150, 200), (150, 600), (450, 200), (450, 600))] == [
        0,
        255,
        255,
        255,
    ]
    frame = photograph.point(lambda level: 255 if level < 200 else 0).getbbox()
    assert frame is not None
    assert (frame[0], frame[2]) == (45, 551)  # 16 mm on both sides: nothing stands outside the frame
    assert "Page 1" in page_texts(bound)[FRONT_PAGES + sum(LETTER_PAGES) + 2]


def test_nothing_of_a_piece_acts_once_in_the_pack(pack: pikepdf.Pdf) -> None:
    assert set(pack.Root.keys()) & {"/OpenAction", "/AA", "/AcroForm"} == set()
    assert set(pack.Root.Names.keys()) == {"/Dests"}


def test_words_of_people_never_become_markup() -> None:
    hostile = contents(
        subject="<script>alert(1)</script>",
        addressee="<img src='http://x/'>",
        pieces=(PackPiece(1, "P1-", "<style>*{}</style>", 1),),
    )
    for page in (front_html(hostile), sheets_html(hostile, hostile.pieces)):
        assert not re.search(r"<script>|<img|<style>", page)
        assert render_pdf(page, PACK_SHEET).pages >= 1


def test_a_pack_without_letter_or_piece_is_a_pack() -> None:
    said = contents(letters=(), pieces=(), facts=(), points=())
    front = PackPart(PartKind.FRONT, render_pdf(front_html(said), PACK_SHEET).bytes)
    with pikepdf.open(io.BytesIO(bind(said.title, [front]))) as alone:
        assert len(alone.pages) == FRONT_PAGES


def test_the_longest_title_keeps_one_sheet_a_page() -> None:
    pieces = (PackPiece(1, "P1-", "é " * 60, 1), PackPiece(20, "P20-", "M" * 120, 30))
    assert render_pdf(sheets_html(contents(), pieces), PACK_SHEET).pages == 31


def test_sheets_are_laid_out_by_lots_that_leave_none_out() -> None:
    pieces = tuple(PackPiece(number, f"P{number}-", "Pièce", 30) for number in range(1, 21))
    lots = list(sheet_batches(pieces))
    assert [piece for lot in lots for piece in lot] == list(pieces)
    assert all(sum(piece.pages for piece in lot) <= SHEETS_AT_ONCE for lot in lots)
    assert list(sheet_batches(())) == []
    assert len(list(sheet_batches([PackPiece(1, "P1-", "Pièce", 999)]))) == 1


def test_an_untagged_pdf_is_added_without_its_numbers() -> None:
    def spoil(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.StructParents = 0

    with pikepdf.open(io.BytesIO(letters()[0])) as whole, pikepdf.open(io.BytesIO(pdf(spoil=spoil))) as bare:
        append_tagged(whole, bare)
        assert "/StructParents" not in whole.pages[-1].obj
        assert len(whole.pages) == 2


def test_the_parts_travel_as_they_are() -> None:
    said, payload = to_message(parts())
    assert tuple(from_message(said, payload)) == parts()


def test_the_pool_binds_as_the_binder_itself(bound: bytes) -> None:
    with PiecePool() as pool:
        assert pool.bind(contents().title, parts()) == bound
        with pytest.raises(RenderFailed):
            pool.bind("x", [PackPart(PartKind.FRONT, b"not a PDF")])


def test_no_other_sheet_than_ours_may_be_asked_for() -> None:
    with pytest.raises(ValueError, match="style sheet of the house"):
        base_css("../../config.py")
