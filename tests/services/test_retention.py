"""The purge: nothing before its date, everything after, others untouched, one failure stops nobody."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.services.house import House
from app.services.outbox import claim, enqueue
from app.services.retention import BATCH, DONE_JOBS_KEPT, UNDONE_JOBS_KEPT, purge
from app.services.unit_of_work import UnitOfWork, Units
from app.services.worker import Worker
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.rendering import Rendering
from app.storage.schema import MODELS
from tests.running_house import MovableClock, house_of

MONTH = timedelta(days=30)


def fill(unit: UnitOfWork, name: str, life: timedelta) -> None:
    """A draft, a letter and a rendering that live as long."""
    unit.session.add_all(
        [
            Draft(
                id=f"draft-{name}",
                holder_hash="h" * 64,
                letter_id="lsu",
                answers={},
                step="noms",
                created_at=unit.now,
                updated_at=unit.now,
                expires_at=unit.now + life,
            ),
            Letter(
                id=f"letter-{name}",
                holder_hash="h" * 64,
                draft_id=f"gone-{name}",
                reference=name,
                template_id="lsu",
                template_version="1",
                template_hash="0" * 64,
                composed_on=unit.now.date(),
                sealed_at=unit.now,
                document_json={},
                document_sha256="1" * 64,
                expires_at=unit.now + life,
            ),
            Rendering(
                content_hash=f"rendering-{name}",
                pdf=b"%PDF",
                pages=1,
                sha256="2" * 64,
                created_at=unit.now,
                expires_at=unit.now + life,
            ),
        ]
    )
    enqueue(unit, "k", f"k:{name}", {})


def left(units: Units) -> set[str]:
    with units.reading() as unit:
        keys = [next(iter(model.__mapper__.primary_key)) for model in MODELS if model.__tablename__ != "outbox"]
        return {name for key in keys for name in unit.session.scalars(select(key))}


def names(*suffixes: str) -> set[str]:
    return {f"{kind}-{suffix}" for kind in ("draft", "letter", "rendering") for suffix in suffixes}


def counts(house: House) -> dict[str, tuple[int, int]]:
    return {one.name: (one.done, one.failed) for one in purge(house).passes}


@pytest.fixture
def house(app: Flask) -> House:
    """A house on SQLite."""
    return house_of(app)


@pytest.fixture
def any_house(any_app: Flask) -> House:
    """A house on each database in turn."""
    return house_of(any_app)


def test_everything_goes_at_its_date_and_not_before(any_house: House, clock: MovableClock) -> None:
    with any_house.units.writing() as unit:
        fill(unit, "short", MONTH)
        fill(unit, "long", 2 * MONTH)
    clock.move(MONTH - timedelta(seconds=1))
    assert set(counts(any_house).values()) == {(0, 0)}
    assert left(any_house.units) == names("short", "long")
    clock.move(timedelta(seconds=1))
    first = counts(any_house)
    assert (first["brouillons"], first["lettres"], first["aperçus"]) == ((1, 0), (1, 0), (1, 0))
    assert left(any_house.units) == names("long")
    assert set(counts(any_house).values()) == {(0, 0)}


def test_done_jobs_go_after_a_week_and_those_nobody_did_after_a_month(any_house: House, clock: MovableClock) -> None:
    with any_house.units.writing() as unit:
        enqueue(unit, "k", "k:done", {})
        enqueue(unit, "fails", "k:failing", {})
        enqueue(unit, "nobody", "k:waiting", {"address": "anne@exemple.fr"})
    claim(any_house.units, ["fails"])  # by a worker that was killed
    Worker(any_house.units, {"k": lambda job: None}).run(is_once=True)
    clock.move(DONE_JOBS_KEPT - timedelta(seconds=1))
    assert counts(any_house)["travaux faits"] == (0, 0)
    clock.move(timedelta(seconds=1))
    assert counts(any_house)["travaux faits"] == (1, 0)
    clock.move(UNDONE_JOBS_KEPT - DONE_JOBS_KEPT - timedelta(seconds=1))
    assert set(counts(any_house).values()) == {(0, 0)}
    clock.move(timedelta(seconds=1))
    assert counts(any_house)["travaux abandonnés"] == (2, 0)


def test_more_rows_than_a_batch_all_go(any_house: House, clock: MovableClock) -> None:
    with any_house.units.writing() as unit:
        for number in range(BATCH + 5):
            fill(unit, f"{number:04}", MONTH)
    clock.move(MONTH)
    assert counts(any_house)["brouillons"] == (BATCH + 5, 0)
    assert left(any_house.units) == set()


def test_a_row_that_cannot_be_deleted_does_not_keep_the_others(house: House, clock: MovableClock) -> None:
    units = house.units
    with units.writing() as unit:
        for name in ("a", "stuck", "z"):
            fill(unit, name, MONTH)
    with units.writing() as unit:
        connection = unit.session.connection()
        connection.exec_driver_sql(
            "CREATE TRIGGER stuck BEFORE DELETE ON draft WHEN old.id = 'draft-stuck'"
            " BEGIN SELECT RAISE(ABORT, 'stuck'); END"
        )
    clock.move(MONTH)
    report = purge(house)
    result = {one.name: (one.done, one.failed) for one in report.passes}
    assert (result["brouillons"], result["lettres"]) == ((2, 1), (3, 0))
    assert {left.name for left in report.left if left.count} == {"brouillons"}
    assert not report.is_clean
    assert left(units) == {"draft-stuck"}


@pytest.mark.parametrize("kind", ["purge", "promise", "work"])
def test_a_service_whose_nth_call_to_the_database_fails_leaves_all_or_nothing(
    house: House, clock: MovableClock, kind: str
) -> None:
    """Assurance 14: for every N, the state is either that of before or that of after, row by row."""
    units = house.units
    with units.writing() as unit:
        fill(unit, "a", MONTH)
    clock.move(MONTH)
    failing = FailingCall(units)
    reached_the_end = False
    for number in range(1, 60):
        failing.arm(number)
        try:
            use(kind, house)
            reached_the_end = not failing.has_fired
        except BrokenWire:
            reached_the_end = False
        failing.disarm()
        check_state(kind, units)
        if reached_the_end:
            break
    assert reached_the_end


class BrokenWire(Exception):
    """What the driver raises when the test says so."""


class FailingCall:
    """Makes the N-th statement fail."""

    def __init__(self, units: Units) -> None:
        self._left = 0
        self.has_fired = False
        event.listen(units.engine, "before_cursor_execute", self._count)

    def arm(self, number: int) -> None:
        """Fail at that call from now."""
        self._left, self.has_fired = number, False

    def disarm(self) -> None:
        """Fail no more."""
        self._left = 0

    def _count(self, *_call: object) -> None:
        if self._left:
            self._left -= 1
            if self._left == 0:
                self.has_fired = True
                raise BrokenWire


def use(kind: str, house: House) -> None:
    """Run one service from start to end."""
    if kind == "purge":
        purge(house)
    elif kind == "promise":
        with house.units.writing() as unit:
            fill(unit, "b", MONTH)
    else:
        Worker(house.units, {"k": work}).run(is_once=True)


def work(job: object) -> None:
    """A handler without effect."""


def check_state(kind: str, units: Units) -> None:
    """No half state: a promise never stands without its rows, nor rows without their promise."""
    state = left(units)
    if kind == "promise":
        assert state in (names("a"), names("a", "b"))
    else:
        assert state <= names("a")
