"""The form of the deadline calculator and what it reckons; it must never ask who wrote, to whom or about whom."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wtforms import BooleanField, Form, StringField

from app.domain.calendar import OutsideCalendar, UnknownDepartement, unchecked_territory
from app.domain.deadlines import Step, data_rights, documents
from app.domain.law import LawBook
from app.domain.typography import typeset

DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
MAX_DATE_CHARACTERS = 20
DATE_EXAMPLE = "Écrivez le jour, le mois et l’année\u00a0: 05/03/2026."


class Regime(StrEnum):
    """Under which law one wrote."""

    DATA = "donnees"
    DOCUMENTS = "documents"


REGIMES = (
    (Regime.DATA.value, "Quelque chose sur les données de mon enfant"),
    (Regime.DOCUMENTS.value, "Un document administratif"),
)


def printable(text: str | None) -> str:
    """What was typed without control characters, which HTML cannot give back."""
    return "".join(sign for sign in text or "" if sign.isprintable()).strip()


class DeadlineForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What one must know to count the days."""

    regime = StringField("Qu’avez-vous demandé\u202f?", filters=[printable])
    recue_le = StringField(
        "Quel jour la lettre est-elle arrivée\u202f?",
        description="La date écrite sur l’avis de réception, sur le reçu, ou celle du courriel.",
        filters=[printable],
    )
    departement = StringField(
        "Département de l’administration",
        description="Son numéro, par exemple 30, 2A ou 974. Quelques jours fériés en dépendent.",
        filters=[printable],
    )
    prolongee = BooleanField("On m’a écrit que le délai était prolongé de deux mois")


@dataclass(frozen=True, slots=True)
class CountedStep:
    """One step of the reckoning, its references in words."""

    on: date
    text: str
    sources: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the page shows: a date, what it is, the way to it, what opens after it, and a warning or ""."""

    regime: Regime
    due_on: date
    steps: tuple[CountedStep, ...]
    next_steps: tuple[CountedStep, ...]
    warning: str


def reckon(form: DeadlineForm, law: LawBook) -> Reckoning | None:
    """Count the days, or put a sentence beside the field that stands in the way and return None."""
    received_on = _received_on(form)
    regime = _regime(form)
    if received_on is None or regime is None:
        return None
    try:
        return _reckoning(regime, received_on, form, law)
    except OutsideCalendar as error:
        form.recue_le.errors = [error.message]
    except UnknownDepartement as error:
        form.departement.errors = [error.message]
    return None


def _reckoning(regime: Regime, received_on: date, form: DeadlineForm, law: LawBook) -> Reckoning:
    departement = form.departement.data or None
    warning = unchecked_territory(departement) or ""
    if regime is Regime.DATA:
        data = data_rights(received_on, is_extended=bool(form.prolongee.data), departement=departement)
        return Reckoning(
            regime, data.response_due_on, _worded(data.reckoning, law), _worded(data.next_steps, law), warning
        )
    found = documents(received_on, departement=departement)
    steps = _worded(found.steps, law)
    before = tuple(step for step in steps if step.on <= found.implicit_refusal_on)
    after = tuple(step for step in steps if step.on > found.implicit_refusal_on)
    return Reckoning(regime, found.implicit_refusal_on, before, after, warning)


def _worded(steps: tuple[Step, ...], law: LawBook) -> tuple[CountedStep, ...]:
    return tuple(CountedStep(step.on, step.text, _sources(step.refs, law)) for step in steps)


def _sources(refs: tuple[str, ...], law: LawBook) -> str:
    """The legal references as they are printed; a record that is knowledge and no text is not shown as one."""
    records = (law.find(ref) for ref in refs)
    words = "; ".join(record.citation for record in records if record is not None and record.is_citable)
    return typeset(words)


def _received_on(form: DeadlineForm) -> date | None:
    text = form.recue_le.data
    if not text:
        form.recue_le.errors = ["Indiquez le jour où la lettre est arrivée\u00a0: le délai part de là."]
        return None
    for pattern in DATE_FORMATS:
        found = _parsed(text, pattern) if len(text) <= MAX_DATE_CHARACTERS else None
        if found is not None:
            return found
    typed = text[:MAX_DATE_CHARACTERS]
    form.recue_le.errors = [f"Nous ne lisons pas «\u202f{typed}\u202f». {DATE_EXAMPLE}"]
    return None


def _parsed(text: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no time zone
    except ValueError:
        return None


def _regime(form: DeadlineForm) -> Regime | None:
    try:
        return Regime(form.regime.data or "")
    except ValueError:
        form.regime.errors = ["Choisissez l’une des deux réponses\u00a0: le délai n’est pas le même."]
        return None
