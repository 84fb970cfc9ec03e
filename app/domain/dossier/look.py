"""A dossier seen on a day: where it stands, what runs, what can be done, and its line of time.

It must never keep anything: the same facts seen on another day give another look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.dossier.clocks import Ground, Status, status
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.headlines import advice, headline
from app.domain.dossier.history import last_fact
from app.domain.dossier.line import LineEntry, time_line
from app.domain.dossier.moves import Move, MoveState
from app.domain.dossier.procedures import ProcedureBook
from app.domain.dossier.record import Dossier
from app.domain.dossier.situation import RunningClock, situation
from app.domain.french import written_date
from app.domain.typography import typeset

# A last safe day nearer than this is said before anything else.
PRESSING_DAYS = 21


@dataclass(frozen=True, slots=True)
class Look:
    """Everything a page says of a dossier on a day; sentences are French and set."""

    on: date
    status: Status
    headline: str
    advice: str
    clocks: tuple[RunningClock, ...]
    counted: tuple[RunningClock, ...]  # the same, kept once an answer has stopped them
    moves: tuple[Move, ...]
    warnings: tuple[str, ...]
    line: tuple[LineEntry, ...]

    @property
    def offered(self) -> tuple[Move, ...]:
        """The steps that can be taken today."""
        return tuple(move for move in self.moves if move.state is MoveState.OPEN)


def look(dossier: Dossier, procedures: ProcedureBook, on: date) -> Look:
    """See the dossier on that day.

    Errors as `situation`.
    """
    found = situation(dossier, procedures, on)
    facts, clocks, steps = found.facts, found.clocks, found.moves
    ground = dossier.grounds[0] if dossier.grounds else Ground.DATA
    standing = status(facts, on, ground=ground, departement=dossier.departement) if facts else Status.SEALED_NOT_SENT
    if not dossier.grounds and standing in _COUNTED:
        standing = Status.WAITING  # nobody owes an answer by a day we could name
    return Look(
        on=on,
        status=standing,
        headline=headline(standing, clocks[0].due_on if clocks else None, facts, on),
        advice=advice(standing, steps, facts),
        clocks=clocks,
        counted=found.counted,
        moves=steps,
        warnings=_warnings(steps, facts, on),
        line=time_line(facts, found.counted, steps, on),
    )


_COUNTED = frozenset({Status.DUE_SOON, Status.LATE, Status.UNPROVED, Status.TACITLY_REFUSED})


def _warnings(steps: Sequence[Move], facts: Sequence[Event], on: date) -> tuple[str, ...]:
    """Days that press, days gone by, and what the law leaves open; the nearest day first."""
    sentences = []
    dated = [move for move in steps if move.closes_on is not None and move.state is not MoveState.DONE]
    for move in sorted(dated, key=lambda move: move.closes_on or on):
        if move.closes_on is None:
            continue
        named = _lower(move.step.title)
        if move.state is MoveState.TOO_LATE:
            sentences.append(
                f"Pour {named}, la dernière date sûre est passée : c’était le {written_date(move.closes_on)}. "
                "Demandez l’avis d’un juriste avant d’y renoncer ou de continuer."
            )
        elif move.closes_on - on <= timedelta(days=PRESSING_DAYS):
            sentences.append(
                f"Pour {named}, la dernière date sûre est proche : le {written_date(move.closes_on, weekday=True)}."
            )
    if last_fact(facts, EventKind.MEDIATION) and dated:
        sentences.append(
            "Une médiation réellement engagée interrompt les délais de recours. Nous ne connaissons pas le jour de sa "
            "fin : les dernières dates affichées n’en tiennent pas compte, elles sont les plus prudentes."
        )
    return tuple(typeset(sentence) for sentence in sentences)


def _lower(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"
