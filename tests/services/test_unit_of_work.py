"""The unit of work: leaving commits, raising rolls back, a conflict and a lost database have a name."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict
from app.services.key_strength import new_data_key
from app.services.outbox import enqueue
from app.services.unit_of_work import DatabaseUnavailable, UnitOfWork, Units, WriteInReading
from app.storage.draft import Draft, drafts_of, find_draft, read_draft_page
from app.storage.engine import make_engine
from app.storage.letter import Letter, SealBroken, find_letter
from app.storage.outbox import OutboxRow
from tests.running_house import START, MovableClock


def new_draft(unit: UnitOfWork, holder: str = "h" * 64) -> Draft:
    return Draft(
        holder_hash=holder,
        letter_id="lsu",
        answers={"nom": "Durand"},
        step="noms",
        created_at=unit.now,
        updated_at=unit.now,
        expires_at=unit.now + timedelta(days=30),
    )


def new_letter(unit: UnitOfWork, **changes: object) -> Letter:
    values: dict[str, object] = {
        "holder_hash": "h" * 64,
        "draft_id": "d" * 22,
        "reference": "ABCD-EFGH",
        "template_id": "lsu",
        "template_version": "1",
        "template_hash": "0" * 64,
        "composed_on": unit.now.date(),
        "sealed_at": unit.now,
        "document_json": {"title": "Demande"},
        "document_sha256": "1" * 64,
        "expires_at": unit.now + timedelta(days=400),
    }
    return Letter(**{**values, **changes})


def add_draft(units: Units) -> str:
    with units.writing() as unit:
        draft = new_draft(unit)
        unit.session.add(draft)
        unit.session.flush()
        return draft.id


def count(units: Units, model: type[Draft] | type[OutboxRow]) -> int:
    with units.reading() as unit:
        return unit.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_leaving_the_unit_commits_and_the_instant_is_the_clock_s(any_units: Units) -> None:
    draft_id = add_draft(any_units)
    with any_units.reading() as unit:
        assert unit.session.get_one(Draft, draft_id).created_at == START


def test_raising_leaves_nothing_behind(any_units: Units) -> None:
    def fail_after_writing() -> None:
        with any_units.writing() as unit:
            unit.session.add(new_draft(unit))
            enqueue(unit, "k", "k:1", {})
            unit.session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_writing()
    assert count(any_units, Draft) == count(any_units, OutboxRow) == 0


def test_two_tabs_cannot_overwrite_each_other(any_units: Units) -> None:
    draft_id = add_draft(any_units)
    with any_units.reading() as unit:
        seen = unit.session.get_one(Draft, draft_id)
    with any_units.writing() as unit:
        unit.session.get_one(Draft, draft_id).step = "adresse"

    def save_the_older_page() -> None:
        with any_units.writing() as unit:
            unit.session.add(seen)
            seen.step = "ecole"

    with pytest.raises(Conflict):
        save_the_older_page()
    with any_units.reading() as unit:
        assert unit.session.get_one(Draft, draft_id).step == "adresse"


def test_a_second_letter_of_the_same_draft_is_a_conflict(any_units: Units) -> None:
    with any_units.writing() as unit:
        unit.session.add(new_letter(unit))

    def seal_again() -> None:
        with any_units.writing() as unit:
            unit.session.add(new_letter(unit, reference="IJKL-MNOP"))

    with pytest.raises(Conflict):
        seal_again()


def test_a_missing_value_is_our_fault_and_no_conflict(any_units: Units) -> None:
    def forget_the_step() -> None:
        with any_units.writing() as unit:
            draft = new_draft(unit)
            draft.step = None  # type: ignore[assignment]
            unit.session.add(draft)

    with pytest.raises(IntegrityError):
        forget_the_step()


def test_a_reading_unit_refuses_to_write(any_units: Units) -> None:
    def add_while_reading() -> None:
        with any_units.reading() as unit:
            unit.session.add(new_draft(unit))

    def delete_while_reading() -> None:
        with any_units.reading() as unit:
            unit.session.execute(delete(Draft))

    add_draft(any_units)
    with pytest.raises(WriteInReading):
        add_while_reading()
    with pytest.raises(WriteInReading):
        delete_while_reading()
    assert count(any_units, Draft) == 1


def test_a_lost_database_has_a_name(postgresql_url: str, clock: MovableClock) -> None:
    from_nowhere = postgresql_url.replace(":5432/", ":1/")
    units = Units(make_engine(from_nowhere, [new_data_key()]), clock)
    with pytest.raises(DatabaseUnavailable), units.reading() as unit:
        unit.session.execute(text("SELECT 1"))


def test_someone_else_s_draft_is_not_found_nor_is_an_expired_one(any_units: Units, clock: MovableClock) -> None:
    draft_id = add_draft(any_units)
    with any_units.reading() as unit:
        assert find_draft(unit.session, draft_id, "h" * 64, unit.now) is not None
        assert find_draft(unit.session, draft_id, "x" * 64, unit.now) is None
        page = read_draft_page(unit.session, draft_id, "h" * 64, unit.now)
        assert page == (draft_id, "lsu", {"nom": "Durand"}, START, START + timedelta(days=30), None, None, 1)
        assert read_draft_page(unit.session, draft_id, "x" * 64, unit.now) is None
        assert [draft.id for draft in drafts_of(unit.session, "h" * 64, unit.now)] == [draft_id]
        assert drafts_of(unit.session, "'; -- %_", unit.now) == []
    clock.move(timedelta(days=30))
    with any_units.reading() as unit:
        assert find_draft(unit.session, draft_id, "h" * 64, unit.now) is None
        assert drafts_of(unit.session, "h" * 64, unit.now) == []
        assert read_draft_page(unit.session, draft_id, "h" * 64, unit.now) is None


def test_a_sealed_letter_takes_its_pdf_once_and_nothing_else(any_units: Units) -> None:
    with any_units.writing() as unit:
        unit.session.add(new_letter(unit, id="l" * 22))

    def change(**values: object) -> None:
        with any_units.writing() as unit:
            letter = find_letter(unit.session, "l" * 22, "h" * 64, unit.now)
            assert letter is not None
            for name, value in values.items():
                setattr(letter, name, value)

    change(pdf=b"%PDF", pdf_sha256="2" * 64, pages=2)
    forbidden: list[dict[str, object]] = [
        {"pdf": b"%PDF2"},
        {"pages": 3},
        {"document_json": {}},
        {"reference": "X"},
        {"sealed_at": START + timedelta(days=1)},
    ]
    for values in forbidden:
        with pytest.raises(SealBroken):
            change(**values)
    with any_units.reading() as unit:
        letter = unit.session.get_one(Letter, "l" * 22)
        assert (letter.pdf, letter.pages, letter.document_json) == (b"%PDF", 2, {"title": "Demande"})
