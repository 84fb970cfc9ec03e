"""Which reminders a dossier calls for on a day, and until when it is useful. It must never name anybody.

A reminder is due on its own day, and for a week after it if nobody could send it; each has a key, sent once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.dossier.agenda import lowered
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import EventKind
from app.domain.dossier.history import last_fact
from app.domain.dossier.moves import Move, MoveState
from app.domain.dossier.procedures import ProcedureBook
from app.domain.dossier.record import Dossier
from app.domain.dossier.situation import RunningClock, Situation, situation
from app.domain.french import written_date
from app.domain.school_holidays import holiday_advice, zone_of
from app.domain.typography import typeset

POSTED_DAYS = 7  # after the letter is finished: was it posted?
RECEIPT_DAYS = 10  # after the sending: has the proof of reception come back?
BEFORE_DUE_DAYS = 3
BEFORE_LAST_DAYS = (14, 3)
CATCH_UP = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to say on a day; `key` is unique in its dossier and holds no personal data."""

    key: str
    on: date
    title: str
    text: str


def reminders_due(dossier: Dossier, procedures: ProcedureBook, on: date) -> tuple[Reminder, ...]:
    """The reminders whose day is `on` or one of the seven days before it, in order; none for a closed dossier.

    Errors as `situation`.
    """
    found = situation(dossier, procedures, on)
    if found.is_closed:
        return ()
    zone = zone_of(dossier.departement)
    due = [reminder for reminder in _reminders(dossier, found) if on - CATCH_UP <= reminder.on <= on]
    return tuple(_advised(reminder, on, zone) for reminder in sorted(due, key=lambda one: (one.on, one.key)))


def _advised(reminder: Reminder, on: date, zone: str | None) -> Reminder:
    """The same with the holidays’ advice, where a letter would be read later than it is sent."""
    advice = holiday_advice(on, zone) if not reminder.key.startswith(("envoi", "reception")) else ""
    text = f"{reminder.text} {advice}".strip()
    return Reminder(reminder.key, reminder.on, typeset(reminder.title), typeset(text))


def _reminders(dossier: Dossier, found: Situation) -> Iterator[Reminder]:
    sent = last_fact(found.facts, EventKind.SENT)
    if sent is None:
        yield from _posted(dossier, found)
        return
    if found.clocks and found.clocks[0].is_estimated:
        on = sent.on + timedelta(days=RECEIPT_DAYS)
        text = "Notez le jour écrit sur la preuve de réception : le délai part de là."
        yield Reminder(f"reception:{sent.on.isoformat()}", on, "La preuve de réception est-elle revenue ?", text)
    for running in found.clocks:
        yield from _around_due(running, found.on)
    for move in found.moves:
        yield from _before_last_day(move)


def _posted(dossier: Dossier, found: Situation) -> Iterator[Reminder]:
    finished = last_fact(found.facts, EventKind.SEALED)
    finished_on = finished.on if finished else dossier.written_on
    if finished_on is not None:
        text = "Si c’est fait, notez le jour et le moyen. Sinon, elle vous attend : sans envoi, aucun délai ne court."
        on = finished_on + timedelta(days=POSTED_DAYS)
        yield Reminder(f"envoi:{finished_on.isoformat()}", on, "Avez-vous envoyé votre lettre ?", text)


def _around_due(running: RunningClock, today: date) -> Iterator[Reminder]:
    """The warning before the due date, until that day; then what the day after opens."""
    due, mark = running.due_on, f"{running.ground.value}:{running.due_on.isoformat()}"
    before = f"La réponse à votre demande est due au plus tard le {written_date(due, weekday=True)}."
    if running.ground is Ground.DOCUMENTS:
        before = f"Sans réponse le {written_date(due, weekday=True)}, le silence vaudra refus."
    if today <= due:
        yield Reminder(f"avant:{mark}", due - timedelta(days=BEFORE_DUE_DAYS), "Une date approche", before)
    after = "Aucune réponse n’est notée. Vous pouvez écrire la lettre suivante, elle est prête."
    if running.is_estimated:
        after = (
            "Aucune réponse n’est notée, mais la date de réception n’est pas prouvée : vérifiez-la avant de relancer."
        )
    elif running.ground is Ground.DOCUMENTS:
        after = "Le silence vaut maintenant refus. La suite est ouverte, et elle a une dernière date sûre."
    yield Reminder(f"lendemain:{mark}", due + _DAY, "Une date est passée", after)


def _before_last_day(move: Move) -> Iterator[Reminder]:
    if move.closes_on is None or move.state not in (MoveState.OPEN, MoveState.LATER):
        return
    for days in BEFORE_LAST_DAYS:
        on = move.closes_on - timedelta(days=days)
        # A step that opens later than this warning cannot be taken yet: the nearer warning will do.
        if on >= move.opens_on:
            day = written_date(move.closes_on, weekday=True)
            text = f"Pour {lowered(move.step.title)}, la dernière date sûre est le {day}."
            yield Reminder(
                f"dernier-jour:{move.step.id}:{move.closes_on.isoformat()}:{days}",
                on,
                "Une dernière date approche",
                text,
            )


def useful_until(dossier: Dossier, procedures: ProcedureBook, on: date) -> date:
    """The last day on which this dossier may still serve; retention counts from it. Errors as `situation`.

    A closed one has served on its last fact; an open one serves until its last due date or last safe day, and today.
    """
    found = situation(dossier, procedures, on)
    last = found.facts[-1].on if found.facts else dossier.written_on or on
    if found.is_closed:
        return last
    ends = [running.due_on for running in found.clocks] + [move.closes_on for move in found.moves if move.closes_on]
    return max([last, *ends])
