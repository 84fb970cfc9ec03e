"""Dossiers as a page shows them: facts, history, letters, and what today makes of them. It must never write.

Fifty dossiers are read in as many statements as one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from app.domain.dossier.events import Event
from app.domain.dossier.look import Look, look
from app.domain.dossier.record import Dossier as Record
from app.services.clock import local_day
from app.services.dossier_records import day_of, event_of, profile_of, record_of
from app.services.library import library
from app.services.piece_cards import PieceCard, cards_of
from app.services.sealing import SealedLetter, sealed_letter
from app.services.unit_of_work import UnitOfWork
from app.storage.dossier import Dossier, DossierEvent, events_of
from app.storage.draft import drafts_in
from app.storage.letter import letters_in
from app.storage.piece import Piece, pieces_in


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """A fact in force; its id changes when it is corrected."""

    id: str
    event: Event
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A fact that no longer holds: corrected at one instant, or withdrawn at the other."""

    event: Event
    recorded_at: datetime
    replaced_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class NextDraft:
    """A next letter that was begun and not finished."""

    id: str
    letter_id: str
    title: str


@dataclass(frozen=True, slots=True)
class OpenDossier:
    """A dossier as a page shows it today: `events` by date, `history` in the order in which the facts were told."""

    id: str
    record: Record
    look: Look
    events: tuple[KeptEvent, ...]
    history: tuple[PastEvent, ...]
    letters: tuple[SealedLetter, ...]
    drafts: tuple[NextDraft, ...]
    pieces: tuple[PieceCard, ...]
    erases_on: date
    erased_at: datetime | None
    updated_at: datetime
    is_outside: bool


def opened_dossiers(unit: UnitOfWork, rows: Sequence[Dossier]) -> tuple[OpenDossier, ...]:
    """The dossiers of these rows, in as many statements as for one."""
    ids = [row.id for row in rows]
    facts, letters, drafts, pieces = defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list)
    for fact in events_of(unit.session, ids):
        facts[fact.dossier_id].append(fact)
    for dossier_id, letter in letters_in(unit.session, ids):
        letters[dossier_id].append(sealed_letter(letter))
    for draft in drafts_in(unit.session, ids, unit.now):
        template = library().letters.find(draft.letter_id)
        if template is not None:  # a letter that has left the library takes its drafts along, not the dossier
            drafts[draft.dossier_id].append(NextDraft(draft.id, template.id, template.title))
    for piece in pieces_in(unit.session, ids):
        pieces[piece.dossier_id].append(piece)
    return tuple(
        _opened(_Rows(row, facts[row.id], letters[row.id], drafts[row.id], pieces[row.id]), unit.now) for row in rows
    )


class _Rows(NamedTuple):
    """What the database holds of one dossier."""

    dossier: Dossier
    facts: list[DossierEvent]
    letters: list[SealedLetter]
    drafts: list[NextDraft]
    pieces: list[Piece]


def _opened(rows: _Rows, now: datetime) -> OpenDossier:
    kept = [KeptEvent(fact.id, event_of(fact), fact.recorded_at) for fact in rows.facts if fact.is_in_force]
    later = {fact.id: fact.replaced_by_id for fact in rows.facts if fact.replaced_by_id}
    pieces = cards_of(rows.pieces, later)
    record = record_of(rows.dossier, [fact.event for fact in kept], [piece.title for piece in pieces])
    return OpenDossier(
        id=rows.dossier.id,
        record=record,
        look=look(record, library().procedures, day_of(record, now)),
        events=tuple(kept),
        history=_history(rows.facts),
        letters=tuple(rows.letters),
        drafts=tuple(rows.drafts),
        pieces=pieces,
        erases_on=local_day(rows.dossier.expires_at),
        erased_at=rows.dossier.erased_at,
        updated_at=rows.dossier.updated_at,
        is_outside=profile_of(rows.dossier).is_outside,
    )


def _history(facts: Sequence[DossierEvent]) -> tuple[PastEvent, ...]:
    told_at = {fact.id: fact.recorded_at for fact in facts}
    return tuple(
        PastEvent(event_of(fact), fact.recorded_at, told_at.get(fact.replaced_by_id or ""), fact.withdrawn_at)
        for fact in sorted(facts, key=lambda fact: fact.recorded_at)
        if not fact.is_in_force
    )
