"""The outbox: promise an effect in the commit that needs it, then bring it about once; it never does the
work itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.domain.errors import Conflict
from app.services.unit_of_work import UnitOfWork, Units
from app.storage.base import new_public_id
from app.storage.outbox import (
    JobState,
    OutboxRow,
    claim_row,
    claimable_ids,
    count_by_state,
    dead_rows,
    finish_row,
    known_effects,
    mark_handed_over,
    oldest_due_at,
    release_row,
    revive_dead_rows,
)

LEASE = timedelta(seconds=90)
# How long to wait after the first failure, the second…; a row that fails once more than the table is long
# is dead.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 4 * 3600))
MAX_ATTEMPTS = len(BACK_OFF) + 1
CLAIM_TRIES = 5
LEASE_EXPIRED = "LeaseExpired"
_TAKEN_OVER = "Ce travail a été repris par un autre processus."


class LeaseLost(Conflict):
    """The work took longer than the lease and another worker took it over: nothing of ours may be kept."""


class Job:
    """A claimed row, given to its handler.

    The handler reads in `reading()`, does the slow work outside any unit, and writes in `finishing()`, whose
    commit also marks the row done: an effect in the database happens once, even when a worker is killed.

    An effect outside the database, such as a mail, cannot be part of a commit: its handler calls `hand_over` just
    before it leaves. A job that comes to a handler with `is_handed_over` may have had its effect.
    """

    def __init__(self, row: OutboxRow, units: Units, lease_token: str, lease: timedelta) -> None:
        self.id = row.id
        self.kind = row.kind
        self.effect_key = row.effect_key
        self.payload = row.payload
        self.attempt = row.attempts
        self.units = units
        self.lease_token = lease_token
        self.lease = lease
        self.is_handed_over = row.handed_at is not None
        self.is_finished = False

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit for reading."""
        with self.units.reading() as unit:
            yield unit

    @contextmanager
    def finishing(self, *, is_certain: bool = True) -> Iterator[UnitOfWork]:
        """The unit that writes the effect and marks the row done in one commit, uncertain when nobody knows whether
        the effect took place. Raises LeaseLost.
        """
        state = JobState.DONE if is_certain else JobState.UNCERTAIN
        with self.units.writing() as unit:
            if not finish_row(unit.session, self.id, self.lease_token, unit.now, state):
                raise LeaseLost(_TAKEN_OVER)
            yield unit
        self.is_finished = True

    def hand_over(self) -> None:
        """Say, in a commit of its own, that the effect is about to leave our hands. Raises LeaseLost."""
        self._mark(is_handed_over=True)

    def take_back(self) -> None:
        """Say that what was handed over is known not to have had its effect. Raises LeaseLost."""
        if self.is_handed_over:
            self._mark(is_handed_over=False)

    def _mark(self, *, is_handed_over: bool) -> None:
        with self.units.writing() as unit:
            at = unit.now if is_handed_over else None
            if not mark_handed_over(unit.session, self.id, self.lease_token, at, unit.now + self.lease):
                raise LeaseLost(_TAKEN_OVER)
        self.is_handed_over = is_handed_over


class Handler(Protocol):
    """Brings one kind of effect about. It must be idempotent: it may be called again after a crash."""

    def __call__(self, job: Job) -> None:
        """Do the work; return when it is done, raise to have it tried again later."""
        ...


Handlers = Mapping[str, Handler]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the outbox stands."""

    waiting: int
    leased: int
    done: int
    uncertain: int
    dead: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A row that was given up, without its payload."""

    id: str
    kind: str
    attempts: int
    last_error: str
    created_at: datetime


def enqueue(
    unit: UnitOfWork, kind: str, effect_key: str, payload: dict[str, Any], delay: timedelta = timedelta(0)
) -> bool:
    """Promise an effect in the caller's commit; False when it was promised before (nothing is added).

    `effect_key`: unique over all kinds, no personal data (`render-letter:<letter id>`). Two simultaneous
    callers: the
    second commit raises Conflict.
    """
    return effect_key in enqueue_all(unit, kind, {effect_key: payload}, delay)


def enqueue_all(
    unit: UnitOfWork, kind: str, payloads: Mapping[str, dict[str, Any]], delay: timedelta = timedelta(0)
) -> set[str]:
    """Promise several effects, payloads by key, in one question to the database; returns the keys that are new."""
    fresh = payloads.keys() - known_effects(unit.session, list(payloads))
    unit.session.add_all(
        OutboxRow(kind=kind, effect_key=key, payload=payloads[key], available_at=unit.now + delay, created_at=unit.now)
        for key in sorted(fresh)
    )
    return fresh


def claim(units: Units, kinds: list[str], lease: timedelta = LEASE) -> Job | None:
    """Take the oldest due row, None when there is none. Reads first, so that an idle worker never locks
    anybody out.
    """
    with units.reading() as unit:
        candidates = claimable_ids(unit.session, kinds, unit.now, CLAIM_TRIES)
    for row_id in candidates:
        job = _try_to_claim(units, row_id, lease)
        if job is not None:
            return job
    return None


def _try_to_claim(units: Units, row_id: str, lease: timedelta) -> Job | None:
    token = new_public_id()
    with units.writing() as unit:
        if not claim_row(unit.session, row_id, token, unit.now, unit.now + lease):
            return None
        row = unit.session.get_one(OutboxRow, row_id)
        if row.attempts > MAX_ATTEMPTS:  # its lease ran out each time: it kills the workers that take it
            release_row(unit.session, row_id, token, None, LEASE_EXPIRED)
            return None
        return Job(row, units, token, lease)


def settle(job: Job) -> None:
    """Mark a job done whose handler wrote nothing. Raises LeaseLost."""
    if not job.is_finished:
        with job.finishing():
            pass


def put_back(job: Job, error: Exception) -> bool:
    """Keep a failed job for later, or among the dead; True when it died. Only the error's name is kept."""
    is_dead = job.attempt >= MAX_ATTEMPTS
    with job.units.writing() as unit:
        again_at = None if is_dead else unit.now + BACK_OFF[job.attempt - 1]
        release_row(unit.session, job.id, job.lease_token, again_at, type(error).__name__)
    return is_dead


def read_backlog(units: Units) -> Backlog:
    """Count the rows of each state."""
    with units.reading() as unit:
        counts = count_by_state(unit.session)
        oldest = oldest_due_at(unit.session, unit.now)
    return Backlog(
        waiting=counts.get(JobState.WAITING, 0),
        leased=counts.get(JobState.LEASED, 0),
        done=counts.get(JobState.DONE, 0),
        uncertain=counts.get(JobState.UNCERTAIN, 0),
        dead=counts.get(JobState.DEAD, 0),
        oldest_due_at=oldest,
    )


def list_dead_jobs(units: Units) -> list[DeadJob]:
    """The rows given up, oldest first (50 at most)."""
    with units.reading() as unit:
        return [
            DeadJob(row.id, row.kind, row.attempts, row.last_error or "", row.created_at)
            for row in dead_rows(unit.session)
        ]


def revive_dead_jobs(units: Units) -> int:
    """Try every dead row again; returns how many."""
    with units.writing() as unit:
        return revive_dead_rows(unit.session, unit.now)
