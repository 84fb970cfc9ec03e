"""Several people who press at the same moment. It must never hide what one of them met, but for errors of ours."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from app.domain.errors import DomainError

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | DomainError]:
    """Do all of these at the same moment, each in a thread; what each gave, or the error of ours that stopped it."""
    gate = Barrier(len(acts))

    def press(act: Callable[[], T]) -> T | DomainError:
        gate.wait()
        try:
            return act()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(press, acts))
