"""The images of our own pages: those handed with the page, by name, and none other."""

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image

from app.delivery.errors import ForbiddenResource
from app.delivery.images import MOST_BYTES, MOST_IMAGES, apart, beside, check_images
from app.delivery.pdf import render_pdf
from app.delivery.pool import RenderPool
from app.delivery.rendered import LETTER_SHEET


def png(width: int = 8, height: int = 4, colour: str = "red") -> bytes:
    """A small picture."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(content, "PNG")
    return content.getvalue()


def announced(width: int, height: int) -> bytes:
    """A picture that says its size and holds nothing."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


LOGO = png()
PAGE = (
    '<html lang="fr"><head><title>x</title><meta name="dcterms.created" content="2026-01-28"></head>'
    '<body><p>Bonjour</p><img src="carnet:logo" alt="Le logo"></body></html>'
)


def pictures(content: bytes) -> list[tuple[int, int]]:
    """The size of each picture of the first page."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [(int(image.Width), int(image.Height)) for image in pdf.pages[0].get_images().values()]


def test_a_page_shows_the_image_it_came_with() -> None:
    rendered = render_pdf(PAGE, LETTER_SHEET, {"logo": LOGO})
    assert pictures(rendered.bytes) == [(8, 4)]
    assert render_pdf(PAGE, LETTER_SHEET, {"logo": LOGO}).bytes == rendered.bytes
    with pikepdf.open(io.BytesIO(rendered.bytes)) as pdf:
        names = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert names == ["Le logo"]


def test_an_image_serves_its_own_page_and_not_the_next_one() -> None:
    render_pdf(PAGE, LETTER_SHEET, {"logo": LOGO})
    with pytest.raises(ForbiddenResource):
        render_pdf(PAGE)
    assert pictures(render_pdf(PAGE, LETTER_SHEET, {"logo": png(3, 3)}).bytes) == [(3, 3)]


@pytest.mark.parametrize(
    "address",
    [
        "carnet:autre", "carnet:", "carnet:LOGO", "CARNET:logo", "carnet:logo?x", "carnet:logo#x", "carnet://logo",
        "carnet:/logo", "carnet:../logo", "carnet:%6cogo", "carnet-police:logo", "file:carnet:logo",
        "data:image/png;base64,iVBORw0KGgo=", "http://localhost:1/carnet:logo",
    ],
)  # fmt: skip
def test_only_the_whole_name_of_a_handed_image_opens_the_door(address: str) -> None:
    with pytest.raises(ForbiddenResource):
        render_pdf(PAGE.replace("carnet:logo", address), LETTER_SHEET, {"logo": LOGO})


def test_images_travel_through_the_pool() -> None:
    with RenderPool(processes=1) as pool:
        (process,) = pool.process_ids()
        page = PAGE.replace("</body>", '<img src="carnet:sceau" alt="Le sceau"></body>')
        rendered = pool.render(page, images={"logo": LOGO, "sceau": png(5, 5, "blue")})
        assert sorted(pictures(rendered.bytes)) == [(5, 5), (8, 4)]
        with pytest.raises(ForbiddenResource, match="du dehors"):
            pool.render(PAGE)
        assert pool.check(PAGE, {"logo": LOGO}).pages == 1
        assert pool.process_ids() == (process,)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\x00" * 40, b"\xff\xd8\xff" + b"\x00" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://localhost:1/'/></svg>",
        LOGO + b"\x00" * MOST_BYTES, announced(0, 1), announced(2501, 1), announced(1, 2501), announced(2**31, 2**31),
    ],
    ids=["empty", "signature alone", "gif", "jpeg", "svg", "heavy", "flat", "wide", "high", "bomb"],
)  # fmt: skip
def test_what_is_no_reasonable_png_never_reaches_a_process(content: bytes) -> None:
    with pytest.raises(ForbiddenResource, match="PNG"):
        check_images({"logo": content})


def test_names_and_number_are_ours_to_keep() -> None:
    check_images({"logo": LOGO, "code-2": LOGO})
    for name in ("", "Logo", "1", "a/b", "../logo", "a" * 41, "logo\n"):
        with pytest.raises(ValueError, match="lower case"):
            check_images({name: LOGO})
    with pytest.raises(ValueError, match="eight"):
        check_images({f"i{number}": LOGO for number in range(MOST_IMAGES + 1)})


def test_a_message_is_taken_apart_as_it_was_put_together() -> None:
    images = {"a": b"", "b": b"\x00\xff", "c": LOGO}
    said, payload = beside("é".encode(), images)
    assert apart(said["page"], said["images"], payload) == ("é".encode(), images)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("length", "lengths"),
    [(1, []), (3, []), (1, [["a", 2]]), (3, [["a", -1]]), (-1, [["a", 3]]), (0, [["a", 1], ["a", 1]])],
)
def test_a_message_that_lies_is_refused(length: int, lengths: list[list[object]]) -> None:
    with pytest.raises(ValueError, match="announces"):
        apart(length, lengths, b"xy")


def test_a_picture_that_cannot_be_read_leaves_its_words() -> None:
    with RenderPool(processes=1) as pool:
        rendered = pool.render(PAGE, images={"logo": announced(8, 8)})
    assert rendered.pages == 1
