"""Two tabs, two devices, one dossier, the same second: one is heard, the other is told so or finds what was done."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from flask import Flask

from app.domain.dossier.events import EventKind
from app.domain.errors import Conflict, NotFound
from app.services import dossiers, sealing
from app.services.dossier_data import erase_dossier, restore_dossier
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.dossier_records import profile_of
from app.services.dossiers import enter, follow_letter, forget_here, new_link, open_dossier
from app.services.house import House
from app.services.pieces import pieces_of, remove_piece
from app.services.retention import PurgeReport, purge
from app.services.sealing import erase_letter, prepare_letter, seal_letter
from app.storage.dossier import Dossier
from app.storage.draft import find_draft
from tests.at_once import at_once
from tests.running_house import QuickPool, house_of
from tests.services.dossier_rows import LATER, fact, followed, followed_outside, kept_files, posted, sent, with_piece
from tests.services.letter_rows import ANNE, CHLOE, counts, ready_draft, sealed, work

pytestmark = pytest.mark.usefixtures("quick_opener")
PAUL = "b" * 64  # the other parent, who has the link


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def shared(house: House) -> str:
    """A dossier open on two devices."""
    dossier_id, token, _letter = followed(house)
    enter(house, PAUL, token)
    return dossier_id


def test_a_click_that_read_the_draft_before_the_first_one_sealed_finds_its_letter(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    both, is_sealed = Barrier(2), Event()

    def read_together(*arguments: Any, **named: Any) -> Any:
        row = find_draft(*arguments, **named)
        with suppress(BrokenBarrierError):  # the draft is locked: nobody else reads it meanwhile
            if both.wait(0.5) == 0:
                is_sealed.wait(5)
        return row

    def press() -> str | None:
        letter_id = seal_letter(house, ANNE, draft_id)
        is_sealed.set()
        return letter_id

    monkeypatch.setattr(sealing, "find_draft", read_together)
    first, second = at_once(press, press)
    assert first == second is not None
    assert counts(house) == {"draft": 1, "letter": 1, "rendering": 0, "outbox": 0}


def test_a_dossier_forgotten_twice_is_forgotten_once(house: House) -> None:
    dossier_id = followed_outside(house)
    outcomes = at_once(*[lambda: forget_here(house, ANNE, dossier_id)] * 4)
    assert outcomes.count(None) == 1
    assert sum(isinstance(one, NotFound) for one in outcomes) == 3


def test_of_two_devices_that_erase_the_first_one_may_restore(house: House) -> None:
    dossier_id = shared(house)
    holders = (ANNE, PAUL, ANNE, PAUL)
    outcomes = at_once(*[lambda holder=holder: erase_dossier(house, holder, dossier_id) for holder in holders])
    assert outcomes.count(None) == 1
    erased_by = holders[outcomes.index(None)]
    with pytest.raises(NotFound):
        restore_dossier(house, PAUL if erased_by is ANNE else ANNE, dossier_id)
    again = at_once(*[lambda: restore_dossier(house, erased_by, dossier_id)] * 2)
    assert all(one is None or isinstance(one, Conflict | NotFound) for one in again)
    assert open_dossier(house, erased_by, dossier_id).erased_at is None


def test_nothing_is_told_to_a_dossier_that_was_erased_the_moment_before(house: House) -> None:
    dossier_id = shared(house)
    told, erased = at_once(
        lambda: record_event(house, PAUL, dossier_id, sent()), lambda: erase_dossier(house, ANNE, dossier_id)
    )
    assert erased is None
    restore_dossier(house, ANNE, dossier_id)
    assert [kept.id for kept in open_dossier(house, ANNE, dossier_id).events] == (
        [] if isinstance(told, NotFound) else [told]
    )


def test_a_device_shut_out_by_a_new_link_changes_nothing_after_it(house: House) -> None:
    dossier_id = shared(house)
    told, token = at_once(
        lambda: record_event(house, PAUL, dossier_id, sent()),
        lambda: new_link(house, ANNE, dossier_id, closes_others=True),
    )
    assert isinstance(token, str)
    assert len(open_dossier(house, ANNE, dossier_id).events) == (0 if isinstance(told, NotFound) else 1)
    with pytest.raises(NotFound):
        open_dossier(house, PAUL, dossier_id)


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> Iterator[None]:
    """Let somebody else do `act` just after `dossiers` has read what it is about to change; a lock makes them wait."""
    read, seen = getattr(dossiers, name), list[object]()
    with ThreadPoolExecutor(1) as somebody:
        doing: list[Future[object]] = []

        def read_slowly(*arguments: Any, **named: Any) -> Any:
            seen.append(row := read(*arguments, **named))
            if len(seen) == 2:  # the first time is only to look
                doing.append(somebody.submit(act))
                wait(doing, timeout=0.5)
            return row

        monkeypatch.setattr(dossiers, name, read_slowly)
        yield
    doing[0].result()


def test_nobody_comes_in_by_a_link_that_dies_that_moment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier_id, token, _letter = followed(house)
    shut = partial(new_link, house, ANNE, dossier_id, closes_others=True)
    with meanwhile(monkeypatch, "find_dossier_by_token", shut):
        enter(house, PAUL, token)
    with pytest.raises(NotFound):
        open_dossier(house, PAUL, dossier_id)


def test_a_letter_erased_the_moment_it_is_followed_leaves_no_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = sealed(house, ready_draft(house))
    with meanwhile(monkeypatch, "find_letter", partial(erase_letter, house, ANNE, letter_id)):
        dossier_id = follow_letter(house, ANNE, letter_id).dossier_id
    assert open_dossier(house, ANNE, dossier_id).letters == ()
    with house.units.reading() as unit:
        assert profile_of(unit.session.get_one(Dossier, dossier_id)).answers == {}


def test_a_fact_corrected_and_withdrawn_at_once_is_one_of_both(house: House) -> None:
    dossier_id = followed_outside(house)
    first = posted(house, dossier_id, LATER)
    other = sent(LATER, number="1A 123 456 7890 1")
    acts: tuple[Callable[[], str | None], ...] = (
        lambda: correct_event(house, ANNE, dossier_id, first, other),
        lambda: withdraw_event(house, ANNE, dossier_id, first),
    )
    outcomes = at_once(*acts, *acts)
    assert sum(isinstance(one, Conflict) for one in outcomes) == 3
    dossier = open_dossier(house, ANNE, dossier_id)
    assert len(dossier.events) + sum(past.withdrawn_at is not None for past in dossier.history) == 1


def test_a_piece_removed_twice_is_gone_once(house: House) -> None:
    dossier_id = followed_outside(house)
    piece_id = with_piece(house, dossier_id)
    outcomes = at_once(*[lambda: remove_piece(house, ANNE, dossier_id, piece_id)] * 4)
    assert outcomes.count(None) == 1
    assert sum(isinstance(one, NotFound) for one in outcomes) == 3
    assert pieces_of(house, ANNE, dossier_id) == ()
    assert kept_files(house) == []


def test_a_purge_that_meets_somebody_at_work_reports_nothing_left(house: House) -> None:
    dossier_id = followed_outside(house)
    posted(house, dossier_id, LATER)
    told, report = at_once(
        lambda: record_event(house, ANNE, dossier_id, fact(EventKind.ACKNOWLEDGED)), lambda: purge(house)
    )
    assert isinstance(told, str)
    assert isinstance(report, PurgeReport)
    assert report.is_clean
    with pytest.raises(NotFound):
        open_dossier(house, CHLOE, dossier_id)
