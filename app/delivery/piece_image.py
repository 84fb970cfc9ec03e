"""A photograph, decoded and encoded again: what was not its pixels does not come out. It must never keep metadata."""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ExifTags, Image, ImageFile
from PIL.Image import Transpose

from app.delivery.rendered import CleanPiece
from app.domain.pieces import MOST_PIXELS, MediaType, RefusedPiece

MOST_SIDE = 2500  # pixels: an A4 sheet at 210 dots per inch, read and printed without loss
LOSSLESS_BYTES = 1_500_000
_QUALITY = 85
_DAMAGED = "Cette image est incomplète ou abîmée. Reprenez la photo, ou enregistrez l’image de nouveau en JPEG."
_TOO_MANY_PIXELS = (
    "Cette image compte plus de {most} millions de points. Reprenez la photo dans une taille plus petite, ou faites-en "
    "une capture d’écran."
)
# What Pillow raises on bytes that are not the image they announce.
_FAULTS = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error)
# How a photo must be turned to stand upright, by what the camera noted of the way it was held.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
# Markers of a JPEG: comments and application segments, but for Adobe's (0xEE), which says how colours are written.
_NOTES = frozenset({0xFE, *range(0xE1, 0xF0)}) - {0xEE}
_START_OF_SCAN, _END, _LONELY = 0xDA, 0xD9, frozenset({0x01, *range(0xD0, 0xD9)})
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # the first marker that is no part of the points


def clean_image(raw: bytes, known_format: str) -> CleanPiece:
    """The first picture of the file, upright, its longest side at most 2500 pixels.

    A PNG stays one while it is light (a screenshot reads better so); all else becomes a JPEG. Raises RefusedPiece.
    """
    with reading_image():
        with Image.open(io.BytesIO(raw), formats=(known_format,)) as image:
            refuse_pixels(image)
            image.draft(None, (MOST_SIDE, MOST_SIDE))  # a JPEG is decoded straight to about the size we keep
            bare = bare_image(image, MOST_SIDE)
        return _encoded(bare, is_lossless=known_format == "PNG")


@contextmanager
def reading_image() -> Iterator[None]:
    """Around whatever opens, decodes or writes an image: all that Pillow may say of a bad one becomes RefusedPiece."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the PDF engine, where it is loaded too, is content with half a photo
    try:
        yield
    except Image.DecompressionBombError:
        raise RefusedPiece(_TOO_MANY_PIXELS.format(most=MOST_PIXELS // 1_000_000)) from None
    except _FAULTS:
        raise RefusedPiece(_DAMAGED) from None


def refuse_pixels(image: Image.Image) -> None:
    """Raises RefusedPiece when the picture announces more points than are decoded here."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise RefusedPiece(_TOO_MANY_PIXELS.format(most=MOST_PIXELS // 1_000_000))


def without_notes(jpeg: bytes) -> bytes:
    """The same JPEG, pixel for pixel, without its comments, its camera notes, nor what a telephone adds past its end;
    raises ValueError if it is not one.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        raise ValueError("not a JPEG")
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg):
        marker = jpeg[place + 1]
        if jpeg[place] != 0xFF:
            raise ValueError("not a JPEG")
        if marker == 0xFF or marker in _LONELY:  # padding, or a marker that carries nothing
            place += 1 if marker == 0xFF else 2
            continue
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker == _START_OF_SCAN:
            after = _AFTER_SCAN.search(jpeg, end)
            end = after.start() if after else len(jpeg)
            if after is None or jpeg[end + 1] == _END:
                return b"".join((*kept, jpeg[place : end + 2]))
        if marker not in _NOTES:
            kept.append(jpeg[place:end])
        place = end
    raise ValueError("not a JPEG")


def bare_image(image: Image.Image, most_side: int) -> Image.Image:
    """Its points alone, small enough and upright: grey, colour, or colour with transparency."""
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    if image.mode.startswith(("I", "F")):  # sixteen bits a point, as some scanners write
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    wanted = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    small = image if image.mode == wanted else image.convert(wanted)
    small.thumbnail((most_side, most_side))
    bare = Image.new(wanted, small.size)
    bare.paste(small)
    return bare if turn is None else bare.transpose(turn)


def _encoded(image: Image.Image, *, is_lossless: bool) -> CleanPiece:
    if is_lossless or image.mode == "RGBA":
        png = io.BytesIO()
        image.save(png, "PNG", optimize=True)
        if png.tell() <= LOSSLESS_BYTES:
            return CleanPiece(png.getvalue(), MediaType.PNG, 1)
    if image.mode == "RGBA":
        sheet = Image.new("RGB", image.size, "white")
        sheet.paste(image, mask=image.getchannel("A"))
        image = sheet
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=_QUALITY, optimize=True)
    return CleanPiece(jpeg.getvalue(), MediaType.JPEG, 1)
