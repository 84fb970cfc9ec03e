"""The logo of an association, decoded and written anew as a small PNG. It must never keep a byte of what came in.

Runs only in a process that can be killed (see `piece_process`), as everything that opens a stranger's file.
"""

import io

from PIL import Image

from app.delivery.piece_image import bare_image, reading_image, refuse_pixels
from app.delivery.rendered import CleanPiece
from app.domain.identity import LOGO_BYTES, LOGO_RATIO, LOGO_SIDE, SMALLEST_LOGO_SIDE
from app.domain.pieces import MediaType, RefusedPiece

DRAWING = (
    "Un logo au format SVG peut contenir un programme : il n’est pas gardé ici. Ouvrez-le, exportez-le en PNG de 600 "
    "points de large, puis choisissez ce PNG."
)
HEIC = (
    "Cette image est au format HEIC, que nous ne savons pas ouvrir. Enregistrez-la en PNG ou en JPEG, ou faites-en une "
    "capture d’écran."
)
ANIMATED = "Cette image est animée. Enregistrez-en une seule image, en PNG, puis choisissez ce fichier."
PDF = "Un logo est une image, pas un PDF. Ouvrez-le, faites-en une capture d’écran, puis choisissez cette capture."
UNKNOWN = (
    "Ce fichier n’est ni un PNG, ni un JPEG, ni un WebP : son contenu le dit, quel que soit son nom. Enregistrez le "
    "logo en PNG, puis choisissez ce fichier."
)
TOO_SMALL = (
    f"Ce logo compte moins de {SMALLEST_LOGO_SIDE} points de côté : il serait illisible. Choisissez-le en plus grand."
)
TOO_LONG = f"Ce logo est plus de {LOGO_RATIO} fois plus long que large. Recadrez-le, puis choisissez-le de nouveau."
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def clean_logo(raw: bytes) -> CleanPiece:
    """A PNG whose longest side has at most 600 points, upright, its transparency kept. Raises RefusedPiece."""
    known_format = _format_of(raw)
    with reading_image():
        with Image.open(io.BytesIO(raw), formats=(known_format,)) as image:
            refuse_pixels(image)
            if getattr(image, "n_frames", 1) > 1:
                raise RefusedPiece(ANIMATED)
            _refuse_shape(*image.size)
            image.draft(None, (LOGO_SIDE, LOGO_SIDE))
            bare = bare_image(image, LOGO_SIDE)
        return CleanPiece(_light_png(bare), MediaType.PNG, 1)


def _format_of(raw: bytes) -> str:
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if raw.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return "WEBP"
    if raw.startswith(b"GIF8"):
        raise RefusedPiece(ANIMATED if raw.count(b"\x21\xf9\x04") > 1 else UNKNOWN)
    if raw.startswith(b"%PDF-"):
        raise RefusedPiece(PDF)
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIF_BRANDS:
        raise RefusedPiece(HEIC)
    is_markup = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    raise RefusedPiece(DRAWING if is_markup or raw.startswith(b"\x1f\x8b") else UNKNOWN)


def _refuse_shape(width: int, height: int) -> None:
    if min(width, height) < SMALLEST_LOGO_SIDE:
        raise RefusedPiece(TOO_SMALL)
    if max(width, height) > LOGO_RATIO * min(width, height):
        raise RefusedPiece(TOO_LONG)


def _light_png(image: Image.Image) -> bytes:
    """The picture as it is while it is light; a photograph, in 256 colours."""
    png = _written(image)
    if len(png) > LOGO_BYTES:
        png = _written(image.quantize(256, Image.Quantize.FASTOCTREE))
    if len(png) > LOGO_BYTES:  # noise: nothing that a logo is
        small = image.copy()
        small.thumbnail((LOGO_SIDE // 2, LOGO_SIDE // 2))
        png = _written(small.quantize(256, Image.Quantize.FASTOCTREE))
    return png


def _written(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
