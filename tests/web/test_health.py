"""`/healthz`: numbers for a monitor, and the right status when something stands still."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.services.outbox import enqueue
from app.services.unit_of_work import Units
from tests.running_house import MovableClock, house_of


def promise(units: Units) -> None:
    with units.writing() as unit:
        enqueue(unit, "k", "k:1", {"nom": "Canari"})


def test_a_house_in_order_says_so(any_app: Flask) -> None:
    response = any_app.test_client().get("/healthz")
    assert response.status_code == 200
    assert response.get_json() == {
        "status": "ok",
        "database": "ok",
        "outbox": {"waiting": 0, "dead": 0, "oldest_wait_seconds": 0},
    }


def test_work_that_nobody_does_shows_after_five_minutes(any_app: Flask, clock: MovableClock) -> None:
    promise(house_of(any_app).units)
    clock.move(timedelta(minutes=5))
    assert any_app.test_client().get("/healthz").status_code == 200
    clock.move(timedelta(seconds=1))
    response = any_app.test_client().get("/healthz")
    assert response.status_code == 503
    assert response.get_json()["outbox"] == {"waiting": 1, "dead": 0, "oldest_wait_seconds": 301}


def test_a_database_that_is_gone_is_down(client: FlaskClient, units: Units, tmp_path: Path) -> None:
    units.engine.dispose()
    for path in tmp_path.glob("carnet.sqlite3*"):
        path.unlink()
    (tmp_path / "carnet.sqlite3").mkdir()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.get_json()["database"] == "down"
