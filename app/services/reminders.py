"""The reminders of a day: which dossiers call for one, and one mail for each address. It must never remind twice, nor
read an answer to find out.

The addresses are read page by page in the order of their fingerprints, and what a page calls for is promised in one
commit: stopped half-way, or run again, the sweep only adds what is missing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind, Outcome
from app.domain.dossier.procedures import ProcedureBook
from app.domain.dossier.record import Dossier as Record
from app.domain.dossier.reminders import Reminder, reminders_due
from app.domain.errors import Conflict
from app.domain.french import written_date
from app.domain.offices import Right
from app.domain.typography import typeset
from app.services.clock import PARIS, local_day
from app.services.dossier_ends import NOTICES
from app.services.dossier_records import GROUNDS_JOINT
from app.services.event_log import log_event, log_fault
from app.services.house import House
from app.services.library import library
from app.services.mailing import promise_reminders, retry_mails
from app.services.outbox import Job, enqueue
from app.services.unit_of_work import UnitOfWork, Units
from app.storage.encryption import TamperedData
from app.storage.outbox import find_effect
from app.storage.reminder import (
    BareDossier,
    BareFact,
    Reminded,
    SentReminder,
    bare_dossiers,
    bare_facts,
    profiles_of,
    reminded_after,
    sent_keys,
)

SWEEP = "sweep-reminders"
PAGE = 500
FIRST_HOUR = 8  # in Paris: nobody is woken up by a date


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did: dossiers read, reminders and mails promised, dossiers that could not be reckoned."""

    dossiers: int = 0
    reminders: int = 0
    mails: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class _Due:
    """A contact, and the reminders its dossier calls for that it was not sent."""

    contact: Reminded
    reference: str
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page of addresses calls for; `next_key`: where the next page begins, None after the last."""

    due: tuple[_Due, ...]
    dossiers: int
    failures: int
    next_key: str | None


def sweep(units: Units, procedures: ProcedureBook, on: date) -> SweepReport:
    """Promise the reminders of that day, page after page; running it again adds nothing.

    Memory is that of one page. A dossier that cannot be reckoned is logged and does not keep the others.
    """
    report, key = SweepReport(), ""
    with units.writing() as unit:
        retry_mails(unit)
    while True:
        with units.reading() as unit:
            page = _read_page(unit, procedures, on, key)
        reminders = mails = 0
        if page.due:
            with suppress(Conflict), units.writing() as unit:  # another sweep was faster, and does the same
                reminders, mails = _promise_page(unit, page, on)
        report = SweepReport(
            report.dossiers + page.dossiers,
            report.reminders + reminders,
            report.mails + mails,
            report.failures + page.failures,
        )
        if page.next_key is None:
            return report
        key = page.next_key


def promise_sweep(house: House) -> None:
    """Promise the sweep of the day, once the day has come; however many workers ask, it happens once."""
    now = house.now().astimezone(PARIS)
    if not house.settings.has_mail or now.hour < FIRST_HOUR:
        return
    on = now.date()
    with house.units.reading() as unit:
        is_known = find_effect(unit.session, _page_key(on, "")) is not None
    if not is_known:
        with suppress(Conflict), house.units.writing() as unit:  # another worker was faster
            retry_mails(unit)
            _promise_next(unit, on, "")


def sweep_page(job: Job) -> None:
    """The handler of `sweep-reminders`: one page, then the promise of the next, so that no letter is kept waiting."""
    on, key = date.fromisoformat(job.payload["on"]), job.payload["after"]
    with job.reading() as unit:
        page = _read_page(unit, library().procedures, on, key)
    with job.finishing() as unit:
        reminders, mails = _promise_page(unit, page, on)
        if page.next_key is not None:
            _promise_next(unit, on, page.next_key)
    log_event("reminders-swept", dossiers=page.dossiers, reminders=reminders, mails=mails, failures=page.failures)


def _promise_next(unit: UnitOfWork, on: date, key: str) -> None:
    enqueue(unit, SWEEP, _page_key(on, key), {"on": on.isoformat(), "after": key})


def _page_key(on: date, key: str) -> str:
    return f"{SWEEP}:{on}:{key}"


def _read_page(unit: UnitOfWork, procedures: ProcedureBook, on: date, key: str) -> _Page:
    contacts = reminded_after(unit.session, key, PAGE)
    dossiers = bare_dossiers(unit.session, [contact.dossier_id for contact in contacts], unit.now)
    records = _records(unit, dossiers)
    sent = sent_keys(unit.session, list(dossiers))
    due, failures = [], 0
    for contact in contacts:
        dossier = dossiers.get(contact.dossier_id)
        if dossier is None:
            continue
        try:
            found = tuple(_due_now(records(dossier), dossier, procedures, on))
        except Exception as error:  # whatever is wrong with one dossier, the others are reminded
            log_fault("reminder-failed", error)
            failures += 1
            continue
        fresh = tuple(reminder for reminder in found if (dossier.id, reminder.key) not in sent)
        if fresh:
            due.append(_Due(contact, dossier.reference, fresh))
    next_key = contacts[-1].address_key if len(contacts) >= PAGE else None
    return _Page(tuple(due), len(dossiers), failures, next_key)


def _due_now(record: Record, dossier: BareDossier, procedures: ProcedureBook, on: date) -> Iterator[Reminder]:
    yield from reminders_due(record, procedures, on)
    ends_on = local_day(dossier.expires_at)
    notice = next((days for days in sorted(NOTICES) if ends_on - timedelta(days=days) <= on), None)
    if notice is not None:
        text = (
            f"Si rien n’y est noté d’ici là, le dossier sera effacé le {written_date(ends_on)}, avec ses lettres et "
            "ses pièces. Ouvrez-le pour en garder une copie."
        )
        yield Reminder(f"effacement:{ends_on}:{notice}", on, "Un dossier va être effacé", typeset(text))


def _promise_page(unit: UnitOfWork, page: _Page, on: date) -> tuple[int, int]:
    """Promise one mail for each address of a page; returns how many reminders and mails.

    An address that has had its mail of the day is left alone: what is due goes tomorrow.
    """
    notices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for due in page.due:
        notices[due.contact.address_key].append(_notice(due))
    digests = promise_reminders(unit, on, notices) if notices else {}
    rows = [
        SentReminder(dossier_id=due.contact.dossier_id, key=reminder.key, mail_key=digest, created_at=unit.now)
        for due in page.due
        if (digest := digests.get(due.contact.address_key))
        for reminder in due.reminders
    ]
    unit.session.add_all(rows)
    return len(rows), len(digests)


def _notice(due: _Due) -> dict[str, Any]:
    return {
        "contact": due.contact.contact_id,
        "reference": due.reference,
        "items": [[reminder.title, reminder.text] for reminder in due.reminders],
    }


def _records(unit: UnitOfWork, dossiers: Mapping[str, BareDossier]) -> Callable[[BareDossier], Record]:
    """How to make the kernel's record of each of these dossiers, with no more than reminders need: titles, points and
    notes stay sealed.
    """
    facts: dict[str, list[BareFact]] = defaultdict(list)
    for fact in bare_facts(unit.session, list(dossiers)):
        facts[fact.dossier_id].append(fact)
    # Until a letter is sent, the day it bears is what counts, and only the profile knows it.
    unsent = [key for key in dossiers if not any(fact.kind == EventKind.SENT for fact in facts[key])]
    profiles = _profiles(unit, unsent) if unsent else {}

    def record(dossier: BareDossier) -> Record:
        written_on = profiles.get(dossier.id, {}).get("written_on")
        return Record(
            reference=dossier.reference,
            title="",
            right=Right(dossier.right),
            grounds=tuple(Ground(ground) for ground in dossier.grounds.split(GROUNDS_JOINT) if ground),
            events=tuple(_event(fact) for fact in facts[dossier.id]),
            written_on=date.fromisoformat(written_on) if written_on else None,
            departement=dossier.departement,
            is_public=dossier.is_public,
        )

    return record


def _profiles(unit: UnitOfWork, dossier_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The profiles of these dossiers; one that no key opens does not keep the others."""
    try:
        return profiles_of(unit.session, dossier_ids)
    except TamperedData as error:
        if len(dossier_ids) > 1:
            return {key: profile for one in dossier_ids for key, profile in _profiles(unit, [one]).items()}
        log_fault("reminder-failed", error)
        return {}


def _event(fact: BareFact) -> Event:
    return Event(
        kind=EventKind(fact.kind),
        on=fact.on,
        channel=Channel(fact.channel),
        is_estimated=fact.is_estimated,
        has_reasons=fact.has_reasons,
        until=fact.until,
        outcome=Outcome(fact.outcome) if fact.outcome else None,
        letter=fact.letter,
        has_remedies=fact.has_remedies,
    )
