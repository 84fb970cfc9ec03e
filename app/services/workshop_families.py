"""The families that pass through a workshop: let one in, see it go, forget it whole. It must never leave a draft, a
letter or a way into a dossier behind, whichever of the button, the clock or the end of the workshop comes first.

A family that is forgotten leaves a mark for some minutes: a request of its own that was under way may write once more,
and that is erased too.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, exists, func, select

from app.domain.errors import Conflict, NotFound
from app.services.house import House
from app.services.outbox import Job, enqueue
from app.services.rendering import forget_renderings
from app.services.unit_of_work import UnitOfWork
from app.storage.dossier import DossierAccess, DossierLetter
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.workshop import (
    Workshop,
    WorkshopFamily,
    add_counts,
    find_family,
    open_families_of,
    see_family,
)

FORGET_FAMILY = "forget-family"
IDLE = timedelta(minutes=15)
SEEN_EVERY = timedelta(seconds=10)
MARK_KEPT = timedelta(minutes=10)
_OVER = "Cet atelier est terminé. Rien de ce qui a été écrit ici n’est gardé."
_GONE = "La page a été fermée pour la famille suivante. Commencez de nouveau."


class Departure(StrEnum):
    """How a letter left the tablet."""

    PRINTED = "imprimer"
    MAILED = "courriel"


def begin_family(house: House, workshop_id: str, holder: str) -> None:
    """Let a family in, the one before it forgotten. Raises NotFound when the workshop is over."""
    forget_all(house, workshop_id)
    with house.units.writing() as unit:
        workshop = unit.session.get(Workshop, workshop_id)
        if workshop is None or not workshop.is_open(unit.now):
            raise NotFound(_OVER)
        row = WorkshopFamily(
            workshop_id=workshop_id, holder_hash=holder, departures=[], began_at=unit.now, seen_at=unit.now
        )
        unit.session.add(row)
        unit.session.flush()
        _promise(unit, row.id, IDLE)


def is_here(house: House, workshop_id: str, holder: str) -> bool:
    """Whether a family is in the middle of something on the tablet; noted as seen, at most every ten seconds, in a
    small unit of its own, during a GET too: nobody but the server can tell when a family has left. One that did nothing
    for too long is forgotten here and now.
    """
    with house.units.reading() as unit:
        row = find_family(unit.session, workshop_id, holder)
        if row is None:
            return False
        family_id, has_left = row.id, unit.now - row.seen_at >= IDLE
        is_stale = unit.now - row.seen_at >= SEEN_EVERY
    if has_left:
        forget_family(house, workshop_id, holder)
        return False
    if is_stale:
        with house.units.writing() as unit:
            return see_family(unit.session, family_id, unit.now)
    return True


def has_unfinished(house: House, holder: str) -> bool:
    """Whether a letter was begun on the tablet, and not finished: it goes with the rest."""
    with house.units.reading() as unit:
        query = select(Draft.id).where(Draft.holder_hash == holder, Draft.sealed_letter_id.is_(None))
        return unit.session.scalar(query.limit(1)) is not None


def note_departure(unit: UnitOfWork, workshop_id: str, holder: str, departure: Departure, letter_id: str) -> None:
    """Note, in this commit, that a letter left: counted once, when the family goes. Raises Conflict when it went."""
    row = find_family(unit.session, workshop_id, holder, is_locked=True)
    if row is None:
        raise Conflict(_GONE)
    mark = f"{departure}:{letter_id}"
    if mark not in row.departures:
        row.departures = [*row.departures, mark]


def note_print(house: House, workshop_id: str, holder: str, letter_id: str) -> None:
    """Note that a letter is being printed. Raises Conflict."""
    with house.units.writing() as unit:
        note_departure(unit, workshop_id, holder, Departure.PRINTED, letter_id)


def forget_family(house: House, workshop_id: str, holder: str) -> None:
    """Forget a family now; forgetting twice is forgetting once."""
    with house.units.writing() as unit:
        row = find_family(unit.session, workshop_id, holder, is_locked=True)
        if row is not None:
            _close(unit, row)


def forget_all(house: House, workshop_id: str) -> None:
    """Forget whoever is still on the tablet of a workshop."""
    with house.units.reading() as unit:
        holders = [row.holder_hash for row in open_families_of(unit.session, workshop_id)]
    for holder in holders:
        forget_family(house, workshop_id, holder)


def forget_in_time(job: Job) -> None:
    """The handler of `forget-family`: forgets a family that did nothing for too long, or whose workshop is over; looks
    again later at one that is busy, and a last time at one that is gone.
    """
    with job.finishing() as unit:
        look_at(unit, job.payload["family"])


def look_at(unit: UnitOfWork, family_id: str) -> None:
    """Forget a family, in this commit, if it did nothing for too long or its workshop is over; clear its mark once it
    is gone for good; look again later otherwise.
    """
    row = unit.session.get(WorkshopFamily, family_id, with_for_update=True)
    if row is not None:
        _look_at(unit, row)


def _look_at(unit: UnitOfWork, row: WorkshopFamily) -> None:
    if row.closed_at is not None:
        _erase(unit, row.holder_hash)
        unit.session.delete(row)
        return
    workshop = unit.session.get_one(Workshop, row.workshop_id)
    leaves_at = min(row.seen_at + IDLE, workshop.ends_at)
    if leaves_at <= unit.now or not workshop.is_open(unit.now):
        _close(unit, row)
    else:
        _promise(unit, row.id, leaves_at - unit.now)


def _close(unit: UnitOfWork, row: WorkshopFamily) -> None:
    """Count what the family did, erase all it had, leave the mark."""
    letters = _count(unit, Letter, row.holder_hash)
    has_begun = letters > 0 or _count(unit, Draft, row.holder_hash) > 0
    left = [mark.partition(":")[0] for mark in row.departures]
    add_counts(
        unit.session,
        row.workshop_id,
        families=int(has_begun),
        letters=letters,
        printed=left.count(Departure.PRINTED),
        mailed=left.count(Departure.MAILED),
    )
    _erase(unit, row.holder_hash)
    row.closed_at, row.departures = unit.now, []
    _promise(unit, row.id, MARK_KEPT)


def _erase(unit: UnitOfWork, holder: str) -> None:
    """Erase every draft, every letter that no dossier follows, every PDF made ahead, and close every dossier: one that
    was followed stays for whoever carries its link.
    """
    is_followed = exists().where(DossierLetter.letter_id == Letter.id)
    for letter in unit.session.scalars(select(Letter).where(Letter.holder_hash == holder, ~is_followed)):
        forget_renderings(unit, letter.draft_id)
        unit.session.delete(letter)
    unit.session.flush()
    for draft in unit.session.scalars(select(Draft).where(Draft.holder_hash == holder)):
        forget_renderings(unit, draft.id)
        if draft.sealed_letter_id is None and draft.dossier_id is None:
            unit.session.delete(draft)
    accesses = delete(DossierAccess).where(DossierAccess.holder_hash == holder)
    unit.session.execute(accesses.execution_options(synchronize_session=False))


def _count(unit: UnitOfWork, model: type[Draft] | type[Letter], holder: str) -> int:
    query = select(func.count()).select_from(model).where(model.holder_hash == holder)
    return int(unit.session.scalar(query) or 0)


def _promise(unit: UnitOfWork, family_id: str, delay: timedelta) -> None:
    """Look at a family again, in this commit; each look has its own key."""
    key = f"{FORGET_FAMILY}:{family_id}:{unit.now + delay:%Y%m%d%H%M%S%f}"
    enqueue(unit, FORGET_FAMILY, key, {"family": family_id}, delay)
