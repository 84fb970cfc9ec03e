"""Dossiers that tests look at: one story, told fact by fact; days of 2026 unless they say otherwise."""

from datetime import date

from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.dossier.look import Look, look
from app.domain.dossier.moves import Move, MoveState
from app.domain.dossier.record import Dossier, Point
from app.domain.dossier.words import LETTER_NAMES
from app.domain.offices import Right
from app.library.law import load_law
from app.library.procedures import load_procedures
from config import ROOT

LETTERS = ROOT / "letters"
PROCEDURES = load_procedures(
    LETTERS / "procedures", {record.id for record in load_law(LETTERS / "law")}, frozenset(LETTER_NAMES)
)

SEALED = Event(EventKind.SEALED, date(2026, 1, 28))
SENT = Event(EventKind.SENT, date(2026, 1, 29), number="1A 123 456 7890 1")
RECEIVED = Event(EventKind.RECEIVED, date(2026, 1, 31))
START = (SEALED, SENT, RECEIVED)  # due on Monday 2 March; careful window from 31 March to 30 April
PARTIAL = Event(
    EventKind.ANSWERED,
    date(2026, 2, 20),
    outcome=Outcome.PARTIAL,
    points=(PointReply("copie", PointState.ANSWERED), PointReply("duree", PointState.PARTLY)),
)
COMPLETE = Event(EventKind.ANSWERED, date(2026, 2, 20), outcome=Outcome.COMPLETE)
REFUSED = Event(EventKind.REFUSED, date(2026, 2, 16), reasons=("fichier-obligatoire",))
CLOSED = Event(EventKind.CLOSED, date(2026, 2, 25), outcome=Outcome.SATISFIED)
POINTS = (Point("copie", "la copie des données"), Point("duree", "la durée"), Point("source", "la source"))
DATA = (Ground.DATA,)
DOCUMENTS = (Ground.DOCUMENTS,)
BOTH = (Ground.DATA, Ground.DOCUMENTS)


def dossier(*events: Event, grounds: tuple[Ground, ...] = DATA, **changes: object) -> Dossier:
    """A dossier of the public school, with those facts."""
    values: dict[str, object] = {
        "reference": "CD-26-EXEMPLE",
        "title": "Accès aux données",
        "right": Right.ACCES,
        "grounds": grounds,
        "events": events,
        "written_on": date(2026, 1, 28),
        "points": POINTS,
    }
    return Dossier(**{**values, **changes})  # type: ignore[arg-type]


def seen(on: date, *events: Event, grounds: tuple[Ground, ...] = DATA, **changes: object) -> Look:
    """What one sees of it on that day, with the procedures of the house."""
    return look(dossier(*events, grounds=grounds, **changes), PROCEDURES, on)


def move(found: Look, step_id: str) -> Move:
    """The step of that id."""
    return next(move for move in found.moves if move.step.id == step_id)


def steps_in(found: Look, state: MoveState) -> list[str]:
    """The ids of the steps in that state."""
    return [move.step.id for move in found.moves if move.state is state]
