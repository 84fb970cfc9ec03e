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

from app.services.dossier_purge import Purged
from app.services.key_strength import new_data_key, new_secret_key
from app.services.outbox import BACK_OFF, claim, enqueue
from app.services.retention import DOSSIER_POLICY, RULES, Left, PurgeReport
from app.services.unit_of_work import Units
from app.storage.encryption import encrypted_columns
from app.storage.schema import METADATA
from config import ROOT
from tests.running_house import MovableClock


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_rotating_the_keys_of_an_empty_house_says_so(app: Flask) -> None:
    code, output = run(app, "keys", "rotate")
    assert code == 0
    tables = [table for table in METADATA.sorted_tables if encrypted_columns(table)]
    assert output.count("0 illisible(s)") == len(tables) + 1  # and the files


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
    for policy in (*(rule.policy for rule in RULES), DOSSIER_POLICY):
        assert policy[:12] in words
    for setting in ("DRAFT_DAYS", "LETTER_DAYS", "DOSSIER_DAYS"):
        assert setting in words


def test_purge_prints_what_each_pass_did_then_what_its_proof_found(app: Flask) -> None:
    code, output = run(app, "purge")
    assert code == 0
    lines = [line.split("\u00a0: ") for line in output.splitlines() if "\u00a0: " in line]
    did = [name for name, count in lines if count == "0 effacé(s), 0 en échec"]
    rules = [rule.name for rule in RULES]
    assert did == ["dossiers", "fichiers des pièces", "familles d’ateliers", *rules, "fichiers sans pièce"]
    proved = [name for name, count in lines if count == "0 restant(s)"]
    names = ["dossiers", *rules, "fichiers sans pièce", "pièces sans fichier", "familles d’ateliers"]
    assert proved == [f"preuve, {name}" for name in names]


def test_purge_says_when_something_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    report = PurgeReport((Purged("dossiers", 0, 1),), (Left("dossiers", 1),))
    monkeypatch.setattr("app.cli.purge.purge", lambda _house: report)
    code, output = run(app, "purge")
    assert code == 1
    assert "preuve, dossiers\u00a0: 1 restant(s)" in output
    assert "Tout n’est pas en ordre" in output


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
        "INSTANCE": str(tmp_path),
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
