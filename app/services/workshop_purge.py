"""Families of workshops that worker and tablet left behind: forgotten by the purge, then looked for again. It must
never let one that resists keep the others.
"""

from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from app.domain.errors import DomainError
from app.services.dossier_purge import Purged
from app.services.event_log import log_fault
from app.services.house import House
from app.services.workshop_families import IDLE, MARK_KEPT, look_at
from app.storage.workshop import families_to_clear

# The counts of a workshop are kept for the report of the year.
WORKSHOPS_KEPT = timedelta(days=400)
FAMILIES = "familles d’ateliers"


def purge_families(house: House) -> Purged:
    """Forget who left, and clear the marks of those who were forgotten a while ago; running it twice is running it
    once.
    """
    done = failed = 0
    for family_id in _to_clear(house):
        try:
            with house.units.writing() as unit:
                look_at(unit, family_id)
            done += 1
        except (SQLAlchemyError, DomainError) as error:
            log_fault("purge-failed", error, rule=FAMILIES, rows=1)
            failed += 1
    return Purged(FAMILIES, done, failed)


def count_families(house: House) -> dict[str, int]:
    """How many families should be forgotten by now and are not."""
    return {FAMILIES: len(_to_clear(house))}


def _to_clear(house: House) -> list[str]:
    with house.units.reading() as unit:
        return families_to_clear(
            unit.session, unit.now, seen_before=unit.now - IDLE, closed_before=unit.now - MARK_KEPT
        )
