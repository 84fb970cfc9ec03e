"""What every test may ask for: an application, a clock to move, a database of each kind; keep it small."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from app.services.unit_of_work import Units
from tests.running_house import MovableClock, QuickOpener, QuickPool, build_app, house_of, make_settings, miss
from tests.smtp_server import PostOffice, open_post_office

SERVER_URL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://127.0.0.1:5432/postgres")


@pytest.fixture
def clock() -> MovableClock:
    """A clock that only the test moves."""
    return MovableClock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a database of our own on a PostgreSQL server, dropped at the end."""
    name = f"carnet_test_{secrets.token_hex(4)}"
    try:
        server = psycopg.connect(SERVER_URL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        miss("PostgreSQL")
        return
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        url = make_url(SERVER_URL).set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """An empty PostgreSQL database."""
    url = make_url(postgresql_server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgresql_server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'carnet.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    """An application on SQLite."""
    yield from build_app(make_settings(sqlite_url, tmp_path), clock)


@pytest.fixture
def any_app(database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    """An application on each database in turn."""
    yield from build_app(make_settings(database_url, tmp_path), clock)


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A real mail server, with a box to look into."""
    with open_post_office() as office:
        yield office


@pytest.fixture
def mailing_app(sqlite_url: str, tmp_path: Path, clock: MovableClock, post_office: PostOffice) -> Iterator[Flask]:
    """An application on SQLite that sends its mail there."""
    yield from build_app(make_settings(sqlite_url, tmp_path, **post_office.settings), clock)


@pytest.fixture
def any_mailing_app(database_url: str, tmp_path: Path, clock: MovableClock, post_office: PostOffice) -> Iterator[Flask]:
    """An application on each database in turn that sends its mail there."""
    yield from build_app(make_settings(database_url, tmp_path, **post_office.settings), clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that has never been here."""
    return app.test_client()


@pytest.fixture
def units(app: Flask) -> Units:
    """Units of work on SQLite."""
    return house_of(app).units


@pytest.fixture
def any_units(any_app: Flask) -> Units:
    """Units of work on each database in turn."""
    return house_of(any_app).units


@pytest.fixture
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> QuickPool:
    """A stand-in for the render pool, where the PDF itself is not what is tried."""
    pool = QuickPool()
    monkeypatch.setattr("app.services.rendering.worker_pool", lambda _processes: pool)
    return pool


@pytest.fixture
def quick_opener(monkeypatch: pytest.MonkeyPatch) -> QuickOpener:
    """A stand-in for the piece pool, where opening hostile files is not what is tried."""
    opener = QuickOpener()
    for user in ("pieces", "proof_pack", "staff.identity"):
        monkeypatch.setattr(f"app.services.{user}.piece_pool", lambda: opener)
    return opener
