"""What the facts of a dossier give on a day, without a word: clocks that run, steps that open. It must never word it.

A sweep reads a hundred thousand of these; `look` adds the sentences of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.deadline_rules import Step
from app.domain.dossier.clocks import Clock, Ground, clock
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.history import checked_history, last_fact
from app.domain.dossier.landmarks import is_answered, landmarks
from app.domain.dossier.moves import Move, moves
from app.domain.dossier.procedures import ProcedureBook
from app.domain.dossier.record import Dossier


@dataclass(frozen=True, slots=True)
class RunningClock:
    """The delay of one ground: from the reception to `due_on`, the last day to answer, and how it was found."""

    ground: Ground
    received_on: date
    due_on: date
    is_estimated: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts in order, the delays counted whether or not an answer stopped them, the steps with their days."""

    on: date
    facts: tuple[Event, ...]
    counted: tuple[RunningClock, ...]
    moves: tuple[Move, ...]

    @property
    def clocks(self) -> tuple[RunningClock, ...]:
        """The delays that run still: none once answered or closed."""
        return () if is_answered(self.facts) or self.is_closed else self.counted

    @property
    def is_closed(self) -> bool:
        """Whether the parent has ended the dossier."""
        return last_fact(self.facts, EventKind.CLOSED) is not None


def situation(dossier: Dossier, procedures: ProcedureBook, on: date) -> Situation:
    """Reckon everything for that day.

    Raises `IncoherentDossier`, `EventInFuture`, `ImpossibleDates`, `OutsideCalendar`, `UnknownDepartement`.
    """
    facts = checked_history(dossier.events, on)
    days = landmarks(dossier, facts, on)
    return Situation(on, facts, _counted_clocks(dossier, facts, on), moves(dossier, facts, days, procedures, on))


def _counted_clocks(dossier: Dossier, facts: Sequence[Event], on: date) -> tuple[RunningClock, ...]:
    """One delay for each ground; none before the sending, nor while a request for identity suspends it."""
    found = [(ground, clock(facts, on, ground=ground, departement=dossier.departement)) for ground in dossier.grounds]
    return tuple(_running(ground, running) for ground, running in found if running is not None)


def _running(ground: Ground, running: Clock) -> RunningClock:
    return RunningClock(ground, running.received_on, running.due_on, running.is_estimated, running.steps)
