"""Where a dossier stands, in a shape and a few words, and which one presses most. It must never reckon a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.dossier.clocks import Status
from app.domain.dossier.look import Look
from app.services.dossiers import OpenDossier


@dataclass(frozen=True, slots=True)
class Standing:
    """`shape`: late, soon, waiting or done, as `ui.status` draws it; `words` beside it; `rank`: 0 presses most."""

    shape: str
    words: str
    rank: int


STANDINGS: Mapping[Status, Standing] = {
    Status.DRAFT: Standing("late", "Pas encore envoyée", 1),
    Status.SEALED_NOT_SENT: Standing("late", "Pas encore envoyée", 1),
    Status.SENT: Standing("waiting", "En chemin", 4),
    Status.WAITING: Standing("waiting", "Réponse attendue, dans les temps", 4),
    Status.DUE_SOON: Standing("soon", "Réponse due bientôt", 3),
    Status.IDENTITY_PENDING: Standing("soon", "On attend votre réponse", 1),
    Status.UNPROVED: Standing("soon", "Date passée, arrivée sans preuve", 2),
    Status.LATE: Standing("late", "Réponse en retard", 0),
    Status.TACITLY_REFUSED: Standing("late", "Silence qui vaut refus", 0),
    Status.PARTLY_ANSWERED: Standing("soon", "Réponse incomplète", 1),
    Status.ANSWERED: Standing("done", "Réponse reçue", 4),
    Status.REFUSED: Standing("late", "Refus", 0),
    Status.REFERRED_CNIL: Standing("waiting", "CNIL saisie", 4),
    Status.REFERRED_CADA: Standing("waiting", "CADA saisie", 4),
    Status.CLOSED: Standing("done", "Terminé", 5),
}


def by_urgency(dossiers: Iterable[OpenDossier]) -> tuple[OpenDossier, ...]:
    """What calls for a gesture first, then by the nearest day."""
    return tuple(sorted(dossiers, key=lambda one: (STANDINGS[one.look.status].rank, next_day(one.look) or date.max)))


def next_day(look: Look) -> date | None:
    """The nearest day that matters: an answer is due, or something can be done for the last time; None when none is."""
    days = [clock.due_on for clock in look.clocks] + [move.closes_on for move in look.offered if move.closes_on]
    return min((day for day in days if day >= look.on), default=None)
