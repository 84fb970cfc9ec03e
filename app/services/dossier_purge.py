"""The end of dossiers: their ends are reckoned anew, then those that have had their time go, whole. It must never
delete one on an end that today's rules no longer give.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, or_, select

from app.services.dossier_ends import NOTICES, RESTORE_DAYS, set_end
from app.services.dossier_records import record_from
from app.services.event_log import log_fault
from app.services.house import House
from app.services.rendering import forget_renderings
from app.services.unit_of_work import UnitOfWork
from app.storage.dossier import Dossier, DossierLetter
from app.storage.draft import Draft
from app.storage.encryption import TamperedData
from app.storage.letter import Letter
from app.storage.piece import Piece

T = TypeVar("T")
BATCH = 200
# An end nearer than this is reckoned anew at each purge.
_WATCHED = timedelta(days=max(NOTICES) + 1)


@dataclass(frozen=True, slots=True)
class Purged:
    """What one pass did: rows deleted (`verb` says when it is something else), rows that could not be."""

    name: str
    done: int
    failed: int
    verb: str = "effacé(s)"


def has_expired(now: datetime) -> ColumnElement[bool]:
    """Whether a dossier has had its time: past its end, or, once erased, no longer restorable."""
    is_past = Dossier.erased_at.is_(None) & (Dossier.expires_at <= now)
    return or_(is_past, Dossier.erased_at <= now - timedelta(days=RESTORE_DAYS))


def redate_dossiers(house: House, now: datetime) -> Purged:
    """Reckon anew the ends that are near: a rule corrected today moves them, and the notices before them are right."""
    is_near = Dossier.erased_at.is_(None) & (Dossier.expires_at > now) & (Dossier.expires_at <= now + _WATCHED)

    def redate(unit: UnitOfWork, dossier_id: str) -> bool | None:
        row = _locked(unit, dossier_id, is_near)
        if row is None:
            return None
        before = row.expires_at
        set_end(house, unit, row, record_from(unit, row))
        return True if row.expires_at != before else None

    moved, failed = _each(house, is_near, redate)
    return Purged("dates de fin des dossiers", len(moved), failed, "déplacée(s)")


def purge_dossiers(house: House, now: datetime) -> tuple[Purged, list[str]]:
    """Delete the dossiers that have had their time, each whole; also gives the ids of their pieces, whose files are now
    nobody's. One whose end moves when it is reckoned anew stays; one whose end cannot be reckoned is a failure.
    """

    def end(unit: UnitOfWork, dossier_id: str) -> list[str] | None:
        try:
            row = _locked(unit, dossier_id, has_expired(now))
            if row is not None and row.erased_at is None:
                set_end(house, unit, row, record_from(unit, row))
            if row is None or (row.erased_at is None and row.expires_at > now):
                return None
        except TamperedData:  # nobody can read it any more: its end is the one it had
            pass
        return _delete(unit, dossier_id)

    deleted, failed = _each(house, has_expired(now), end)
    return Purged("dossiers", len(deleted), failed), [piece for pieces in deleted for piece in pieces]


def _locked(unit: UnitOfWork, dossier_id: str, condition: ColumnElement[bool]) -> Dossier | None:
    """The dossier, if it still meets the condition. Raises TamperedData."""
    return unit.session.scalar(select(Dossier).where(Dossier.id == dossier_id, condition).with_for_update())


def _delete(unit: UnitOfWork, dossier_id: str) -> list[str]:
    """Delete a dossier with its letters and drafts; facts, accesses, pieces, contact and reminders go with it. Returns
    the ids of its pieces.
    """
    pieces = list(unit.session.scalars(select(Piece.id).where(Piece.dossier_id == dossier_id)))
    for draft_id in unit.session.scalars(select(Draft.id).where(Draft.dossier_id == dossier_id)):
        forget_renderings(unit, draft_id)
    unit.session.flush()
    letters = select(DossierLetter.letter_id).where(DossierLetter.dossier_id == dossier_id)
    for statement in (delete(Letter).where(Letter.id.in_(letters)), delete(Dossier).where(Dossier.id == dossier_id)):
        unit.session.execute(statement.execution_options(synchronize_session=False))
    return pieces


def _each(
    house: House, condition: ColumnElement[bool], act: Callable[[UnitOfWork, str], T | None]
) -> tuple[list[T], int]:
    """Do `act` to each dossier that meets the condition, in a commit of its own: what it gave when it did something,
    and how many failed. One that fails does not stop the rest.
    """
    results: list[T] = []
    failed = 0
    for dossier_id in _ids(house, condition):
        try:
            with house.units.writing() as unit:
                result = act(unit, dossier_id)
        except Exception as error:  # whatever is wrong with one dossier, the others go
            log_fault("purge-failed", error, rule="dossiers", rows=1)
            failed += 1
            continue
        if result is not None:
            results.append(result)
    return results, failed


def _ids(house: House, condition: ColumnElement[bool]) -> Iterator[str]:
    """The ids of the dossiers that meet the condition, read by batches in their order."""
    last = ""
    query = select(Dossier.id).where(condition).order_by(Dossier.id).limit(BATCH)
    while True:
        with house.units.reading() as unit:
            found = list(unit.session.scalars(query.where(Dossier.id > last)))
        if not found:
            return
        yield from found
        last = found[-1]
