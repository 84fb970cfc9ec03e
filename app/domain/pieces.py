"""What a dossier keeps besides its letters: photographs and PDFs that prove something. It must never open one.

Limits are the house's own: enough for the receipts and replies of one request, little enough for any machine.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import InvalidAnswer
from app.domain.plaintext import plain_line
from app.domain.typography import typeset

MEGABYTE = 1_000_000
MOST_BYTES = 15 * MEGABYTE
MOST_PAGES = 30
MOST_PIXELS = 40_000_000
MOST_PIECES = 20
MOST_BYTES_TOGETHER = 60 * MEGABYTE
TITLE_LENGTH = 120
FIELD = "fichier"


class RefusedPiece(InvalidAnswer):
    """A file cannot be kept as it is; the sentence says why, and what to send instead."""

    def __init__(self, message: str) -> None:
        super().__init__(FIELD, typeset(message))


class MediaType(StrEnum):
    """What a file is, read from its bytes; nothing else is ever kept."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"

    @property
    def extension(self) -> str:
        """The end of its name once downloaded."""
        return {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}[self]


class PieceKind(StrEnum):
    """What a file proves."""

    POSTING = "depot"
    RECEIPT = "avis"
    REPLY = "reponse"
    OTHER = "autre"

    @property
    def words(self) -> str:
        """What it is called when nobody gave it a name."""
        return _WORDS[self]


_WORDS = {
    PieceKind.POSTING: "Preuve de dépôt",
    PieceKind.RECEIPT: "Avis de réception",
    PieceKind.REPLY: "Réponse reçue",
    PieceKind.OTHER: "Autre pièce",
}


@dataclass(frozen=True, slots=True)
class Cupboard:
    """How much a dossier holds already: files, and their bytes."""

    pieces: int
    size: int

    def refuse_beyond(self, size: int) -> None:
        """Raises RefusedPiece when one more file of `size` bytes has no room."""
        if self.pieces >= MOST_PIECES:
            raise RefusedPiece(
                f"Ce dossier garde déjà {self.pieces} pièces, le plus qu’il puisse. Retirez-en une qui ne sert plus, "
                "puis recommencez."
            )
        if self.size + size > MOST_BYTES_TOGETHER:
            raise RefusedPiece(
                f"Avec ce fichier, les pièces du dossier pèseraient {megabytes(self.size + size)} ; il en garde "
                f"{megabytes(MOST_BYTES_TOGETHER)} au plus. Retirez-en une qui ne sert plus, puis recommencez."
            )


def refuse_size(size: int) -> None:
    """Raises RefusedPiece for a file of no byte, or of too many."""
    if size == 0:
        raise RefusedPiece("Ce fichier est vide. Choisissez-le de nouveau, ou reprenez la photo.")
    if size > MOST_BYTES:
        raise RefusedPiece(
            f"Ce fichier dépasse {megabytes(MOST_BYTES)}. Reprenez la photo en plus petit, ou enregistrez le PDF en "
            "plusieurs fois."
        )


def piece_title(text: str, kind: PieceKind) -> str:
    """The title of a piece on one clean line; an empty one is that of its kind. Raises InvalidAnswer on `titre`."""
    return plain_line(text, "titre", "Nom de la pièce", TITLE_LENGTH) or kind.words


def megabytes(size: int) -> str:
    """« 2,4 Mo », or « moins de 0,1 Mo »."""
    tenths = size * 10 // MEGABYTE
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} Mo" if rest else f"{whole} Mo" if whole else "moins de 0,1 Mo"
