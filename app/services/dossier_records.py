"""From the rows of a dossier to the kernel's record, and back for one fact. It must never decide who may open it.

The sealing is no row: it is derived from the day the letter bears, so that nobody can move it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.dossier.record import Dossier as Record
from app.domain.dossier.record import Point
from app.domain.next_letter import with_dossier
from app.domain.offices import Right
from app.services.clock import local_day
from app.services.unit_of_work import UnitOfWork
from app.storage.dossier import Dossier, DossierEvent, events_of
from app.storage.piece import Piece

GROUNDS_JOINT = "+"


@dataclass(frozen=True, slots=True)
class Profile:
    """What the first letter leaves to its dossier; `answers` are raw answers for the next letters, {} when none."""

    title: str
    addressee: str
    written_on: date | None
    points: tuple[Point, ...]
    answers: dict[str, Any]
    is_outside: bool

    def to_json(self) -> dict[str, Any]:
        """The plain values that the row keeps."""
        return {
            "title": self.title,
            "addressee": self.addressee,
            "written_on": self.written_on.isoformat() if self.written_on else None,
            "points": [{"id": point.id, "text": point.text} for point in self.points],
            "answers": self.answers,
            "is_outside": self.is_outside,
        }


def profile_of(row: Dossier) -> Profile:
    """The profile that a row keeps."""
    kept = row.profile
    return Profile(
        title=kept["title"],
        addressee=kept["addressee"],
        written_on=date.fromisoformat(kept["written_on"]) if kept["written_on"] else None,
        points=tuple(Point(point["id"], point["text"]) for point in kept["points"]),
        answers=kept["answers"],
        is_outside=kept["is_outside"],
    )


def record_of(row: Dossier, events: Iterable[Event], pieces: Sequence[str] = ()) -> Record:
    """The kernel's record of a dossier with these facts; `pieces`: titles of the files kept, in order."""
    profile = profile_of(row)
    return Record(
        reference=row.reference,
        title=profile.title,
        right=Right(row.right),
        grounds=tuple(Ground(ground) for ground in row.grounds.split(GROUNDS_JOINT) if ground),
        events=(*_sealing(profile), *events),
        written_on=profile.written_on,
        departement=row.departement,
        is_public=row.is_public,
        addressee=profile.addressee,
        points=profile.points,
        pieces=tuple(pieces),
    )


def day_of(record: Record, now: datetime) -> date:
    """The day on which a dossier is read: today, or that of its last fact when the clock was set back since."""
    return max([local_day(now), *(fact.on for fact in record.events)])


def _sealing(profile: Profile) -> tuple[Event, ...]:
    if profile.is_outside or profile.written_on is None:
        return ()
    return (Event(EventKind.SEALED, profile.written_on),)


def record_from(unit: UnitOfWork, row: Dossier) -> Record:
    """The record of a dossier as it stands: one SELECT for its facts, one for its pieces."""
    return records_from(unit, [row])[row.id]


def records_from(unit: UnitOfWork, rows: Sequence[Dossier]) -> dict[str, Record]:
    """The records of these dossiers by id, in as many statements as for one."""
    ids = [row.id for row in rows]
    facts: dict[str, list[Event]] = defaultdict(list)
    for fact in events_of(unit.session, ids):
        if fact.is_in_force:
            facts[fact.dossier_id].append(event_of(fact))
    pieces = piece_titles(unit, ids)
    return {row.id: record_of(row, facts[row.id], pieces[row.id]) for row in rows}


def piece_titles(unit: UnitOfWork, dossier_ids: Sequence[str]) -> dict[str, list[str]]:
    """The titles of the pieces of each dossier, in the order of their numbers."""
    titles: dict[str, list[str]] = defaultdict(list)
    query = select(Piece.dossier_id, Piece.title).where(Piece.dossier_id.in_(dossier_ids))
    for dossier_id, title in unit.session.execute(query.order_by(Piece.created_at, Piece.id)):
        titles[dossier_id].append(title)
    return titles


def event_of(row: DossierEvent) -> Event:
    """The fact that a row tells."""
    details = row.details
    return Event(
        kind=EventKind(row.kind),
        on=row.happened_on,
        channel=Channel(row.channel),
        is_estimated=row.is_estimated,
        has_reasons=row.has_reasons,
        until=row.until_on,
        outcome=Outcome(row.outcome) if row.outcome else None,
        letter=row.letter,
        has_remedies=row.has_remedies,
        number=details["number"],
        reasons=tuple(details["reasons"]),
        points=tuple(PointReply(point["id"], PointState(point["state"])) for point in details["points"]),
        note=details["note"],
    )


def event_row(dossier_id: str, event: Event, now: datetime) -> DossierEvent:
    """The row that tells a fact, as it was told at that instant."""
    return DossierEvent(
        dossier_id=dossier_id,
        kind=event.kind.value,
        happened_on=event.on,
        channel=event.channel.value,
        is_estimated=event.is_estimated,
        has_reasons=event.has_reasons,
        until_on=event.until,
        outcome=event.outcome.value if event.outcome else "",
        letter=event.letter,
        has_remedies=event.has_remedies,
        details={
            "number": event.number,
            "reasons": list(event.reasons),
            "points": [{"id": point.id, "state": point.state.value} for point in event.points],
            "note": event.note,
        },
        recorded_at=now,
    )


@dataclass(frozen=True, slots=True)
class SeenDossier:
    """The dossier that a next letter speaks of, as it was read: another version may tell other facts."""

    version: int
    record: Record


def seen_dossier(unit: UnitOfWork, dossier_id: str | None) -> SeenDossier | None:
    """The dossier of a draft; None for a first letter, without asking the database."""
    return seen_dossiers(unit, [dossier_id]).get(dossier_id) if dossier_id else None


def seen_dossiers(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, SeenDossier]:
    """These dossiers by id, in as many statements as for one; none when there is none to read."""
    wanted = list(ids)
    rows = unit.session.scalars(select(Dossier).where(Dossier.id.in_(wanted))).all() if wanted else []
    records = records_from(unit, rows) if rows else {}
    return {row.id: SeenDossier(row.version, records[row.id]) for row in rows}


def day_of_draft(seen: SeenDossier | None, now: datetime) -> date:
    """The day on which a draft is read: that of its dossier (`day_of`), or today for a first letter."""
    return day_of(seen.record, now) if seen else local_day(now)


def completed(answers: dict[str, Any], seen: SeenDossier | None) -> dict[str, Any]:
    """The answers of a draft with the facts of its dossier as they are now; those of a first letter as they are."""
    return with_dossier(answers, seen.record) if seen else answers


def without_facts(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as a draft keeps them: the facts stay in the dossier, where they can be corrected."""
    return {name: value for name, value in answers.items() if name != "dossier"}
