"""The deadlines of a request for administrative documents, and of an action before the administrative court.

It must never know today's date nor say that somebody is late: a dossier does.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.domain.calendar import checked_date, checked_departement
from app.domain.deadline_rules import (
    ImpossibleDates,
    RuleId,
    Step,
    counted,
    make_step,
    month_sentence,
    reckon,
)
from app.domain.french import written_date
from app.domain.typography import typeset

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Documents:
    """The dates of a request for documents; the last two are None until the CADA registered the referral.

    `reckoning` ends on `implicit_refusal_on`.
    When two administrations received the request, `referral_until` may come before `referral_from`: the two
    careful readings then leave no safe day, and a step says so.
    """

    received_on: date
    implicit_refusal_on: date
    referral_from: date
    referral_until: date
    confirmed_refusal_on: date | None
    court_until: date | None
    reckoning: tuple[Step, ...]
    next_steps: tuple[Step, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All the steps: those that lead to the tacit refusal, then those that follow it."""
        return self.reckoning + self.next_steps


@dataclass(frozen=True, slots=True)
class Court:
    """The last safe day before the court; `extreme_limit_on` only when the decision named no remedy."""

    notified_on: date
    court_until: date
    extreme_limit_on: date | None
    steps: tuple[Step, ...]


def documents(
    received_on: date,
    *,
    registered_on: date | None = None,
    departement: str | None = None,
    first_received_on: date | None = None,
    refused_on: date | None = None,
) -> Documents:
    """Reckon a request for administrative documents (CRPA R311-13, R343-1, R343-4; CJA R421-1, R421-2).

    `received_on`: reception by the competent administration; `first_received_on`: by the one first written
    to, when it was not the competent one (L114-3): the later gives « au plus tôt », the earlier « au plus
    tard ». `refused_on`: the day of an express refusal, from which all runs when it comes before the tacit
    one; a later one gives no new time here. `registered_on`: the day the CADA registered the referral.
    `departement`: the court's side, for the last day alone. Raises `ImpossibleDates`, `OutsideCalendar`,
    `UnknownDepartement`.
    """
    first_on = _first_reception(received_on, first_received_on)
    return _documents(received_on, registered_on, checked_departement(departement), first_on, refused_on)


# A sweep reckons the same few thousand dates for every dossier of the house; the result is frozen, so shared.
@lru_cache(maxsize=4096)
def _documents(
    received_on: date, registered_on: date | None, code: str | None, first_on: date, refused_on: date | None
) -> Documents:
    refusal_on, months = reckon(RuleId.DOCUMENT_REFUSAL, received_on, code, "Le silence vaut alors refus.")
    earliest_refusal_on = counted(RuleId.DOCUMENT_REFUSAL, first_on)
    earlier = (_earlier_refusal(first_on, earliest_refusal_on),) if first_on < received_on else ()
    if refused_on is not None and checked_date(refused_on) <= earliest_refusal_on:
        refusal_on, months, earliest_refusal_on, earlier = refused_on, (_express_refusal(refused_on),), refused_on, ()
    referral_until, referral = _referral(refusal_on, earliest_refusal_on)
    next_steps = earlier + referral
    confirmed_on = court_until = None
    if registered_on is not None:
        _check_registration(registered_on, earliest_refusal_on)
        confirmed_on, court_until, ending = _after_registration(registered_on, referral_until, code)
        next_steps += ending
    return Documents(
        received_on=received_on,
        implicit_refusal_on=refusal_on,
        referral_from=refusal_on + _DAY,
        referral_until=referral_until,
        confirmed_refusal_on=confirmed_on,
        court_until=court_until,
        reckoning=(_documents_reception(received_on), *months),
        next_steps=next_steps,
    )


def _first_reception(received_on: date, first_received_on: date | None) -> date:
    checked_date(received_on)
    first_on = checked_date(first_received_on) if first_received_on else received_on
    if first_on > received_on:
        message = (
            f"La première administration l'aurait reçue le {written_date(first_on)}, après celle qui est "
            f"compétente, le {written_date(received_on)} : vérifiez ces deux dates."
        )
        raise ImpossibleDates(typeset(message))
    return first_on


