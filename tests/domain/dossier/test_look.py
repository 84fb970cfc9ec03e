"""A dossier seen on a day: what is open, what is too late, and what the line of time shows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadline_rules import ImpossibleDates
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground, Status
from app.domain.dossier.events import Event, EventKind, Outcome
from app.domain.dossier.line import Tense
from app.domain.dossier.moves import LAST_DAYS, MoveState
from tests.domain.dossier.cases import (
    BOTH,
    CLOSED,
    COMPLETE,
    DOCUMENTS,
    PARTIAL,
    REFUSED,
    SEALED,
    SENT,
    START,
    move,
    seen,
    steps_in,
)


def test_a_letter_that_was_not_sent_says_so_and_offers_nothing() -> None:
    found = seen(date(2026, 1, 30), SEALED)
    assert found.status is Status.SEALED_NOT_SENT
    assert found.headline == "Pas encore envoyée."
    assert found.moves == ()
    assert found.clocks == ()
    assert [entry.tense for entry in found.line] == [Tense.PAST, Tense.TODAY]


def test_in_time_only_the_bodies_that_need_no_silence_are_open() -> None:
    found = seen(date(2026, 2, 20), *START)
    assert found.headline == "Réponse attendue, dans les temps."
    assert steps_in(found, MoveState.OPEN) == ["mediateur", "defenseur"]
    assert steps_in(found, MoveState.LATER) == ["relance", "dpd", "cnil", "tribunal-silence"]
    assert move(found, "relance").opens_on == date(2026, 3, 3)


def test_the_day_after_the_due_date_opens_reminder_and_complaint() -> None:
    assert "relance" not in steps_in(seen(date(2026, 3, 2), *START), MoveState.OPEN)
    found = seen(date(2026, 3, 3), *START)
    assert found.headline == "La réponse est en retard d’un jour."
    assert found.advice == "Vous pouvez maintenant relancer."
    assert steps_in(found, MoveState.OPEN)[:3] == ["relance", "dpd", "cnil"]
    assert seen(date(2026, 3, 9), *START).headline == "La réponse est en retard de 7 jours."


def test_an_estimated_reception_never_says_late_and_closes_from_the_sending_day() -> None:
    found = seen(date(2026, 4, 1), SEALED, SENT)
    assert found.status is Status.UNPROVED
    assert "sans preuve" in found.headline
    court = move(found, "tribunal-silence")
    assert (court.opens_on, court.closes_on) == (date(2026, 4, 3), date(2026, 4, 29))
    assert court.is_estimated
    assert not move(found, "relance").is_certain


def test_a_reaction_proves_the_reception_but_not_its_day_so_last_days_count_from_the_sending() -> None:
    asked = Event(EventKind.FEE_ASKED, date(2026, 2, 26))
    found = seen(date(2026, 3, 1), SEALED, SENT, asked, grounds=BOTH)
    assert [one.due_on for one in found.clocks] == [date(2026, 3, 26), date(2026, 3, 26)]
    assert move(found, "cada").closes_on == date(2026, 4, 28)
    assert move(found, "tribunal-silence").closes_on == date(2026, 4, 29)
    passed_on = Event(EventKind.TRANSFERRED, date(2026, 2, 20))
    later = Event(EventKind.RECEIVED, date(2026, 2, 24))
    found = seen(date(2026, 3, 1), *START, passed_on, later, grounds=BOTH)
    assert found.clocks[1].due_on == date(2026, 3, 24)
    assert move(found, "cada").closes_on == date(2026, 4, 28)


def test_the_careful_window_is_said_to_be_unsettled_and_only_against_an_administration() -> None:
    assert not move(seen(date(2026, 4, 2), *START), "tribunal-silence").is_certain
    private = seen(date(2026, 4, 2), *START, is_public=False)
    assert "tribunal-silence" not in [found.step.id for found in private.moves]


def test_a_last_day_gone_by_is_told_before_anything_is_suggested() -> None:
    found = seen(date(2026, 5, 4), *START)
    assert move(found, "tribunal-silence").state is MoveState.TOO_LATE
    assert found.warnings == (
        (
            "Pour saisir le tribunal administratif en cas de silence, la dernière date sûre est passée\u00a0: c’était "
            "le 30\u00a0avril\u00a02026. Demandez l’avis d’un juriste avant d’y renoncer ou de continuer."
        ),
    )
    pressing = seen(date(2026, 4, 20), *START).warnings
    assert len(pressing) == 1
    assert "proche" in pressing[0]


def test_a_late_answer_leaves_its_due_date_on_the_line() -> None:
    late = replace(COMPLETE, on=date(2026, 3, 10))
    found = seen(date(2026, 3, 12), *START, late)
    assert found.clocks == ()
    assert [entry.on for entry in found.line if entry.title == "Réponse due"] == [date(2026, 3, 2)]


def test_an_incomplete_answer_opens_its_letter_until_a_complete_one_comes() -> None:
    found = seen(date(2026, 2, 21), *START, PARTIAL)
    assert found.status is Status.PARTLY_ANSWERED
    assert steps_in(found, MoveState.OPEN)[0] == "incomplete"
    assert "relance" not in [one.step.id for one in found.moves]
    later = Event(EventKind.ANSWERED, date(2026, 3, 10), outcome=Outcome.COMPLETE)
    done = seen(date(2026, 3, 11), *START, PARTIAL, later)
    assert steps_in(done, MoveState.OPEN) == ["cloture"]


def test_a_letter_sent_is_done_and_a_new_incomplete_answer_calls_for_another() -> None:
    first = Event(EventKind.FOLLOWED_UP, date(2026, 2, 22), letter="incomplete")
    assert move(seen(date(2026, 2, 23), *START, PARTIAL, first), "incomplete").state is MoveState.DONE
    again = replace(PARTIAL, on=date(2026, 3, 20))
    assert move(seen(date(2026, 3, 21), *START, PARTIAL, first, again), "incomplete").state is MoveState.OPEN


def test_a_refusal_opens_the_complaint_at_once_and_the_court_for_two_clear_months() -> None:
    found = seen(date(2026, 2, 17), *START, REFUSED)
    assert {"contestation-refus", "recours-gracieux", "cnil", "tribunal-refus"} <= set(steps_in(found, MoveState.OPEN))
    assert move(found, "tribunal-refus").closes_on == date(2026, 4, 17)
    assert "tribunal-silence" not in [one.step.id for one in found.moves]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (EventKind.FEE_ASKED, "contester les frais demandés"),
        (EventKind.IDENTITY_ASKED, "répondre à la demande d’une pièce d’identité"),
        (EventKind.MISDIRECTED, "demander que la lettre soit transmise"),
    ],
)
def test_a_reaction_of_the_school_is_answered_while_one_waits(kind: EventKind, words: str) -> None:
    found = seen(date(2026, 2, 12), *START, Event(kind, date(2026, 2, 10)))
    assert found.advice == f"Vous pouvez maintenant {words}."


def test_two_regimes_run_side_by_side_and_a_shared_step_is_offered_once() -> None:
    found = seen(date(2026, 2, 20), *START, grounds=BOTH)
    assert [(one.ground, one.due_on) for one in found.clocks] == [
        (Ground.DATA, date(2026, 3, 2)),
        (Ground.DOCUMENTS, date(2026, 2, 28)),
    ]
    assert [one.step.id for one in found.moves].count("mediateur") == 1
    assert (move(found, "cada").opens_on, move(found, "cada").closes_on) == (date(2026, 3, 1), date(2026, 4, 28))


def test_an_express_refusal_of_documents_starts_the_two_months_of_the_cada() -> None:
    found = seen(date(2026, 2, 17), *START, REFUSED, grounds=DOCUMENTS)
    assert (move(found, "cada").opens_on, move(found, "cada").closes_on) == (date(2026, 2, 17), date(2026, 4, 16))
    late = seen(date(2026, 3, 10), *START, replace(REFUSED, on=date(2026, 3, 5)), grounds=DOCUMENTS)
    assert move(late, "cada").closes_on == date(2026, 4, 28)  # the tacit refusal was born first


def test_the_cada_referral_opens_the_court_after_the_confirmed_refusal() -> None:
    referred = Event(EventKind.REFERRED_CADA, date(2026, 3, 10))
    found = seen(date(2026, 5, 11), *START, referred, grounds=DOCUMENTS)
    assert move(found, "cada").state is MoveState.DONE
    assert (move(found, "tribunal").opens_on, move(found, "tribunal").closes_on) == (
        date(2026, 5, 10),
        date(2026, 7, 13),
    )
    with pytest.raises(ImpossibleDates):
        seen(date(2026, 5, 11), *START, replace(referred, on=date(2026, 2, 10)), grounds=DOCUMENTS)


def test_the_silence_of_the_cnil_opens_the_conseil_d_etat() -> None:
    complained = Event(EventKind.REFERRED_CNIL, date(2026, 3, 10))
    found = seen(date(2026, 6, 15), *START, complained)
    assert found.status is Status.REFERRED_CNIL
    council = move(found, "conseil-etat")
    assert (council.state, council.opens_on, council.closes_on) == (
        MoveState.OPEN,
        date(2026, 6, 10),
        date(2026, 8, 11),
    )


def test_a_closed_dossier_offers_nothing_and_reproaches_nothing() -> None:
    found = seen(date(2026, 3, 20), *START, COMPLETE, CLOSED)
    assert found.moves == ()
    assert found.clocks == ()
    assert found.warnings == ()
    assert found.headline == "Dossier terminé\u00a0: demande satisfaite."
    given_up = seen(date(2026, 3, 20), *START, replace(CLOSED, outcome=Outcome.ABANDONED))
    assert given_up.headline == "Dossier arrêté. C’est un choix comme un autre."


def test_a_mediation_is_said_to_interrupt_what_the_days_shown_do_not_count() -> None:
    mediation = Event(EventKind.MEDIATION, date(2026, 3, 5))
    assert any("médiation" in warning for warning in seen(date(2026, 3, 6), *START, mediation).warnings)


def test_a_letter_that_starts_no_clock_is_never_late() -> None:
    found = seen(date(2026, 9, 1), *START, grounds=())
    assert found.status is Status.WAITING
    assert found.clocks == ()


def test_the_line_runs_in_order_with_today_in_its_place_and_says_why() -> None:
    found = seen(date(2026, 2, 20), *START)
    assert [entry.on for entry in found.line] == sorted(entry.on for entry in found.line)
    assert [entry.tense for entry in found.line[:4]] == [Tense.PAST, Tense.PAST, Tense.PAST, Tense.TODAY]
    due = next(entry for entry in found.line if entry.title == "Réponse due")
    assert due.is_last_day
    assert "rgpd-12-3" in due.refs
    assert "le 28\u00a0février\u00a02026, car février n’a pas de 31" in due.text
    assert "passe au lundi 2\u00a0mars\u00a02026" in due.text.replace("lundi\u00a0", "lundi ")


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(
    sent=DAYS,
    delay=st.integers(0, 40),
    after=st.integers(0, 400),
    channel=st.sampled_from(Channel),
    grounds=st.sampled_from([(Ground.DATA,), (Ground.DOCUMENTS,), BOTH]),
)
def test_whatever_the_days_no_step_opens_before_the_letter_left_and_none_closes_before_it_opens(
    sent: date, delay: int, after: int, channel: Channel, grounds: tuple[Ground, ...]
) -> None:
    received = Event(EventKind.RECEIVED, sent + timedelta(days=delay))
    on = received.on + timedelta(days=after)
    found = seen(on, Event(EventKind.SENT, sent, channel), received, grounds=grounds)
    for one in found.moves:
        assert one.opens_on >= sent
        assert one.closes_on is None or one.closes_on >= one.opens_on
        assert (one.state is MoveState.TOO_LATE) == (one.closes_on is not None and on > one.closes_on)
    assert all(clock.due_on > received.on for clock in found.clocks)
    assert LAST_DAYS  # what closes for good is a closed list
