"""The end of dossiers: announced, reckoned anew, whole, and proved."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from app.domain.dossier.events import EventKind, Outcome
from app.domain.dossier.reminders import useful_until
from app.domain.errors import NotFound
from app.services import dossier_ends
from app.services.clock import local_day
from app.services.dossier_data import erase_dossier
from app.services.dossier_ends import RESTORE_DAYS
from app.services.dossier_events import record_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import open_dossier
from app.services.drafts import erase_draft, open_draft, save_answers
from app.services.house import House
from app.services.pieces import remove_piece
from app.services.retention import PurgeReport, purge
from app.storage.dossier import Dossier
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import (
    LATER,
    TODAY,
    all_counts,
    fact,
    followed,
    followed_outside,
    kept_files,
    posted,
    with_piece,
)
from tests.services.letter_rows import ANNE, CHLOE

pytestmark = pytest.mark.usefixtures("quick_opener")
DAY = timedelta(days=1)


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def end_of(house: House, dossier_id: str) -> datetime:
    with house.units.reading() as unit:
        return unit.session.get_one(Dossier, dossier_id).expires_at


def done(report: PurgeReport) -> dict[str, int]:
    """What the passes that did something did."""
    return {one.name: one.done for one in report.passes if one.done}


def full_dossier(house: House) -> str:
    """A dossier with a letter, facts, a draft and a piece."""
    dossier_id, _token, _letter = followed(house)
    posted(house, dossier_id)
    with_piece(house, dossier_id)
    start_next_letter(house, ANNE, dossier_id, "relance")
    return dossier_id


def test_the_end_counts_from_the_last_useful_day(house: House) -> None:
    dossier_id, _token, _letter = followed(house)
    kept = timedelta(days=house.settings.DOSSIER_DAYS)
    assert local_day(end_of(house, dossier_id)) == TODAY + kept + DAY
    posted(house, dossier_id)
    looked = open_dossier(house, ANNE, dossier_id).look
    last = max(move.closes_on for move in looked.moves if move.closes_on)
    assert local_day(end_of(house, dossier_id)) == last + kept + DAY


def test_a_dossier_goes_whole_at_its_end_and_not_before(house: House, clock: MovableClock) -> None:
    dossier_id = full_dossier(house)
    clock.move(end_of(house, dossier_id) - house.now() - timedelta(seconds=1))
    purge(house)
    assert open_dossier(house, ANNE, dossier_id).letters
    assert len(kept_files(house)) == 1
    clock.move(timedelta(seconds=1))
    with pytest.raises(NotFound):
        open_dossier(house, ANNE, dossier_id)
    report = purge(house)
    assert done(report) == {"dossiers": 1, "fichiers des pièces": 1}
    assert report.is_clean
    assert all_counts(house) == {}
    assert kept_files(house) == []
    assert done(purge(house)) == {}


def test_an_erased_dossier_goes_for_good_a_week_later_and_others_stay(house: House, clock: MovableClock) -> None:
    stays = followed_outside(house, CHLOE)
    erased = full_dossier(house)
    before = all_counts(house)
    erase_dossier(house, ANNE, erased)
    clock.move(RESTORE_DAYS * DAY - timedelta(seconds=1))
    assert "dossiers" not in done(purge(house))
    assert all_counts(house) == before
    clock.move(timedelta(seconds=1))
    assert done(purge(house))["dossiers"] == 1
    assert all_counts(house) == {"dossier": 1, "dossier_access": 1}
    assert open_dossier(house, CHLOE, stays).id == stays


def test_a_rule_corrected_today_keeps_a_dossier(
    house: House, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = full_dossier(house)
    clock.move(end_of(house, dossier_id) - house.now())
    later = local_day(house.now()) + 10 * DAY
    monkeypatch.setattr(dossier_ends, "useful_until", lambda *_dossier: later)
    assert "dossiers" not in done(purge(house))
    dossier = open_dossier(house, ANNE, dossier_id)
    assert dossier.erases_on == later + timedelta(days=house.settings.DOSSIER_DAYS) + DAY
    assert dossier.letters[0].expires_on == dossier.erases_on


def test_a_rule_corrected_today_moves_an_end_that_is_near(
    house: House, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = followed_outside(house)
    clock.move(end_of(house, dossier_id) - house.now() - 20 * DAY)
    later = local_day(house.now())
    monkeypatch.setattr(dossier_ends, "useful_until", lambda *_dossier: later)
    assert done(purge(house)) == {"dates de fin des dossiers": 1}
    assert open_dossier(house, ANNE, dossier_id).erases_on == later + timedelta(days=house.settings.DOSSIER_DAYS) + DAY
    assert done(purge(house)) == {}


def test_a_dossier_that_no_key_opens_goes_at_its_end(house: House, clock: MovableClock) -> None:
    dossier_id = full_dossier(house)
    ends_at = end_of(house, dossier_id)
    with house.units.writing() as unit:
        unit.session.connection().exec_driver_sql(
            "UPDATE dossier SET profile = dossier_event.details FROM dossier_event"
        )
    clock.move(ends_at - house.now())
    report = purge(house)
    assert report.is_clean
    assert all_counts(house) == {}


def test_a_dossier_whose_end_cannot_be_reckoned_stays_and_is_reported(
    house: House, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, gone = followed_outside(house, title="Coincé"), followed_outside(house)
    clock.move(max(end_of(house, stuck), end_of(house, gone)) - house.now())

    def fail(record: Any, *rest: Any) -> date:
        if record.title == "Coincé":
            raise NotFound("rien")
        return useful_until(record, *rest)

    monkeypatch.setattr(dossier_ends, "useful_until", fail)
    report = purge(house)
    assert done(report)["dossiers"] == 1
    assert not report.is_clean
    with house.units.reading() as unit:
        assert unit.session.get(Dossier, gone) is None
        assert unit.session.get(Dossier, stuck) is not None


def test_a_dossier_in_words_nobody_knows_does_not_stop_the_others(house: House, clock: MovableClock) -> None:
    odd, gone = followed_outside(house), followed_outside(house)
    clock.move(max(end_of(house, odd), end_of(house, gone)) - house.now())
    with house.units.writing() as unit:
        unit.session.execute(update(Dossier).where(Dossier.id == odd).values(right="inconnu"))
    report = purge(house)
    assert [(one.done, one.failed) for one in report.passes if one.name == "dossiers"] == [(1, 1)]
    assert not report.is_clean


def test_a_dossier_that_resists_does_not_stop_the_others(house: House, clock: MovableClock) -> None:
    ids = sorted(followed_outside(house) for _ in range(3))
    clock.move(max(end_of(house, dossier_id) for dossier_id in ids) - house.now())

    def refuse(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        values = parameters.values() if isinstance(parameters, dict) else parameters
        if statement.startswith("DELETE FROM dossier WHERE") and ids[1] in values:
            raise NotFound("rien")

    event.listen(house.units.engine, "before_cursor_execute", refuse)
    report = purge(house)
    event.remove(house.units.engine, "before_cursor_execute", refuse)
    assert [(one.done, one.failed) for one in report.passes if one.name == "dossiers"] == [(2, 1)]
    assert [(left.name, left.count) for left in report.left if left.count] == [("dossiers", 1)]
    again = purge(house)
    assert done(again) == {"dossiers": 1}
    assert again.is_clean


def test_orphans_are_found_both_ways(house: House, clock: MovableClock) -> None:
    dossier_id = followed_outside(house)
    lost, stray = with_piece(house, dossier_id), with_piece(house, dossier_id)
    with house.units.writing() as unit:
        unit.session.execute(update(Dossier).values(expires_at=house.now() + 1000 * DAY))
        unit.session.connection().exec_driver_sql(f"DELETE FROM piece WHERE id = '{stray}'")
    for path in kept_files(house):
        if path.name == lost:
            path.unlink()
        else:
            os.utime(path, (datetime(2026, 11, 1, tzinfo=UTC).timestamp(),) * 2)
    report = purge(house)
    assert done(report) == {"fichiers sans pièce": 1}
    assert [(left.name, left.count) for left in report.left if left.count] == [("pièces sans fichier", 1)]
    assert kept_files(house) == []


def test_a_closed_dossier_ends_sooner(house: House) -> None:
    dossier_id = followed_outside(house)
    posted(house, dossier_id, LATER)
    open_end = end_of(house, dossier_id)
    record_event(house, ANNE, dossier_id, fact(EventKind.CLOSED, outcome=Outcome.ABANDONED))
    assert end_of(house, dossier_id) < open_end


def test_a_letter_begun_in_a_dossier_is_not_lost_with_it(house: House, clock: MovableClock) -> None:
    dossier_id = followed_outside(house)
    posted(house, dossier_id, LATER)
    natural_end = end_of(house, dossier_id)
    clock.move(natural_end - house.now() - 2 * DAY)
    draft_id = start_next_letter(house, ANNE, dossier_id, "relance")
    clock.move(20 * DAY)
    assert done(purge(house)) == {}
    draft = open_draft(house, ANNE, draft_id)
    save_answers(house, ANNE, draft_id, draft.answers, "niveau")
    clock.move(29 * DAY)
    assert done(purge(house)) == {}
    assert end_of(house, dossier_id) == open_draft(house, ANNE, draft_id).expires_at
    clock.move(DAY)
    assert done(purge(house))["dossiers"] == 1


def test_whoever_erases_the_letter_begun_keeps_the_dossier(house: House, clock: MovableClock) -> None:
    dossier_id = followed_outside(house)
    clock.move(end_of(house, dossier_id) - house.now() - DAY)
    draft_id = start_next_letter(house, ANNE, dossier_id, "relance")
    clock.move(10 * DAY)
    erase_draft(house, ANNE, draft_id)
    purge(house)
    assert open_dossier(house, ANNE, dossier_id).drafts == ()


def test_a_piece_added_lengthens_the_life_of_the_dossier(house: House, clock: MovableClock) -> None:
    dossier_id = followed_outside(house)
    clock.move(end_of(house, dossier_id) - house.now() - DAY)
    piece_id = with_piece(house, dossier_id)
    kept = timedelta(days=house.settings.DOSSIER_DAYS)
    assert end_of(house, dossier_id) == house.now() + kept
    clock.move(kept - DAY)
    remove_piece(house, ANNE, dossier_id, piece_id)
    assert end_of(house, dossier_id) == house.now() + kept
