"""The sweep: every reminder once, one mail a day for each address, whatever stops it half-way."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.dossier.events import EventKind, Outcome
from app.services.clock import local_day
from app.services.contacts import ask_reminders, stop_here
from app.services.dossier_events import record_event
from app.services.house import House
from app.services.library import library
from app.services.reminders import SWEEP, SweepReport, promise_sweep, sweep
from app.services.retention import purge
from app.storage.dossier import Dossier, DossierEvent
from app.storage.outbox import OutboxRow
from app.storage.reminder import SentReminder
from tests.faults.failing_calls import failing_at
from tests.running_house import MovableClock, house_of
from tests.services.dossier_rows import TODAY, fact, followed_outside, sent
from tests.services.letter_rows import ANNE
from tests.services.mail_rows import ADDRESS, contact_row, link_to, mailing_house, post, reminded, statements_of
from tests.smtp_server import PostOffice, Trouble

DAY = timedelta(days=1)
WRITTEN, SENT_ON, RECEIVED_ON = date(2026, 10, 15), date(2026, 10, 16), date(2026, 10, 20)  # due on 20 November
LATE = (sent(SENT_ON), fact(EventKind.RECEIVED, RECEIVED_ON))


@pytest.fixture
def house(any_mailing_app: Flask) -> House:
    return mailing_house(any_mailing_app)


def late(house: House, post_office: PostOffice, address: str = ADDRESS) -> str:
    """A dossier whose answer was due yesterday, and whose reminders the address wants."""
    return reminded(house, post_office, *LATE, address=address, written_on=WRITTEN)


def swept(house: House) -> SweepReport:
    """The sweep of the day, and its mails sent."""
    report = sweep(house.units, library().procedures, local_day(house.now()))
    post(house)
    return report


def kept_keys(house: House, dossier_id: str) -> list[str]:
    """The keys of the reminders that a dossier was sent."""
    with house.units.reading() as unit:
        return sorted(unit.session.scalars(select(SentReminder.key).where(SentReminder.dossier_id == dossier_id)))


def test_the_day_after_the_due_date_its_mail_arrives(house: House, post_office: PostOffice) -> None:
    dossier_id = late(house, post_office)
    assert swept(house) == SweepReport(dossiers=1, reminders=1, mails=1)
    (mail,) = post_office.box
    assert mail["To"] == ADDRESS
    assert "Aucune réponse n’est notée" in mail.get_content()
    assert link_to(post_office, "/dossier") == dossier_id
    assert kept_keys(house, dossier_id) == ["lendemain:donnees:2026-11-20"]


def test_a_reminder_names_nobody_and_no_reference_that_was_not_wished(house: House, post_office: PostOffice) -> None:
    first = late(house, post_office)
    ask_reminders(house, ANNE, late(house, post_office), ADDRESS, shows_reference=True)
    swept(house)
    (mail,) = post_office.box
    text = mail["Subject"] + mail.get_content()
    with house.units.reading() as unit:
        references = {row.id: row.reference for row in unit.session.scalars(select(Dossier))}
    assert references.pop(first) not in text
    assert all(reference in text for reference in references.values())
    assert not any(word in text.lower() for word in ("lou", "collège", "anne", "durand", "accès"))


def test_several_reminders_of_one_address_make_one_mail_a_day(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    late(house, post_office)
    late(house, post_office, "benoit@exemple.fr")
    late(house, post_office)
    assert swept(house) == SweepReport(dossiers=3, reminders=3, mails=2)
    assert sorted(post_office.recipients()) == [ADDRESS, "benoit@exemple.fr"]
    clock.move(timedelta(hours=2))
    confirmed_at_noon = late(house, post_office)
    assert swept(house).mails == 0  # its mail of the day has left
    assert kept_keys(house, confirmed_at_noon) == []
    clock.move(DAY)
    assert swept(house) == SweepReport(dossiers=4, reminders=1, mails=1)


def test_running_it_again_sends_nothing_twice_even_when_the_clock_goes_back(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    late(house, post_office)
    assert swept(house).mails == 1
    for step in (timedelta(0), timedelta(hours=-1), timedelta(hours=1), DAY, 2 * DAY):
        clock.move(step)
        assert swept(house).reminders == 0
    assert len(post_office.box) == 1


def test_a_reminder_stays_sent_when_its_job_is_purged(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    late(house, post_office)
    swept(house)
    clock.move(7 * DAY)
    purge(house)
    with house.units.reading() as unit:
        assert unit.session.scalar(select(func.count()).select_from(OutboxRow)) == 0
    clock.move(-7 * DAY)
    assert swept(house).reminders == 0
    assert len(post_office.box) == 1


@pytest.mark.parametrize("ending", ["closed", "erased", "expired", "stopped", "unconfirmed", "refused"])
def test_nothing_goes_where_it_should_not(house: House, post_office: PostOffice, ending: str) -> None:
    dossier_id = late(house, post_office)
    with house.units.writing() as unit:
        dossier, contact = unit.session.get_one(Dossier, dossier_id), contact_row(house, dossier_id)
        contact = unit.session.merge(contact)
        if ending == "erased":
            dossier.erased_at = unit.now
        elif ending == "expired":
            dossier.expires_at = unit.now
        elif ending == "stopped":
            contact.stopped_at = unit.now
        elif ending == "unconfirmed":
            contact.confirmed_at = None
        elif ending == "refused":
            contact.failures = 3
    if ending == "closed":
        record_event(house, ANNE, dossier_id, fact(EventKind.CLOSED, outcome=Outcome.SATISFIED))
    assert swept(house) == SweepReport()
    assert post_office.box == []


def test_a_dossier_nobody_wants_to_hear_of_is_not_even_read(house: House, post_office: PostOffice) -> None:
    dossier_id = late(house, post_office)
    stop_here(house, ANNE, dossier_id)
    followed_outside(house)
    assert swept(house).dossiers == 0


def test_a_closing_that_was_withdrawn_lets_the_reminders_go_on(house: House, post_office: PostOffice) -> None:
    dossier_id = late(house, post_office)
    record_event(house, ANNE, dossier_id, fact(EventKind.CLOSED, outcome=Outcome.SATISFIED))
    with house.units.writing() as unit:
        closing = unit.session.scalars(select(DossierEvent).where(DossierEvent.kind == EventKind.CLOSED)).one()
        closing.withdrawn_at = unit.now
    assert swept(house).mails == 1


def test_a_letter_finished_a_week_ago_asks_whether_it_left(house: House, post_office: PostOffice) -> None:
    dossier_id = reminded(house, post_office, written_on=TODAY - 7 * DAY)
    swept(house)
    assert kept_keys(house, dossier_id) == ["envoi:2026-11-14"]


def test_the_end_of_a_dossier_is_announced_twice(house: House, post_office: PostOffice, clock: MovableClock) -> None:
    dossier_id = late(house, post_office)
    with house.units.reading() as unit:
        ends_at = unit.session.get_one(Dossier, dossier_id).expires_at
    announced = []
    while clock.now() < ends_at:
        swept(house)
        announced += [(local_day(clock.now()), mail) for mail in post_office.box if "effacé" in mail.get_content()]
        post_office.empty()
        clock.move(DAY)
    ends_on = local_day(ends_at)
    assert [day for day, _mail in announced] == [ends_on - 30 * DAY, ends_on - 7 * DAY]
    assert announced[0][1]["Subject"] == "Votre lettre\u00a0: une date approche"


def test_a_dossier_that_cannot_be_reckoned_does_not_keep_the_others(house: House, post_office: PostOffice) -> None:
    broken = late(house, post_office)
    late(house, post_office, "benoit@exemple.fr")
    with house.units.writing() as unit:
        unit.session.get_one(Dossier, broken).grounds = "inconnu"
    assert swept(house) == SweepReport(dossiers=2, reminders=1, mails=1, failures=1)
    assert post_office.recipients() == ["benoit@exemple.fr"]


def test_more_addresses_than_a_page_are_all_reached_and_none_is_split(
    house: House, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.reminders.PAGE", 2)
    for address in ("a@exemple.fr", "b@exemple.fr", "b@exemple.fr", "b@exemple.fr", "c@exemple.fr"):
        late(house, post_office, address)
    assert swept(house) == SweepReport(dossiers=5, reminders=5, mails=3)
    assert sorted(post_office.recipients()) == ["a@exemple.fr", "b@exemple.fr", "c@exemple.fr"]


def test_a_page_costs_as_many_statements_for_many_dossiers_as_for_few(house: House, post_office: PostOffice) -> None:
    counts = []
    for number in range(4):
        late(house, post_office, f"{number}@exemple.fr")
        swept(house)
        counts.append(len(statements_of(house, lambda: sweep(house.units, library().procedures, TODAY))))
    assert len(set(counts)) == 1


def test_a_sweep_stopped_at_any_statement_goes_on_where_it_was(house: House, post_office: PostOffice) -> None:
    first, second = late(house, post_office), late(house, post_office, "benoit@exemple.fr")
    number, is_whole = 0, False
    while not is_whole:
        number += 1
        with failing_at(house, number, ConnectionError()) as calls:
            try:
                sweep(house.units, library().procedures, TODAY)
            except ConnectionError:
                assert len(kept_keys(house, first)) == len(kept_keys(house, second))
            is_whole = calls[0] < number
    post(house)
    assert sorted(post_office.recipients()) == [ADDRESS, "benoit@exemple.fr"]


def test_a_mail_server_down_for_days_loses_no_reminder(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    late(house, post_office)
    post_office.trouble = Trouble.BUSY
    for _ in range(3 * 24):
        promise_sweep(house)
        post(house)
        clock.move(timedelta(hours=1))
    assert post_office.box == []
    post_office.trouble = Trouble.NONE
    for _ in range(2 * 24):
        promise_sweep(house)
        post(house)
        clock.move(timedelta(hours=1))
    assert post_office.recipients() == [ADDRESS]


def test_the_worker_sweeps_once_a_day_from_the_morning_on(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    late(house, post_office)
    clock.move(timedelta(hours=-3))  # seven o'clock in Paris
    promise_sweep(house)
    assert post(house) == 0
    clock.move(timedelta(hours=1))
    for _ in range(3):
        promise_sweep(house)
        post(house)
    assert len(post_office.box) == 1
    with house.units.reading() as unit:
        assert len(unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == SWEEP)).all()) == 1


def test_a_swept_page_promises_the_next_one(
    house: House, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.reminders.PAGE", 1)
    for address in ("a@exemple.fr", "b@exemple.fr", "c@exemple.fr"):
        late(house, post_office, address)
    promise_sweep(house)
    post(house)
    assert sorted(post_office.recipients()) == ["a@exemple.fr", "b@exemple.fr", "c@exemple.fr"]


def test_a_site_without_a_mail_server_sweeps_nothing(app: Flask) -> None:
    house = house_of(app)
    promise_sweep(house)
    with house.units.reading() as unit:
        assert unit.session.scalar(select(func.count()).select_from(OutboxRow)) == 0
