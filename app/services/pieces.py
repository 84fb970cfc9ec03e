"""The files of a dossier: add one, list them, fetch one, remove one, and find those that lost their row. It must never
keep a file as it came, nor write one in clear.

A file is written before its row and removed after it: a crash between the two leaves a file that nobody can open, which
`clear_orphans` removes, and never a row that promises a file.
"""

import hashlib
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import BinaryIO

from app.delivery.errors import RenderFailed
from app.delivery.piece_pool import PiecePool
from app.delivery.rendered import CleanPiece
from app.domain.errors import NotFound
from app.domain.pieces import MOST_BYTES, Cupboard, PieceKind, RefusedPiece, piece_title, refuse_size
from app.services.dossier_ends import note_use
from app.services.dossiers import readable_dossier, writable_dossier
from app.services.event_log import log_event
from app.services.house import House
from app.services.piece_cards import PieceCard as PieceCard
from app.services.piece_cards import cards_of
from app.services.unit_of_work import DatabaseUnavailable, UnitOfWork
from app.storage.base import new_public_id
from app.storage.blobs import BlobStore, DiskFull
from app.storage.dossier import DossierEvent
from app.storage.encryption import TamperedData, ring_of
from app.storage.piece import (
    BYTES_PURPOSE,
    Piece,
    find_piece,
    piece_ids_after,
    pieces_in,
    replacements,
    weight_of_pieces,
)

FOLDER = "pieces"
BATCH = 200
# A file younger than this may be waiting for the commit of its row.
LEAVE_ALONE = timedelta(hours=1)
_MAKING = threading.Lock()
_NO_PIECE = "Cette pièce n’existe plus, ou n’est pas dans ce dossier."
_NO_FACT = "Le fait que cette pièce prouve a changé depuis. Rechargez la page du dossier, puis recommencez."


@dataclass(frozen=True, slots=True)
class Orphans:
    """`files`: paths under the store, old enough, that no row knows; `rows`: ids of pieces without their file."""

    files: tuple[str, ...]
    rows: tuple[str, ...]


def piece_pool() -> PiecePool:
    """The processes in which this one has files opened; made at the first file, once whatever the threads."""
    with _MAKING:
        return _pool()


@cache
def _pool() -> PiecePool:
    return PiecePool()


def piece_store(house: House) -> BlobStore:
    """Where the files of this house stand."""
    return BlobStore(house.settings.INSTANCE / FOLDER, ring_of(house.units.engine.dialect), BYTES_PURPOSE)


def add_piece(
    house: House,
    holder: str | None,
    dossier_id: str,
    stream: BinaryIO,
    *,
    kind: PieceKind,
    title: str = "",
    event_id: str | None = None,
) -> str:
    """Keep a file, written anew; returns the id of the piece. `event_id`: the fact in force that it proves.

    Raises NotFound, InvalidAnswer on `titre`, RefusedPiece on `fichier` for all that the file itself, its size or the
    room left forbids, and DatabaseUnavailable. Whatever it raises but the last, nothing is kept.
    """
    clean_title = piece_title(title, kind)
    with house.units.reading() as unit:
        readable_dossier(unit, holder, dossier_id)
        _cupboard(unit, dossier_id).refuse_beyond(0)  # before the trouble of opening it
    piece = _cleaned(stream)
    piece_id, store = new_public_id(), piece_store(house)
    _write(store, piece_id, piece.bytes)
    try:
        with house.units.writing() as unit:
            row = writable_dossier(unit, holder, dossier_id)
            _cupboard(unit, dossier_id).refuse_beyond(len(piece.bytes))
            _check_fact(unit, dossier_id, event_id)
            unit.session.add(_row(piece_id, dossier_id, piece, kind, clean_title, event_id, unit))
            note_use(house, unit, row)
    except DatabaseUnavailable:  # nobody knows whether the row is there: `clear_orphans` will
        raise
    except BaseException:
        store.remove(piece_id)
        raise
    log_event("piece-added", kind=kind.value, media_type=piece.media_type.value, size=len(piece.bytes))
    return piece_id


def pieces_of(house: House, holder: str | None, dossier_id: str) -> tuple[PieceCard, ...]:
    """The pieces of a dossier in the order of their numbers; raises NotFound."""
    with house.units.reading() as unit:
        readable_dossier(unit, holder, dossier_id)
        return cards_in(unit, dossier_id)


def cards_in(unit: UnitOfWork, dossier_id: str) -> tuple[PieceCard, ...]:
    """The same, for a dossier whose holder was checked in this unit."""
    return cards_of(pieces_in(unit.session, [dossier_id]), replacements(unit.session, dossier_id))


