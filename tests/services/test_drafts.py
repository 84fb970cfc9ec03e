"""Drafts: begun, gone on with, erased, for their holder alone."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.errors import Conflict, NotFound, UnknownReference
from app.services.drafts import (
    erase_draft,
    new_reference,
    open_draft,
    pruned,
    save_answers,
    start_draft,
    unfinished_drafts,
)
from app.services.retention import purge
from tests.running_house import START, MovableClock, QuickPool, house_of
from tests.services.letter_rows import ANNE, CHLOE, change, counts, ready_draft, sealed


def test_a_draft_begins_with_its_reference_and_its_first_step(any_app: Flask) -> None:
    house = house_of(any_app)
    draft = open_draft(house, ANNE, start_draft(house, ANNE, "acces"))
    assert draft.answers == {"carnet": {"reference": draft.reference}}
    assert draft.way.expected == "niveau"
    assert draft.template.id == "acces"
    assert draft.letter_id is None


def test_a_reference_can_be_read_aloud() -> None:
    assert all(re.fullmatch(r"CD-26-[2-9A-HJKMNP-Z]{6}", new_reference(START)) for _ in range(200))


def test_a_letter_we_do_not_have_begins_nothing(app: Flask) -> None:
    with pytest.raises(UnknownReference):
        start_draft(house_of(app), ANNE, "n’existe pas")
    assert counts(house_of(app))["draft"] == 0


def test_each_saving_starts_the_time_again(app: Flask, clock: MovableClock) -> None:
    house = house_of(app)
    draft_id = start_draft(house, ANNE, "acces")
    clock.move(timedelta(days=house.settings.DRAFT_DAYS - 1))
    change(house, draft_id, lettre={"lieu": "Alès"})
    clock.move(timedelta(days=house.settings.DRAFT_DAYS - 1))
    assert open_draft(house, ANNE, draft_id).answers["lettre"] == {"lieu": "Alès"}


def test_a_draft_whose_time_is_over_is_gone_before_the_purge_and_after(any_app: Flask, clock: MovableClock) -> None:
    house = house_of(any_app)
    draft_id = ready_draft(house)
    clock.move(timedelta(days=house.settings.DRAFT_DAYS))
    with pytest.raises(NotFound):
        open_draft(house, ANNE, draft_id)
    with pytest.raises(NotFound):
        save_answers(house, ANNE, draft_id, {}, "niveau")
    assert unfinished_drafts(house, ANNE) == ()
    purge(house)
    assert counts(house)["draft"] == 0


@pytest.mark.parametrize("holder", [CHLOE, None, ""])
def test_a_stranger_finds_nothing(any_app: Flask, holder: str | None) -> None:
    house = house_of(any_app)
    draft_id = ready_draft(house)
    for act in (
        lambda: open_draft(house, holder, draft_id),
        lambda: save_answers(house, holder, draft_id, {}, "niveau"),
        lambda: erase_draft(house, holder, draft_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert unfinished_drafts(house, holder) == ()
    assert open_draft(house, ANNE, draft_id).way.expected == "verifier"


@pytest.mark.parametrize("draft_id", ["", "x" * 64, "é", "' OR 1=1 --", "\u202e"])
def test_an_id_of_no_draft_finds_nothing(any_app: Flask, draft_id: str) -> None:
    with pytest.raises(NotFound):
        open_draft(house_of(any_app), ANNE, draft_id)


def test_the_slower_of_two_tabs_overwrites_nothing(any_app: Flask) -> None:
    house = house_of(any_app)
    draft_id = ready_draft(house)
    slow = open_draft(house, ANNE, draft_id)
    change(house, draft_id, lettre={"envoi": "remise", "lieu": "Nîmes"})
    with pytest.raises(Conflict):
        save_answers(house, ANNE, draft_id, slow.answers, "envoi", seen=slow.version)
    assert open_draft(house, ANNE, draft_id).answers["lettre"]["lieu"] == "Nîmes"


def test_a_draft_that_became_a_letter_takes_no_answer(any_app: Flask, quick_pool_letter: tuple[str, str]) -> None:
    house = house_of(any_app)
    draft_id, _letter_id = quick_pool_letter
    with pytest.raises(Conflict):
        save_answers(house, ANNE, draft_id, {}, "niveau")
    assert open_draft(house, ANNE, draft_id).way.expected == "verifier"
    assert unfinished_drafts(house, ANNE) == ()


@pytest.fixture
def quick_pool_letter(any_app: Flask, quick_pdf: QuickPool) -> tuple[str, str]:
    """A draft and the letter it became."""
    house = house_of(any_app)
    draft_id = ready_draft(house)
    return draft_id, sealed(house, draft_id)


def test_erasing_a_draft_leaves_no_row_of_it(any_app: Flask, quick_pool_letter: tuple[str, str]) -> None:
    house = house_of(any_app)
    erase_draft(house, ANNE, quick_pool_letter[0])
    assert counts(house) == {"draft": 0, "letter": 0, "rendering": 0, "outbox": 0}


def test_drafts_are_listed_last_touched_first(app: Flask, clock: MovableClock) -> None:
    house = house_of(app)
    first, second = start_draft(house, ANNE, "acces"), start_draft(house, ANNE, "opposition")
    start_draft(house, CHLOE, "acces")
    clock.move(timedelta(hours=1))
    change(house, first, lettre={"lieu": "Alès"})
    assert [draft.id for draft in unfinished_drafts(house, ANNE)] == [first, second]


def test_answers_are_pruned_by_the_letter_of_the_draft(app: Flask) -> None:
    draft = open_draft(house_of(app), ANNE, ready_draft(house_of(app)))
    assert pruned(draft, draft.answers).dropped == ()
