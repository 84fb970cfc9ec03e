"""The database lost at every call of what a dossier does: as before each time, never half."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.dossier.events import EventKind
from app.domain.errors import DomainError
from app.services.dossier_data import erase_dossier, export_dossier, restore_dossier
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import dossiers_of, enter, follow_letter, follow_outside, forget_here, new_link, open_dossier
from app.services.drafts import open_draft, save_answers
from app.services.house import House
from app.services.retention import purge
from app.services.sealing import prepare_letter, seal_letter
from tests.faults.failing_calls import everything, failing_at, fails_whole
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import LATER, all_counts, fact, followed, followed_outside, outside, posted, sent
from tests.services.letter_rows import ANNE, CHLOE, ready_draft, sealed, work

DAY = timedelta(days=1)
MOST_STATEMENTS = 8


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def test_a_failing_database_begins_no_half_dossier(house: House) -> None:
    letter_id = sealed(house, ready_draft(house))
    assert fails_whole(house, lambda: follow_letter(house, ANNE, letter_id)) >= 6
    assert fails_whole(house, lambda: follow_outside(house, ANNE, outside(events=(sent(LATER),)))) >= 3
    assert len(dossiers_of(house, ANNE)) == 2


def test_a_failing_database_keeps_no_half_fact(house: House) -> None:
    dossier_id = followed_outside(house)
    told: list[str] = []

    def tell() -> None:
        told[:] = [posted(house, dossier_id, LATER)]

    def correct() -> None:
        told[:] = [correct_event(house, ANNE, dossier_id, told[0], sent(LATER + DAY))]

    for act in (tell, correct, lambda: withdraw_event(house, ANNE, dossier_id, told[0])):
        assert fails_whole(house, act) >= 4
    dossier = open_dossier(house, ANNE, dossier_id)
    assert (len(dossier.events), len(dossier.history)) == (0, 2)


def test_a_failing_database_opens_and_closes_no_half_door(house: House) -> None:
    dossier_id, token, _letter = followed(house)
    acts: tuple[Callable[[], object], ...] = (
        lambda: enter(house, CHLOE, token),
        lambda: forget_here(house, CHLOE, dossier_id),
        lambda: new_link(house, ANNE, dossier_id),
        lambda: erase_dossier(house, ANNE, dossier_id),
        lambda: restore_dossier(house, ANNE, dossier_id),
    )
    for act in acts:
        assert fails_whole(house, act) >= 2
    assert open_dossier(house, ANNE, dossier_id).erased_at is None


def test_a_failing_database_seals_no_half_next_letter(house: House, clock: MovableClock) -> None:
    dossier_id, _token, _letter = followed(house)
    posted(house, dossier_id)
    clock.move(60 * DAY)
    assert fails_whole(house, lambda: start_next_letter(house, ANNE, dossier_id, "relance")) >= 4
    (begun,) = open_dossier(house, ANNE, dossier_id).drafts
    draft = open_draft(house, ANNE, begun.id)
    answers = draft.answers | {
        "lettre": {"lieu": "Alès", "envoi": "recommande"},
        "reponses": {"delai": "quinze-jours"},
    }
    save_answers(house, ANNE, draft.id, answers, "verifier")
    prepare_letter(house, ANNE, draft.id)
    work(house)
    assert fails_whole(house, lambda: seal_letter(house, ANNE, draft.id)) >= 8
    assert len(open_dossier(house, ANNE, dossier_id).letters) == 2


def test_a_failing_database_purges_no_half_dossier(house: House, clock: MovableClock) -> None:
    dossier_id, _token, _letter = followed(house)
    posted(house, dossier_id)
    start_next_letter(house, ANNE, dossier_id, "relance")
    erase_dossier(house, ANNE, dossier_id)
    clock.move(7 * DAY)
    whole = everything(house)
    for number in range(1, MOST_STATEMENTS * 10):
        error = sqlite3.OperationalError("disk I/O error")
        with failing_at(house, number, error) as calls, suppress(DomainError, sqlite3.OperationalError):
            purge(house)
        if calls[0] < number:
            break
        left = everything(house)
        assert left == whole or not any(left.values()), f"statement {number}"
    assert all_counts(house) == {}


def test_a_dossier_opens_in_a_few_statements_however_much_it_holds(house: House, clock: MovableClock) -> None:
    few = followed(house)[0]
    many = followed(house)[0]
    posted(house, many)
    for _day in range(9):
        clock.move(DAY)
        record_event(house, ANNE, many, fact(EventKind.ACKNOWLEDGED, house.now().date()))
    start_next_letter(house, ANNE, many, "relance")
    counts = []
    for look in (
        lambda: open_dossier(house, ANNE, few),
        lambda: open_dossier(house, ANNE, many),
        lambda: dossiers_of(house, ANNE),
    ):
        with failing_at(house, 0, RuntimeError()) as calls:
            look()
        counts.append(calls[0])
    assert max(counts) <= MOST_STATEMENTS
    assert counts[0] == counts[1] == counts[2]


def test_a_failing_database_gives_no_half_archive(house: House) -> None:
    dossier_id, _token, _letter = followed(house)
    assert fails_whole(house, lambda: export_dossier(house, ANNE, dossier_id)) >= 5
