"""The database lost at every call, a full disk, a lying clash: nothing is left half."""

import sqlite3
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError

from app.domain.errors import DomainError
from app.services.drafts import erase_draft, open_draft, save_answers, start_draft
from app.services.house import House
from app.services.sealing import erase_letter, letter_file, prepare_letter, seal_letter
from app.services.unit_of_work import DatabaseUnavailable
from app.storage.letter import Letter
from app.storage.outbox import OutboxRow
from tests.faults.failing_calls import everything, failing_at, fails_whole
from tests.running_house import QuickPool, house_of
from tests.services.letter_rows import ANNE, counts, ready_draft, sealed, work


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def test_a_failing_database_saves_no_half_answer(house: House) -> None:
    draft_id = ready_draft(house)
    draft = open_draft(house, ANNE, draft_id)
    answers = draft.answers | {"lettre": {"envoi": "remise", "lieu": "Nîmes"}}
    assert fails_whole(house, lambda: save_answers(house, ANNE, draft_id, answers, "envoi", seen=draft.version)) >= 2
    assert open_draft(house, ANNE, draft_id).answers == answers


def test_a_failing_database_begins_no_half_draft(house: House) -> None:
    assert fails_whole(house, lambda: start_draft(house, ANNE, "acces")) >= 1
    assert counts(house)["draft"] == 1


def test_a_failing_database_promises_no_half_pdf(house: House) -> None:
    draft_id = ready_draft(house)
    assert fails_whole(house, lambda: prepare_letter(house, ANNE, draft_id)) >= 3
    assert counts(house)["outbox"] == 1


def test_a_failing_database_seals_no_half_letter(house: House) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    assert fails_whole(house, lambda: seal_letter(house, ANNE, draft_id)) >= 5
    letter_id = open_draft(house, ANNE, draft_id).letter_id
    assert letter_id is not None
    assert letter_file(house, ANNE, letter_id, "pdf")[1].startswith(b"%PDF")


def test_a_failing_database_erases_no_half_letter(house: House) -> None:
    letter_id = sealed(house, ready_draft(house))
    assert fails_whole(house, lambda: erase_letter(house, ANNE, letter_id)) >= 2
    assert set(counts(house).values()) == {0}


def test_a_failing_database_erases_no_half_draft(house: House) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    assert fails_whole(house, lambda: erase_draft(house, ANNE, draft_id)) >= 2
    assert set(counts(house).values()) == {0}


def test_a_database_lost_while_sealing_has_a_name(house: House) -> None:
    draft_id = ready_draft(house)
    with failing_at(house, 1, sqlite3.OperationalError("gone")), pytest.raises((DatabaseUnavailable, sqlite3.Error)):
        seal_letter(house, ANNE, draft_id)


def test_a_reference_that_another_letter_bears_leaves_the_draft_as_it_was(house: House) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    first = sealed(house, ready_draft(house))
    reference = open_draft(house, ANNE, draft_id).reference
    with house.units.writing() as unit:
        values = {
            column.name: getattr(unit.session.get(Letter, first), column.name) for column in Letter.__table__.columns
        }
        unit.session.execute(
            insert(Letter).values(values | {"id": "x" * 22, "draft_id": "y" * 22, "reference": reference})
        )
    before = everything(house)
    with pytest.raises(DomainError):
        seal_letter(house, ANNE, draft_id)
    assert everything(house) == before
    assert open_draft(house, ANNE, draft_id).letter_id is None


def test_a_full_disk_in_the_worker_leaves_no_row_that_says_the_pdf_exists(house: House) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)

    def fill(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().startswith("INSERT INTO rendering"):
            raise IntegrityError(statement, {}, sqlite3.IntegrityError("database or disk is full"))

    event.listen(house.units.engine, "before_cursor_execute", fill)
    try:
        work(house)
    finally:
        event.remove(house.units.engine, "before_cursor_execute", fill)
    assert counts(house)["rendering"] == 0
    with house.units.reading() as unit:
        row = unit.session.scalars(select(OutboxRow)).one()
        assert (row.state, row.last_error) == ("waiting", "IntegrityError")
    assert seal_letter(house, ANNE, draft_id) is None
