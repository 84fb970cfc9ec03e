"""The one filled button of a dossier: what to do next. It must never offer a step that the kernel has not opened."""

from dataclasses import dataclass

from flask import url_for

from app.domain.dossier.clocks import Status
from app.domain.dossier.events import EventKind
from app.domain.dossier.landmarks import LandmarkName
from app.domain.dossier.moves import Move
from app.domain.typography import typeset
from app.services.dossiers import OpenDossier
from app.services.sealing import SealedLetter

# These doors stand open from the first day: they are shown among the others, and never put forward.
_ALWAYS_OPEN = frozenset({LandmarkName.REQUEST, LandmarkName.WRITTEN_STEP})
_NOT_SENT = frozenset({Status.DRAFT, Status.SEALED_NOT_SENT})
_ELSEWHERE = frozenset({Status.REFERRED_CNIL, Status.REFERRED_CADA})
_UNPROVED = frozenset({Status.SENT, Status.UNPROVED})


@dataclass(frozen=True, slots=True)
class Gesture:
    """`words` of the button, `url` where it leads; `is_act`: it makes something and is no link; `sentence`: why now,
    "" when the kernel has said it.
    """

    words: str
    url: str
    is_act: bool = False
    sentence: str = ""


def next_gesture(dossier: OpenDossier) -> Gesture | None:
    """What the page puts forward; None when nothing is left to do."""
    status = dossier.look.status
    if status is Status.CLOSED:
        return None
    if status in _NOT_SENT:
        return Gesture("Noter le jour de l’envoi", _note(dossier, EventKind.SENT))
    move = _put_forward(dossier)
    if move is not None:
        return letter_gesture(dossier, move)
    is_unproved = any(clock.is_estimated for clock in dossier.look.clocks)
    if status in _UNPROVED or is_unproved:
        return Gesture("Noter le jour d’arrivée", _note(dossier, EventKind.RECEIVED))
    if status is Status.ANSWERED:
        return Gesture("C’est terminé", _note(dossier, EventKind.CLOSED))
    if dossier.look.clocks:
        return Gesture("Mettre les dates dans mon agenda", url_for("calendar.dates", dossier_id=dossier.id))
    return Gesture("Noter ce qui arrive", url_for("events.what", dossier_id=dossier.id))


Offer = tuple[Move, Gesture | None]


def other_offers(dossier: OpenDossier) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
    """The other steps that can be taken today with their letters: those that something opened, those always open."""
    forward = _put_forward(dossier)
    others = [move for move in dossier.look.offered if move is not forward]
    opened = tuple(_offer(dossier, move) for move in others if not _ALWAYS_OPEN & set(move.step.opens))
    return opened, tuple(_offer(dossier, move) for move in others if _ALWAYS_OPEN & set(move.step.opens))


def _offer(dossier: OpenDossier, move: Move) -> Offer:
    return move, letter_gesture(dossier, move) if move.step.letter else None


def _put_forward(dossier: OpenDossier) -> Move | None:
    """The first step of the ladder that a proved fact has opened and whose letter this house writes."""
    if dossier.look.status in _NOT_SENT | _ELSEWHERE | {Status.CLOSED}:
        return None
    written = (move for move in dossier.look.offered if move.step.letter and not move.is_estimated)
    return next((move for move in written if not _ALWAYS_OPEN & set(move.step.opens)), None)


def letter_gesture(dossier: OpenDossier, move: Move) -> Gesture:
    """Write the letter of a step, or see the one that is finished and has not left."""
    sentence = typeset(f"Vous pouvez maintenant {move.step.title[:1].lower()}{move.step.title[1:]}.")
    ready = ready_letter(dossier, move)
    if ready:
        url = url_for("letters.finished", letter_id=ready.id)
        return Gesture("Voir la lettre finie, pas encore envoyée", url, sentence=sentence)
    url = url_for("dossiers.write", dossier_id=dossier.id, letter_id=move.step.letter)
    return Gesture("La lettre est prête\u00a0: l’écrire", url, is_act=True, sentence=sentence)


def ready_letter(dossier: OpenDossier, move: Move) -> SealedLetter | None:
    """The letter of a step that was finished since it opened and that nobody has said to be sent."""
    return next(
        (
            letter
            for letter in reversed(dossier.letters)
            if letter.template_id == move.step.letter and letter.composed_on >= move.opens_on
        ),
        None,
    )


def _note(dossier: OpenDossier, kind: EventKind) -> str:
    return url_for("events.note", dossier_id=dossier.id, kind=kind.value)
