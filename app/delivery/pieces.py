"""A file somebody sent, told by its bytes, opened and written anew. It must never believe a name or a declared type.

Runs only in a process that can be killed (see `piece_process`): what comes in may be made to harm whoever opens it.
"""

from app.delivery.piece_image import clean_image
from app.delivery.piece_pdf import clean_pdf
from app.delivery.rendered import CleanPiece
from app.domain.pieces import RefusedPiece

HEIC = (
    "Cette photo est au format HEIC, que nous ne savons pas ouvrir. Photographiez en JPEG (sur un iPhone : Réglages, "
    "Appareil photo, Formats, Le plus compatible), ou faites une capture d’écran de la photo."
)
OTHER_IMAGE = (
    "Ce format d’image n’est pas gardé ici. Enregistrez l’image en JPEG ou en PNG, ou photographiez le papier."
)
ARCHIVE = (
    "Ce fichier est une archive ou un document de traitement de texte. Enregistrez-le en PDF, puis choisissez ce PDF."
)
WEB_PAGE = (
    "Ce fichier est une page web ou un dessin qui peut contenir un programme. Imprimez-le en PDF, ou faites-en une "
    "capture d’écran."
)
UNKNOWN = (
    "Ce fichier n’est ni une photo ni un PDF : son contenu le dit, quel que soit son nom. Photographiez le papier, ou "
    "enregistrez-le en PDF."
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_REFUSALS = (
    ((b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x01\x00", b"\x00\x00\x00\x0cjP"), OTHER_IMAGE),
    ((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b"), ARCHIVE),
)


def clean_piece(raw: bytes) -> CleanPiece:
    """The file as we keep it: an image without metadata, or a PDF that does nothing. Raises RefusedPiece."""
    if raw.startswith(b"%PDF-"):
        return clean_pdf(raw)
    if raw.startswith(b"\xff\xd8\xff"):
        return clean_image(raw, "JPEG")
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return clean_image(raw, "PNG")
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return clean_image(raw, "WEBP")
    raise RefusedPiece(_why_not(raw))


def _why_not(raw: bytes) -> str:
    if raw[4:8] == b"ftyp":
        return HEIC if raw[8:12] in _HEIF_BRANDS else OTHER_IMAGE
    for beginnings, sentence in _REFUSALS:
        if raw.startswith(beginnings):
            return sentence
    is_markup = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    return WEB_PAGE if is_markup else UNKNOWN
