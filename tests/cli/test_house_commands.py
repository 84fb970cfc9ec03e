"""The commands of the house: keys, purge, worker, serve."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.services.key_strength import new_data_key, new_secret_key
from app.services.outbox import BACK_OFF, claim, enqueue
from app.services.retention import RULES
from app.services.unit_of_work import Units
from config import ROOT
from tests.running_house import MovableClock


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_rotating_the_keys_of_an_empty_house_says_so(app: Flask) -> None:
    code, output = run(app, "keys", "rotate")
    assert code == 0
    assert output.count("0 illisible(s)") == 4


def test_rotating_warns_when_something_stays_unreadable(app: Flask, units: Units) -> None:
    with units.writing() as unit:
        enqueue(unit, "k", "k:1", {})
    with units.writing() as unit:
        unit.session.connection().exec_driver_sql("UPDATE outbox SET payload = x'00'")
    code, output = run(app, "keys", "rotate")
    assert code == 1
    assert "gardez les anciennes clés" in output


def test_the_help_of_purge_is_the_retention_policy(app: Flask) -> None:
    code, output = run(app, "purge", "--help")
    assert code == 0
    words = " ".join(output.split())
    assert len(RULES) == 5
    for start in ("Un brouillon", "Une lettre", "Un PDF", "Un travail fait", "Un travail abandonné"):
        assert start in words


def test_purge_prints_a_count_for_each_rule(app: Flask) -> None:
    code, output = run(app, "purge")
    assert code == 0
    assert [line.split(" : ")[0].split("\u00a0: ")[0] for line in output.splitlines() if "effacé" in line] == [
        rule.name for rule in RULES
    ]


def test_the_status_shows_the_dead_and_never_a_payload(app: Flask, units: Units, clock: MovableClock) -> None:
    with units.writing() as unit:
        enqueue(unit, "k", "k:1", {"nom": "Canari"})
    for _ in range(len(BACK_OFF) + 2):
        claim(units, ["k"])
        clock.move(timedelta(days=1))
    code, output = run(app, "worker", "--status")
    assert code == 0
    assert "abandonnés\u00a0: 1" in output
    assert "LeaseExpired" in output
    assert "Canari" not in output
    assert run(app, "worker", "--revive")[1].startswith("1 ")
    assert "abandonnés\u00a0: 0" in run(app, "worker", "--status")[1]


def test_a_worker_with_nothing_to_do_ends_at_once(app: Flask) -> None:
    assert run(app, "worker", "--once") == (0, "0 travaux tentés\n")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve_opens_the_house_and_closes_it_on_a_signal(tmp_path: Path, stop: signal.Signals) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "SECRET_KEY": new_secret_key(),
        "DATA_KEYS": new_data_key(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'carnet.sqlite3'}",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "database", "upgrade"], cwd=ROOT, env=environment, check=True, capture_output=True)
    house = subprocess.Popen(
        [*flask, "serve", "--workers", "1"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert wait_until_healthy(port)
    finally:
        house.send_signal(stop)
        output, _ = house.communicate(timeout=30)
    assert house.returncode == 0
    assert f"http://127.0.0.1:{port}" in output
    assert "Le carnet est fermé." in output
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)


def wait_until_healthy(port: int, seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False
