"""What a family does with its dossier's data: take it away, erase it, change its mind. It must never give, nor keep,
more than that one dossier.
"""

from datetime import timedelta

from sqlalchemy import select

from app.domain.errors import NotFound
from app.services.dossier_archive import export_dossier as export_dossier
from app.services.dossier_ends import RESTORE_DAYS, note_use
from app.services.dossiers import DOSSIER_NOT_FOUND, writable_dossier
from app.services.event_log import log_event
from app.services.house import House
from app.services.rendering import forget_renderings
from app.storage.dossier import find_erased_dossier
from app.storage.draft import Draft


def erase_dossier(house: House, holder: str | None, dossier_id: str) -> None:
    """Make a dossier invisible to everybody, now; RESTORE_DAYS later the purge deletes it for good, with its letters,
    facts and pieces. Raises NotFound.
    """
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        row.erased_at = unit.now
        row.erased_by = holder
        for draft_id in unit.session.scalars(select(Draft.id).where(Draft.dossier_id == row.id)):
            forget_renderings(unit, draft_id)
    log_event("dossier-erased")


def restore_dossier(house: House, holder: str | None, dossier_id: str) -> None:
    """Bring an erased dossier back as it was, its link included, on the device that erased it and within RESTORE_DAYS;
    its end is reckoned from today. Raises NotFound.
    """
    with house.units.writing() as unit:
        since = unit.now - timedelta(days=RESTORE_DAYS)
        row = find_erased_dossier(unit.session, dossier_id, holder, since) if holder else None
        if row is None:
            raise NotFound(DOSSIER_NOT_FOUND)
        row.erased_at = row.erased_by = None
        note_use(house, unit, row)
    log_event("dossier-restored")
