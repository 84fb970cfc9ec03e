"""What can be done now, later, or no longer: a procedure read with the facts of one dossier.

It must never suggest a step without its last safe day, nor hide that a day rests on a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.deadline_rules import Step
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.landmarks import LandmarkName, Landmarks
from app.domain.dossier.procedures import ProcedureBook, ProcedureStep
from app.domain.dossier.record import Dossier


class MoveState(StrEnum):
    """Whether a step may be taken."""

    OPEN = "ouverte"
    LATER = "a-venir"
    TOO_LATE = "trop-tard"
    DONE = "faite"


@dataclass(frozen=True, slots=True)
class Move:
    """One step for this dossier: from which day, until which last safe day, and how those days were found.

    Not certain when the law is unsettled or a day rests on a reception nobody proved.
    """

    step: ProcedureStep
    ground: Ground
    state: MoveState
    opens_on: date
    closes_on: date | None
    is_estimated: bool
    steps: tuple[Step, ...]

    @property
    def is_certain(self) -> bool:
        """Whether the law is settled and every day of it proved."""
        return self.step.is_certain and not self.is_estimated


# What closes a step for good once its day has passed; the other landmarks are facts that make the step pointless.
LAST_DAYS = frozenset({
    LandmarkName.COURT_UNTIL, LandmarkName.COURT_AFTER_REFUSAL, LandmarkName.CNIL_COURT_UNTIL,
    LandmarkName.CADA_UNTIL, LandmarkName.DOCUMENTS_COURT_UNTIL,
})  # fmt: skip
# The fact that says a step was taken, where it is not the sending of its letter.
_TAKEN_BY = {
    "demande": EventKind.SENT,
    "cnil": EventKind.REFERRED_CNIL,
    "cada": EventKind.REFERRED_CADA,
}


def moves(
    dossier: Dossier, facts: Sequence[Event], days: Landmarks, procedures: ProcedureBook, on: date
) -> tuple[Move, ...]:
    """Every step that these facts leave meaningful, in the order of the ladders; each letter is offered once.

    `facts` in order and checked, `days` their landmarks. None once the dossier is closed or before the letter is sent.
    """
    kinds = {fact.kind for fact in facts}
    if EventKind.CLOSED in kinds or EventKind.SENT not in kinds:
        return ()
    found: list[Move] = []
    for ground in dossier.grounds:
        for step in procedures.of(ground).steps:
            move = _move(dossier, facts, days, ground, step, on)
            known = {(other.step.id, other.step.letter) for other in found}
            if move is not None and (step.id, step.letter) not in known:
                found.append(move)
    return tuple(found)


def _move(
    dossier: Dossier, facts: Sequence[Event], days: Landmarks, ground: Ground, step: ProcedureStep, on: date
) -> Move | None:
    if (step.rights and dossier.right not in step.rights) or (step.is_public_only and not dossier.is_public):
        return None
    openings = [days[name] for name in step.opens if name in days]
    if step.opens and not openings:
        return None
    opening = min(openings, key=lambda day: day.on, default=None)
    endings = [days[name] for name in step.closes if name in days and name in LAST_DAYS]
    ending = min(endings, key=lambda day: day.on, default=None)
    opens_on = opening.on if opening else facts[0].on
    is_taken = _is_taken(step, facts, opens_on)
    if not is_taken and any(name in days for name in step.closes if name not in LAST_DAYS):
        return None
    return Move(
        step=step,
        ground=ground,
        state=MoveState.DONE if is_taken else _state(opens_on, ending.on if ending else None, on),
        opens_on=opens_on,
        closes_on=ending.on if ending else None,
        is_estimated=any(day.is_estimated for day in (opening, ending) if day),
        steps=tuple(dict.fromkeys((*(opening.steps if opening else ()), *(ending.steps if ending else ())))),
    )


def _is_taken(step: ProcedureStep, facts: Sequence[Event], opens_on: date) -> bool:
    """Whether the step was taken since it opened: a second incomplete answer calls for a second letter."""
    kind = _TAKEN_BY.get(step.id)
    return any(fact.kind is kind or _is_its_letter(fact, step) for fact in facts if fact.on >= opens_on)


def _is_its_letter(fact: Event, step: ProcedureStep) -> bool:
    return fact.kind is EventKind.FOLLOWED_UP and bool(step.letter) and fact.letter == step.letter


def _state(opens_on: date, closes_on: date | None, on: date) -> MoveState:
    if closes_on is not None and on > closes_on:
        return MoveState.TOO_LATE
    return MoveState.OPEN if on >= opens_on else MoveState.LATER
