"""The proof pack of a dossier: what the dossier says, its letters and its pieces, in one PDF made while one waits. It
must never be kept: it is made anew from what is true today.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.delivery.errors import RenderFailed
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
    sheet_batches,
    sheets_html,
)
from app.delivery.pack_parts import PackPart, PartKind
from app.delivery.rendered import PACK_SHEET
from app.delivery.timeline import timeline_svg
from app.delivery.timeline_layout import PAPER
from app.domain.dossier.events import Event, EventKind, PointState
from app.domain.dossier.facts import letter_facts
from app.domain.dossier.line import LineEntry, Tense
from app.domain.dossier.look import Look
from app.domain.dossier.record import Dossier
from app.domain.errors import Conflict, DomainError
from app.domain.typography import typeset
from app.services import rendering
from app.services.dossiers import KeptEvent, OpenDossier, open_dossier
from app.services.event_log import log_event, log_fault
from app.services.house import House
from app.services.library import library
from app.services.pieces import PieceCard, piece_file, piece_pool, pieces_of
from app.services.sealing import SealedLetter, letter_file
from app.storage.blobs import BlobMissing
from app.storage.encryption import TamperedData

_MAKING = threading.Lock()
_NOT_NOW = (
    "Le dossier de preuves n’a pas pu être préparé cette fois. Rien n’est perdu : recommencez dans une minute. Si cela "
    "se répète, téléchargez les lettres et les pièces une par une."
)
_LOST = (
    "La pièce n° {number} ne peut plus être lue. Retirez-la du dossier, ou ajoutez-la de nouveau si vous l’avez "
    "encore, puis recommencez."
)
_TODAY = "Ce dossier est établi"
_ANSWERS = {
    PointState.ANSWERED: "répondu",
    PointState.PARTLY: "répondu en partie",
    PointState.MISSING: "sans réponse",
}
# The step of a procedure that a fact fulfils, where it is not the sending of that step's letter.
_STEPS = {EventKind.SENT: "demande", EventKind.REFERRED_CNIL: "cnil", EventKind.REFERRED_CADA: "cada"}


class PieceLost(Conflict):
    """A piece can no longer be read: a pack without it would say more than it proves."""


class PackFailed(DomainError):
    """The proof pack could not be made in the time and memory one may take; asking again later may work."""


def proof_pack(house: House, holder: str | None, dossier_id: str) -> bytes:
    """The PDF; the same dossier gives the same bytes on the same day. Raises NotFound, PieceLost, PackFailed."""
    dossier = open_dossier(house, holder, dossier_id)
    cards = pieces_of(house, holder, dossier_id)
    said = pack_contents(dossier, cards)
    try:
        parts = (
            *_printed(said),
            *(_letter(house, holder, dossier, letter) for letter in said.letters),
            *(_piece(house, holder, dossier_id, card, piece) for card, piece in zip(cards, said.pieces, strict=True)),
        )
        return piece_pool().bind(said.title, parts)
    except RenderFailed as failure:
        log_event("pack-failed", logging.WARNING, reason=type(failure).__name__, pieces=len(cards))
        raise PackFailed(typeset(_NOT_NOW)) from failure


def _printed(said: PackContents) -> Iterator[PackPart]:
    """The pages that are ours: the presentation, then the sheets."""
    with _MAKING:
        pool = rendering.worker_pool(1)  # packs are rare: one process of this one waits for them
    yield PackPart(PartKind.FRONT, pool.render(front_html(said), PACK_SHEET).bytes)
    for batch in sheet_batches(said.pieces):
        yield PackPart(PartKind.SHEETS, pool.render(sheets_html(said, batch), PACK_SHEET).bytes)


def _letter(house: House, holder: str | None, dossier: OpenDossier, letter: PackLetter) -> PackPart:
    content = letter_file(house, holder, dossier.letters[letter.number - 1].id, "pdf")[1]
    return PackPart(PartKind.LETTER, content, letter_bookmark(letter), letter.label)


def _piece(house: House, holder: str | None, dossier_id: str, card: PieceCard, piece: PackPiece) -> PackPart:
    try:
        content = piece_file(house, holder, dossier_id, card.id)[1]
    except (BlobMissing, TamperedData) as lost:
        log_fault("piece-unreadable", lost)
        raise PieceLost(typeset(_LOST.format(number=card.number))) from lost
    return PackPart(PartKind.PIECE, content, piece_bookmark(piece), piece.label, card.media_type)


def pack_contents(dossier: OpenDossier, cards: Sequence[PieceCard]) -> PackContents:
    """What the pages of the pack say of a dossier as it stands."""
    record, on = dossier.record, dossier.look.on
    line = tuple(_line(dossier.look))
    return PackContents(
        reference=record.reference,
        subject=record.title,
        made_on=on,
        addressee=record.addressee,
        standing=dossier.look.headline,
        letters=tuple(_letter_words(letter, number) for number, letter in enumerate(dossier.letters, 1)),
        facts=tuple(_facts(dossier, line, cards)),
        points=tuple(
            PackPoint(point["texte"], _ANSWERS[PointState(point["etat"])])
            for point in letter_facts(record, on)["points"]
        ),
        pieces=tuple(PackPiece(card.number, f"P{card.number}-", card.title, card.pages) for card in cards),
        drawing=timeline_svg(line, dossier.look.counted, on, PAPER),
    )


def _letter_words(letter: SealedLetter, number: int) -> PackLetter:
    document = letter.document
    return PackLetter(
        number=number,
        label=f"L{number}-",
        title=document.title,
        dated_on=letter.composed_on,
        reference=document.reference,
        senders=tuple(lines[0] for lines in document.sender if lines),
        recipient=document.recipient,
        pages=letter.pages,
    )


def _line(look: Look) -> Iterator[LineEntry]:
    """Facts, due dates and last days; what one may do next is advice to the family, and stays with it."""
    for entry in look.line:
        if entry.tense is Tense.TODAY and entry.event is None:
            yield replace(entry, title=_TODAY)
        elif entry.event is not None or entry.is_last_day:
            yield entry


def _facts(dossier: OpenDossier, line: Sequence[LineEntry], cards: Sequence[PieceCard]) -> Iterator[PackFact]:
    kept = list(dossier.events)
    for entry in line:
        if entry.event is None and not entry.is_last_day:
            continue
        own = next((one for one in kept if one.event == entry.event), None)
        if own is not None:
            kept.remove(own)  # two facts told in the same words are two facts
        yield PackFact(
            on=entry.on,
            title=entry.title,
            text=entry.text,
            proofs=tuple(_proofs(dossier, entry.event, own, cards)),
            grounds=tuple(_grounds(dossier.record, entry)),
            is_reckoned=entry.event is None,
        )


def _proofs(
    dossier: OpenDossier, event: Event | None, own: KeptEvent | None, cards: Sequence[PieceCard]
) -> Iterator[str]:
    """What in the pack shows that fact: the letter it is about, the pieces pinned to it."""
    if event is not None and event.kind in (EventKind.SEALED, EventKind.FOLLOWED_UP):
        about = [
            number
            for number, letter in enumerate(dossier.letters, 1)
            if letter.composed_on <= event.on and event.letter in ("", letter.template_id)
        ]
        if about:
            yield f"Lettre n°\u00a0{about[0] if event.kind is EventKind.SEALED else about[-1]}"
    for card in cards:
        if own is not None and card.event_id == own.id:
            yield f"Pièce n°\u00a0{card.number}"


def _grounds(record: Dossier, entry: LineEntry) -> Iterator[PackGround]:
    """The texts behind a date: those of its reckoning, or of the step that the fact fulfils; none that is not in force
    that day, nor of low confidence.
    """
    refs = entry.refs or (_references(record, entry.event) if entry.event else ())
    for ref in refs:
        law = library().law.find(ref)
        if law is not None and law.is_citable and law.is_in_force(entry.on):
            yield PackGround(law.title, law.url or "")


def _references(record: Dossier, event: Event) -> tuple[str, ...]:
    steps = [step for ground in record.grounds for step in library().procedures.of(ground).steps]
    own = [
        step for step in steps if _STEPS.get(event.kind) == step.id or (event.letter and step.letter == event.letter)
    ]
    return tuple(dict.fromkeys(ref for step in own for ref in step.references))
