"""The dated facts of a dossier, and the check that they can all be true.

It must never reckon a deadline nor read today's date.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from app.domain.calendar import checked_date
from app.domain.dossier.events import OUTCOMES, Event, EventKind
from app.domain.errors import DomainError
from app.domain.french import written_date
from app.domain.typography import typeset


class IncoherentDossier(DomainError):
    """The facts of a dossier contradict each other."""


class EventInFuture(DomainError):
    """A fact is dated after today."""


_ONCE = frozenset(EventKind) - {
    EventKind.RECEIVED,
    EventKind.ACKNOWLEDGED,
    EventKind.ANSWERED,
    EventKind.REFUSED,
    EventKind.REFERRED_CNIL,
    EventKind.REFERRED_CADA,
    EventKind.FEE_ASKED,
    EventKind.MISDIRECTED,
    EventKind.FOLLOWED_UP,
}
# What only somebody who has received the letter can do.
FROM_ADDRESSEE = {
    EventKind.ACKNOWLEDGED: "L'accusé de réception",
    EventKind.TRANSFERRED: "La transmission",
    EventKind.MISDIRECTED: "Le renvoi vers un autre service",
    EventKind.FEE_ASKED: "La demande d'argent",
    EventKind.IDENTITY_ASKED: "La demande d'identité",
    EventKind.EXTENDED: "La prolongation",
    EventKind.ANSWERED: "La réponse",
    EventKind.REFUSED: "Le refus",
}
_NAMES = {
    **FROM_ADDRESSEE,
    EventKind.SEALED: "La mise sous scellé",
    EventKind.SENT: "L'envoi",
    EventKind.RECEIVED: "La réception",
    EventKind.IDENTITY_GIVEN: "La réponse sur l'identité",
    EventKind.REFERRED_CNIL: "La plainte à la CNIL",
    EventKind.REFERRED_CADA: "La saisine de la CADA",
    EventKind.FOLLOWED_UP: "L'envoi de la lettre suivante",
    EventKind.MEDIATION: "La médiation",
    EventKind.CLOSED: "La clôture",
}
_ORDER = {kind: rank for rank, kind in enumerate(EventKind)}


def checked_history(events: Iterable[Event], on: date) -> tuple[Event, ...]:
    """Return the facts in order of date; raise `EventInFuture`, `IncoherentDossier` or `OutsideCalendar`."""
    facts = tuple(sorted(events, key=lambda fact: (fact.on, _ORDER[fact.kind])))
    checked_date(on)
    for fact in facts:
        checked_date(fact.on)
        if fact.on > on:
            message = (
                f"{_NAMES[fact.kind]} porte la date du {written_date(fact.on)}, un jour encore à venir : "
                "attendez ce jour pour le noter, ou corrigez la date."
            )
            raise EventInFuture(typeset(message))
        _check_own(fact)
    _check_repeats(facts)
    _check_order(facts)
    return facts


def _check_own(fact: Event) -> None:
    if fact.outcome not in OUTCOMES.get(fact.kind, (None,)) and fact.outcome is not None:
        raise _incoherent(f"{_NAMES[fact.kind]} ne peut pas être « {fact.outcome} » : corrigez cette réponse.")
    if fact.until is not None:
        checked_date(fact.until)
        if fact.until <= fact.on:
            raise _incoherent(
                f"La prolongation annoncée le {written_date(fact.on)} va jusqu'au {written_date(fact.until)}, qui ne "
                "vient pas après : vérifiez ces deux dates."
            )


def is_full(kind: EventKind, facts: Sequence[Event]) -> bool:
    """Whether these facts hold as many of that kind as can be true: another one would correct the last."""
    kinds = [fact.kind for fact in facts]
    return kind in kinds and kinds.count(kind) >= _most(kind, kinds)


def _most(kind: EventKind, kinds: Sequence[EventKind]) -> int:
    if kind is EventKind.RECEIVED:
        return 2 if EventKind.TRANSFERRED in kinds else 1
    return 1 if kind in _ONCE else len(kinds) + 1


def _check_repeats(facts: Sequence[Event]) -> None:
    kinds = [fact.kind for fact in facts]
    for kind in dict.fromkeys(kinds):
        if kinds.count(kind) > _most(kind, kinds):
            raise _incoherent(f"{_NAMES[kind]} figure deux fois : gardez une seule date.")


def _check_order(facts: Sequence[Event]) -> None:
    sealed, sent = last_fact(facts, EventKind.SEALED), last_fact(facts, EventKind.SENT)
    received = next((fact for fact in facts if fact.kind is EventKind.RECEIVED), None)
    transferred = last_fact(facts, EventKind.TRANSFERRED)
    if received and transferred and received.on >= transferred.on:
        received = None  # that reception is the second administration's: it says nothing of the first one
    asked, closed = last_fact(facts, EventKind.IDENTITY_ASKED), last_fact(facts, EventKind.CLOSED)
    for fact in facts:
        if closed and fact.on > closed.on:
            raise _before(closed, fact)
        if fact.kind in (EventKind.SEALED, EventKind.CLOSED):
            continue
        if fact.kind is EventKind.SENT:
            if sealed and fact.on < sealed.on:
                raise _before(fact, sealed)
            continue
        if sent is None:
            raise _incoherent(f"{_NAMES[fact.kind]} figure sans envoi : notez d'abord la date d'envoi.")
        if fact.on < sent.on:
            raise _before(fact, sent)
        # An estimated reception yields to the facts; a proved one contradicts whatever answers before it.
        if received and not received.is_estimated and fact.kind in FROM_ADDRESSEE and fact.on < received.on:
            raise _before(fact, received)
        if fact.kind is EventKind.IDENTITY_GIVEN and (asked is None or fact.on < asked.on):
            raise _incoherent("La réponse sur l'identité figure sans demande avant elle : notez d'abord cette demande.")


def _before(early: Event, late: Event) -> IncoherentDossier:
    return _incoherent(
        f"{_NAMES[early.kind]} ({written_date(early.on)}) ne peut pas précéder "
        f"{_NAMES[late.kind][0].lower()}{_NAMES[late.kind][1:]} ({written_date(late.on)}) : vérifiez ces "
        "deux dates."
    )


def _incoherent(message: str) -> IncoherentDossier:
    return IncoherentDossier(typeset(message))


def last_fact(facts: Sequence[Event], kind: EventKind) -> Event | None:
    """Return the latest fact of that kind in facts already in order, or None."""
    return next((fact for fact in reversed(facts) if fact.kind is kind), None)
