"""Files that people send: what is kept of them, what is refused, and what cannot harm the next one."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name
from PIL import Image

from app.delivery.errors import RenderTimeout, RenderTooLarge
from app.delivery.piece_image import LOSSLESS_BYTES, MOST_SIDE, without_notes
from app.delivery.piece_pool import PiecePool
from app.delivery.pieces import clean_piece
from app.delivery.rendered import CleanPiece
from app.domain.pieces import FIELD, MOST_PIXELS, MediaType, RefusedPiece
from tests.delivery.files import (
    A4,
    REFUSED,
    SECRET,
    archive,
    pdf,
    pdf_bomb,
    photo,
    photo_with_notes,
    png_with_notes,
    with_annotation,
    with_form,
    with_stamp,
    with_stream,
    with_traces,
)
from tests.delivery.reading import page_texts


@pytest.fixture(scope="module")
def pool() -> Iterator[PiecePool]:
    with PiecePool() as made:
        yield made


def picture(piece: CleanPiece) -> Image.Image:
    return Image.open(io.BytesIO(piece.bytes))


def grey(image: Image.Image, x: int, y: int) -> int:
    level: Any = image.convert("L").getpixel((x, y))
    return int(level)


def is_dark(image: Image.Image, across: float, down: float) -> bool:
    return grey(image, int(image.width * across), int(image.height * down)) < 100


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore:Image size")  # Pillow's own warning, said before our refusal
def test_a_bad_file_is_refused_with_a_sentence(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(RefusedPiece) as refused:
        clean_piece(make())
    assert words in refused.value.message.replace("\u00a0", " ").replace("\u202f", " ")
    assert refused.value.field == FIELD
    assert refused.value.message.endswith((".", ")."))


@pytest.mark.parametrize("known_format", ["JPEG", "WEBP"])
def test_a_photograph_is_kept_as_a_jpeg(known_format: str) -> None:
    piece = clean_piece(photo(known_format=known_format))
    assert (piece.media_type, piece.pages) == (MediaType.JPEG, 1)
    assert picture(piece).format == "JPEG"
    assert is_dark(picture(piece), 0.2, 0.2)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16"])
def test_a_light_png_stays_one(mode: str) -> None:
    piece = clean_piece(photo(known_format="PNG", mode=mode))
    assert piece.media_type is MediaType.PNG
    assert picture(piece).mode in ("L", "RGB", "RGBA")


def test_sixteen_bits_a_point_keep_their_greys() -> None:
    out = io.BytesIO()
    Image.new("I;16", (8, 8), 40000).save(out, "PNG")
    assert picture(clean_piece(out.getvalue())).getpixel((0, 0)) in (155, 156, 157)


def test_a_heavy_png_becomes_a_jpeg_on_white_paper() -> None:
    noise = Image.effect_noise((1600, 1600), 90).convert("RGBA")
    noise.putalpha(Image.linear_gradient("L").resize(noise.size))
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(out.getvalue()) > LOSSLESS_BYTES
    piece = clean_piece(out.getvalue())
    assert piece.media_type is MediaType.JPEG
    assert grey(picture(piece), 800, 2) > 240


def test_a_wide_photograph_is_made_smaller_in_proportion() -> None:
    assert picture(clean_piece(photo(5000, 2000))).size == (MOST_SIDE, 1000)
    assert picture(clean_piece(photo(9000, 2, "PNG"))).size == (MOST_SIDE, 1)


# Where the dark quarter stands once the photo is upright, for each way to hold a camera (EXIF 2.3, tag 0x0112).
@pytest.mark.parametrize(
    ("turn", "across", "down"),
    [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 0, 1), (5, 0, 0), (6, 1, 0), (7, 1, 1), (8, 0, 1)],
)
def test_a_photograph_stands_upright_and_says_nothing_else(turn: int, across: int, down: int) -> None:
    piece = clean_piece(photo_with_notes(turn))
    image = picture(piece)
    assert image.size == ((60, 40) if turn < 5 else (40, 60))
    assert is_dark(image, 0.25 + across / 2, 0.25 + down / 2)
    assert SECRET.encode() not in piece.bytes
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not image.getexif()


def test_the_notes_of_a_png_do_not_come_out() -> None:
    raw = png_with_notes()
    piece = clean_piece(raw)
    assert SECRET.encode() in raw
    assert SECRET.encode() not in piece.bytes
    assert picture(piece).info == {}


def test_the_same_photograph_gives_the_same_bytes() -> None:
    assert clean_piece(photo_with_notes(6)) == clean_piece(photo_with_notes(6))


@pytest.mark.parametrize(
    ("raw", "trace"),
    [
        (photo() + b"<?php system($_GET[0]); ?>", b"<?php"),
        (photo(comment=b"<?php system(); ?>"), b"<?php"),
        (photo() + archive(), b"PK\x03\x04"),
        (photo(known_format="PNG") + b"<script>alert(1)</script>", b"<script>"),
        (photo(known_format="WEBP") + archive(), b"PK\x03\x04"),
        (pdf() + archive(), b"PK\x03\x04"),
        (pdf() + b"<script>alert(1)</script>", b"<script>"),
        (pdf().replace(b"%PDF-1.", b"%PDF-1.4 <?php system(); ?>\n%1.", 1), b"<?php"),
    ],
)
def test_a_file_that_is_two_files_keeps_one(raw: bytes, trace: bytes) -> None:
    piece = clean_piece(raw)
    assert trace in raw
    assert trace not in piece.bytes
    assert not zipfile.is_zipfile(io.BytesIO(piece.bytes))


def test_a_pdf_keeps_its_pages_and_their_words() -> None:
    piece = clean_piece(pdf(30))
    assert (piece.media_type, piece.pages) == (MediaType.PDF, 30)
    assert [text.strip() for text in page_texts(piece.bytes)] == [f"Page {number}" for number in range(1, 31)]


def test_a_stamp_stays_drawn_and_a_link_goes() -> None:
    stamped = clean_piece(with_stamp())
    assert "Tampon" in page_texts(stamped.bytes)[0]
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://exemple.fr/")
    for raw in (with_stamp(), with_annotation(Subtype=pikepdf.Name.Link, A=action), with_form()):
        with pikepdf.open(io.BytesIO(clean_piece(raw).bytes)) as kept:
            assert set(kept.Root.keys()) == {"/Type", "/Pages"}
            assert all("/Annots" not in page for page in kept.pages)


def test_a_pdf_forgets_who_made_it() -> None:
    piece = clean_piece(with_traces())
    assert SECRET.encode() in with_traces()
    with pikepdf.open(io.BytesIO(piece.bytes)) as kept:
        everything = b"".join(item.read_raw_bytes() for item in kept.objects if isinstance(item, pikepdf.Stream))
        assert SECRET.encode() not in piece.bytes + everything
        assert not kept.docinfo
        photograph = kept.pages[0].obj.Resources.XObject.X
        with Image.open(io.BytesIO(photograph.read_raw_bytes())) as image:
            assert (image.size, dict(image.getexif())) == ((60, 40), {})


@pytest.mark.parametrize("over", [[], [Name.FlateDecode], [Name.ASCIIHexDecode, Name.FlateDecode]], ids=len)
def test_a_photograph_in_a_pdf_says_nothing_whatever_it_is_wrapped_in(over: list[Any]) -> None:
    packed = photo_with_notes() + SECRET.encode()  # telephones add to the end of their photos
    for name in reversed(over):
        packed = zlib.compress(packed) if name == Name.FlateDecode else packed.hex().encode() + b">"
    raw = with_stream(
        packed,
        Subtype=Name.Image,
        Filter=Array([*over, Name.DCTDecode]),
        DecodeParms=Array([None] * (len(over) + 1)),
        Width=60,
        Height=40,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
    )
    with pikepdf.open(io.BytesIO(clean_piece(raw).bytes)) as kept:
        (photograph,) = (item for item in kept.objects if isinstance(item, pikepdf.Stream) and "/Width" in item)
        assert SECRET.encode() not in photograph.read_raw_bytes()
        with Image.open(io.BytesIO(photograph.read_raw_bytes())) as image:
            assert (image.size, is_dark(image, 0.25, 0.25)) == ((60, 40), True)


def test_a_pdf_gives_the_same_bytes_twice() -> None:
    assert clean_piece(with_traces()) == clean_piece(with_traces())


def test_the_notes_of_a_jpeg_leave_without_touching_a_point() -> None:
    raw = photo_with_notes(6)
    bare = without_notes(raw)
    with Image.open(io.BytesIO(raw)) as before, Image.open(io.BytesIO(bare)) as after:
        assert list(before.tobytes()) == list(after.tobytes())
        assert "exif" not in after.info
    for broken in (b"", b"\xff\xd8", b"\xff\xd8\x00\x00\x00\x00", raw[:40], b"%PDF"):
        with pytest.raises(ValueError, match="JPEG"):
            without_notes(broken)


def test_the_pool_gives_what_the_process_wrote_and_takes_another_for_the_next(pool: PiecePool) -> None:
    before = pool.process_ids()
    assert pool.clean(photo_with_notes(8)) == clean_piece(photo_with_notes(8))
    assert pool.process_ids() != before
    assert pool.clean(pdf(2)).pages == 2


def test_a_refusal_travels_through_the_pool(pool: PiecePool) -> None:
    with pytest.raises(RefusedPiece, match="archive") as refused:
        pool.clean(archive())
    assert refused.value.field == FIELD


@pytest.mark.parametrize("known_format", ["JPEG", "WEBP", "PNG"])
def test_the_largest_photograph_allowed_is_kept(pool: PiecePool, known_format: str) -> None:
    width = 8000
    raw = photo(width, MOST_PIXELS // width, known_format, mode="RGB" if known_format == "JPEG" else "RGBA")
    assert picture(pool.clean(raw)).size == (MOST_SIDE, 1563)


def test_a_pdf_that_expands_without_end_is_stopped_alone(pool: PiecePool) -> None:
    bomb = pdf_bomb(3000)
    assert len(bomb) < 4_000_000
    with pytest.raises(RefusedPiece, match="sans mesure"):
        pool.clean(bomb)
    assert pool.clean(pdf()).pages == 1


def test_a_file_that_takes_too_much_memory_is_stopped_alone() -> None:
    with PiecePool(memory=128 * 1024 * 1024) as narrow:
        with pytest.raises(RenderTooLarge, match="trop de mémoire"):
            narrow.clean(photo(8000, 5000, "PNG"))
        assert narrow.clean(photo()).pages == 1


def test_a_file_that_takes_too_long_is_stopped_alone() -> None:
    with PiecePool(seconds=0.2) as hurried:
        with pytest.raises(RenderTimeout, match="trop de temps"):
            hurried.clean(photo(8000, 5000, "PNG"))
        assert hurried.clean(photo()).pages == 1


def test_a_page_keeps_its_size() -> None:
    with pikepdf.open(io.BytesIO(clean_piece(pdf()).bytes)) as kept:
        assert tuple(float(side) for side in kept.pages[0].mediabox[2:]) == A4
