"""The one filled button of a dossier: what to do next. It must never offer a step that the kernel has not opened."""

from dataclasses import dataclass, replace

from flask import url_for

from app.domain.dossier.clocks import Status
from app.domain.dossier.events import EventKind
from app.domain.dossier.landmarks import LandmarkName
from app.domain.dossier.moves import Move
from app.domain.dossier.words import LETTER_NAMES
from app.domain.typography import typeset
from app.services.dossiers import OpenDossier
from app.services.sealing import SealedLetter

# These doors stand open from the first day: they are shown among the others, and never put forward.
_ALWAYS_OPEN = frozenset({LandmarkName.REQUEST, LandmarkName.WRITTEN_STEP})
_NOT_SENT = frozenset({Status.DRAFT, Status.SEALED_NOT_SENT})
_ELSEWHERE = frozenset({Status.REFERRED_CNIL, Status.REFERRED_CADA})
# Who has an answer to everything is done: a letter of thanks is offered among the others.
_NO_LETTER = _NOT_SENT | _ELSEWHERE | {Status.ANSWERED, Status.CLOSED}
# In these two states the kernel's own advice is to look for a proof of the arrival.
_UNPROVED = frozenset({Status.SENT, Status.UNPROVED})
_PROOF_FIRST = typeset("Quand la preuve de l’arrivée revient, notez le jour qu’elle porte : le délai part de là.")


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
    status, clocks = dossier.look.status, dossier.look.clocks
    if status is Status.CLOSED:
        return None
    if status in _NOT_SENT:
        return Gesture("Noter le jour de l’envoi", _note(dossier, EventKind.SENT))
    if status is Status.ANSWERED:
        return Gesture("Terminer ce dossier", _note(dossier, EventKind.CLOSED))
    move = _put_forward(dossier)
    if move is not None:
        return letter_gesture(dossier, move)
    if status in _UNPROVED or any(clock.is_estimated for clock in clocks):
        sentence = "" if status in _UNPROVED else _PROOF_FIRST
        return Gesture("Noter le jour d’arrivée", _arrival(dossier), sentence=sentence)
    if clocks and status not in _ELSEWHERE:
        return Gesture("Mettre les dates dans mon agenda", url_for("calendar.dates", dossier_id=dossier.id))
    return Gesture("Noter ce qui s’est passé", url_for("events.what", dossier_id=dossier.id))


def advice_of(dossier: OpenDossier, gesture: Gesture | None) -> str:
    """What is said beside the button, as the end of a sentence that has begun."""
    sentence = (gesture.sentence if gesture else "") or dossier.look.advice
    return f"{sentence[:1].lower()}{sentence[1:]}"


Offer = tuple[Move, Gesture | None]


def other_offers(dossier: OpenDossier) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
    """The other steps that can be taken today with their letters: those that something opened, those always open."""
    forward = _put_forward(dossier)
    others = [move for move in dossier.look.offered if move is not forward]
    opened = tuple(_offer(dossier, move) for move in others if not _ALWAYS_OPEN & set(move.step.opens))
    return opened, tuple(_offer(dossier, move) for move in others if _ALWAYS_OPEN & set(move.step.opens))


def _offer(dossier: OpenDossier, move: Move) -> Offer:
    if not move.step.letter:
        return move, None
    gesture = letter_gesture(dossier, move)
    return move, replace(gesture, words="Préparer la lettre") if gesture.is_act else gesture


def _put_forward(dossier: OpenDossier) -> Move | None:
    """The first step of the ladder that a proved fact has opened and whose letter this house writes."""
    if dossier.look.status in _NO_LETTER:
        return None
    written = (move for move in dossier.look.offered if move.step.letter and not move.is_estimated)
    return next((move for move in written if not _ALWAYS_OPEN & set(move.step.opens)), None)


def letter_gesture(dossier: OpenDossier, move: Move) -> Gesture:
    """Write the letter of a step, go on with the one begun, or see the one that is finished and has not left."""
    ready = ready_letter(dossier, move)
    if ready:
        url = url_for("letters.finished", letter_id=ready.id)
        sentence = "Votre lettre est finie. Envoyez-la, puis notez le jour."
        return Gesture("Voir la lettre à envoyer", url, sentence=sentence)
    sentence = typeset(f"Vous pouvez maintenant {move.step.title[:1].lower()}{move.step.title[1:]}.")
    begun = next((draft for draft in dossier.drafts if draft.letter_id == move.step.letter), None)
    if begun:
        url = url_for("letters.check", draft_id=begun.id)
        return Gesture("Reprendre la lettre commencée", url, sentence=sentence)
    url = url_for("dossiers.write", dossier_id=dossier.id, letter_id=move.step.letter)
    words = typeset(f"Préparer {LETTER_NAMES.get(move.step.letter, 'la lettre')}")
    return Gesture(words, url, is_act=True, sentence=sentence)


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


def _arrival(dossier: OpenDossier) -> str:
    """Where the arrival is noted, or corrected when it was only supposed: it happens once."""
    supposed = [kept for kept in dossier.events if kept.event.kind is EventKind.RECEIVED and kept.event.is_estimated]
    if supposed:
        return url_for("events.change", dossier_id=dossier.id, event_id=supposed[-1].id)
    return _note(dossier, EventKind.RECEIVED)
