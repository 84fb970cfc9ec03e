"""A worker in a process of its own, for the tests that kill it; its handler writes a line, then takes its time.

Arguments: database URL, data key, file to write to, seconds of work, seconds of lease.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

from app.services.clock import SystemClock
from app.services.outbox import Job
from app.services.unit_of_work import Units
from app.services.worker import Worker
from app.storage.engine import make_engine
from app.storage.rendering import Rendering


def main(database_url: str, data_key: str, journal: str, work_seconds: str, lease_seconds: str) -> None:
    """Work until nothing is due."""

    def render(job: Job) -> None:
        with Path(journal).open("a", encoding="utf-8") as stream:
            stream.write(f"{job.attempt}\n")
        time.sleep(float(work_seconds))
        with job.finishing() as unit:
            unit.session.add(
                Rendering(
                    content_hash=job.payload["content"],
                    pdf=b"%PDF",
                    pages=1,
                    sha256="0" * 64,
                    created_at=unit.now,
                    expires_at=unit.now + timedelta(days=1),
                )
            )

    units = Units(make_engine(database_url, [data_key]), SystemClock())
    Worker(units, {"render": render}, timedelta(seconds=float(lease_seconds))).run(is_once=True)
    units.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
