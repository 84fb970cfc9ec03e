"""A proof pack to try things on: what its pages say, and the files it is bound from."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from app.delivery.html import letter_html
from app.delivery.pack_pages import (
    PackContents,
    PackFact,
    PackGround,
    PackLetter,
    PackPiece,
    PackPoint,
    front_html,
    letter_bookmark,
    piece_bookmark,
    sheets_html,
)
from app.delivery.pack_parts import PackPart, PartKind
from app.delivery.pdf import render_pdf
from app.delivery.pieces import clean_piece
from app.delivery.rendered import PACK_SHEET
from app.delivery.timeline import timeline_svg
from app.delivery.timeline_layout import PAPER
from tests.delivery.files import pdf, photo
from tests.delivery.sample_letters import long_letter, short_letter
from tests.domain.dossier.cases import BOTH, START, seen

MADE_ON, REFERENCE = date(2026, 11, 21), "CD-26-EXEMPLE"
RAW = (photo(1200, 1600), photo(400, 300, "PNG", "RGBA"), pdf(3), photo(300, 300, "PNG", "L"))
TITLES = ("Preuve de dépôt", "Avis de réception signé", "Réponse <du> collège & annexes", "Capture")


@cache
def letters() -> tuple[bytes, ...]:
    """Two sealed letters."""
    return tuple(render_pdf(letter_html(made, dated_on=MADE_ON)).bytes for made in (short_letter(), long_letter()))


def contents(**changes: Any) -> PackContents:
    """What the pages say."""
    look = seen(date(2026, 2, 20), *START, grounds=BOTH)
    pieces = [clean_piece(raw) for raw in RAW]
    ground = PackGround("Règlement (UE) 2016/679, article 12, § 3", "https://eur-lex.europa.eu/eli/reg/2016/679/oj")
    said = PackContents(
        reference=REFERENCE,
        subject="Accès aux données <de> Lou & Zoé",
        made_on=MADE_ON,
        addressee="le principal du collège",
        standing="La réponse est en retard.",
        letters=tuple(
            PackLetter(
                number, f"L{number}-", title, MADE_ON, "CD-26-EXEMPLE", ("Anne Durand",), ("Le principal",), pages
            )
            for number, (title, pages) in enumerate((("Demande d’accès", 1), ("Opposition", 4)), 1)
        ),
        facts=(
            PackFact(date(2026, 1, 29), "Postée en recommandé", "N° 1A 123", ("Pièce n° 1",), ()),
            PackFact(
                date(2026, 3, 2), "Réponse due", "Reçue le 31 janvier ; un mois.", (), (ground,), is_reckoned=True
            ),
        ),
        points=(PackPoint("la copie des données", "sans réponse"),),
        pieces=tuple(
            PackPiece(number, f"P{number}-", title, piece.pages)
            for number, (title, piece) in enumerate(zip(TITLES, pieces, strict=True), 1)
        ),
        drawing=timeline_svg(look.line, look.clocks, look.on, PAPER),
    )
    return replace(said, **changes)


@cache
def parts() -> tuple[PackPart, ...]:
    """The files of that pack, in reading order."""
    said = contents()
    front = render_pdf(front_html(said), PACK_SHEET).bytes
    sheets = render_pdf(sheets_html(said, said.pieces), PACK_SHEET).bytes
    pieces = [clean_piece(raw) for raw in RAW]
    return (
        PackPart(PartKind.FRONT, front),
        *(
            PackPart(PartKind.LETTER, content, letter_bookmark(letter), letter.label)
            for letter, content in zip(said.letters, letters(), strict=True)
        ),
        PackPart(PartKind.SHEETS, sheets),
        *(
            PackPart(PartKind.PIECE, piece.bytes, piece_bookmark(card), card.label, piece.media_type)
            for card, piece in zip(said.pieces, pieces, strict=True)
        ),
    )
