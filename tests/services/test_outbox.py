"""The outbox: promised once, claimed by one, tried again by a table, given up visibly."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.errors import Conflict
from app.services.outbox import (
    BACK_OFF,
    LEASE,
    MAX_ATTEMPTS,
    Job,
    LeaseLost,
    claim,
    enqueue,
    list_dead_jobs,
    read_backlog,
    revive_dead_jobs,
    settle,
)
from app.services.unit_of_work import Units
from app.services.worker import Worker
from app.storage.outbox import JobState, OutboxRow
from app.storage.rendering import Rendering
from tests.running_house import MovableClock

KIND = "greet"


def promise(units: Units, key: str = "greet:1") -> bool:
    with units.writing() as unit:
        return enqueue(unit, KIND, key, {"nom": "Canari-Léa"})


def only_row(units: Units) -> OutboxRow:
    with units.reading() as unit:
        return unit.session.scalars(select(OutboxRow)).one()


def write_rendering(job: Job) -> None:
    """A handler whose effect is a row."""
    with job.finishing() as unit:
        unit.session.add(
            Rendering(
                content_hash=job.id,
                pdf=b"%PDF",
                pages=1,
                sha256="0" * 64,
                created_at=unit.now,
                expires_at=unit.now + timedelta(days=1),
            )
        )


def count_renderings(units: Units) -> int:
    with units.reading() as unit:
        return len(unit.session.scalars(select(Rendering)).all())


def test_asking_twice_for_an_effect_is_asking_once(any_units: Units) -> None:
    assert promise(any_units) is True
    assert promise(any_units) is False
    assert read_backlog(any_units).waiting == 1


def test_a_done_job_is_done_once_and_keeps_no_payload(any_units: Units) -> None:
    promise(any_units)
    worker = Worker(any_units, {KIND: write_rendering})
    assert worker.run(is_once=True) == 1
    assert worker.run(is_once=True) == 0
    row = only_row(any_units)
    assert (row.state, row.payload, row.attempts) == (JobState.DONE, {}, 1)
    assert count_renderings(any_units) == 1
    assert promise(any_units) is False


def test_a_handler_that_writes_nothing_is_settled_for_it(any_units: Units) -> None:
    promise(any_units)
    seen: list[object] = []
    Worker(any_units, {KIND: lambda job: seen.append(job.payload)}).run(is_once=True)
    assert seen == [{"nom": "Canari-Léa"}]
    assert only_row(any_units).state == JobState.DONE


def test_a_kind_that_nobody_handles_stays(any_units: Units) -> None:
    promise(any_units)
    assert Worker(any_units, {"other": write_rendering}).run(is_once=True) == 0
    assert read_backlog(any_units).waiting == 1


def test_a_job_with_a_delay_waits_for_its_time(any_units: Units, clock: MovableClock) -> None:
    with any_units.writing() as unit:
        enqueue(unit, KIND, "greet:later", {}, delay=timedelta(minutes=5))
    assert claim(any_units, [KIND]) is None
    clock.move(timedelta(minutes=5))
    assert claim(any_units, [KIND]) is not None


def test_a_failing_job_follows_the_table_then_dies_in_sight(any_units: Units, clock: MovableClock) -> None:
    promise(any_units)

    def fail(job: Job) -> None:
        raise ValueError(f"no greeting for {job.payload['nom']}")

    worker = Worker(any_units, {KIND: fail})
    for wait in BACK_OFF:
        assert worker.run(is_once=True) == 1
        clock.move(wait - timedelta(seconds=1))
        assert worker.run(is_once=True) == 0
        clock.move(timedelta(seconds=1))
    assert worker.run(is_once=True) == 1
    clock.move(timedelta(days=10))
    assert worker.run(is_once=True) == 0
    (dead,) = list_dead_jobs(any_units)
    assert (dead.kind, dead.attempts, dead.last_error) == (KIND, MAX_ATTEMPTS, "ValueError")
    assert revive_dead_jobs(any_units) == 1
    assert Worker(any_units, {KIND: write_rendering}).run(is_once=True) == 1
    assert read_backlog(any_units).dead == 0


def test_a_clock_put_back_an_hour_does_nothing_twice(any_units: Units, clock: MovableClock) -> None:
    promise(any_units)
    worker = Worker(any_units, {KIND: write_rendering})
    worker.run(is_once=True)
    clock.move(timedelta(hours=-1))
    assert worker.run(is_once=True) == 0
    assert count_renderings(any_units) == 1


def test_a_lease_that_ran_out_passes_to_another_and_the_first_writes_nothing(
    any_units: Units, clock: MovableClock
) -> None:
    promise(any_units)
    slow = claim(any_units, [KIND])
    assert slow is not None
    assert claim(any_units, [KIND]) is None
    clock.move(LEASE)
    quick = claim(any_units, [KIND])
    assert quick is not None
    assert quick.attempt == 2
    with pytest.raises(LeaseLost):
        write_rendering(slow)
    assert count_renderings(any_units) == 0
    write_rendering(quick)
    settle(quick)
    assert count_renderings(any_units) == 1


def test_a_job_that_kills_every_worker_is_given_up(any_units: Units, clock: MovableClock) -> None:
    promise(any_units)
    for _ in range(MAX_ATTEMPTS):
        assert claim(any_units, [KIND]) is not None
        clock.move(LEASE)
    assert claim(any_units, [KIND]) is None
    (dead,) = list_dead_jobs(any_units)
    assert dead.last_error == "LeaseExpired"


def test_of_many_workers_one_claims_the_row(any_units: Units) -> None:
    promise(any_units)
    start, jobs = threading.Barrier(6), []

    def try_to_claim() -> None:
        start.wait()
        job = claim(any_units, [KIND])
        if job is not None:
            jobs.append(job)

    run_together(try_to_claim, 6)
    assert len(jobs) == 1


def test_of_many_promises_made_at_once_one_stands(any_units: Units) -> None:
    start, outcomes = threading.Barrier(6), []

    def try_to_promise() -> None:
        start.wait()
        try:
            outcomes.append(promise(any_units))
        except Conflict:
            outcomes.append(False)

    run_together(try_to_promise, 6)
    assert sorted(outcomes) == [False] * 5 + [True]
    assert read_backlog(any_units).waiting == 1


def test_a_stopped_worker_ends_after_the_job_at_hand(any_units: Units) -> None:
    promise(any_units, "greet:1")
    promise(any_units, "greet:2")

    def stop_after_this(job: Job) -> None:
        worker.stop()
        write_rendering(job)

    worker = Worker(any_units, {KIND: stop_after_this})
    assert worker.run() == 1
    assert read_backlog(any_units).waiting == 1
    assert count_renderings(any_units) == 1


def run_together(work: object, number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_a_worker_that_stays_runs_its_errand_first_and_one_that_passes_does_not(any_units: Units) -> None:
    errands: list[str] = []

    def run_errand() -> None:
        errands.append("done")
        promise(any_units)

    def stop_after_this(job: Job) -> None:
        worker.stop()

    assert Worker(any_units, {}, errand=run_errand).run(is_once=True) == 0
    assert errands == []
    worker = Worker(any_units, {KIND: stop_after_this}, errand=run_errand)
    assert worker.run() == 1
    assert errands == ["done"]


def test_an_effect_handed_over_is_known_to_whoever_takes_the_job_next(any_units: Units, clock: MovableClock) -> None:
    promise(any_units)
    first = claim(any_units, [KIND])
    assert first is not None
    assert not first.is_handed_over
    first.hand_over()
    clock.move(LEASE)
    second = claim(any_units, [KIND])
    assert second is not None
    assert second.is_handed_over
    with pytest.raises(LeaseLost):
        first.take_back()
    second.take_back()
    assert only_row(any_units).handed_at is None
    with second.finishing(is_certain=False):
        pass
    assert only_row(any_units).state == JobState.UNCERTAIN
    assert read_backlog(any_units).uncertain == 1
