"""Collects what is wrong with the answers, so that one reading says all there is to say. It must never drop a fault."""

from collections.abc import Callable
from typing import TypeVar

from app.domain.errors import DomainError, InvalidAnswer

T = TypeVar("T")


class RefusedAnswers(DomainError):
    """The answers cannot make a letter; `faults` says each reason, in the order of the questions."""

    def __init__(self, faults: tuple[InvalidAnswer, ...]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults


class FaultCollector:
    """Tries each part, keeps every fault."""

    def __init__(self) -> None:
        self.faults: list[InvalidAnswer] = []

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What was read, or None: its faults are kept."""
        try:
            return read()
        except RefusedAnswers as refused:
            self.faults.extend(refused.faults)
        except InvalidAnswer as fault:
            self.faults.append(fault)
        return None

    def conclude(self) -> None:
        """Raise RefusedAnswers when anything was wrong."""
        if self.faults:
            raise RefusedAnswers(tuple(self.faults))
