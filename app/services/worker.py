"""The worker's loop: claim, hand over, settle or put back; it never knows what a job does."""

import logging
import threading
from datetime import timedelta

from app.services.event_log import log_event, log_fault
from app.services.outbox import LEASE, Handlers, LeaseLost, claim, put_back, settle
from app.services.unit_of_work import DatabaseUnavailable, Units

IDLE_SECONDS = 0.5
DATABASE_LOST_SECONDS = 5.0


class Worker:
    """Does the outbox's work, one job at a time."""

    def __init__(self, units: Units, handlers: Handlers, lease: timedelta = LEASE) -> None:
        self._units = units
        self._handlers = handlers
        self._lease = lease
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end after the job at hand; safe in a signal handler."""
        self._stopping.set()

    def run(self, is_once: bool = False) -> int:
        """Work until stopped, or until nothing is due when `is_once`; returns the number of jobs tried.

        Steps: 1. claim a due row; 2. hand it to its handler; 3. mark it done, or put it back with a later
        date; 4. when nothing is due, or the database is lost, wait a little.
        """
        tried = 0
        while not self._stopping.is_set():
            try:
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
