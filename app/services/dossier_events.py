"""The facts of a dossier: told, corrected, withdrawn. It must never overwrite one: what was told stays in the history.

Each function checks the whole history as it would stand, in the commit that changes it, and reckons again until when
the dossier is kept. The dossier's row is locked meanwhile: of two tabs, the second one checks what the first one wrote.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.dossier.events import Event
from app.domain.dossier.history import checked_history
from app.domain.errors import Conflict, InvalidAnswer, NotFound
from app.domain.plaintext import plain_line, plain_text
from app.services.campaigns.counting import count_facts
from app.services.clock import local_day
from app.services.dossier_ends import set_end
from app.services.dossier_records import event_of, event_row, record_of
from app.services.dossiers import writable_dossier
from app.services.house import House
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.dossier import Dossier, DossierEvent, count_events, events_of

LONGEST_NOTE = 2000
LONGEST_NUMBER = 60
# Facts told, those corrected or withdrawn included: far more than any dossier, few enough to be read at once.
MOST_FACTS = 300
_FULL = (
    f"Ce dossier garde déjà {MOST_FACTS} faits, corrections comprises, le plus qu’il puisse. Emportez-en une copie, "
    "puis suivez la suite dans un autre dossier."
)
_NOT_FOUND = "Ce fait n’est pas dans ce dossier. Revenez au dossier pour voir ceux qui y sont."


def record_event(house: House, holder: str | None, dossier_id: str, event: Event) -> str:
    """Add a fact; returns its id. The very same fact told twice, by two clicks, is one.

    Raises NotFound, IncoherentDossier, EventInFuture, OutsideCalendar, InvalidAnswer on `note` or `numero`, or on
    `jour` when the dossier is full.
    """
    event = _cleaned(event)
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        facts = _in_force(unit, row)
        same = next((fact for fact in facts if event_of(fact) == event), None)
        if same is not None:
            return same.id
        added = _add(unit, row, event)
        _settle(house, unit, row, [*facts, added])
        return added.id


def correct_event(house: House, holder: str | None, dossier_id: str, event_id: str, event: Event) -> str:
    """Put a fact in the place of another; returns its id. Raises as `record_event`, and Conflict when another tab has
    corrected or withdrawn it.
    """
    event = _cleaned(event)
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        facts = _in_force(unit, row)
        wrong = _named(unit, row, facts, event_id)
        if event_of(wrong) == event:
            return wrong.id
        added = _add(unit, row, event)
        wrong.replaced_by_id = added.id
        _settle(house, unit, row, [fact for fact in facts if fact is not wrong] + [added])
        return added.id


def withdraw_event(house: House, holder: str | None, dossier_id: str, event_id: str) -> None:
    """Take a fact back. Raises NotFound, Conflict, IncoherentDossier when others rest on it."""
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        facts = _in_force(unit, row)
        wrong = _named(unit, row, facts, event_id)
        wrong.withdrawn_at = unit.now
        _settle(house, unit, row, [fact for fact in facts if fact is not wrong])


def _cleaned(event: Event) -> Event:
    """The same fact, its words cleaned as any text that a person gives."""
    return replace(
        event,
        number=plain_line(event.number, "numero", "Numéro", LONGEST_NUMBER),
        note=plain_text(event.note, "note", "Note", LONGEST_NOTE),
    )


def _in_force(unit: UnitOfWork, row: Dossier) -> list[DossierEvent]:
    return [fact for fact in events_of(unit.session, [row.id]) if fact.is_in_force]


def _named(unit: UnitOfWork, row: Dossier, facts: Sequence[DossierEvent], event_id: str) -> DossierEvent:
    """The fact in force of that id; one that no longer holds was changed elsewhere."""
    found = next((fact for fact in facts if fact.id == event_id), None)
    if found is not None:
        return found
    former = unit.session.get(DossierEvent, event_id)
    if former is None or former.dossier_id != row.id:
        raise NotFound(_NOT_FOUND)
    raise Conflict(CHANGED_ELSEWHERE)


def _add(unit: UnitOfWork, row: Dossier, event: Event) -> DossierEvent:
    if count_events(unit.session, row.id) >= MOST_FACTS:
        raise InvalidAnswer("jour", _FULL)
    added = event_row(row.id, event, unit.now)
    unit.session.add(added)
    unit.session.flush()
    return added


def _settle(house: House, unit: UnitOfWork, row: Dossier, facts: Sequence[DossierEvent]) -> None:
    """Check that these facts can all be true, and date the dossier's end again."""
    record = record_of(row, [event_of(fact) for fact in facts])
    checked_history(record.events, local_day(unit.now))
    count_facts(unit, row, record.events)
    row.touch(unit.now)
    set_end(house, unit, row, record)