def _referral(refusal_on: date, earliest_refusal_on: date) -> tuple[date, tuple[Step, ...]]:
    """Return the last safe day for the CADA, neither clear nor put off, and the steps from the refusal on."""
    start = refusal_on + _DAY
    text = f"La CADA peut être saisie dès le {written_date(start)}, lendemain du refus."
    until, steps = reckon(
        RuleId.DOCUMENT_REFERRAL,
        earliest_refusal_on,
        None,
        "C'est la dernière date sûre pour saisir la CADA.",
    )
    warning = (_no_safe_day(until),) if until < start else ()
    return until, (make_step(start, text, "crpa-R343-1"), *steps, *warning)


def _documents_reception(on: date) -> Step:
    text = f"Reçue le {written_date(on)} par l'administration compétente : elle a un mois pour répondre."
    return make_step(on, text, "crpa-R311-13")


def _express_refusal(on: date) -> Step:
    return make_step(on, f"Refus écrit du {written_date(on)} : la suite se compte de ce jour.", "crpa-R343-1")


def _earlier_refusal(first_on: date, refusal_on: date) -> Step:
    text = (
        f"Reçue dès le {written_date(first_on)} par une autre administration : le refus peut aussi être "
        f"compté du {written_date(refusal_on)}. Les dernières dates sûres partent de là."
    )
    return make_step(refusal_on, text, "crpa-L114-3")


def _no_safe_day(until: date) -> Step:
    text = (
        f"Selon la lecture la plus stricte, le délai finirait le {written_date(until)}, avant même le refus "
        "de l'administration compétente : saisissez la CADA sans attendre, ou refaites la demande."
    )
    return make_step(until, text, "crpa-L114-3", "crpa-R343-1")


def _after_registration(
    registered_on: date, referral_until: date, departement: str | None
) -> tuple[date, date, tuple[Step, ...]]:
    """Return the confirmed refusal, the last safe day for the court, and the steps; the last lands on that
    day.
    """
    text = f"Saisine enregistrée par la CADA le {written_date(registered_on)} : c'est cette date qui compte."
    if registered_on > referral_until:
        text += (
            f" Elle vient après la dernière date sûre, le {written_date(referral_until)} : la CADA peut "
            "écarter la demande."
        )
    opening = make_step(registered_on, text, "crpa-R343-4")
    confirmed_on, silence = reckon(
        RuleId.DOCUMENT_CONFIRMED,
        registered_on,
        departement,
        "Le silence de l'administration vaut alors refus confirmé, que l'avis soit rendu ou non.",
    )
    until, ending = reckon(
        RuleId.COURT,
        confirmed_on,
        departement,
        "Le tribunal administratif peut être saisi jusque-là.",
    )
    return confirmed_on, until, (opening, *silence, *ending)


def _check_registration(registered_on: date, refusal_on: date) -> None:
    checked_date(registered_on)
    if registered_on <= refusal_on:
        message = (
            f"La CADA ne peut pas avoir enregistré la saisine le {written_date(registered_on)} : le refus "
            f"ne naît que le {written_date(refusal_on)}. Vérifiez la date de réception et celle de "
            "l'enregistrement."
        )
        raise ImpossibleDates(typeset(message))


def court(notified_on: date, *, departement: str | None = None, are_remedies_stated: bool = True) -> Court:
    """Reckon the two clear months before the administrative court (CJA R421-1, R421-2; CE n° 362568).

    `notified_on`: the day a decision was notified, or born of silence. `are_remedies_stated` false: the
    decision named neither remedy nor time limit; the two months stay the safe day, the reasonable year (CE
    n° 387763) an extreme limit. Raises `OutsideCalendar`, `UnknownDepartement`.
    """
    checked_date(notified_on)
    code = checked_departement(departement)
    opening = make_step(
        notified_on,
        f"Décision notifiée, ou née du silence, le {written_date(notified_on)} : ce jour ne compte pas.",
        "cja-R421-1",
        "cja-R421-2",
    )
    until, steps = reckon(RuleId.COURT, notified_on, code, "Le tribunal administratif peut être saisi jusque-là.")
    if are_remedies_stated:
        return Court(notified_on, until, None, (opening, *steps))
    limit = counted(RuleId.COURT_REASONABLE, notified_on)
    text = (
        "La décision n'indique ni voie ni délai de recours : les deux mois ne vous sont pas opposables. "
        f"{month_sentence(RuleId.COURT_REASONABLE, notified_on)} C'est une limite extrême : mieux vaut agir "
        f"avant le {written_date(until)}."
    )
    return Court(notified_on, until, limit, (opening, *steps, make_step(limit, text, "cja-R421-5", "ce-387763")))
