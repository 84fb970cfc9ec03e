"""The status of a dossier: computed from its facts, on a day, and never late on an estimate."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import OutsideCalendar
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Clock, Ground, Status, clock, status
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.history import EventInFuture, IncoherentDossier

SEALED = Event(EventKind.SEALED, date(2026, 1, 28))
SENT = Event(EventKind.SENT, date(2026, 1, 29))
RECEIVED = Event(EventKind.RECEIVED, date(2026, 1, 31))
START = [SEALED, SENT, RECEIVED]  # due on Monday 2 March 2026
FAR = date(2027, 1, 1)


def running(events: list[Event], on: date = FAR, ground: Ground = Ground.DATA) -> Clock:
    found = clock(events, on, ground=ground)
    assert found is not None
    return found


def test_a_dossier_without_facts_is_a_draft_and_a_sealed_letter_waits_to_be_sent() -> None:
    assert status([], FAR) is Status.DRAFT
    assert status([SEALED], FAR) is Status.SEALED_NOT_SENT
    assert clock([SEALED], FAR) is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 1, 31), Status.WAITING),
        (date(2026, 2, 22), Status.WAITING),
        (date(2026, 2, 23), Status.DUE_SOON),
        (date(2026, 3, 2), Status.DUE_SOON),
        (date(2026, 3, 3), Status.LATE),
    ],
)
def test_late_begins_the_day_after_the_due_date(on: date, expected: Status) -> None:
    assert status(START, on) is expected
    assert status(reversed(START), on) is expected


def test_an_unproved_reception_never_makes_anybody_late() -> None:
    posted = [SEALED, SENT]
    assert status(posted, date(2026, 1, 30)) is Status.SENT
    assert running(posted).received_on == date(2026, 2, 3)
    assert running(posted).is_estimated
    assert "estimée" in running(posted).steps[0].text
    assert status(posted, FAR) is Status.UNPROVED
    guessed = [SENT, Event(EventKind.RECEIVED, date(2026, 2, 2), is_estimated=True)]
    assert running(guessed).received_on == date(2026, 2, 2)
    assert status(guessed, FAR) is Status.UNPROVED


def test_a_mail_is_estimated_received_the_same_day() -> None:
    mailed = [Event(EventKind.SENT, date(2026, 1, 31), channel=Channel.COURRIEL)]
    assert running(mailed).received_on == date(2026, 1, 31)
    assert status(mailed, date(2026, 3, 3)) is Status.UNPROVED


def test_an_acknowledgement_proves_a_reception_no_later_than_its_day() -> None:
    events = [SENT, Event(EventKind.ACKNOWLEDGED, date(2026, 2, 10))]
    assert (running(events).received_on, running(events).is_estimated) == (date(2026, 2, 10), False)
    assert status(events, date(2026, 3, 10)) is Status.DUE_SOON
    assert status(events, date(2026, 3, 11)) is Status.LATE


def test_an_extension_counts_when_it_gives_reasons_and_arrives_in_time() -> None:
    in_time = Event(EventKind.EXTENDED, date(2026, 3, 2))
    assert running([*START, in_time]).due_on == date(2026, 4, 30)
    assert running([*START, Event(EventKind.EXTENDED, date(2026, 3, 3))]).due_on == date(2026, 3, 2)
    without_reasons = Event(EventKind.EXTENDED, date(2026, 2, 10), has_reasons=False)
    assert running([*START, without_reasons]).due_on == date(2026, 3, 2)


def test_a_founded_identity_request_suspends_the_clock_until_it_is_answered() -> None:
    asked = Event(EventKind.IDENTITY_ASKED, date(2026, 2, 5))
    answered = Event(EventKind.IDENTITY_GIVEN, date(2026, 2, 12))
    assert status([*START, asked], FAR) is Status.IDENTITY_PENDING
    assert clock([*START, asked], FAR) is None
    assert running([*START, asked, answered]).due_on == date(2026, 3, 9)  # 28 February and seven days: a Saturday
    assert running([*START, asked, answered, Event(EventKind.EXTENDED, date(2026, 3, 9))]).due_on == date(2026, 5, 7)


def test_an_identity_request_without_a_stated_doubt_or_too_late_suspends_nothing() -> None:
    unfounded = Event(EventKind.IDENTITY_ASKED, date(2026, 2, 5), has_reasons=False)
    assert status([*START, unfounded], FAR) is Status.LATE
    late = Event(EventKind.IDENTITY_ASKED, date(2026, 3, 3))
    assert status([*START, late], FAR) is Status.LATE
    assert running([*START, late, Event(EventKind.IDENTITY_GIVEN, date(2026, 3, 9))]).due_on == date(2026, 3, 2)


def test_whoever_asks_for_an_identity_has_received_the_letter_by_that_day() -> None:
    events = [
        SENT,
        Event(EventKind.IDENTITY_ASKED, date(2026, 1, 30)),
        Event(EventKind.IDENTITY_GIVEN, date(2026, 2, 2)),
    ]
    assert running(events).received_on == date(2026, 1, 30)
    assert not running(events).is_estimated
    acknowledged_after = [*events, Event(EventKind.ACKNOWLEDGED, date(2026, 2, 10))]
    assert running(acknowledged_after).due_on == running(events).due_on == date(2026, 3, 3)


def test_a_silence_on_documents_is_a_tacit_refusal_the_day_after_the_month() -> None:
    assert running(START, ground=Ground.DOCUMENTS).due_on == date(2026, 2, 28)
    assert status(START, date(2026, 2, 28), ground=Ground.DOCUMENTS) is Status.DUE_SOON
    assert status(START, date(2026, 3, 1), ground=Ground.DOCUMENTS) is Status.TACITLY_REFUSED
    assert status([SENT], FAR, ground=Ground.DOCUMENTS) is Status.UNPROVED


def test_a_letter_passed_on_is_reckoned_from_the_second_administration() -> None:
    passed = [*START, Event(EventKind.TRANSFERRED, date(2026, 2, 10))]
    assert (running(passed).received_on, running(passed).is_estimated) == (date(2026, 2, 13), True)
    assert status(passed, FAR) is Status.UNPROVED
    proved = [*passed, Event(EventKind.RECEIVED, date(2026, 2, 12))]
    assert running(proved).due_on == date(2026, 3, 12)
    assert running(proved, ground=Ground.DOCUMENTS).due_on == date(2026, 3, 12)
    assert status(proved, FAR) is Status.LATE
    unknown_first = [SENT, *proved[3:]]
    assert running(unknown_first, ground=Ground.DOCUMENTS).received_on == date(2026, 2, 12)


def test_a_reception_on_the_very_day_of_the_passing_on_proves_nothing_of_the_second_administration() -> None:
    events = [
        SENT,
        Event(EventKind.RECEIVED, date(2026, 2, 10)),
        Event(EventKind.TRANSFERRED, date(2026, 2, 10)),
    ]
    assert running(events).is_estimated
    assert status(events, FAR) is Status.UNPROVED


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (EventKind.ANSWERED, Status.ANSWERED),
        (EventKind.REFUSED, Status.REFUSED),
        (EventKind.REFERRED_CNIL, Status.REFERRED_CNIL),
        (EventKind.REFERRED_CADA, Status.REFERRED_CADA),
        (EventKind.CLOSED, Status.CLOSED),
    ],
)
def test_an_outcome_gives_its_status_and_the_latest_one_holds(kind: EventKind, expected: Status) -> None:
    assert status([*START, Event(kind, date(2026, 2, 15))], FAR) is expected
    refused_first = Event(EventKind.REFUSED, date(2026, 2, 14))
    assert status([*START, refused_first, Event(kind, date(2026, 2, 15))], FAR) is expected


@pytest.mark.parametrize(
    "events",
    [
        [Event(EventKind.ANSWERED, date(2026, 2, 1))],
        [Event(EventKind.RECEIVED, date(2026, 2, 1))],
        [SENT, Event(EventKind.RECEIVED, date(2026, 1, 28))],
        [SENT, Event(EventKind.ANSWERED, date(2026, 1, 28))],
        [SENT, RECEIVED, Event(EventKind.REFUSED, date(2026, 1, 30))],
        [SEALED, Event(EventKind.SENT, date(2026, 1, 27))],
        [*START, Event(EventKind.IDENTITY_GIVEN, date(2026, 2, 5))],
        [
            *START,
            Event(EventKind.IDENTITY_ASKED, date(2026, 2, 9)),
            Event(EventKind.IDENTITY_GIVEN, date(2026, 2, 5)),
        ],
        [*START, Event(EventKind.CLOSED, date(2026, 2, 5)), Event(EventKind.ANSWERED, date(2026, 2, 6))],
        [*START, Event(EventKind.RECEIVED, date(2026, 2, 5))],
        [SENT, SENT],
        [*START, Event(EventKind.EXTENDED, date(2026, 2, 5)), Event(EventKind.EXTENDED, date(2026, 2, 6))],
    ],
)
def test_facts_that_contradict_each_other_are_refused_in_a_sentence(events: list[Event]) -> None:
    with pytest.raises(IncoherentDossier, match=r"(vérifiez ces deux dates|gardez une seule date|notez d’abord).*\.$"):
        status(events, FAR)


def test_a_fact_of_tomorrow_is_refused_and_a_far_date_too() -> None:
    with pytest.raises(EventInFuture, match="encore à venir"):
        status(START, date(2026, 1, 30))
    with pytest.raises(OutsideCalendar):
        status([Event(EventKind.SENT, date.min)], FAR)
    with pytest.raises(OutsideCalendar):
        status(START, date.max)


@given(
    sent_on=st.dates(date(1995, 1, 1), date(2090, 12, 31)),
    post_days=st.integers(0, 20),
    waited=st.integers(0, 200),
    is_proved=st.booleans(),
)
def test_late_needs_a_proof_and_a_day_after_the_due_date(
    sent_on: date, post_days: int, waited: int, is_proved: bool
) -> None:
    received_on = sent_on + timedelta(days=post_days)
    on = received_on + timedelta(days=waited)
    events = [
        Event(EventKind.SENT, sent_on),
        Event(EventKind.RECEIVED, received_on, is_estimated=not is_proved),
    ]
    found = clock(events, on)
    assert found is not None
    assert (status(events, on) is Status.LATE) == (is_proved and on > found.due_on)
    assert found.steps[-1].on == found.due_on
    paper = clock(events, on, ground=Ground.DOCUMENTS)
    assert paper is not None
    assert paper.steps[-1].on == paper.due_on
