"""Until when a dossier is kept: some weeks after the last day on which it can be of use. It must never end under the
hands of somebody who still uses it.
"""

from datetime import UTC, datetime, time, timedelta

from app.domain.dossier.record import Dossier as Record
from app.domain.dossier.reminders import useful_until
from app.services.clock import PARIS
from app.services.dossier_records import day_of, record_from
from app.services.house import House
from app.services.library import library
from app.services.unit_of_work import UnitOfWork
from app.storage.dossier import Dossier, keep_until
from app.storage.draft import drafts_end_at
from app.storage.letter import keep_letters_until

# How long an erased dossier can be restored, by the device that erased it.
RESTORE_DAYS = 7
# How many days before the end its reminders announce it.
NOTICES = (30, 7)


def set_end(house: House, unit: UnitOfWork, row: Dossier, record: Record) -> None:
    """Reckon anew until when a dossier and its letters are kept; `row.updated_at` counts as a day of use, and a letter
    begun in it is not lost with it.

    Raises what the rules of the procedures raise (`OutsideCalendar`).
    """
    kept = timedelta(days=house.settings.DOSSIER_DAYS)
    last_on = useful_until(record, library().procedures, day_of(record, unit.now))
    last_day_ends_at = datetime.combine(last_on + timedelta(days=1), time.min, PARIS).astimezone(UTC)
    ends_at = max(last_day_ends_at, row.updated_at) + kept
    row.expires_at = max(ends_at, drafts_end_at(unit.session, row.id) or ends_at)
    keep_letters_until(unit.session, row.id, row.expires_at)


def note_use(house: House, unit: UnitOfWork, row: Dossier) -> None:
    """Say that what the dossier holds changed today, and reckon its end anew. Raises as `set_end`."""
    row.touch(unit.now)
    set_end(house, unit, row, record_from(unit, row))


def outlast_draft(unit: UnitOfWork, dossier_id: str | None, until: datetime) -> None:
    """Keep, in this commit, the dossier of a draft and its letters as long as the draft itself."""
    if dossier_id and keep_until(unit.session, dossier_id, until):
        keep_letters_until(unit.session, dossier_id, until)