def piece_file(house: House, holder: str | None, dossier_id: str, piece_id: str) -> tuple[PieceCard, bytes]:
    """A piece and its bytes; raises NotFound, TamperedData when the disk no longer holds what was kept."""
    with house.units.reading() as unit:
        readable_dossier(unit, holder, dossier_id)
        row = find_piece(unit.session, dossier_id, piece_id)
        if row is None:
            raise NotFound(_NO_PIECE)
        card = next(card for card in cards_in(unit, dossier_id) if card.id == piece_id)
    content = piece_store(house).read(piece_id)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise TamperedData(BYTES_PURPOSE)
    return card, content


def remove_piece(house: House, holder: str | None, dossier_id: str, piece_id: str) -> None:
    """Forget a piece and its file, now; the numbers of those after it move. Raises NotFound."""
    with house.units.writing() as unit:
        dossier = writable_dossier(unit, holder, dossier_id)
        row = find_piece(unit.session, dossier_id, piece_id)
        if row is None:
            raise NotFound(_NO_PIECE)
        unit.session.delete(row)
        note_use(house, unit, dossier)
    forget_files(house, [piece_id])


def forget_files(house: House, piece_ids: Iterable[str]) -> None:
    """Remove the files of pieces whose rows are gone; call it after the commit that removed them."""
    store = piece_store(house)
    for piece_id in piece_ids:
        store.remove(piece_id)


def orphans(house: House) -> Orphans:
    """Files without a row, and rows without a file; a file that is being added is none of them."""
    store, since = piece_store(house), house.now() - LEAVE_ALONE
    here, files = set[str](), dict[str, str]()
    for blob in store.stored():
        if blob.id is not None:
            here.add(blob.id)
        if blob.written_at <= since:
            files[blob.id or blob.path.name] = f"{blob.path.parent.name}/{blob.path.name}"
    known, lost, last = set[str](), list[str](), ""
    with house.units.reading() as unit:
        while ids := piece_ids_after(unit.session, last, BATCH):
            known.update(ids)
            last = ids[-1]
            # One that was not there a moment ago may have come since.
            lost += [piece_id for piece_id in ids if piece_id not in here and not store.holds(piece_id)]
    return Orphans(tuple(path for blob_id, path in files.items() if blob_id not in known), tuple(lost))


def clear_orphans(house: House) -> Orphans:
    """Remove the files without a row, and report both kinds: a row without its file is for a person to look at."""
    found = orphans(house)
    for path in found.files:
        (house.settings.INSTANCE / FOLDER / path).unlink(missing_ok=True)
    if found.files or found.rows:
        log_event("piece-orphans", logging.WARNING, files=len(found.files), rows=len(found.rows))
    return found


def _cleaned(stream: BinaryIO) -> CleanPiece:
    raw = stream.read(MOST_BYTES + 1)
    refuse_size(len(raw))
    try:
        piece = piece_pool().clean(raw)
    except RenderFailed as failure:  # killed, or stuck: its sentence is about the file, and stands beside it
        log_event("piece-refused", logging.WARNING, reason=type(failure).__name__, size=len(raw))
        raise RefusedPiece(failure.message) from None
    refuse_size(len(piece.bytes))
    return piece


def _write(store: BlobStore, piece_id: str, content: bytes) -> None:
    try:
        store.write(piece_id, content)
    except DiskFull as full:
        log_event("disk-full", logging.ERROR, size=len(content))
        raise RefusedPiece(full.message) from None


def _cupboard(unit: UnitOfWork, dossier_id: str) -> Cupboard:
    return Cupboard(*weight_of_pieces(unit.session, dossier_id))


def _check_fact(unit: UnitOfWork, dossier_id: str, event_id: str | None) -> None:
    fact = unit.session.get(DossierEvent, event_id) if event_id else None
    if event_id and (fact is None or fact.dossier_id != dossier_id or not fact.is_in_force):
        raise NotFound(_NO_FACT)


def _row(
    piece_id: str,
    dossier_id: str,
    piece: CleanPiece,
    kind: PieceKind,
    title: str,
    event_id: str | None,
    unit: UnitOfWork,
) -> Piece:
    return Piece(
        id=piece_id,
        dossier_id=dossier_id,
        event_id=event_id,
        kind=kind.value,
        media_type=piece.media_type.value,
        title=title,
        size=len(piece.bytes),
        pages=piece.pages,
        sha256=hashlib.sha256(piece.bytes).hexdigest(),
        created_at=unit.now,
    )
