"""The worker's loop: claim, hand over, settle or put back; it never knows what a job does."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from app.services.event_log import log_event, log_fault
from app.services.outbox import LEASE, Handlers, LeaseLost, claim, put_back, settle
from app.services.unit_of_work import DatabaseUnavailable, Units

IDLE_SECONDS = 0.5
DATABASE_LOST_SECONDS = 5.0
ERRAND_SECONDS = 900.0


def no_errand() -> None:
    """A worker that has nothing to do but its jobs."""


class Worker:
    """Does the outbox's work, one job at a time; now and then runs an errand, which promises what the day asks for."""

    def __init__(
        self,
        units: Units,
        handlers: Handlers,
        lease: timedelta = LEASE,
        errand: Callable[[], None] = no_errand,
    ) -> None:
        self._units = units
        self._handlers = handlers
        self._lease = lease
        self._errand = errand
        self._errand_at = 0.0
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end after the job at hand; safe in a signal handler."""
        self._stopping.set()

    def run(self, is_once: bool = False) -> int:
        """Work until stopped, or until nothing is due when `is_once`; returns the number of jobs tried.

        Steps: 1. run the errand when its time has come; 2. claim a due row; 3. hand it to its handler; 4. mark it
        done, or put it back with a later date; 5. when nothing is due, or the database is lost, wait a little.
        """
        tried = 0
        while not self._stopping.is_set():
            try:
                if not is_once:
                    self._run_errand()
                has_worked = self.work_one()
            except DatabaseUnavailable as error:
                log_fault("worker-database-lost", error)
                if is_once:
                    raise
                self._stopping.wait(DATABASE_LOST_SECONDS)
                continue
            if has_worked:
                tried += 1
            elif is_once:
                break
            else:
                self._stopping.wait(IDLE_SECONDS)
        return tried

    def _run_errand(self) -> None:
        """Run the errand if it is time; one that failed for want of a database is run again next time."""
        now = time.monotonic()
        if now >= self._errand_at:
            self._errand_at = now + ERRAND_SECONDS
            self._errand()

    def work_one(self) -> bool:
        """Do one due job, put back if it fails; False when nothing is due. Raises DatabaseUnavailable."""
        job = claim(self._units, list(self._handlers), self._lease)
        if job is None:
            return False
        try:
            self._handlers[job.kind](job)
            settle(job)
        except LeaseLost:
            log_event("job-lease-lost", logging.WARNING, kind=job.kind, attempt=job.attempt)
        except DatabaseUnavailable:
            raise  # the lease runs out by itself, the job is then taken again
        except Exception as error:  # any failure of a handler is one more attempt, never a dead worker
            is_dead = put_back(job, error)
            log_fault("job-dead" if is_dead else "job-failed", error, kind=job.kind, attempt=job.attempt)
        else:
            log_event("job-done", kind=job.kind, attempt=job.attempt)
        return True
