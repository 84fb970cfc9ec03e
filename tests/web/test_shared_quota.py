"""Quotas kept in Redis: a restart does not forget them, and no address is written there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask

from app.factory import create_app
from app.services.key_strength import new_secret_key
from app.web.limits import drafts_limit
from tests.running_house import MovableClock, house_of, make_settings, miss

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


@pytest.fixture
def server() -> Iterator["redis.Redis"]:
    """The Redis of this machine, without what the test wrote."""
    client = redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2)
    try:
        before = set(client.keys("*"))
    except redis.ConnectionError:
        miss("Redis")
        return
    yield client
    fresh = set(client.keys("*")) - before
    if fresh:
        client.delete(*fresh)
    client.close()


def open_house(sqlite_url: str, folder: Path, secret: str, clock: MovableClock) -> Flask:
    settings = make_settings(sqlite_url, folder, REDIS_URL=REDIS_URL, SECRET_KEY=secret)
    app = create_app(settings, clock)
    app.config["WTF_CSRF_ENABLED"] = False

    @app.post("/essai/creation")
    @drafts_limit
    def creation() -> str:
        return "fait"

    return app


def create(app: Flask, number: int) -> list[int]:
    client = app.test_client()
    origin = {"REMOTE_ADDR": "192.0.2.66"}
    return [client.post("/essai/creation", environ_base=origin).status_code for _ in range(number)]


def test_a_quota_survives_a_restart_and_keeps_no_address(
    server: "redis.Redis", sqlite_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    secret = new_secret_key()
    first = open_house(sqlite_url, tmp_path, secret, clock)
    assert create(first, 59) == [200] * 59
    house_of(first).units.engine.dispose()
    second = open_house(sqlite_url, tmp_path, secret, clock)
    assert create(second, 2) == [200, 429]
    house_of(second).units.engine.dispose()
    written = repr(server.keys("*"))
    assert "carnet" in written
    assert "192.0.2.66" not in written
