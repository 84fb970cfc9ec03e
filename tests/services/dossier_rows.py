"""Dossiers to begin with, and what they go through, for the tests of the services."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind
from app.domain.offices import Right
from app.domain.pieces import PieceKind
from app.services.dossier_events import record_event
from app.services.dossiers import OutsideLetter, follow_letter, follow_outside
from app.services.house import House
from app.services.pieces import FOLDER, add_piece
from app.storage.schema import METADATA
from tests.delivery.files import photo
from tests.running_house import START
from tests.services.letter_rows import ANNE, ready_draft, sealed

TODAY = START.date()
LATER = TODAY - timedelta(days=60)


def followed(house: House, **changes: Any) -> tuple[str, str, str]:
    """The dossier of a letter sealed today: its id, the token of its link, the letter's id."""
    letter_id = sealed(house, ready_draft(house, **changes))
    begun = follow_letter(house, ANNE, letter_id)
    assert begun.token is not None
    return begun.dossier_id, begun.token, letter_id


def outside(**changes: Any) -> OutsideLetter:
    """A letter written elsewhere two months ago."""
    values: dict[str, Any] = {
        "title": "Demande d’accès au dossier de Lou",
        "right": Right.ACCES,
        "grounds": (Ground.DATA,),
        "written_on": LATER,
        "addressee": "le principal du collège",
        "departement": "30",
        "points": ("la copie du dossier", "la durée de conservation"),
    }
    return OutsideLetter(**values | changes)


def followed_outside(house: House, holder: str = ANNE, /, **changes: Any) -> str:
    """The dossier of a letter written elsewhere."""
    return follow_outside(house, holder, outside(**changes)).dossier_id


def sent(on: date = TODAY, **changes: Any) -> Event:
    return Event(EventKind.SENT, on, Channel.RECOMMANDE, **changes)


def fact(kind: EventKind, on: date = TODAY, **changes: Any) -> Event:
    return Event(kind, on, **changes)


def posted(house: House, dossier_id: str, on: date = TODAY) -> str:
    """Tell that the letter left; returns the fact's id."""
    return record_event(house, ANNE, dossier_id, sent(on))


def with_piece(house: House, dossier_id: str, title: str = "Avis signé") -> str:
    """Add a photo to a dossier; needs `quick_opener`."""
    return add_piece(house, ANNE, dossier_id, io.BytesIO(photo()), kind=PieceKind.RECEIPT, title=title)


def kept_files(house: House) -> list[Path]:
    """What stands on the disk for all pieces."""
    return sorted(path for path in (house.settings.INSTANCE / FOLDER).rglob("*") if path.is_file())


def all_counts(house: House) -> dict[str, int]:
    """How many rows each table holds, the empty ones left out."""
    with house.units.reading() as unit:
        found = {
            table.name: unit.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }
    return {name: count for name, count in found.items() if count}
