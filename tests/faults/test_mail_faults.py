"""Mail in the worst of weathers, with real processes and a real server: no reminder is lost, none arrives twice."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.services.contacts import contact_of
from app.services.house import House
from app.services.library import library
from app.services.mailing import SEND_MAIL
from app.services.outbox import BACK_OFF, LEASE
from app.services.reminders import sweep
from app.storage.outbox import JobState, OutboxRow
from app.storage.reminder import SentReminder
from config import ROOT
from tests.running_house import START, MovableClock
from tests.services.dossier_rows import TODAY
from tests.services.letter_rows import ANNE
from tests.services.mail_rows import ADDRESS, mailing_house, reminded
from tests.smtp_server import PostOffice, Trouble

SCRIPT = Path(__file__).with_name("mail_worker_process.py")
END_WITHIN_SECONDS = 60
ASKED_ON = TODAY - timedelta(days=7)


class WorkerProcess:
    """A process that sends mail when it is told to."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def wish(self, **wish: object) -> None:
        """Let it work; it is done when `wait` returns."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish) + "\n")

    def wait(self) -> None:
        """Wait until nothing is due."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "done\n"

    def kill(self) -> None:
        """End it without a warning: SIGKILL, to its own id."""
        os.kill(self._process.pid, signal.SIGKILL)
        assert self._process.wait(END_WITHIN_SECONDS) == -signal.SIGKILL

    def close(self) -> None:
        """Let it end by itself."""
        with self._process:
            pass


@dataclass(frozen=True, slots=True)
class Weather:
    """A house with one reminder to send, and a worker for it."""

    house: House
    dossier_id: str
    journal: Path
    worker: WorkerProcess

    def work(self, instant: datetime = START, **changes: Any) -> None:
        """Let the worker do what is due at that instant."""
        self.start(self.worker, instant, **changes)
        self.worker.wait()

    def start(
        self, worker: WorkerProcess, instant: datetime = START, pause: float = 0, **changes: Any
    ) -> WorkerProcess:
        """The same with any worker, without waiting."""
        settings = asdict(replace(self.house.settings, **changes))
        settings["INSTANCE"] = str(settings["INSTANCE"])
        worker.wish(settings=settings, instant=instant.isoformat(), journal=str(self.journal), pause=pause)
        return worker

    def row(self) -> OutboxRow:
        """The mail of the reminder."""
        with self.house.units.reading() as unit:
            query = select(OutboxRow).where(OutboxRow.kind == SEND_MAIL, OutboxRow.effect_key.endswith("rappels"))
            return unit.session.scalars(query).one()


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    """The worker that lives through these tests: it reads a house anew for each wish."""
    process = WorkerProcess()
    yield process
    process.close()


@pytest.fixture
def doomed() -> Iterator[WorkerProcess]:
    """A worker for the test to kill."""
    process = WorkerProcess()
    yield process
    process.close()


@pytest.fixture
def weather(any_mailing_app: Flask, post_office: PostOffice, worker: WorkerProcess, tmp_path: Path) -> Weather:
    """One reminder promised, in each database in turn."""
    return make_weather(any_mailing_app, post_office, worker, tmp_path)


@pytest.fixture
def fair_weather(mailing_app: Flask, post_office: PostOffice, worker: WorkerProcess, tmp_path: Path) -> Weather:
    """One reminder promised, in SQLite."""
    return make_weather(mailing_app, post_office, worker, tmp_path)


def make_weather(app: Flask, post_office: PostOffice, worker: WorkerProcess, tmp_path: Path) -> Weather:
    house = mailing_house(app)
    dossier_id = reminded(house, post_office, written_on=ASKED_ON)
    assert sweep(house.units, library().procedures, TODAY).mails == 1
    return Weather(house, dossier_id, tmp_path / "journal", worker)


def wait_for_file(path: Path) -> None:
    """Wait until another process has written."""
    until = time.monotonic() + END_WITHIN_SECONDS
    while not path.exists():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def test_a_worker_killed_before_it_wrote_to_the_server_loses_nothing(
    weather: Weather, post_office: PostOffice, doomed: WorkerProcess
) -> None:
    weather.start(doomed, pause=END_WITHIN_SECONDS)
    wait_for_file(weather.journal)
    doomed.kill()
    assert weather.row().state == JobState.LEASED
    weather.work()  # its lease still runs
    assert post_office.box == []
    weather.work(START + LEASE)
    weather.work(START + 2 * LEASE)
    assert post_office.recipients() == [ADDRESS]
    assert weather.row().state == JobState.DONE


