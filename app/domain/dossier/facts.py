"""What a follow-up letter may read of its dossier: plain values under French names, exactly those of the contract.

It must never hold anything a template could call, nor state a delay that rests on a guess.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.domain.dossier.clocks import Clock, Ground, clock
from app.domain.dossier.events import Event, EventKind, Outcome, PointState
from app.domain.dossier.history import FROM_ADDRESSEE, checked_history, last_fact
from app.domain.dossier.landmarks import is_answered
from app.domain.dossier.record import Dossier
from app.domain.dossier.words import fact_sentence


def letter_facts(dossier: Dossier, on: date) -> dict[str, Any]:
    """The tree `dossier.*` of templates on that day; every leaf is there, an absent date is "".

    Raises `IncoherentDossier`, `EventInFuture`, `OutsideCalendar`, `UnknownDepartement`.
    """
    facts = checked_history(dossier.events, on)
    data, papers = _clock(dossier, facts, on, Ground.DATA), _clock(dossier, facts, on, Ground.DOCUMENTS)
    received_on, is_proved = _reception(facts, data or papers)
    points = _points(dossier, facts)
    return {
        "reference": dossier.reference,
        "titre": dossier.title,
        "droit": dossier.right.value,
        "regimes": [ground.value for ground in dossier.grounds],
        "date": dossier.written_on or "",
        "destinataire": dossier.addressee,
        "public": dossier.is_public,
        "envoi_le": _day(facts, EventKind.SENT),
        "envoi": _sent_by(facts),
        "numero": _number(facts, EventKind.SENT),
        "reception_le": received_on or "",
        "reception_prouvee": is_proved,
        "echeance": data.due_on if data else "",
        "refus_tacite_le": papers.due_on if papers else "",
        "est_en_retard": _is_late(data or papers, facts, on),
        **_answers(facts),
        "relance_le": _followed_up(facts, "relance"),
        "dpd_le": _followed_up(facts, "dpd"),
        "cnil_le": _day(facts, EventKind.REFERRED_CNIL),
        "cnil_numero": _number(facts, EventKind.REFERRED_CNIL),
        "cada_le": _day(facts, EventKind.REFERRED_CADA),
        "cada_numero": _number(facts, EventKind.REFERRED_CADA),
        "mediation_le": _day(facts, EventKind.MEDIATION),
        "points": points,
        "manquants": [point for point in points if point["etat"] != PointState.ANSWERED.value],
        "faits": [{"date": fact.on, "texte": sentence} for fact in facts if (sentence := fact_sentence(fact))],
        "pieces": [{"numero": number, "titre": title} for number, title in enumerate(dossier.pieces, 1)],
    }


def _reception(facts: Sequence[Event], running: Clock | None) -> tuple[date | None, bool]:
    """The day of reception and whether it is proved: by a receipt, or by whoever reacted to the letter."""
    if running:
        return running.received_on, not running.is_estimated
    received = last_fact(facts, EventKind.RECEIVED)
    reacted = next((fact for fact in facts if fact.kind in FROM_ADDRESSEE), None)
    known = received if received and (not received.is_estimated or reacted is None) else reacted
    return known.on if known else None, bool(reacted or (received and not received.is_estimated))


def _answers(facts: Sequence[Event]) -> dict[str, Any]:
    """What came back: extension, identity, fees, wrong door, answer, refusal."""
    extended, refused = last_fact(facts, EventKind.EXTENDED), last_fact(facts, EventKind.REFUSED)
    answered = last_fact(facts, EventKind.ANSWERED)
    return {
        "prolongation_le": extended.on if extended else "",
        "prolongation_jusqu_au": (extended.until if extended else None) or "",
        "prolongation_motivee": bool(extended and extended.has_reasons),
        "identite_demandee_le": _day(facts, EventKind.IDENTITY_ASKED),
        "identite_fournie_le": _day(facts, EventKind.IDENTITY_GIVEN),
        "frais_le": _day(facts, EventKind.FEE_ASKED),
        "pas_nous_le": _day(facts, EventKind.MISDIRECTED),
        "transmission_le": _day(facts, EventKind.TRANSFERRED),
        "reponse_le": answered.on if answered else "",
        "reponse_complete": bool(answered and answered.outcome is not Outcome.PARTIAL),
        "refus_le": refused.on if refused else "",
        "refus_motifs": list(refused.reasons) if refused else [],
        "refus_voies": bool(refused and refused.has_remedies),
    }


def _clock(dossier: Dossier, facts: Sequence[Event], on: date, ground: Ground) -> Clock | None:
    return clock(facts, on, ground=ground, departement=dossier.departement) if ground in dossier.grounds else None


def _is_late(running: Clock | None, facts: Sequence[Event], on: date) -> bool:
    return bool(running and not running.is_estimated and on > running.due_on and not is_answered(facts))


def _points(dossier: Dossier, facts: Sequence[Event]) -> list[dict[str, Any]]:
    """Each point with its best answer so far; nothing said of it means nothing answered."""
    best: dict[str, PointState] = {}
    ranks = list(PointState)
    for fact in facts:
        for reply in fact.points:
            best[reply.id] = min(best.get(reply.id, PointState.MISSING), reply.state, key=ranks.index)
    return [
        {"numero": number, "texte": point.text, "etat": best.get(point.id, PointState.MISSING).value}
        for number, point in enumerate(dossier.points, 1)
    ]


def _day(facts: Sequence[Event], kind: EventKind) -> date | str:
    fact = last_fact(facts, kind)
    return fact.on if fact else ""


def _number(facts: Sequence[Event], kind: EventKind) -> str:
    fact = last_fact(facts, kind)
    return fact.number if fact else ""


def _sent_by(facts: Sequence[Event]) -> str:
    sent = last_fact(facts, EventKind.SENT)
    return sent.channel.value if sent else ""


def _followed_up(facts: Sequence[Event], letter: str) -> date | str:
    sent = [fact.on for fact in facts if fact.kind is EventKind.FOLLOWED_UP and fact.letter == letter]
    return sent[-1] if sent else ""
