"""Facts: told, corrected, withdrawn; never overwritten, never incoherent, even from two tabs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.calendar import OutsideCalendar
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Status
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.dossier.history import EventInFuture, IncoherentDossier
from app.domain.errors import Conflict, InvalidAnswer, NotFound
from app.services import dossier_events
from app.services.calendar import dossier_dates
from app.services.dossier_data import erase_dossier
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import OpenDossier, dossiers_of, open_dossier
from app.services.drafts import open_draft, unfinished_drafts
from app.services.house import House
from app.services.retention import purge
from app.storage.dossier import DossierEvent
from tests.at_once import at_once
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import LATER, TODAY, fact, followed, followed_outside, posted, sent
from tests.services.letter_rows import ANNE, CHLOE

DAY = timedelta(days=1)


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


@pytest.fixture
def dossier_id(house: House) -> str:
    """A dossier of a letter written two months ago."""
    return followed_outside(house)


def seen(house: House, dossier_id: str) -> OpenDossier:
    return open_dossier(house, ANNE, dossier_id)


def facts(house: House, dossier_id: str) -> list[Event]:
    return [kept.event for kept in seen(house, dossier_id).events]


FACTS = [
    Event(EventKind.SENT, LATER, Channel.REMISE, number="1A 123", note="Déposée à l’accueil"),
    Event(EventKind.RECEIVED, LATER + DAY, is_estimated=True),
    Event(EventKind.EXTENDED, LATER + 5 * DAY, has_reasons=False, until=LATER + 90 * DAY),
    Event(EventKind.REFUSED, LATER + 9 * DAY, has_remedies=True, reasons=("autre", "obligation-legale")),
    Event(EventKind.FOLLOWED_UP, LATER + 10 * DAY, Channel.COURRIEL, letter="relance"),
    Event(
        EventKind.ANSWERED,
        LATER + 11 * DAY,
        outcome=Outcome.PARTIAL,
        points=(PointReply("point-1", PointState.ANSWERED), PointReply("point-2", PointState.MISSING)),
    ),
]


def test_a_fact_comes_back_whole(house: House, dossier_id: str) -> None:
    for event in FACTS:
        record_event(house, ANNE, dossier_id, event)
    assert facts(house, dossier_id) == FACTS
    assert seen(house, dossier_id).look.status is Status.PARTLY_ANSWERED


def test_the_same_fact_told_twice_is_one(house: House, dossier_id: str) -> None:
    assert posted(house, dossier_id, LATER) == posted(house, dossier_id, LATER)
    assert facts(house, dossier_id) == [sent(LATER)]


def test_a_fact_lengthens_the_life_of_the_dossier(house: House, dossier_id: str) -> None:
    before = seen(house, dossier_id).erases_on
    posted(house, dossier_id, LATER)
    after = seen(house, dossier_id).erases_on
    assert after > before
    record_event(house, ANNE, dossier_id, fact(EventKind.CLOSED, outcome=Outcome.SATISFIED))
    assert seen(house, dossier_id).erases_on < after


WRONG = [
    (fact(EventKind.RECEIVED, LATER), IncoherentDossier),
    (sent(TODAY + DAY), EventInFuture),
    (sent(date(1, 1, 1)), OutsideCalendar),
    (sent(note="x" * 5000), InvalidAnswer),
    (sent(number="\u202e123"), InvalidAnswer),
]


@pytest.mark.parametrize(("event", "error"), WRONG)
def test_a_fact_that_cannot_be_true_is_refused_and_nothing_is_kept(
    house: House, dossier_id: str, event: Event, error: type[Exception]
) -> None:
    with pytest.raises(error):
        record_event(house, ANNE, dossier_id, event)
    assert facts(house, dossier_id) == []


def test_a_letter_of_this_house_leaves_after_the_day_it_bears(house: House) -> None:
    dossier_id, _token, _letter = followed(house)
    with pytest.raises(IncoherentDossier):
        posted(house, dossier_id, TODAY - DAY)
    assert posted(house, dossier_id)


def test_the_day_is_that_of_paris(house: House, dossier_id: str, clock: MovableClock) -> None:
    clock.move(timedelta(hours=14, minutes=30))  # 23:30 in Greenwich, half past midnight in Paris
    assert record_event(house, ANNE, dossier_id, sent(TODAY + DAY))


def test_a_corrected_fact_stays_in_the_history(house: House, dossier_id: str, clock: MovableClock) -> None:
    told_at = house.now()
    wrong = posted(house, dossier_id, LATER)
    clock.move(timedelta(hours=1))
    right = correct_event(house, ANNE, dossier_id, wrong, sent(LATER + DAY))
    dossier = seen(house, dossier_id)
    assert [(kept.id, kept.event) for kept in dossier.events] == [(right, sent(LATER + DAY))]
    (past,) = dossier.history
    assert (past.event, past.recorded_at) == (sent(LATER), told_at)
    assert (past.replaced_at, past.withdrawn_at) == (house.now(), None)


def test_a_correction_that_changes_nothing_writes_nothing(house: House, dossier_id: str) -> None:
    first = posted(house, dossier_id, LATER)
    assert correct_event(house, ANNE, dossier_id, first, sent(LATER)) == first
    assert seen(house, dossier_id).history == ()


def test_a_correction_is_checked_with_all_the_other_facts(house: House, dossier_id: str) -> None:
    first = posted(house, dossier_id, LATER)
    record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, LATER + DAY))
    with pytest.raises(IncoherentDossier):
        correct_event(house, ANNE, dossier_id, first, sent(LATER + 2 * DAY))
    assert sent(LATER) in facts(house, dossier_id)


def test_a_withdrawn_fact_stays_in_the_history(house: House, dossier_id: str) -> None:
    withdraw_event(house, ANNE, dossier_id, posted(house, dossier_id, LATER))
    dossier = seen(house, dossier_id)
    assert dossier.events == ()
    assert [(past.event, past.withdrawn_at) for past in dossier.history] == [(sent(LATER), house.now())]


def test_a_fact_on_which_others_rest_is_not_withdrawn(house: House, dossier_id: str) -> None:
    first = posted(house, dossier_id, LATER)
    record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, LATER + DAY))
    with pytest.raises(IncoherentDossier):
        withdraw_event(house, ANNE, dossier_id, first)
    assert sent(LATER) in facts(house, dossier_id)


def test_a_fact_changed_in_another_tab_is_not_changed_again(house: House, dossier_id: str) -> None:
    first = posted(house, dossier_id, LATER)
    correct_event(house, ANNE, dossier_id, first, sent(LATER + DAY))
    with pytest.raises(Conflict):
        correct_event(house, ANNE, dossier_id, first, sent(LATER + 2 * DAY))
    with pytest.raises(Conflict):
        withdraw_event(house, ANNE, dossier_id, first)
    assert facts(house, dossier_id) == [sent(LATER + DAY)]


def test_of_two_tabs_that_tell_the_sending_one_is_heard(house: House, dossier_id: str) -> None:
    days = [LATER + place * DAY for place in range(4)]
    outcomes = at_once(*[lambda day=day: posted(house, dossier_id, day) for day in days])
    assert sum(isinstance(one, IncoherentDossier | Conflict) for one in outcomes) == 3
    assert len(facts(house, dossier_id)) == 1


def test_a_clock_set_back_over_midnight_closes_nothing(house: House, dossier_id: str, clock: MovableClock) -> None:
    clock.move(timedelta(hours=14, minutes=30))  # half past midnight in Paris
    tomorrow = TODAY + DAY
    posted(house, dossier_id, tomorrow)
    clock.move(-timedelta(hours=1))
    assert open_dossier(house, ANNE, dossier_id).look.on == tomorrow
    assert [one.id for one in dossiers_of(house, ANNE)] == [dossier_id]
    assert dossier_dates(house, ANNE, dossier_id).entries
    draft_id = start_next_letter(house, ANNE, dossier_id, "relance")
    assert open_draft(house, ANNE, draft_id).on == tomorrow
    assert [draft.id for draft in unfinished_drafts(house, ANNE)] == [draft_id]
    assert purge(house).is_clean


def test_a_dossier_takes_so_many_facts_and_no_more(
    house: House, dossier_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_events, "MOST_FACTS", 3)
    first = posted(house, dossier_id, LATER)
    second = correct_event(house, ANNE, dossier_id, first, sent(LATER + DAY))
    record_event(house, ANNE, dossier_id, fact(EventKind.ACKNOWLEDGED))
    with pytest.raises(InvalidAnswer, match="copie"):
        record_event(house, ANNE, dossier_id, fact(EventKind.FEE_ASKED))
    with pytest.raises(InvalidAnswer, match="copie"):
        correct_event(house, ANNE, dossier_id, second, sent(LATER))
    assert len(facts(house, dossier_id)) == 2


@pytest.mark.parametrize("holder", [CHLOE, None, ""])
def test_a_stranger_tells_nothing(house: House, dossier_id: str, holder: str | None) -> None:
    event_id = posted(house, dossier_id, LATER)
    for act in (
        lambda: record_event(house, holder, dossier_id, fact(EventKind.RECEIVED)),
        lambda: correct_event(house, holder, dossier_id, event_id, sent()),
        lambda: withdraw_event(house, holder, dossier_id, event_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert facts(house, dossier_id) == [sent(LATER)]


def test_a_fact_of_another_dossier_is_not_found_in_this_one(house: House, dossier_id: str) -> None:
    elsewhere = posted(house, followed_outside(house, title="Autre lettre"), LATER)
    for event_id in (elsewhere, "x" * 22, ""):
        with pytest.raises(NotFound):
            correct_event(house, ANNE, dossier_id, event_id, sent())
        with pytest.raises(NotFound):
            withdraw_event(house, ANNE, dossier_id, event_id)


def test_an_erased_dossier_takes_no_fact(house: House, dossier_id: str) -> None:
    erase_dossier(house, ANNE, dossier_id)
    with pytest.raises(NotFound):
        posted(house, dossier_id, LATER)


def test_the_words_of_a_fact_are_not_in_clear(house: House, dossier_id: str) -> None:
    record_event(house, ANNE, dossier_id, replace(sent(LATER), note="Canari", number="RK123"))
    with house.units.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT details FROM dossier_event").scalar()
    assert b"Canari" not in bytes(stored or b"")
    with house.units.reading() as unit:
        row = unit.session.scalars(select(DossierEvent)).one()
        assert row.details["note"] == "Canari"
