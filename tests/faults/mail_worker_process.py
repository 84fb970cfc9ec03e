"""A worker of its own process that sends mail, for the tests that kill it or its mail server.

Each line it reads is one wish in JSON: `settings` of the house, the `instant` its clock shows, a `journal` to write a
line to at each job, and `pause`, seconds to wait before the job. It answers each with a line when nothing is due any
more.
"""

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from app.factory import create_app
from app.services.handlers import posting_handlers
from app.services.mailing import SEND_MAIL
from app.services.outbox import Handler, Job
from app.services.worker import Worker
from config import Settings
from tests.running_house import MovableClock, house_of


def work(settings: dict[str, Any], instant: str, journal: str, pause: float) -> None:
    """Send what is due."""
    clock = MovableClock()
    clock.instant = datetime.fromisoformat(instant)
    settings |= {"DATA_KEYS": tuple(settings["DATA_KEYS"]), "INSTANCE": Path(settings["INSTANCE"])}
    house = house_of(create_app(Settings(**settings), clock))
    send: Handler = posting_handlers(house)[SEND_MAIL]

    def send_slowly(job: Job) -> None:
        with Path(journal).open("a", encoding="utf-8") as stream:
            stream.write(f"{job.attempt}\n")
        time.sleep(pause)
        send(job)

    Worker(house.units, {SEND_MAIL: send_slowly}).run(is_once=True)
    house.units.engine.dispose()


if __name__ == "__main__":
    for line in sys.stdin:
        work(**json.loads(line))
        print("done", flush=True)
