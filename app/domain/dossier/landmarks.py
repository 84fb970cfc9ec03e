"""The days that open and close the steps of a procedure, as the facts of a dossier give them.

It must never say what to do on those days: procedures are data. Doubt plays against us: what opens is counted from
the latest reading, what closes from the earliest one, the sending day where nobody proved the reception.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.data_deadlines import cnil, data_rights
from app.domain.deadline_rules import Step, make_step
from app.domain.document_deadlines import court, documents
from app.domain.dossier.clocks import Clock, Ground, clock
from app.domain.dossier.events import Event, EventKind, Outcome
from app.domain.dossier.history import last_fact
from app.domain.dossier.record import Dossier
from app.domain.french import written_date

_DAY = timedelta(days=1)


class LandmarkName(StrEnum):
    """The days a procedure may name, in `opens` and `closes`."""

    REQUEST = "demande"
    WRITTEN_STEP = "demarche-ecrite"
    RECEPTION = "reception"
    DUE = "echeance"
    DAY_AFTER_DUE = "lendemain-echeance"
    REFUSAL = "refus"
    ANSWER = "reponse"
    PARTIAL_ANSWER = "reponse-insuffisante"
    SATISFACTION = "satisfaction"
    IDENTITY_ASKED = "identite-demandee"
    FEE_ASKED = "frais-demandes"
    MISDIRECTED = "pas-nous"
    COURT_FROM = "tribunal-debut"
    COURT_UNTIL = "tribunal-fin"
    COURT_AFTER_REFUSAL = "tribunal-refus-fin"
    CNIL_REFERRAL = "plainte-cnil"
    CNIL_SILENCE = "silence-cnil"
    CNIL_COURT_UNTIL = "conseil-etat-fin"
    TACIT_REFUSAL = "refus-tacite"
    DAY_AFTER_TACIT_REFUSAL = "lendemain-refus-tacite"
    CADA_FROM = "cada-debut"
    CADA_UNTIL = "cada-fin"
    CADA_REFERRAL = "saisine-cada"
    CONFIRMED_REFUSAL = "refus-confirme"
    DOCUMENTS_COURT_UNTIL = "tribunal-documents-fin"


@dataclass(frozen=True, slots=True)
class Landmark:
    """A day, the sentences that lead to it, and whether it rests on a reception nobody proved."""

    on: date
    steps: tuple[Step, ...] = ()
    is_estimated: bool = False


Landmarks = Mapping[LandmarkName, Landmark]

_PLAIN_FACTS = {
    EventKind.REFUSED: LandmarkName.REFUSAL,
    EventKind.ANSWERED: LandmarkName.ANSWER,
    EventKind.IDENTITY_ASKED: LandmarkName.IDENTITY_ASKED,
    EventKind.FEE_ASKED: LandmarkName.FEE_ASKED,
    EventKind.MISDIRECTED: LandmarkName.MISDIRECTED,
}


def landmarks(dossier: Dossier, facts: Sequence[Event], on: date) -> Landmarks:
    """Every landmark that these facts (in order, checked) give; those of days to come are there too.

    Raises `ImpossibleDates`, `OutsideCalendar`, `UnknownDepartement`.
    """
    found: dict[LandmarkName, Landmark] = {}
    sent = last_fact(facts, EventKind.SENT)
    if sent is None:
        return found
    found[LandmarkName.REQUEST] = found[LandmarkName.WRITTEN_STEP] = Landmark(sent.on)
    _add_facts(found, facts)
    if Ground.DATA in dossier.grounds:
        _add_data(found, dossier, facts, on)
    if Ground.DOCUMENTS in dossier.grounds:
        _add_documents(found, dossier, facts, on)
    return found


def is_answered(facts: Sequence[Event]) -> bool:
    """Whether somebody answered on the substance, by yes, by no or in part: silence is over."""
    return any(fact.kind in (EventKind.ANSWERED, EventKind.REFUSED) for fact in facts)


def _add_facts(found: dict[LandmarkName, Landmark], facts: Sequence[Event]) -> None:
    for fact in facts:
        name = _PLAIN_FACTS.get(fact.kind)
        if name:
            found[name] = Landmark(fact.on)
    answer = last_fact(facts, EventKind.ANSWERED)
    if answer:
        is_complete = answer.outcome is not Outcome.PARTIAL
        name = LandmarkName.SATISFACTION if is_complete else LandmarkName.PARTIAL_ANSWER
        found[name] = Landmark(answer.on)
    if last_fact(facts, EventKind.IDENTITY_GIVEN):
        found.pop(LandmarkName.IDENTITY_ASKED, None)


def _earliest_reception(running: Clock, facts: Sequence[Event]) -> date:
    """The first day any administration can have had the letter, from which last safe days are counted.

    An estimate may come after the real day, a reaction surely does: without a receipt, the sending day it is. The
    receipt of whoever the letter was passed on to says nothing of the first one (record crpa-L114-3).
    """
    sent, passed_on = last_fact(facts, EventKind.SENT), last_fact(facts, EventKind.TRANSFERRED)
    receipts = (fact for fact in facts if fact.kind is EventKind.RECEIVED and not fact.is_estimated)
    first = next((fact for fact in receipts if passed_on is None or fact.on < passed_on.on), sent)
    return first.on if first else running.received_on


def _counted_early(earliest_on: date, running: Clock) -> tuple[Step, ...]:
    """Says that a last day is counted from before the reception retained for the answer, when it is."""
    if earliest_on >= running.received_on:
        return ()
    text = (
        f"Cette dernière date se compte depuis le {written_date(earliest_on)}, le premier jour où la lettre a pu être "
        "reçue : c'est la lecture la plus prudente."
    )
    return (make_step(earliest_on, text),)


def _add_data(found: dict[LandmarkName, Landmark], dossier: Dossier, facts: Sequence[Event], on: date) -> None:
    running = clock(facts, on, ground=Ground.DATA, departement=dossier.departement)
    if running is not None:
        estimated = running.is_estimated
        found[LandmarkName.RECEPTION] = Landmark(running.received_on, is_estimated=estimated)
        found[LandmarkName.DUE] = Landmark(running.due_on, running.steps, estimated)
        if not is_answered(facts):
            found[LandmarkName.DAY_AFTER_DUE] = Landmark(running.due_on + _DAY, running.steps, estimated)
            _add_silent_court(found, dossier, running, facts)
    refused = last_fact(facts, EventKind.REFUSED)
    if refused and dossier.is_public:
        after = court(refused.on, departement=dossier.departement, are_remedies_stated=refused.has_remedies)
        found[LandmarkName.COURT_AFTER_REFUSAL] = Landmark(after.court_until, after.steps)
    complained = last_fact(facts, EventKind.REFERRED_CNIL)
    if complained:
        found[LandmarkName.CNIL_REFERRAL] = Landmark(complained.on)
        silence = cnil(complained.on)
        found[LandmarkName.CNIL_SILENCE] = Landmark(silence.implicit_rejection_on, silence.steps)
        found[LandmarkName.CNIL_COURT_UNTIL] = Landmark(silence.conseil_etat_until, silence.steps)


def _add_silent_court(
    found: dict[LandmarkName, Landmark], dossier: Dossier, running: Clock, facts: Sequence[Event]
) -> None:
    """The careful window when an administration says nothing; unsettled law (record esc-rgpd-implicite)."""
    if not dossier.is_public:
        return
    latest = data_rights(running.received_on, departement=dossier.departement)
    earliest_on = _earliest_reception(running, facts)
    earliest = data_rights(earliest_on, departement=dossier.departement)
    estimated = running.is_estimated
    found[LandmarkName.COURT_FROM] = Landmark(latest.court_window.from_on, latest.next_steps[-1:], estimated)
    found[LandmarkName.COURT_UNTIL] = Landmark(
        earliest.court_window.until_on, latest.next_steps[-1:] + _counted_early(earliest_on, running), estimated
    )


def _add_documents(found: dict[LandmarkName, Landmark], dossier: Dossier, facts: Sequence[Event], on: date) -> None:
    running = clock(facts, on, ground=Ground.DOCUMENTS, departement=dossier.departement)
    if running is None:
        return
    refused, referred = last_fact(facts[::-1], EventKind.REFUSED), last_fact(facts, EventKind.REFERRED_CADA)
    result = documents(
        running.received_on,
        registered_on=referred.on if referred else None,
        departement=dossier.departement,
        refused_on=refused.on if refused else None,
    )
    earliest_on = _earliest_reception(running, facts)
    safe = documents(earliest_on, departement=dossier.departement, refused_on=refused.on if refused else None)
    estimated = running.is_estimated and not refused
    found.setdefault(LandmarkName.RECEPTION, Landmark(running.received_on, is_estimated=running.is_estimated))
    if not is_answered(facts):
        found[LandmarkName.TACIT_REFUSAL] = Landmark(running.due_on, running.steps, estimated)
        found[LandmarkName.DAY_AFTER_TACIT_REFUSAL] = Landmark(running.due_on + _DAY, running.steps, estimated)
    if not found.get(LandmarkName.SATISFACTION):
        found[LandmarkName.CADA_FROM] = Landmark(result.referral_from, result.steps, estimated)
        found[LandmarkName.CADA_UNTIL] = Landmark(
            min(safe.referral_until, result.referral_until),
            safe.steps[1:] + _counted_early(earliest_on, running),
            estimated,
        )
    if referred and result.confirmed_refusal_on and result.court_until:
        found[LandmarkName.CADA_REFERRAL] = Landmark(referred.on)
        found[LandmarkName.CONFIRMED_REFUSAL] = Landmark(result.confirmed_refusal_on, result.steps)
        found[LandmarkName.DOCUMENTS_COURT_UNTIL] = Landmark(result.court_until, result.steps)
