"""Finds on which line of a TOML text each table and key stands, for those who mend it. It must never read a value."""

import re
from collections.abc import Mapping

TOP = ""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_OPEN_LIST = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=\s*\[(?:[^\]]*[{,])?\s*(?:#.*)?$")
_INLINE_ITEM = re.compile(r"^\s*\{")

Place = tuple[str, int, str]
"""Where something stands: the path of its table, the number of that table among its like, the key ("" is the table)."""


def child_name(name: str, number: int, key: str) -> str:
    """The path of the table under `key` of a table: "field" at the top, "field.2.options" below the third one."""
    return f"{name}.{number}.{key}" if name else key


def lines_of(text: str, first_line: int = 1) -> Mapping[Place, int]:
    """The line of each key and of each table; `first_line` is that of the text in its file."""
    return _Scan(first_line).run(text)


class _Scan:
    """Reads line by line; it follows headers, keys, and lists of inline tables written one to a line."""

    def __init__(self, first_line: int) -> None:
        self._found: dict[Place, int] = {(TOP, 0, ""): first_line}
        self._counts: dict[str, int] = {}
        self._first = first_line
        self._name, self._number = TOP, 0
        self._list = ""

    def run(self, text: str) -> Mapping[Place, int]:
        for line, content in enumerate(text.splitlines(), start=self._first):
            if self._list and _INLINE_ITEM.match(content):
                self._found.setdefault((self._list, self._count(self._list), ""), line)
            elif header := _HEADER.match(content):
                self._enter(header.group(2), header.group(1) == "[[", line)
            elif key := _KEY.match(content):
                self._found.setdefault((self._name, self._number, key.group(1)), line)
                is_open = _OPEN_LIST.match(content)
                self._list = child_name(self._name, self._number, key.group(1)) if is_open else ""
            elif content.strip() == "]":
                self._list = ""
        return self._found

    def _enter(self, dotted: str, is_repeated: bool, line: int) -> None:
        name, number = TOP, 0
        *above, last = dotted.split(".")
        for part in above:
            name = child_name(name, number, part)
            number = max(self._counts.get(name, 1) - 1, 0)
        place = (name, number, last)
        self._name, self._list = child_name(*place), ""
        self._number = self._count(self._name) if is_repeated else 0
        self._found.setdefault((self._name, self._number, ""), line)
        self._found.setdefault(place, line)

    def _count(self, name: str) -> int:
        """The number of the next table of that name, counted from zero."""
        number = self._counts.get(name, 0)
        self._counts[name] = number + 1
        return number
