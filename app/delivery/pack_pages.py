"""The pages that the proof pack adds to letters and pieces: cover, line of time, facts, captioned sheets. It must never
say of a letter or a piece what it does not hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from app.delivery.html import base_page
from app.domain.typography import typeset

SHEETS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class PackLetter:
    """A sealed letter: its number, its label (« L1- »), whom it is from and to, line by line."""

    number: int
    label: str
    title: str
    dated_on: date
    reference: str
    senders: tuple[str, ...]
    recipient: tuple[str, ...]
    pages: int

    @property
    def span(self) -> str:
        """« page L1-1 », « pages L1-1 à L1-2 »."""
        return _span(self.label, self.pages)


@dataclass(frozen=True, slots=True)
class PackPiece:
    """A piece: its number, its label (« P3- »), its pages."""

    number: int
    label: str
    title: str
    pages: int

    @property
    def span(self) -> str:
        """« page P3-1 », « pages P3-1 à P3-4 »."""
        return _span(self.label, self.pages)


@dataclass(frozen=True, slots=True)
class PackGround:
    """A legal text and its official address, "" when there is none."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class PackFact:
    """A dated fact, what proves it (« Pièce n° 3 »), and the texts that its date rests on; a day that was reckoned
    needs no proof.
    """

    on: date
    title: str
    text: str
    proofs: tuple[str, ...]
    grounds: tuple[PackGround, ...]
    is_reckoned: bool = False

    @property
    def without_proof(self) -> str:
        """What stands in place of a proof."""
        return "calculé" if self.is_reckoned else "noté par la famille"


@dataclass(frozen=True, slots=True)
class PackPoint:
    """One thing that was asked, and how the family says it was answered."""

    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class PackContents:
    """All that the pages say. `drawing`: the line of time, an SVG made by `timeline_svg`."""

    reference: str
    subject: str
    made_on: date
    addressee: str
    standing: str
    letters: tuple[PackLetter, ...]
    facts: tuple[PackFact, ...]
    points: tuple[PackPoint, ...]
    pieces: tuple[PackPiece, ...]
    drawing: str

    @property
    def title(self) -> str:
        """The title of the file: nothing of the family."""
        return f"Dossier de preuves {self.reference}"


def front_html(pack: PackContents) -> str:
    """Cover, contents, line of time, facts: the pages that come first."""
    return base_page("pack.html", pack=pack, drawing=Markup(pack.drawing))  # noqa: S704 - our own drawing, escaped


def sheets_html(pack: PackContents, pieces: Sequence[PackPiece]) -> str:
    """One A4 sheet for each page of each of these pieces, with its caption and the frame in which it will stand."""
    return base_page("pack_sheets.html", pack=pack, pieces=pieces)


def sheet_batches(pieces: Sequence[PackPiece]) -> Iterator[tuple[PackPiece, ...]]:
    """The pieces by lots whose sheets are laid out in one go, well within the time of a letter."""
    batch: list[PackPiece] = []
    for piece in pieces:
        if batch and sum(one.pages for one in (*batch, piece)) > SHEETS_AT_ONCE:
            yield tuple(batch)
            batch = []
        batch.append(piece)
    if batch:
        yield tuple(batch)


def letter_bookmark(letter: PackLetter) -> str:
    """What the outline calls a letter."""
    return typeset(f"Lettre n° {letter.number} : {letter.title}")


def piece_bookmark(piece: PackPiece) -> str:
    """What the outline calls a piece."""
    return typeset(f"Pièce n° {piece.number} : {piece.title}")


def _span(label: str, pages: int) -> str:
    return f"pages {label}1 à {label}{pages}" if pages > 1 else f"page {label}1"
