"""What comes back from the press: a PDF, or what was measured on it. It must never load the PDF engine.

Callers that only wait for a letter (the web, the pool) import these without the engine's second and 50 MB.
"""

from dataclasses import dataclass

from app.delivery.geometry import ADDRESS_ZONE, RECIPIENT, Rectangle
from app.domain.pieces import MediaType

# The style sheets of `letters/base/` that a page may ask for.
LETTER_SHEET = "letter.css"
PACK_SHEET = "pack.css"
POSTER_SHEET = "poster.css"
BOOKLET_SHEET = "booklet.css"
FORM_SHEET = "form.css"
LARGE_SHEET = "large.css"
PLAIN_SHEET = "plain.css"
SHEETS = frozenset({LETTER_SHEET, PACK_SHEET, POSTER_SHEET, BOOKLET_SHEET, FORM_SHEET, LARGE_SHEET, PLAIN_SHEET})
# A form is a letter, with more; the large one is a form, larger.
SHEETS_BENEATH = {FORM_SHEET: (LETTER_SHEET,), LARGE_SHEET: (LETTER_SHEET, FORM_SHEET)}


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A PDF, its number of pages and its hexadecimal SHA-256."""

    bytes: bytes
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CleanPiece:
    """A file written anew: an image, of one page, or a PDF."""

    bytes: bytes
    media_type: MediaType
    pages: int


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What was measured on the laid-out pages; `problems` says in French what would shame a letter.

    `fonts` are the families embedded; `unprintable` the characters our font cannot draw; `address` the zone of the
    recipient's ink in millimetres, None without a recipient; `intruders` what else stands where a window may show it.
    """

    pages: int
    fonts: tuple[str, ...]
    unprintable: tuple[str, ...]
    address: Rectangle | None
    intruders: tuple[str, ...]

    @property
    def is_address_in_window(self) -> bool:
        """Whether the whole address shows in the window and keeps to its block; true when there is none."""
        return self.address is None or (
            ADDRESS_ZONE.contains(self.address) and RECIPIENT.contains(self.address, tolerance=0.1)
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences for the person who can repair the letter; empty when it may leave."""
        found = []
        if self.unprintable:
            found.append(
                f"Ces caractères ne s’impriment pas dans la police de la lettre\u00a0: {' '.join(self.unprintable)}. "
                "Écrivez-les autrement."
            )
        elif len(self.fonts) > 1:
            found.append("Une partie du texte n’est pas dans la police de la lettre. Cherchez un signe inhabituel.")
        if not self.is_address_in_window:
            found.append("L’adresse dépasse la fenêtre de l’enveloppe. Raccourcissez ses lignes.")
        if self.intruders:
            found.append("Un autre texte se lirait dans la fenêtre de l’enveloppe. Raccourcissez votre adresse.")
        return tuple(found)
