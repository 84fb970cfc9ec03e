"""Remembers the way that a draft's answers open, between two pages of the same draft. It must never keep an answer.

A way holds the ids of steps and records of the library, nothing a person typed; it is a third of the price of a page.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date

from app.domain.progress import Way

Key = tuple[str, int, date]
"""A draft, the version of its answers, the day: the way depends on nothing else."""


class WayMemory:
    """The last ways found, by draft, version and day; safe to share between threads."""

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._ways: OrderedDict[Key, Way] = OrderedDict()
        self._lock = threading.Lock()

    def way(self, key: Key, find: Callable[[], Way]) -> Way:
        """The way of that version, found once. Give it only versions that are committed: they never change."""
        with self._lock:
            known = self._ways.get(key)
            if known is not None:
                self._ways.move_to_end(key)
                return known
        found = find()
        with self._lock:
            self._ways[key] = found
            while len(self._ways) > self._size:
                self._ways.popitem(last=False)
        return found
