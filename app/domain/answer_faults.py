"""Collects what is wrong with the answers, so that one reading says all there is to say. It must never drop a fault."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.domain.errors import InvalidAnswer

T = TypeVar("T")


class RefusedAnswers(InvalidAnswer):
    """Several answers cannot be read; `faults` says each reason, in the order of the questions, `field` the first's."""

    def __init__(self, faults: tuple[InvalidAnswer, ...]) -> None:
        super().__init__(faults[0].field if faults else "", " ".join(fault.message for fault in faults))
        self._faults = faults

    @property
    def faults(self) -> tuple[InvalidAnswer, ...]:
        """Each fault, in the order of the questions."""
        return self._faults


class FaultCollector:
    """Tries each part, keeps every fault."""

    def __init__(self) -> None:
        self.faults: list[InvalidAnswer] = []

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What was read, or None: its faults are kept."""
        try:
            return read()
        except InvalidAnswer as refused:
            self.faults.extend(refused.faults)
        return None

    def conclude(self) -> None:
        """Raise RefusedAnswers when anything was wrong."""
        if self.faults:
            raise RefusedAnswers(tuple(self.faults))


def read_all(**parts: Callable[[], Any]) -> dict[str, Any]:
    """Read every part of a whole, so that a page says all its faults at once.

    Raises the fault when there is one, RefusedAnswers when there are several.
    """
    collector = FaultCollector()
    values = {name: collector.attempt(read) for name, read in parts.items()}
    if len(collector.faults) == 1:
        raise collector.faults[0]
    collector.conclude()
    return values
