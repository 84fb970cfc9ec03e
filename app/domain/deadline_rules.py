"""The rule table of the deadlines, and the reckoning of one rule as sentences with their law record ids.

It must never know today's date, nor chain several rules: that is the work of `deadlines`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from app.domain.calendar import ForWhom, Holiday, holiday, next_working_day
from app.domain.errors import DomainError
from app.domain.french import written_date
from app.domain.typography import NO_BREAK_SPACE, typeset

_WEEKEND = {5: "un samedi", 6: "un dimanche"}
_COUNTS = {1: "Un mois", 2: "Deux mois", 3: "Trois mois", 12: "Un an"}


class ImpossibleDates(DomainError):
    """Two dates of one reckoning contradict each other."""


class RuleId(StrEnum):
    """The lines of the rule table."""

    DATA_RESPONSE = "donnees-reponse"
    DATA_EXTENDED = "donnees-prolongation"
    DATA_COURT_FROM = "donnees-tribunal-debut"
    DATA_COURT_UNTIL = "donnees-tribunal-fin"
    CNIL_SILENCE = "cnil-silence"
    CNIL_COURT = "cnil-conseil-d-etat"
    DOCUMENT_REFUSAL = "documents-refus"
    DOCUMENT_REFERRAL = "documents-cada"
    DOCUMENT_CONFIRMED = "documents-refus-confirme"
    COURT = "tribunal"
    COURT_REASONABLE = "tribunal-delai-raisonnable"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: so many months, one day more when `is_franc`, put off for `rolls_for` (None:
    never).

    `references` found the length, `roll_references` the putting off; both are law record ids.
    """

    months: int
    references: tuple[str, ...]
    is_franc: bool = False
    rolls_for: ForWhom | None = None
    roll_references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reckoning: the date it lands on, a French sentence, the law record ids behind it."""

    on: date
    text: str
    refs: tuple[str, ...]


_ADMINISTRATION = ForWhom.ADMINISTRATION
_PARENT = ForWhom.PARENT
_EUROPEAN_ROLL = ("1182-3-4",)
_FRENCH_ROLL = ("ce-362568", "cpc-642")

RULES: Mapping[RuleId, Rule] = {
    RuleId.DATA_RESPONSE: Rule(1, ("rgpd-12-3", "1182-3-2c"), False, _ADMINISTRATION, _EUROPEAN_ROLL),
    RuleId.DATA_EXTENDED: Rule(3, ("rgpd-12-3", "1182-3-2c"), False, _ADMINISTRATION, _EUROPEAN_ROLL),
    RuleId.DATA_COURT_FROM: Rule(2, ("esc-rgpd-implicite",)),
    RuleId.DATA_COURT_UNTIL: Rule(3, ("esc-rgpd-implicite",)),
    RuleId.CNIL_SILENCE: Rule(3, ("dec-10", "ce-465229")),
    RuleId.CNIL_COURT: Rule(2, ("cja-R311-1", "cja-R421-2", "ce-362568"), True, _PARENT, _FRENCH_ROLL),
    RuleId.DOCUMENT_REFUSAL: Rule(1, ("crpa-R311-13", "cpc-641")),
    RuleId.DOCUMENT_REFERRAL: Rule(2, ("crpa-R343-1", "cpc-641")),
    RuleId.DOCUMENT_CONFIRMED: Rule(2, ("crpa-R343-4", "cpc-641")),
    RuleId.COURT: Rule(2, ("cja-R421-1", "cja-R421-2", "cpc-641"), True, _PARENT, _FRENCH_ROLL),
    RuleId.COURT_REASONABLE: Rule(12, ("ce-387763",)),
}


def make_step(on: date, text: str, *refs: str) -> Step:
    """Build a step, the text set with French spaces and apostrophes, each reference kept once."""
    return Step(on, typeset(text), tuple(dict.fromkeys(refs)))


def counted(rule: RuleId, start: date) -> date:
    """Return the last day of a rule counted from `start`, before any putting off (records 1182-3-2c,
    cpc-641).
    """
    line = RULES[rule]
    return start + relativedelta(months=line.months) + timedelta(days=line.is_franc)


def month_sentence(rule: RuleId, start: date, tail: str = "") -> str:
    """Say where the months of a rule lead, and why when the month is too short; `tail` ends the sentence."""
    months = RULES[rule].months
    end = start + relativedelta(months=months)
    reason = ""
    if end.day != start.day:
        # A month that never has the day needs no year; the 29th is missing from some Februaries only.
        _, month, year = written_date(end).split(NO_BREAK_SPACE)
        name = f"{month} {year}" if start.day == 29 else month
        reason = f", car {name} n'a pas de {start.day}"
    return f"{_COUNTS[months]} plus tard : le {written_date(end)}{reason}{tail}."


def roll(rule: RuleId, end: date, departement: str | None) -> tuple[date, tuple[Step, ...]]:
    """Put `end` off to the next working day when the rule says so; return the day and the step that explains
    it.

    Raises `OutsideCalendar` or `UnknownDepartement`.
    """
    line = RULES[rule]
    if line.rolls_for is None:
        return end, ()
    due = next_working_day(end, departement, line.rolls_for)
    if due == end:
        return end, ()
    first = holiday(end, departement)
    why = [_reason(end, first)]
    refs = [*line.roll_references]
    passed = [end + timedelta(days=offset) for offset in range((due - end).days)]
    holidays = [found for found in (holiday(day, departement) for day in passed if day.weekday() < 5) if found]
    why += [f"le {written_date(found.on)} est férié ({found.name})" for found in holidays if found.on != end]
    refs += [reference for found in holidays for reference in found.references]
    doubt = [
        f" Ce jour ({found.name}) n'est pas férié partout : nous le comptons, pour ne pas annoncer un retard trop tôt."
        for found in holidays
        if not found.is_certain
    ]
    text = f"{', '.join(why)} : le délai passe au {written_date(due, weekday=True)}.{''.join(doubt)}"
    return due, (make_step(due, text, *refs),)


def _reason(on: date, found: Holiday | None) -> str:
    if on.weekday() in _WEEKEND:
        return f"Le {written_date(on)} est {_WEEKEND[on.weekday()]}"
    return f"Le {written_date(on)} est férié ({found.name if found else ''})"


def reckon(rule: RuleId, start: date, departement: str | None, meaning: str) -> tuple[date, tuple[Step, ...]]:
    """Apply one rule from `start`: return its last day and the steps, the last of which lands on that day.

    `meaning` says what the counted day is ("c'est le dernier jour pour saisir la CADA"). Errors as `roll`.
    """
    line = RULES[rule]
    end = counted(rule, start)
    tail = f" ; le délai est franc, on ajoute un jour : le {written_date(end)}" if line.is_franc else ""
    step = make_step(end, f"{month_sentence(rule, start, tail)} {meaning}".strip(), *line.references)
    due, rolled = roll(rule, end, departement)
    return due, (step, *rolled)
