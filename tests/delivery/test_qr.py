"""The QR code of a link: what a telephone reads is the link, on a page, in a file, on paper."""

import io
import re
from contextlib import closing
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
import segno

from app.delivery.pdf import render_pdf
from app.delivery.qr import LONGEST_LINK, QUIET_ZONE, Matrix, qr_file, qr_matrix, qr_side, qr_svg
from app.delivery.rendered import POSTER_SHEET
from tests.delivery.qr_reading import matrix_of, words_of

LINKS = (
    "http://127.0.0.1:8000/c/4K7QM2",
    "https://c.fr/c/0",
    "https://carnet-de-droits.example/c/4K7QM2",
    "https://lettres.parents-du-gard.example/c/99GWX1",
    "https://lettres.federation-departementale.example/c/4K7QM2",
)
every_link = pytest.mark.parametrize("link", LINKS)
LINK = LINKS[2]


def drawn(svg: str) -> Matrix:
    """The modules of a drawing, from its paths alone."""
    root = ElementTree.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    dark = next(element for element in root if element.get("fill") == "#000").attrib["d"]
    modules = [[0] * side for _ in range(side)]
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dark):
        for place in range(int(length)):
            modules[int(row)][int(column) + place] = 1
    assert "".join(re.findall(r"M\d+ \d+h\d+v1h-\d+z", dark)) == dark
    zone = QUIET_ZONE
    assert not any(any(row) for row in (*modules[:zone], *modules[-zone:])), "the quiet zone is white"
    assert not any(any((*row[:zone], *row[-zone:])) for row in modules)
    return [row[zone:-zone] for row in modules[zone:-zone]]


@every_link
def test_the_code_says_the_link_and_nothing_else(link: str) -> None:
    assert words_of(qr_matrix(link)) == link


@every_link
def test_the_modules_are_those_of_the_library(link: str) -> None:
    code = segno.make_qr(link, error="q")
    assert [list(row) for row in qr_matrix(link)] == [list(row) for row in code.matrix]
    assert code.error in ("Q", "H")


@every_link
def test_the_drawing_on_a_page_holds_every_module_and_no_style(link: str) -> None:
    svg = qr_svg(link, "Code")
    assert [list(row) for row in drawn(svg)] == [list(row) for row in qr_matrix(link)]
    assert "style" not in svg
    assert "xmlns" not in svg
    root = ElementTree.fromstring(svg)
    side = qr_side(qr_matrix(link))
    assert root[2].attrib == {"fill": "#fff", "d": f"M0 0h{side}v{side}h-{side}z"}
    assert root.get("role") == "img"


def test_a_reader_of_screens_hears_what_it_is_and_where_it_leads() -> None:
    root = ElementTree.fromstring(qr_svg(LINK, "Code QR de <la> campagne & d’elle", name="affiche"))
    title, description = root[0], root[1]
    assert (title.tag, title.text) == ("title", "Code QR de <la> campagne & d’elle")
    assert (description.tag, description.text) == ("desc", LINK)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}" == "affiche-titre affiche-texte"


def test_the_file_is_a_drawing_of_its_own_that_loads_nothing() -> None:
    content = qr_file(LINK, "Code QR de <la> campagne")
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("width") == root.get("height") == "50mm"
    assert {element.tag.rpartition("}")[2] for element in root} == {"title", "desc", "path"}
    assert b"href" not in content
    assert b"script" not in content
    assert qr_file(LINK, "Code QR de <la> campagne") == content


@pytest.mark.parametrize("link", ["", "https://exemple.fr/" + "a" * LONGEST_LINK])
def test_a_link_that_is_none_or_too_long_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="short"):
        qr_matrix(link)


@every_link
def test_the_code_on_paper_is_drawn_in_lines_and_read_back(link: str) -> None:
    code = f'<div class="code">{qr_svg(link, "Code")}</div>'
    content = render_pdf(f'<html lang="fr"><title>x</title><body>{code}', POSTER_SHEET).bytes
    with closing(pypdfium2.PdfDocument(content)) as pdf, closing(pdf[0]) as sheet:
        assert words_of(matrix_of(sheet.render(scale=4).to_pil())) == link
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert not pdf.pages[0].get_images()
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        assert [str(figure.Alt) for figure in figures] == ["Code"]
