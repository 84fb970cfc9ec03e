"""The days to come that are worth a line in a calendar. It must never name a person, a school or a file."""

from dataclasses import dataclass
from datetime import date

from app.domain.dossier.clocks import Ground
from app.domain.dossier.look import Look, look
from app.domain.dossier.moves import Move, MoveState
from app.domain.dossier.procedures import ProcedureBook
from app.domain.dossier.record import Dossier
from app.domain.french import written_date
from app.domain.typography import typeset


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """One day: `key` is the same as long as the day and its reason are."""

    key: str
    on: date
    title: str
    text: str


_DUE = {
    Ground.DATA: ("Réponse due", "Dernier jour pour répondre à votre demande."),
    Ground.DOCUMENTS: ("Fin du mois de silence", "Sans réponse, le silence vaut refus à partir de ce jour."),
}
_ESTIMATED = "Cette date repose sur une réception estimée : vérifiez la preuve de réception."


def agenda(dossier: Dossier, procedures: ProcedureBook, on: date) -> tuple[AgendaEntry, ...]:
    """The entries from that day on, in order of date; none for a dossier that is closed. Errors as `look`."""
    return agenda_of(look(dossier, procedures, on))


def agenda_of(seen: Look) -> tuple[AgendaEntry, ...]:
    """The same, for a dossier already seen."""
    entries = [_due(running.ground, running.due_on, running.is_estimated) for running in seen.clocks]
    for move in seen.moves:
        if move.state is MoveState.LATER:
            entries.append(_opening(move))
        if move.closes_on is not None and move.state in (MoveState.OPEN, MoveState.LATER):
            entries.append(_last_day(move, move.closes_on))
    known = {entry.key: entry for entry in entries if entry.on >= seen.on}
    return tuple(sorted(known.values(), key=lambda entry: (entry.on, entry.key)))


def _due(ground: Ground, due_on: date, is_estimated: bool) -> AgendaEntry:
    title, text = _DUE[ground]
    text = f"{text} {_ESTIMATED}" if is_estimated else text
    return AgendaEntry(f"echeance-{ground.value}:{due_on.isoformat()}", due_on, typeset(title), typeset(text))


def _opening(move: Move) -> AgendaEntry:
    return AgendaEntry(
        key=f"possible-{move.step.id}:{move.opens_on.isoformat()}",
        on=move.opens_on,
        title=typeset(f"Possible à partir d’aujourd’hui : {lowered(move.step.title)}"),
        text=typeset(_with_doubt(move.step.note, move)),
    )


def _last_day(move: Move, closes_on: date) -> AgendaEntry:
    text = f"Après le {written_date(closes_on)}, il sera peut-être trop tard. {move.step.note}"
    return AgendaEntry(
        key=f"dernier-jour-{move.step.id}:{closes_on.isoformat()}",
        on=closes_on,
        title=typeset(f"Dernier jour sûr : {lowered(move.step.title)}"),
        text=typeset(_with_doubt(text, move)),
    )


def _with_doubt(text: str, move: Move) -> str:
    return f"{text} {_ESTIMATED}".strip() if move.is_estimated else text.strip()


def lowered(title: str) -> str:
    """A title inside a sentence."""
    return f"{title[:1].lower()}{title[1:]}"
