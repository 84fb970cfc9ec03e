"""The deadlines of a request on personal data, and of a complaint to the CNIL.

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
    roll,
)
from app.domain.french import written_date
from app.domain.typography import typeset

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CourtWindow:
    """The careful days for the court when an administration is silent; unsettled law, so never certain."""

    from_on: date
    until_on: date
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class DataRights:
    """The dates of a request on personal data; `reckoning` ends on `response_due_on`."""

    received_on: date
    response_due_on: date
    complaint_from: date
    court_window: CourtWindow
    reckoning: tuple[Step, ...]
    next_steps: tuple[Step, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All the steps: those that lead to the due date, then those that follow it."""
        return self.reckoning + self.next_steps


@dataclass(frozen=True, slots=True)
class Cnil:
    """When the silence of the CNIL becomes a rejection, and the last safe day before the Conseil d'État."""

    complained_on: date
    implicit_rejection_on: date
    conseil_etat_until: date
    steps: tuple[Step, ...]


def data_rights(
    received_on: date,
    *,
    is_extended: bool = False,
    announced_until: date | None = None,
    suspended: tuple[date, date] | None = None,
    departement: str | None = None,
) -> DataRights:
    """Reckon the answer to a request on personal data (GDPR 12(3), regulation 1182/71, decree 2019-536).

    `is_extended`: the addressee announced, with reasons and before the first due date, two months more; the
    caller answers for that fact. `announced_until`: the day it named, which binds it when it comes before the end
    of those months; a later one gives it nothing more. `suspended`: the days a founded identity request was
    made and answered. `departement`: the addressee's. A refusal opens the complaint at once, without waiting for
    `complaint_from`. Raises `ImpossibleDates`, `OutsideCalendar`, `UnknownDepartement`.
    """
    checked_date(received_on)
    announced = checked_date(announced_until) if announced_until and is_extended else None
    return _data_rights(received_on, is_extended, announced, suspended, checked_departement(departement))


# A sweep reckons the same few thousand dates for every dossier of the house; the result is frozen, so shared.
@lru_cache(maxsize=4096)
def _data_rights(
    received_on: date,
    is_extended: bool,
    announced_until: date | None,
    suspended: tuple[date, date] | None,
    departement: str | None,
) -> DataRights:
    due, reckoning = _response(received_on, is_extended, suspended, departement)
    if announced_until is not None:
        due, announced = _announced(received_on, announced_until, due, departement)
        reckoning += announced
    complaint_from = due + _DAY
    window = CourtWindow(counted(RuleId.DATA_COURT_FROM, received_on), counted(RuleId.DATA_COURT_UNTIL, received_on))
    complaint_text = (
        f"Sans réponse, une plainte à la CNIL est possible dès le {written_date(complaint_from)}, lendemain "
        "de l'échéance ; après un refus, elle l'est tout de suite."
    )
    window_text = (
        "En cas de silence d'une administration, le tribunal peut être saisi avec prudence entre le "
        f"{written_date(window.from_on)} et le {written_date(window.until_on)}, deux et trois mois après la "
        "réception : la question n'est pas tranchée, cette fenêtre n'est pas certaine."
    )
    if is_extended or suspended:
        window_text += " Elle ne tient compte ni d'une prolongation ni d'une suspension."
    next_steps = (
        make_step(complaint_from, complaint_text, "rgpd-77"),
        make_step(window.until_on, window_text, "esc-rgpd-implicite"),
    )
    return DataRights(received_on, due, complaint_from, window, reckoning, next_steps)


def _response(
    received_on: date, is_extended: bool, suspended: tuple[date, date] | None, departement: str | None
) -> tuple[date, tuple[Step, ...]]:
    rule = RuleId.DATA_EXTENDED if is_extended else RuleId.DATA_RESPONSE
    end = counted(rule, received_on)
    days = _suspended_days(received_on, suspended)
    steps = [_reception(received_on)]
    first_end = counted(RuleId.DATA_RESPONSE, received_on)
    if suspended and suspended[0] > roll(rule, end, departement)[0]:
        steps.append(_useless_suspension(suspended[0]))
        days = 0
    if is_extended:
        if suspended and suspended[0] <= roll(RuleId.DATA_RESPONSE, first_end, departement)[0]:
            first_end += timedelta(days=days)
        steps.append(_extension(roll(RuleId.DATA_RESPONSE, first_end, departement)[0]))
    text = month_sentence(rule, received_on)
    if is_extended:
        text = text.replace("plus tard", "après la réception", 1)
    steps.append(make_step(end, text, "rgpd-12-3", "1182-3-2c"))
    if suspended and days:
        end += timedelta(days=days)
        steps.append(_suspension(suspended, days, end))
    due, rolled = roll(rule, end, departement)
    return due, (*steps, *rolled)


