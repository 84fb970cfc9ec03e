"""The logo of an association: any honest image comes out as a small clean PNG, all else is refused with a reason.

The corpus goes through a real process that can be killed, as uploads do.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from app.delivery.errors import RenderFailed
from app.delivery.logo import clean_logo
from app.delivery.piece_pool import PiecePool
from app.delivery.rendered import CleanPiece
from app.domain.identity import LOGO_BYTES, LOGO_SIDE
from app.domain.pieces import MediaType, RefusedPiece
from tests.delivery.files import (
    REFUSED,
    SECRET,
    archive,
    pdf,
    photo,
    photo_with_notes,
    png_bomb,
    png_with_notes,
)


@pytest.fixture(scope="module")
def pool() -> Iterator[PiecePool]:
    """One process that serves one file, then ends, as in the house."""
    with PiecePool(seconds=20.0) as made:
        yield made


def picture(width: int = 300, height: int = 200, known_format: str = "PNG", mode: str = "RGB", **options: Any) -> bytes:
    return photo(width, height, known_format, mode, **options)


def opened(piece: CleanPiece) -> Image.Image:
    assert piece.media_type is MediaType.PNG
    image = Image.open(io.BytesIO(piece.bytes), formats=("PNG",))
    image.load()
    return image


def animated(known_format: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, known_format, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def noise(side: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 120).convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


def text_bomb() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "0" * 60_000_000, zip=True)
    return picture(pnginfo=notes)


KEPT: dict[str, Callable[[], bytes]] = {
    "a PNG": picture,
    "a PNG that is transparent": lambda: picture(mode="RGBA"),
    "a PNG of two colours": lambda: picture(mode="1"),
    "a PNG with a palette": lambda: picture(mode="P"),
    "a JPEG": lambda: picture(known_format="JPEG"),
    "a JPEG for a printer": lambda: picture(known_format="JPEG", mode="CMYK"),
    "a WebP": lambda: picture(known_format="WEBP"),
    "a large picture": lambda: picture(4000, 3000, "JPEG"),
    "a picture that is nothing but noise": lambda: noise(900),
}


@pytest.mark.parametrize("name", KEPT)
def test_an_honest_image_becomes_a_small_png(name: str, pool: PiecePool) -> None:
    piece = pool.logo(KEPT[name]())
    assert max(opened(piece).size) <= LOGO_SIDE
    assert len(piece.bytes) <= LOGO_BYTES
    assert not opened(piece).info.keys() - {"transparency"}


def test_transparency_stays_and_the_shape_too() -> None:
    image = opened(clean_logo(picture(1200, 600, mode="RGBA")))
    assert (image.size, image.mode) == ((600, 300), "RGBA")
    assert image.convert("RGBA").getpixel((590, 290))[3] == 0  # type: ignore[index]


def test_a_picture_held_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(clean_logo(picture(300, 200, "JPEG", exif=exif))).size == (200, 300)


@pytest.mark.parametrize("raw", [photo_with_notes(), png_with_notes()], ids=["jpeg", "png"])
def test_what_the_camera_and_the_author_noted_is_gone(raw: bytes, pool: PiecePool) -> None:
    larger = io.BytesIO()
    with Image.open(io.BytesIO(raw)) as image:
        image.resize((120, 80)).save(larger, image.format, exif=image.getexif())
    for content in (larger.getvalue(), larger.getvalue() + SECRET.encode()):
        assert SECRET.encode() not in pool.logo(content).bytes


@pytest.mark.parametrize("tail", [archive(), b"<script>alert(1)</script>", pdf()], ids=["zip", "script", "pdf"])
def test_a_file_that_is_two_at_once_comes_out_as_one(tail: bytes) -> None:
    content = clean_logo(picture() + tail).bytes
    assert tail[:12] not in content
    assert not zipfile.is_zipfile(io.BytesIO(content))


# What is wrong with each, and a piece of the sentence it must be answered with.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a drawing": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "exportez-le en PNG"),
    "a drawing that runs": (lambda: b'\xef\xbb\xbf <svg onload="alert(1)"/>', "exportez-le en PNG"),
    "a packed drawing": (lambda: b"\x1f\x8b\x08\x00svgz", "exportez-le en PNG"),
    "a photograph of an iPhone": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "en PNG ou en JPEG"),
    "a moving GIF": (lambda: animated("GIF"), "animée"),
    "a still GIF": (lambda: picture(known_format="GIF", mode="P"), "ni un PNG"),
    "a moving PNG": (lambda: animated("PNG"), "animée"),
    "a moving WebP": (lambda: animated("WEBP"), "animée"),
    "a PDF": (pdf, "une image, pas un PDF"),
    "an archive": (archive, "ni un PNG"),
    "a program": (lambda: b"MZ\x90\x00", "ni un PNG"),
    "a text": (lambda: b"Bonjour", "ni un PNG"),
    "an AVIF": (lambda: photo(known_format="AVIF"), "ni un PNG"),
    "a TIFF": (lambda: photo(known_format="TIFF"), "ni un PNG"),
    "a BMP": (lambda: photo(known_format="BMP"), "ni un PNG"),
    "a GIF that is a script": (lambda: b"GIF89a/*" + b"\x00" * 8 + b"*/=1;alert(1)", "ni un PNG"),
    "a PNG that is a JPEG inside": (lambda: b"\x89PNG\r\n\x1a\n" + picture(known_format="JPEG"), "abîmée"),
    "a JPEG cut short": (lambda: picture(400, 400, "JPEG")[:900], "abîmée"),
    "the head of a PNG": (lambda: b"\x89PNG\r\n\x1a\n", "abîmée"),
    "the head of a WebP": (lambda: b"RIFF\x00\x00\x00\x00WEBP", "abîmée"),
    "a picture of many points": (lambda: png_bomb(7000), "40 millions de points"),
    "a picture of very many points": (lambda: png_bomb(15000), "40 millions de points"),
    "a note of sixty megabytes": (text_bomb, "abîmée"),
    "a dot": (lambda: picture(1, 1), "48 points"),
    "a thread": (lambda: picture(3000, 60), "8 fois plus long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_logo_is_refused_with_its_reason_and_its_remedy(name: str, pool: PiecePool) -> None:
    build, words = HOSTILE[name]
    with pytest.raises(RefusedPiece) as refused:
        pool.logo(build())
    assert words in refused.value.message.replace("\u00a0", " ")
    assert refused.value.field == "fichier"


@pytest.mark.parametrize("name", REFUSED)
def test_whatever_a_dossier_refuses_is_refused_as_a_logo_too(name: str) -> None:
    with pytest.raises(RefusedPiece):
        clean_logo(REFUSED[name][0]())


def test_a_file_that_asks_for_more_memory_than_one_may_is_stopped() -> None:
    with PiecePool(seconds=10.0, memory=150 * 1024 * 1024) as small, pytest.raises((RenderFailed, RefusedPiece)):
        small.logo(picture(6000, 6000, mode="RGBA"))
