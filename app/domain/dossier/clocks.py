"""The status and the running deadline that the facts of a dossier give on a day.

It must never store a status nor read today's date: both would be wrong tomorrow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.deadline_rules import Step, make_step
from app.domain.deadlines import data_rights, documents, estimated_reception
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.history import FROM_ADDRESSEE, IncoherentDossier, checked_history, last_fact
from app.domain.french import written_date

SOON_DAYS = 7


class Ground(StrEnum):
    """Which rule table the letter follows."""

    DATA = "donnees"
    DOCUMENTS = "documents"


class Status(StrEnum):
    """Where a dossier stands on a day; computed, never stored."""

    DRAFT = "brouillon"
    SEALED_NOT_SENT = "scelle"
    SENT = "envoye"
    WAITING = "en-attente"
    DUE_SOON = "bientot-due"
    IDENTITY_PENDING = "identite-attendue"
    UNPROVED = "echeance-estimee-passee"
    LATE = "en-retard"
    TACITLY_REFUSED = "refus-tacite"
    PARTLY_ANSWERED = "repondu-en-partie"
    ANSWERED = "repondu"
    REFUSED = "refuse"
    REFERRED_CNIL = "cnil-saisie"
    REFERRED_CADA = "cada-saisie"
    CLOSED = "clos"


@dataclass(frozen=True, slots=True)
class Clock:
    """The running deadline: `due_on` is the last day to answer, with the steps that lead to it.

    An estimated clock rests on a reception that nobody proved.
    """

    received_on: date
    due_on: date
    is_estimated: bool
    steps: tuple[Step, ...]


_OUTCOMES = {
    EventKind.ANSWERED: Status.ANSWERED,
    EventKind.REFUSED: Status.REFUSED,
    EventKind.REFERRED_CNIL: Status.REFERRED_CNIL,
    EventKind.REFERRED_CADA: Status.REFERRED_CADA,
}


def status(
    events: Iterable[Event], on: date, *, ground: Ground = Ground.DATA, departement: str | None = None
) -> Status:
    """Return the status of a dossier on the day `on`, from its facts in any order.

    Late begins the day after the due date, and only when a reception was proved. Raises `IncoherentDossier`,
    `EventInFuture`, `OutsideCalendar`, `UnknownDepartement`.
    """
    facts = checked_history(events, on)
    if not facts:
        return Status.DRAFT
    if last_fact(facts, EventKind.CLOSED):
        return Status.CLOSED
    if not last_fact(facts, EventKind.SENT):
        return Status.SEALED_NOT_SENT
    outcomes = [fact for fact in facts if fact.kind in _OUTCOMES]
    if outcomes:
        return Status.PARTLY_ANSWERED if outcomes[-1].is_partial else _OUTCOMES[outcomes[-1].kind]
    running = _clock(facts, ground, departement)
    if running is None:
        return Status.IDENTITY_PENDING
    return _waiting(running, on, ground)


def clock(
    events: Iterable[Event], on: date, *, ground: Ground = Ground.DATA, departement: str | None = None
) -> Clock | None:
    """Return the deadline the facts give; None before sending, and while an identity request suspends it.

    Raises as `status`.
    """
    facts = checked_history(events, on)
    return _clock(facts, ground, departement) if last_fact(facts, EventKind.SENT) else None


def _reception(facts: Sequence[Event], departement: str | None) -> tuple[date, bool, tuple[Step, ...]]:
    """Return the day the clock starts, whether it is estimated, and the steps that explain an estimate.

    Whoever acknowledges, asks or extends has received, no later than that day: counting from the first such
    day never calls anyone late too soon.
    """
    transferred, sent = last_fact(facts, EventKind.TRANSFERRED), last_fact(facts, EventKind.SENT)
    start = transferred or sent
    if start is None:
        raise IncoherentDossier("La réception se compte depuis l’envoi : notez d’abord la date d’envoi.")
    # On the very day a letter is passed on, nobody can tell which of the two administrations acted.
    since = [fact for fact in facts if fact.on > start.on or (not transferred and fact.on == start.on)]
    received = last_fact(since, EventKind.RECEIVED)
    if received and not received.is_estimated:
        return received.on, False, ()
    reactions = [fact.on for fact in since if fact.kind in FROM_ADDRESSEE]
    if reactions:
        return min(reactions), False, ()
    if received:
        text = f"Reçue vers le {written_date(received.on)} : cette date est estimée, elle ne suffit pas pour "
        return received.on, True, (make_step(received.on, text + "affirmer un retard."),)
    estimate = estimated_reception(start.on, start.channel, departement)
    return estimate.on, True, estimate.steps


def _clock(facts: Sequence[Event], ground: Ground, departement: str | None) -> Clock | None:
    received_on, is_estimated, reception_steps = _reception(facts, departement)
    if ground is Ground.DOCUMENTS:
        first_on = min(received_on, _first_reception(facts) or received_on)
        paper = documents(received_on, departement=departement, first_received_on=first_on)
        return Clock(received_on, paper.implicit_refusal_on, is_estimated, reception_steps + paper.reckoning)
    suspended, pending_on = _suspension(facts, received_on)
    extended = last_fact(facts, EventKind.EXTENDED)
    found = data_rights(received_on, suspended=suspended, departement=departement)
    if extended and extended.has_reasons and extended.on <= found.response_due_on:
        found = data_rights(
            received_on,
            is_extended=True,
            announced_until=extended.until,
            suspended=suspended,
            departement=departement,
        )
    if pending_on and pending_on <= found.response_due_on:
        return None
    return Clock(received_on, found.response_due_on, is_estimated, reception_steps + found.reckoning)


def _first_reception(facts: Sequence[Event]) -> date | None:
    """Return the earliest day the first administration can have had a letter that was passed on, or None."""
    if not last_fact(facts, EventKind.TRANSFERRED):
        return None
    known = last_fact(facts[::-1], EventKind.RECEIVED) or last_fact(facts, EventKind.SENT)
    return known.on if known else None


def _suspension(facts: Sequence[Event], received_on: date) -> tuple[tuple[date, date] | None, date | None]:
    """Return the closed suspension, if any, and the day of an identity request not answered yet, if any."""
    asked, given = last_fact(facts, EventKind.IDENTITY_ASKED), last_fact(facts, EventKind.IDENTITY_GIVEN)
    if asked is None or not asked.has_reasons or asked.on < received_on:
        return None, None
    return ((asked.on, given.on), None) if given else (None, asked.on)


def _waiting(running: Clock, on: date, ground: Ground) -> Status:
    if on > running.due_on:
        if running.is_estimated:
            return Status.UNPROVED
        return Status.TACITLY_REFUSED if ground is Ground.DOCUMENTS else Status.LATE
    if on >= running.due_on - timedelta(days=SOON_DAYS):
        return Status.DUE_SOON
    if running.is_estimated and on < running.received_on:
        return Status.SENT
    return Status.WAITING
