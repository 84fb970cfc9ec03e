"""A worker killed in the middle of a booklet leaves no half booklet, and the next one prints the same codes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from app.factory import create_app
from app.services.clock import SystemClock
from app.services.key_strength import new_data_key, new_secret_key
from app.services.paper.booklets import BookletState, booklet
from app.services.paper.stubs import stub_card
from app.storage.booklet import BookletFile
from app.storage.schema import METADATA
from config import ROOT
from tests.faults.booklet_worker_process import LEASE_SECONDS
from tests.running_house import house_of, make_settings
from tests.services.booklet_rows import ordered, promised_codes, volunteer

SCRIPT = Path(__file__).with_name("booklet_worker_process.py")
PATIENCE_SECONDS = 60.0


def start_worker(url: str, keys: tuple[str, str], journal: Path, pause: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(SCRIPT), url, *keys, str(journal), str(pause)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def lines(journal: Path) -> int:
    return len(journal.read_text().split()) if journal.exists() else 0


def test_a_worker_killed_in_the_middle_leaves_no_half_booklet(database_url: str, tmp_path: Path) -> None:
    keys, journal = (new_data_key(), new_secret_key()), tmp_path / "journal"
    settings = make_settings(database_url, tmp_path, DATA_KEYS=(keys[0],), SECRET_KEY=keys[1])
    app = create_app(settings, SystemClock())
    house = house_of(app)
    METADATA.create_all(house.units.engine)
    member = volunteer(app)
    booklet_id, codes = ordered(house, member)

    killed = start_worker(database_url, keys, journal, pause=2)
    until = time.monotonic() + PATIENCE_SECONDS
    while lines(journal) < 2:  # the front is laid out, the second page is under way
        assert time.monotonic() < until, "the worker never took the job"
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(10) == -signal.SIGKILL
    with house.units.reading() as unit:
        assert unit.session.scalars(select(BookletFile.id)).all() == []
    assert promised_codes(house, booklet_id) == codes

    time.sleep(LEASE_SECONDS)
    assert start_worker(database_url, keys, journal, pause=0).wait(PATIENCE_SECONDS) == 0
    card = booklet(house, member, booklet_id)
    assert card.state is BookletState.READY
    assert [file.part.value for file in card.files] == ["livret", "talons"]
    assert promised_codes(house, booklet_id) == []
    assert all(stub_card(house, code).code == code for code in codes)
    house.units.engine.dispose()
