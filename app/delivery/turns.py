"""Hands things out in the order in which they were asked for. It must never let a late asker pass an early one.

A plain queue wakes a waiter and lets the thread that just gave a thing back take it again first: under load somebody
waits for ever, as a bench of two callers on one process showed.
"""

import queue
import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Things to lend, and those who wait for one, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: deque[T] = deque()
        self._waiting: deque[queue.SimpleQueue[T]] = deque()

    def put(self, thing: T) -> None:
        """Give a thing back: straight to whoever has waited longest, if anybody waits."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(thing)
            else:
                self._free.append(thing)

    def get(self, timeout: float) -> T:
        """The next thing, in turn; raises queue.Empty after `timeout` seconds."""
        with self._lock:
            if self._free:
                return self._free.popleft()
            turn: queue.SimpleQueue[T] = queue.SimpleQueue()
            self._waiting.append(turn)
        try:
            return turn.get(timeout=timeout)
        except queue.Empty:
            with self._lock:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                    raise
            return turn.get_nowait()  # it came between the end of the wait and the lock