def test_a_worker_killed_while_the_server_holds_it_sends_once(
    weather: Weather, post_office: PostOffice, doomed: WorkerProcess
) -> None:
    post_office.trouble = Trouble.HOLDS_RCPT
    weather.start(doomed)
    post_office.wait_until_held()
    doomed.kill()
    post_office.trouble = Trouble.NONE
    weather.work(START + LEASE)
    weather.work(START + 2 * LEASE)
    assert post_office.recipients() == [ADDRESS]
    assert weather.row().state == JobState.DONE


def test_a_worker_killed_after_the_final_dot_never_sends_again_and_says_so(
    weather: Weather, post_office: PostOffice, doomed: WorkerProcess
) -> None:
    post_office.trouble = Trouble.HOLDS_AFTER_DOT
    weather.start(doomed)
    post_office.wait_until_held()
    doomed.kill()
    post_office.trouble = Trouble.NONE
    weather.work(START + LEASE)
    weather.work(START + 2 * LEASE)
    assert post_office.recipients() == [ADDRESS]
    assert weather.row().state == JobState.UNCERTAIN
    card = contact_of(weather.house, ANNE, weather.dossier_id)
    assert card is not None
    assert card.uncertain_at == START + LEASE


def test_two_workers_at_once_send_once(weather: Weather, post_office: PostOffice, doomed: WorkerProcess) -> None:
    for worker in (weather.worker, doomed):
        weather.start(worker)
    for worker in (weather.worker, doomed):
        worker.wait()
    assert post_office.recipients() == [ADDRESS]


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble.BUSY,
        Trouble.STRANGER,
        Trouble.BUSY_AFTER_DOT,
        Trouble.LEAVES_BEFORE_DATA,
        Trouble.LEAVES_IN_DATA,
        Trouble.HOLDS_RCPT,
    ],
)
def test_a_server_that_does_not_take_the_mail_gets_it_later(
    fair_weather: Weather, post_office: PostOffice, trouble: Trouble
) -> None:
    post_office.trouble = trouble
    fair_weather.work(MAIL_TIMEOUT=1)
    assert (fair_weather.row().state, fair_weather.row().handed_at) == (JobState.WAITING, None)
    assert post_office.box == []
    post_office.trouble = Trouble.NONE
    fair_weather.work(START + BACK_OFF[0])
    assert post_office.recipients() == [ADDRESS]
    assert fair_weather.row().state == JobState.DONE


@pytest.fixture(params=["down", "silent"])
def unreachable_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port where nobody listens, or where nobody answers."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = int(listener.getsockname()[1])
        if request.param == "down":
            stack.close()
        yield port


def test_a_server_that_is_down_or_silent_gets_the_mail_when_it_is_back(
    fair_weather: Weather, post_office: PostOffice, unreachable_port: int
) -> None:
    fair_weather.work(MAIL_PORT=unreachable_port, MAIL_TIMEOUT=1)
    assert fair_weather.row().state == JobState.WAITING
    fair_weather.work(START + BACK_OFF[0])
    assert post_office.recipients() == [ADDRESS]


def test_a_server_that_leaves_after_the_dot_gets_nothing_twice(fair_weather: Weather, post_office: PostOffice) -> None:
    post_office.trouble = Trouble.LEAVES_AFTER_DOT
    fair_weather.work()
    post_office.trouble = Trouble.NONE
    fair_weather.work(START + timedelta(days=1))
    assert post_office.recipients() == [ADDRESS]
    assert fair_weather.row().state == JobState.UNCERTAIN


@pytest.mark.parametrize("trouble", [Trouble.UNKNOWN, Trouble.FULL])
def test_a_server_that_refuses_the_address_for_good_is_not_asked_again(
    fair_weather: Weather, post_office: PostOffice, trouble: Trouble
) -> None:
    post_office.trouble = trouble
    tries = post_office.tries
    fair_weather.work()
    fair_weather.work(START + timedelta(days=1))
    assert post_office.tries == tries + 1
    assert fair_weather.row().state == JobState.DONE


def test_a_reminder_that_was_sent_is_known_whatever_became_of_its_mail(
    fair_weather: Weather, post_office: PostOffice, clock: MovableClock
) -> None:
    post_office.trouble = Trouble.LEAVES_AFTER_DOT
    fair_weather.work()
    clock.move(timedelta(days=1))
    assert sweep(fair_weather.house.units, library().procedures, TODAY + timedelta(days=1)).reminders == 0
    with fair_weather.house.units.reading() as unit:
        assert len(unit.session.scalars(select(SentReminder)).all()) == 1
