"""Where a dossier stands and what to do next, in two French sentences. It must never say more than a date proves."""

from collections.abc import Sequence
from datetime import date

from app.domain.dossier.clocks import Status
from app.domain.dossier.events import Event, EventKind, Outcome
from app.domain.dossier.history import last_fact
from app.domain.dossier.landmarks import LandmarkName
from app.domain.dossier.moves import Move, MoveState
from app.domain.french import written_date
from app.domain.typography import typeset

_HEADLINES = {
    Status.DRAFT: "La lettre n’est pas finie.",
    Status.SEALED_NOT_SENT: "Pas encore envoyée.",
    Status.SENT: "Envoyée, en chemin.",
    Status.WAITING: "Réponse attendue, dans les temps.",
    Status.DUE_SOON: "La réponse est due bientôt.",
    Status.IDENTITY_PENDING: "On attend votre réponse sur l’identité.",
    Status.UNPROVED: "L’échéance estimée est passée, sans preuve de réception.",
    Status.LATE: "La réponse est en retard.",
    Status.TACITLY_REFUSED: "Le silence vaut maintenant refus.",
    Status.PARTLY_ANSWERED: "Une réponse est arrivée, incomplète.",
    Status.ANSWERED: "Une réponse complète est arrivée.",
    Status.REFUSED: "La demande est refusée.",
    Status.REFERRED_CNIL: "La CNIL est saisie.",
    Status.REFERRED_CADA: "La CADA est saisie.",
}
_CLOSED = {
    Outcome.SATISFIED: "Dossier terminé : demande satisfaite.",
    Outcome.PARTLY: "Dossier terminé : demande satisfaite en partie.",
    Outcome.ABANDONED: "Dossier arrêté. C’est un choix comme un autre.",
}
_ADVICE = {
    Status.DRAFT: "Finissez la lettre, puis envoyez-la.",
    Status.SEALED_NOT_SENT: "Imprimez, signez, envoyez, puis notez ici le jour et le moyen.",
    Status.SENT: "Quand la preuve de réception revient, notez le jour qu’elle porte : le délai part de là.",
    Status.WAITING: "Rien à faire pour l’instant. Si une lettre arrive, notez-la ici.",
    Status.DUE_SOON: "Attendez encore quelques jours. Si une lettre arrive, notez-la ici.",
    Status.IDENTITY_PENDING: (
        "Répondez à la demande sans envoyer de copie de pièce d’identité, sauf doute réel et expliqué."
    ),
    Status.UNPROVED: (
        "Vérifiez l’avis de réception ou le suivi du recommandé, et notez le jour de la réception. Sans preuve, on ne "
        "peut pas affirmer un retard."
    ),
    Status.ANSWERED: "Prenez acte de la réponse, ou terminez le dossier.",
    Status.REFERRED_CNIL: "Notez ici ce que la CNIL vous écrit.",
    Status.REFERRED_CADA: "Notez ici ce que la CADA et l’administration vous écrivent.",
}
# While one waits, only what answers a reaction of the school is worth a letter.
_PATIENT = frozenset({Status.SENT, Status.WAITING, Status.DUE_SOON, Status.IDENTITY_PENDING, Status.UNPROVED})
_REACTIONS = frozenset({LandmarkName.IDENTITY_ASKED, LandmarkName.FEE_ASKED, LandmarkName.MISDIRECTED})
_WITHOUT_MOVE = "Notez ici ce qui arrive."


def _answers_back(move: Move) -> bool:
    return bool(move.step.opens) and _REACTIONS.issuperset(move.step.opens)


def headline(standing: Status, due_on: date | None, facts: Sequence[Event], on: date) -> str:
    """Where the dossier stands on that day; `due_on`: the last day to answer, None when none runs."""
    closed = last_fact(facts, EventKind.CLOSED)
    if closed:
        return typeset(_CLOSED[closed.outcome or Outcome.PARTLY])
    sentence = _HEADLINES[standing]
    if standing is Status.LATE and due_on is not None:
        days = (on - due_on).days
        since = "d'un jour" if days == 1 else f"de {days} jours"
        sentence = f"La réponse est en retard {since}."
    return typeset(sentence)


def advice(standing: Status, steps: Sequence[Move], facts: Sequence[Event]) -> str:
    """The next gesture: the first open step of the ladder after silence or a refusal, patience otherwise."""
    if last_fact(facts, EventKind.CLOSED):
        return typeset("Rien d’autre à faire. Si les choses changent, retirez la clôture et le suivi reprend.")
    opened = [move for move in steps if move.state is MoveState.OPEN and move.step.letter]
    if standing in _ADVICE and not (standing in _PATIENT and any(_answers_back(move) for move in opened)):
        return typeset(_ADVICE[standing])
    first = next((move for move in opened if standing not in _PATIENT or _answers_back(move)), None)
    if first is None:
        return typeset(_WITHOUT_MOVE)
    ending = f" avant le {written_date(first.closes_on)}" if first.closes_on else ""
    return typeset(f"Vous pouvez maintenant {first.step.title[:1].lower()}{first.step.title[1:]}{ending}.")