def _announced(received_on: date, until: date, longest: date, departement: str | None) -> tuple[date, tuple[Step, ...]]:
    """The day an announced extension really leads to, never before the first due date nor after the longest one."""
    if until > longest:
        text = (
            f"On vous annonce une réponse pour le {written_date(until)} : la règle n'en permet pas tant, et s'arrête "
            f"au {written_date(longest, weekday=True)}."
        )
        return longest, (make_step(longest, text, "rgpd-12-3"),)
    first_due, _ = roll(RuleId.DATA_RESPONSE, counted(RuleId.DATA_RESPONSE, received_on), departement)
    due, rolled = roll(RuleId.DATA_EXTENDED, max(until, first_due), departement)
    due = min(due, longest)
    text = f"On vous a annoncé une réponse pour le {written_date(until)} : c'est ce jour que nous retenons."
    if until < first_due:
        text = (
            f"On vous a annoncé une réponse pour le {written_date(until)}, avant l'échéance ordinaire du "
            f"{written_date(first_due)} : nous gardons l'échéance ordinaire."
        )
    return due, (make_step(due, text, "rgpd-12-3"), *rolled)


def _reception(on: date) -> Step:
    text = f"Reçue le {written_date(on)} : le jour de la réception ne compte pas."
    return make_step(on, text, "rgpd-12-3", "1182-3-1")


def _extension(first_due: date) -> Step:
    text = (
        "Délai prolongé de deux mois : l'annonce ne vaut que si elle donne ses motifs et vous est parvenue "
        f"au plus tard le {written_date(first_due, weekday=True)}, la première échéance."
    )
    return make_step(first_due, text, "rgpd-12-3")


def _useless_suspension(asked_on: date) -> Step:
    text = (
        f"Votre identité a été demandée le {written_date(asked_on)}, après l'échéance : cela ne suspend plus le délai."
    )
    return make_step(asked_on, text, "dec-77")


def _suspension(suspended: tuple[date, date], days: int, end: date) -> Step:
    added = "un jour s'ajoute" if days == 1 else f"{days} jours s'ajoutent"
    text = (
        f"Identité demandée le {written_date(suspended[0])}, fournie le {written_date(suspended[1])} : si "
        f"cette demande était fondée sur un doute réel, {added} au délai, qui va au {written_date(end)}."
    )
    return make_step(end, text, "dec-77", "rgpd-12-6")


def _suspended_days(received_on: date, suspended: tuple[date, date] | None) -> int:
    if suspended is None:
        return 0
    asked_on, given_on = checked_date(suspended[0]), checked_date(suspended[1])
    if asked_on < received_on:
        raise ImpossibleDates(
            typeset(
                f"La demande d'identité du {written_date(asked_on)} précède la réception du "
                f"{written_date(received_on)} : vérifiez ces deux dates."
            )
        )
    if given_on < asked_on:
        raise ImpossibleDates(
            typeset(
                f"La réponse du {written_date(given_on)} précède la demande d'identité du "
                f"{written_date(asked_on)} : écrivez d'abord la date de la demande, puis celle de la "
                "réponse."
            )
        )
    return (given_on - asked_on).days


def cnil(complained_on: date) -> Cnil:
    """Reckon the silence of the CNIL (decree 2019-536 art. 10) and the two clear months before the Conseil
    d'État.

    Both sit in Paris: no local holiday counts. Raises `OutsideCalendar`.
    """
    checked_date(complained_on)
    opening = make_step(
        complained_on,
        f"Plainte déposée le {written_date(complained_on)} : la CNIL a trois mois pour la traiter ou vous "
        "en donner des "
        "nouvelles.",
        "dec-10",
        "ce-465229",
    )
    rejection_on, silence = reckon(
        RuleId.CNIL_SILENCE,
        complained_on,
        None,
        "Le silence complet de la CNIL vaut alors rejet de la plainte.",
    )
    until, ending = reckon(RuleId.CNIL_COURT, rejection_on, None, "Le Conseil d'État peut être saisi jusque-là.")
    return Cnil(complained_on, rejection_on, until, (opening, *silence, *ending))
