"""The line of time of a dossier: facts, today, and the days to come. It must never show a day without its reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.deadline_rules import Step
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event
from app.domain.dossier.moves import Move, MoveState
from app.domain.dossier.words import event_text, event_title
from app.domain.french import written_date
from app.domain.typography import typeset


class Tense(StrEnum):
    """Where an entry stands from today."""

    PAST = "fait"
    TODAY = "aujourd-hui"
    FUTURE = "a-venir"


class Counted(Protocol):
    """A running delay, as the line needs it."""

    @property
    def ground(self) -> Ground: ...

    @property
    def due_on(self) -> date: ...

    @property
    def is_estimated(self) -> bool: ...

    @property
    def steps(self) -> tuple[Step, ...]: ...


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One stop on the line: `text` may be ""; `refs`: law record ids; `event`: the fact, None for today and for what is
    reckoned; `until`: the end of a window that opens `on`; `is_last_day`: after it, something is lost.
    """

    on: date
    tense: Tense
    title: str
    text: str = ""
    refs: tuple[str, ...] = ()
    is_estimated: bool = False
    event: Event | None = None
    until: date | None = None
    is_last_day: bool = False


_DUE = {
    Ground.DATA: "Réponse due",
    Ground.DOCUMENTS: "Sans réponse, le silence vaut refus",
}
_TODAY = "Vous êtes ici"


def time_line(
    facts: Sequence[Event], clocks: Sequence[Counted], steps: Sequence[Move], on: date
) -> tuple[LineEntry, ...]:
    """The entries in order of date: on one day, facts, then today, then what is reckoned."""
    entries = [LineEntry(fact.on, Tense.PAST, event_title(fact), event_text(fact),
                         is_estimated=fact.is_estimated, event=fact) for fact in facts]  # fmt: skip
    entries.append(LineEntry(on, Tense.TODAY, _TODAY))
    entries += [_due(running, on) for running in clocks]
    entries += [entry for move in steps for entry in _of_move(move)]
    return tuple(sorted(entries, key=lambda entry: (entry.on, _rank(entry))))


def _rank(entry: LineEntry) -> int:
    """On today’s own date, what happened stands above « vous êtes ici », what is to come below."""
    if entry.event is not None:
        return 0
    return 1 if entry.tense is Tense.TODAY else 2


def _due(running: Counted, on: date) -> LineEntry:
    text = " ".join(step.text for step in running.steps)
    refs = tuple(dict.fromkeys(ref for step in running.steps for ref in step.refs))
    tense = Tense.PAST if running.due_on < on else Tense.FUTURE
    title = _DUE[running.ground] + (" (estimation)" if running.is_estimated else "")
    return LineEntry(running.due_on, tense, title, text, refs, running.is_estimated, is_last_day=True)


def _of_move(move: Move) -> Iterator[LineEntry]:
    """When a step will open, and its last safe day; a step already open is offered elsewhere on the page."""
    step = move.step
    if move.state is MoveState.LATER:
        text = _note(move)
        yield LineEntry(
            move.opens_on,
            Tense.FUTURE,
            typeset(f"Possible : {step.title[:1].lower()}{step.title[1:]}"),
            text,
            step.references,
            move.is_estimated,
            until=move.closes_on,
        )
    if move.closes_on is not None and move.state in (MoveState.OPEN, MoveState.LATER):
        title = typeset(f"Dernier jour sûr : {step.title[:1].lower()}{step.title[1:]}")
        text = move.steps[-1].text if move.steps else ""
        yield LineEntry(
            move.closes_on,
            Tense.FUTURE,
            title,
            text,
            step.references,
            move.is_estimated,
            is_last_day=True,
        )


def _note(move: Move) -> str:
    ending = f" Dernière date sûre : le {written_date(move.closes_on)}." if move.closes_on else ""
    return typeset(f"{move.step.note}{ending}".strip())
