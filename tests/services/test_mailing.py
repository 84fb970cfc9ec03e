"""What becomes of a mail: sent once, tried again while it was not taken, left in doubt when nobody answered, given up
on an address that refuses.
"""

from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery.mail import OutgoingMail
from app.domain.dossier.events import EventKind, Outcome
from app.domain.errors import Conflict
from app.services.bounces import BounceOutcome, record_bounce
from app.services.contacts import ContactState, ask_recovery, ask_reminders, contact_of, stop_reminders
from app.services.dossier_events import record_event
from app.services.house import House
from app.services.mailed_links import stop_token
from app.services.mailing import SEND_MAIL, promise_reminders
from app.services.outbox import BACK_OFF, LEASE, claim, read_backlog, revive_dead_jobs
from app.services.unit_of_work import DatabaseUnavailable
from app.storage.dossier import Dossier
from app.storage.outbox import JobState, OutboxRow
from tests.running_house import MovableClock
from tests.services.dossier_rows import TODAY, fact, followed_outside
from tests.services.letter_rows import ANNE
from tests.services.mail_rows import ADDRESS, contact_row, link_to, mailing_house, post, reminded
from tests.smtp_server import PostOffice, Trouble

DAY = timedelta(days=1)


@pytest.fixture
def house(mailing_app: Flask) -> House:
    return mailing_house(mailing_app)


@pytest.fixture
def dossier_id(house: House, post_office: PostOffice) -> str:
    return reminded(house, post_office)


def promise(house: House, dossier_id: str, on: date = TODAY) -> None:
    """Promise a reminder, as the sweep does."""
    contact = contact_row(house, dossier_id)
    notice = {"contact": contact.id, "reference": "CD-26-7KQ2MA", "items": [["Une date approche", "Le 2 mars."]]}
    with house.units.writing() as unit:
        assert promise_reminders(unit, on, {contact.address_key: [notice]}).keys() == {contact.address_key}


def mail_row(house: House) -> OutboxRow:
    """The last mail promised."""
    with house.units.reading() as unit:
        query = select(OutboxRow).where(OutboxRow.kind == SEND_MAIL)
        return unit.session.scalars(query.order_by(OutboxRow.created_at.desc(), OutboxRow.effect_key.desc())).all()[0]


def state_of(house: House, dossier_id: str) -> ContactState:
    card = contact_of(house, ANNE, dossier_id)
    assert card is not None
    return card.state


def test_a_mail_is_sent_once_with_one_name_and_a_link_to_stop(
    house: House, dossier_id: str, post_office: PostOffice
) -> None:
    promise(house, dossier_id)
    assert post(house) == 1
    assert post(house) == 0
    (mail,) = post_office.box
    assert mail["Subject"] == "Votre lettre\u00a0: une date approche"
    assert mail["Message-ID"].endswith("@127.0.0.1>")
    assert link_to(post_office, "/dossier") == dossier_id
    stop_reminders(house, mail["List-Unsubscribe"].strip("<>").rpartition("/")[2])
    assert state_of(house, dossier_id) is ContactState.STOPPED
    row = mail_row(house)
    assert (row.state, row.payload, row.handed_at is not None) == (JobState.DONE, {}, True)


@pytest.mark.parametrize(
    "trouble", [Trouble.BUSY, Trouble.BUSY_AFTER_DOT, Trouble.STRANGER, Trouble.LEAVES_BEFORE_DATA]
)
def test_a_mail_that_was_not_taken_follows_the_table_then_dies_in_sight(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock, trouble: Trouble
) -> None:
    post_office.trouble = trouble
    promise(house, dossier_id)
    for wait in BACK_OFF:
        assert post(house) == 1
        assert mail_row(house).handed_at is None
        clock.move(wait - timedelta(seconds=1))
        assert post(house) == 0
        clock.move(timedelta(seconds=1))
    post(house)
    assert read_backlog(house.units).dead == 1
    assert state_of(house, dossier_id) is ContactState.CONFIRMED
    post_office.trouble = Trouble.NONE
    assert revive_dead_jobs(house.units) == 1
    post(house)
    assert len(post_office.box) == 1


