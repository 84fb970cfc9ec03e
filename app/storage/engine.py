"""The engine of the application's database, SQLite or PostgreSQL; nothing here knows a table."""

import os
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from app.storage.encryption import KeyRing, give_keys

WRITES = "carnet_writes"
POOL_SIZE = 5
POOL_OVERFLOW = 10
POOL_TIMEOUT_SECONDS = 5.0
CONNECT_TIMEOUT_SECONDS = 5


def make_engine(database_url: str, data_keys: Sequence[str]) -> Engine:
    """Prepare an engine without connecting it. `data_keys`: Fernet keys, newest first."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url)
        _prepare_sqlite(engine, url.database)
    else:
        engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=POOL_TIMEOUT_SECONDS,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
        )
    give_keys(engine, KeyRing(data_keys))
    return engine


def writing_engine(engine: Engine) -> Engine:
    """The same pool, for transactions that write: SQLite takes its write lock at once instead of failing
    half-way.
    """
    return engine.execution_options(**{WRITES: True})


def _prepare_sqlite(engine: Engine, database: str | None) -> None:
    if database and database != ":memory:":
        Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))  # created by us, so that only we may read it

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: SqliteConnection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: savepoints and locks then do what they should
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 5000")  # milliseconds
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # an erased answer leaves no trace in the file
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
