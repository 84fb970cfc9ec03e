"""The one door to the deadlines: reception, personal data, documents, court, CNIL.

It must never know today's date nor say that somebody is late: a dossier does.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.calendar import ForWhom, add_working_days, checked_date, checked_departement
from app.domain.data_deadlines import Cnil, CourtWindow, DataRights, cnil, data_rights
from app.domain.deadline_rules import ImpossibleDates, Step, make_step
from app.domain.document_deadlines import Court, Documents, court, documents
from app.domain.french import written_date

__all__ = [
    "Channel",
    "Cnil",
    "Court",
    "CourtWindow",
    "DataRights",
    "Documents",
    "EstimatedReception",
    "ImpossibleDates",
    "Step",
    "cnil",
    "court",
    "data_rights",
    "documents",
    "estimated_reception",
]

_POSTAL_WORKING_DAYS = 3


class Channel(StrEnum):
    """How a letter left: registered post, by hand, by e-mail, through the school's digital space."""

    RECOMMANDE = "recommande"
    REMISE = "remise"
    COURRIEL = "courriel"
    ENT = "ent"


@dataclass(frozen=True, slots=True)
class EstimatedReception:
    """A reception nobody proved: always shown as estimated, never enough to call an answer late."""

    on: date
    steps: tuple[Step, ...]
    is_estimated: bool = True


def estimated_reception(sent_on: date, channel: Channel, departement: str | None = None) -> EstimatedReception:
    """Estimate the reception: three working days by post, the same day by any other way (deadlines.md, § 1).

    `departement` is the addressee's. Raises `OutsideCalendar`, `UnknownDepartement`.
    """
    checked_date(sent_on)
    code = checked_departement(departement)
    warning = "Cette date est estimée : elle ne suffit pas pour affirmer un retard."
    if channel is Channel.RECOMMANDE:
        on = add_working_days(sent_on, _POSTAL_WORKING_DAYS, code, ForWhom.ADMINISTRATION)
        text = f"Postée le {written_date(sent_on)}, trois jours ouvrables : reçue vers le {written_date(on)}. {warning}"
    else:
        on = sent_on
        text = f"Envoyée le {written_date(sent_on)} : reçue sans doute le même jour. {warning}"
    return EstimatedReception(on, (make_step(on, text),))
