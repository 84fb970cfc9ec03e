"""A worker killed in the middle of a job: the lease runs out, the job is done once more, one effect is seen."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from app.services.clock import SystemClock
from app.services.key_strength import new_data_key
from app.services.outbox import enqueue, read_backlog
from app.services.unit_of_work import Units
from app.storage.engine import make_engine
from app.storage.rendering import Rendering
from app.storage.schema import METADATA
from config import ROOT

SCRIPT = Path(__file__).with_name("worker_process.py")
LEASE_SECONDS = 2.0


def start_worker(url: str, key: str, journal: Path, work_seconds: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(SCRIPT), url, key, str(journal), str(work_seconds), str(LEASE_SECONDS)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def attempts(journal: Path) -> list[str]:
    return journal.read_text().split() if journal.exists() else []


def wait_for(journal: Path, number: int, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while len(attempts(journal)) < number:
        assert time.monotonic() < until, "the worker never took the job"
        time.sleep(0.05)


def test_a_worker_killed_between_claim_and_done_leaves_one_effect(database_url: str, tmp_path: Path) -> None:
    key, journal = new_data_key(), tmp_path / "journal"
    units = Units(make_engine(database_url, [key]), SystemClock())
    METADATA.create_all(units.engine)
    with units.writing() as unit:
        enqueue(unit, "render", "render:1", {"content": "c" * 64})

    killed = start_worker(database_url, key, journal, work_seconds=60)
    wait_for(journal, 1)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(10) == -signal.SIGKILL
    assert read_backlog(units).leased == 1

    time.sleep(LEASE_SECONDS)
    assert start_worker(database_url, key, journal, work_seconds=0).wait(30) == 0
    assert attempts(journal) == ["1", "2"]
    backlog = read_backlog(units)
    assert (backlog.waiting, backlog.leased, backlog.done, backlog.dead) == (0, 0, 1, 0)
    with units.reading() as unit:
        assert len(unit.session.scalars(select(Rendering)).all()) == 1
    units.engine.dispose()