def test_a_mail_without_an_answer_is_left_in_doubt_and_never_sent_again(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock
) -> None:
    post_office.trouble = Trouble.LEAVES_AFTER_DOT
    promise(house, dossier_id)
    post(house)
    row = mail_row(house)
    assert (row.state, row.payload) == (JobState.UNCERTAIN, {})
    assert read_backlog(house.units).uncertain == 1
    card = contact_of(house, ANNE, dossier_id)
    assert card is not None
    assert card.uncertain_at == clock.now()
    post_office.trouble = Trouble.NONE
    clock.move(30 * DAY)
    assert post(house) == 0
    assert len(post_office.box) == 1
    promise(house, dossier_id, clock.now().date())
    post(house)
    card = contact_of(house, ANNE, dossier_id)
    assert card is not None
    assert card.uncertain_at is None


def test_a_job_found_handed_over_is_in_doubt_without_a_word_to_the_server(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock
) -> None:
    promise(house, dossier_id)
    job = claim(house.units, [SEND_MAIL])
    assert job is not None
    job.hand_over()  # and here its worker was killed
    clock.move(LEASE)
    tries = post_office.tries
    post(house)
    assert post_office.tries == tries
    assert mail_row(house).state == JobState.UNCERTAIN


@pytest.mark.parametrize("error", [DatabaseUnavailable, Conflict])
def test_a_database_lost_after_the_answer_never_sends_the_mail_again(
    house: House,
    dossier_id: str,
    post_office: PostOffice,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    promise(house, dossier_id)

    def lose(*_arguments: object, **_options: object) -> None:
        raise error("perdue")

    with monkeypatch.context() as patch:
        patch.setattr("app.services.mailing.note_arrival", lose)
        try:
            post(house)
        except DatabaseUnavailable:
            assert mail_row(house).state == JobState.LEASED
    clock.move(DAY)
    post(house)
    assert len(post_office.box) == 1
    assert mail_row(house).state == JobState.UNCERTAIN


def test_a_worker_that_lost_its_lease_keeps_the_final_dot_back(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(house, dossier_id)
    postman = house.postman
    assert postman is not None
    deliver: Callable[[OutgoingMail, Callable[[], None]], None] = postman.deliver

    def stall(mail: OutgoingMail, on_handover: Callable[[], None]) -> None:
        def hand_over_late() -> None:
            clock.move(LEASE)
            assert claim(house.units, [SEND_MAIL]) is not None
            on_handover()

        deliver(mail, hand_over_late)

    monkeypatch.setattr(postman, "deliver", stall)
    post(house)
    monkeypatch.undo()
    clock.move(LEASE)
    post(house)
    assert len(post_office.box) == 1


def test_an_address_nobody_has_gets_no_more_mail_at_once(
    house: House, dossier_id: str, post_office: PostOffice
) -> None:
    other = reminded(house, post_office)
    post_office.trouble = Trouble.UNKNOWN
    promise(house, dossier_id)
    assert post(house) == 1
    assert post(house) == 0
    assert [state_of(house, one) for one in (dossier_id, other)] == [ContactState.REFUSED] * 2
    post_office.trouble = Trouble.NONE
    ask_recovery(house, ADDRESS)
    post(house)
    assert post_office.box == []


def test_a_full_mailbox_is_given_three_chances(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock
) -> None:
    post_office.trouble = Trouble.FULL
    states = []
    for _ in range(3):
        promise(house, dossier_id, clock.now().date())
        post(house)
        states.append(state_of(house, dossier_id))
        clock.move(DAY)
    assert states == [ContactState.CONFIRMED, ContactState.CONFIRMED, ContactState.REFUSED]


@pytest.mark.parametrize("ending", ["stop", "close", "erase"])
def test_a_reminder_of_what_ended_meanwhile_is_not_sent(house: House, post_office: PostOffice, ending: str) -> None:
    dossier_id = reminded(house, post_office)
    promise(house, dossier_id)
    end(house, dossier_id, ending)
    assert post(house) == 1
    assert post_office.box == []
    assert mail_row(house).state == JobState.DONE


def end(house: House, dossier_id: str, ending: str) -> None:
    """Stop the reminders, close the dossier, or erase it."""
    if ending == "stop":
        stop_reminders(house, stop_token(house.settings, contact_row(house, dossier_id).address_key))
    elif ending == "close":
        closing = fact(EventKind.CLOSED, outcome=Outcome.ABANDONED)
        record_event(house, ANNE, dossier_id, closing)
    else:
        with house.units.writing() as unit:
            unit.session.get_one(Dossier, dossier_id).erased_at = unit.now


def test_a_reminder_that_comes_a_week_late_is_not_sent(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock
) -> None:
    promise(house, dossier_id)
    clock.move(7 * DAY)
    post(house)
    assert post_office.box == []


def test_no_log_tells_who_was_written_to(
    house: House, post_office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    for trouble in (Trouble.UNKNOWN, Trouble.BUSY, Trouble.LEAVES_AFTER_DOT):
        post_office.trouble = trouble
        ask_reminders(house, ANNE, followed_outside(house), f"canari.{trouble.name.lower()}@exemple.fr", True)
        post(house)
    told = capsys.readouterr().err
    assert all(event in told for event in ("mail-refused", "job-failed", "mail-uncertain"))
    assert "canari" not in told


REPORT = """From: MAILER-DAEMON@mx.exemple.fr
To: rappels@carnet.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.fr

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: quoted-printable

Subject: Votre lettre
Message-ID:={soft}
 {message_id}

--b--
"""


BROKEN = [
    b"Content-Type: multipart/report\n\n" + b"--b\n" * 999,
    b"Content-Type: message/delivery-status\n\n",
    b"Content-Type: message/delivery-status\nMessage-ID: <\n\nAction\n\n\xff: \xe9\nStatus: \n",
    b'Content-Type: message/delivery-status; charset="\xff"\nFrom: =?x?q?',
]


def bounce_of(mail: EmailMessage, action: str = "failed", status: str = "5.2.2", message_id: str = "") -> bytes:
    """The report of a server about a mail of ours."""
    message_id = message_id or str(mail["Message-ID"])
    return REPORT.format(address=ADDRESS, action=action, status=status, message_id=message_id, soft="\n").encode()


def test_three_mails_that_came_back_stop_the_reminders(
    house: House, dossier_id: str, post_office: PostOffice, clock: MovableClock
) -> None:
    for _ in range(3):
        assert state_of(house, dossier_id) is ContactState.CONFIRMED
        promise(house, dossier_id, clock.now().date())
        post(house)
        report = bounce_of(post_office.box[-1])
        assert record_bounce(house, report) is BounceOutcome.COUNTED
        assert record_bounce(house, report) is BounceOutcome.COUNTED  # told twice, counted once
        clock.move(DAY)
    assert state_of(house, dossier_id) is ContactState.REFUSED


def test_one_mail_back_from_an_address_nobody_has_stops_them(
    house: House, dossier_id: str, post_office: PostOffice
) -> None:
    promise(house, dossier_id)
    post(house)
    assert record_bounce(house, bounce_of(post_office.box[0], status="5.1.1")) is BounceOutcome.COUNTED
    assert state_of(house, dossier_id) is ContactState.REFUSED


def test_a_report_that_proves_nothing_changes_nothing(house: House, dossier_id: str, post_office: PostOffice) -> None:
    promise(house, dossier_id)
    post(house)
    (mail,) = post_office.box
    forged = str(mail["Message-ID"]).replace(".", ".x", 1)
    assert record_bounce(house, bounce_of(mail, "delayed", "4.4.7")) is BounceOutcome.FOR_NOW
    assert record_bounce(house, bounce_of(mail, status="5.1.1", message_id=forged)) is BounceOutcome.NOT_OURS
    for nonsense in (b"", b"\xff\x00" * 500, mail.as_bytes(), *BROKEN):
        assert record_bounce(house, nonsense) is BounceOutcome.NOT_A_BOUNCE
    assert state_of(house, dossier_id) is ContactState.CONFIRMED
