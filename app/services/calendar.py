"""The dates of a dossier for the family's own calendar, as a file or at an address of its own. It must never say in
either whose dossier it is.
"""

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, Signer
from sqlalchemy import select

from app.delivery.calendar_file import calendar_file
from app.domain.dossier.agenda import AgendaEntry, agenda
from app.domain.dossier.record import Dossier as Record
from app.domain.errors import NotFound
from app.services.dossier_records import day_of, record_from
from app.services.dossiers import OpenDossier, open_dossier
from app.services.house import House
from app.services.library import library
from app.services.unit_of_work import UnitOfWork
from app.storage.dossier import Dossier, is_alive

_FEED_GONE = "Cette adresse d’agenda n’existe plus. Retirez-la de votre agenda : le dossier en donne une nouvelle."


@dataclass(frozen=True, slots=True)
class DossierDates:
    """What a calendar would hold, and the token of the address where a calendar may read it."""

    dossier: OpenDossier
    entries: tuple[AgendaEntry, ...]
    feed_token: str


def dossier_dates(house: House, holder: str | None, dossier_id: str) -> DossierDates:
    """The days to come of a dossier, for a holder who may open it; raises NotFound."""
    dossier = open_dossier(house, holder, dossier_id)
    with house.units.reading() as unit:
        row = _find(unit, dossier_id)
        entries, token = _entries(dossier.record, unit.now), _signer(house, row).sign(row.id).decode()
    return DossierDates(dossier, entries, token)


def dossier_calendar(house: House, holder: str | None, dossier_id: str) -> bytes:
    """The same days as a file (.ics) to be opened once. Raises NotFound."""
    dossier = open_dossier(house, holder, dossier_id)
    return calendar_file(_entries(dossier.record, house.now()), dossier.id, dossier.updated_at)


def feed_calendar(house: House, token: str) -> bytes:
    """The same days for the calendar that holds this address: empty for a closed dossier. Raises NotFound when the
    address was revoked, or the dossier erased.
    """
    dossier_id, _, _signature = token.rpartition(".")
    with house.units.reading() as unit:
        row = _find(unit, dossier_id)
        try:
            _signer(house, row).unsign(token)
        except BadSignature as error:
            raise NotFound(_FEED_GONE) from error
        entries = _entries(record_from(unit, row), unit.now)
        return calendar_file(entries, row.id, row.updated_at, is_feed=True)


def _entries(record: Record, now: datetime) -> tuple[AgendaEntry, ...]:
    return agenda(record, library().procedures, day_of(record, now))


def _find(unit: UnitOfWork, dossier_id: str) -> Dossier:
    row = unit.session.scalar(select(Dossier).where(Dossier.id == dossier_id, is_alive(unit.now)))
    if row is None:
        raise NotFound(_FEED_GONE)
    return row


def _signer(house: House, row: Dossier) -> Signer:
    """Signs for this dossier and its present secret link alone: a new link silences every address given before."""
    return Signer(house.settings.SECRET_KEY, salt=f"agenda {row.token_hash or ''}")
