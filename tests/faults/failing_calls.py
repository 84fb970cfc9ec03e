"""The database lost at the N-th call, for every N, and all that it holds before and after."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from app.domain.errors import DomainError
from app.services.house import House
from app.storage.schema import METADATA

MOST_CALLS = 60


@contextmanager
def failing_at(house: House, number: int, error: Exception) -> Iterator[list[int]]:
    """Make the N-th statement raise; what is given counts the statements."""
    calls = [0]

    def fail(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise error

    event.listen(house.units.engine, "before_cursor_execute", fail)
    try:
        yield calls
    finally:
        event.remove(house.units.engine, "before_cursor_execute", fail)


def everything(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds."""
    with house.units.reading() as unit:
        return {
            table.name: [tuple(row) for row in unit.session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in METADATA.sorted_tables
        }


def fails_whole(house: House, act: Callable[[], object]) -> int:
    """Fail at each call in turn: as before each time; returns how many calls the whole takes."""
    before = everything(house)
    for number in range(1, MOST_CALLS):
        with failing_at(house, number, sqlite3.OperationalError("disk I/O error")) as calls:
            try:
                act()
            except (DomainError, sqlite3.OperationalError):
                pass
            else:
                assert calls[0] < number
                return calls[0]
        assert everything(house) == before, f"statement {number}"
    raise AssertionError("the act never succeeds")
