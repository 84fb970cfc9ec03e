"""The journal of a space, read a page at a time. It must never change an entry, nor show one of another association."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.domain.access import Action
from app.domain.journal import sentence
from app.domain.journal_families import JournalFamily, kinds_of
from app.services.clock import PARIS, local_day
from app.services.house import House
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.journal import JournalEntry
from app.storage.space import journal_entry, journal_page

LINES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One act, as a sentence, and the hour it was done at in mainland France (« 14 h 05 »)."""

    id: str
    hour: str
    text: str


@dataclass(frozen=True, slots=True)
class JournalDay:
    """What was done one day, last first."""

    on: date
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Some days of the journal, last first; `before`: the id after which the next page goes on, None at the end."""

    days: tuple[JournalDay, ...]
    before: str | None


def read_journal(
    house: House, member: Member, family: JournalFamily | None = None, before: str = "", limit: int = LINES_A_PAGE
) -> JournalPage:
    """The last entries, or those older than the one called `before`; an id nobody has begins at the end.

    Raises NotAllowed.
    """
    allow(member, Action.SEE_JOURNAL)
    association_id = member.association.id
    kinds = tuple(kind.value for kind in kinds_of(family)) if family else ()
    with house.units.reading() as unit:
        seen = journal_entry(unit.session, association_id, before) if before else None
        place = (seen.at, seen.id) if seen else None
        found = journal_page(unit.session, association_id, limit=limit + 1, before=place, kinds=kinds)
    rows, has_more = found[:limit], len(found) > limit
    days = tuple(
        JournalDay(on, tuple(_line(row) for row in day)) for on, day in groupby(rows, lambda row: local_day(row.at))
    )
    return JournalPage(days, rows[-1].id if has_more else None)


def last_lines(unit: UnitOfWork, association_id: str, limit: int) -> tuple[tuple[date, JournalLine], ...]:
    """The last acts with their days, for the first page of a space; who may see them is the caller's to check."""
    rows = journal_page(unit.session, association_id, limit=limit)
    return tuple((local_day(row.at), _line(row)) for row in rows)


def _line(row: JournalEntry) -> JournalLine:
    hour = row.at.astimezone(PARIS)
    return JournalLine(row.id, f"{hour.hour}\u00a0h\u00a0{hour:%M}", sentence(row.kind, row.details))
