"""One unit of work per use case: leaving it commits, an exception rolls it back; nobody else commits.

with units.writing() as unit:
    unit.session.add(Draft(..., created_at=unit.now))
    enqueue(unit, "render-letter", effect_key, payload)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import Conflict, DomainError
from app.domain.typography import typeset
from app.services.clock import Clock
from app.storage.engine import writing_engine

POSTGRESQL_UNIQUE_VIOLATION = "23505"
# Lost serialisation and deadlock: somebody else was first.
POSTGRESQL_CONFLICTS = frozenset({"40001", "40P01"})
SQLITE_UNIQUE_VIOLATIONS = frozenset({1555, 2067, 2579})
CHANGED_ELSEWHERE = typeset(
    "Cette page a été modifiée entre-temps, peut-être dans un autre onglet. "
    "Rechargez-la pour voir la dernière version, puis recommencez."
)
DATABASE_LOST = typeset(
    "Le carnet ne répond pas pour le moment. Rien n’a été enregistré à moitié : attendez une minute, puis recommencez."
)

READS_ONLY = "a reading unit cannot write; open a writing one"


class DatabaseUnavailable(DomainError):
    """The database cannot be reached, or stayed locked; nothing of the unit was kept."""


class WriteInReading(RuntimeError):
    """Some code tried to write in a unit opened for reading: a fault of ours (GET never writes)."""


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """What a use case works with: a session, and one present for the whole unit (aware, UTC)."""

    session: Session
    now: datetime


class _ReadingSession(Session):
    """A session that refuses to flush."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse_to_write(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise WriteInReading(READS_ONLY)


@event.listens_for(_ReadingSession, "do_orm_execute")
def _refuse_to_change(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise WriteInReading(READS_ONLY)


class Units:
    """Opens units of work on one database; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._writing = sessionmaker(writing_engine(engine), expire_on_commit=False)
        # PostgreSQL gives each statement its own snapshot by default, so a transaction would add two journeys and
        # no consistency; SQLite has no journey to save.
        is_sqlite = engine.dialect.name == "sqlite"
        reading = engine if is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = sessionmaker(reading, class_=_ReadingSession, autoflush=False, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Commit on leaving, roll back on an exception. Raises Conflict, DatabaseUnavailable."""
        session = self._writing()
        try:
            yield UnitOfWork(session, self.clock.now())
            session.commit()
        except (StaleDataError, DBAPIError, PoolExhausted) as error:
            raise _named(error) from error
        finally:
            session.close()  # rolls back whatever was not committed

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Read only; always rolled back. Raises DatabaseUnavailable, WriteInReading."""
        session = self._reading()
        try:
            yield UnitOfWork(session, self.clock.now())
            if session.new or session.dirty or session.deleted:
                raise WriteInReading(READS_ONLY)
        except (DBAPIError, PoolExhausted) as error:
            raise _named(error) from error
        finally:
            session.close()


def _named(error: Exception) -> Exception:
    """The house's name for a database error; an error that is our own fault stays as it is."""
    if isinstance(error, StaleDataError):
        return Conflict(CHANGED_ELSEWHERE)
    if isinstance(error, PoolExhausted):
        return DatabaseUnavailable(DATABASE_LOST)
    if not isinstance(error, DBAPIError):
        return error
    sqlstate = getattr(error.orig, "sqlstate", None)
    if isinstance(error, IntegrityError):
        is_duplicate = (
            sqlstate == POSTGRESQL_UNIQUE_VIOLATION
            or getattr(error.orig, "sqlite_errorcode", None) in SQLITE_UNIQUE_VIOLATIONS
        )
        return Conflict(CHANGED_ELSEWHERE) if is_duplicate else error
    if sqlstate in POSTGRESQL_CONFLICTS:
        return Conflict(CHANGED_ELSEWHERE)
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return DatabaseUnavailable(DATABASE_LOST)
    return error
