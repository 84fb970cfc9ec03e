"""Reads one TOML table strictly, so that a slip in a data file is a sentence with its file and line. It must never guess."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from app.domain.errors import LibraryFault

T = TypeVar("T")
_MISSING: Any = object()


def read_toml(text: str, path: str, first_line: int = 1) -> "Table":
    """Parse TOML text; a syntax error becomes a LibraryFault at its line (counted from `first_line`)."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = first_line + max(int(getattr(error, "lineno", 1)) - 1, 0)
        if not hasattr(error, "lineno"):
            line = first_line + _line_in_message(str(error)) - 1
        raise LibraryFault(path, line, f"ce TOML ne se lit pas ({error}).") from error
    return Table(values, path, text.splitlines(), first_line)


def read_toml_file(file: Path, root: Path) -> "Table":
    """Read a whole TOML file; its faults name it relative to `root`."""
    return read_toml(file.read_text(encoding="utf-8"), str(file.relative_to(root)))


def _line_in_message(message: str) -> int:
    """Python 3.11 tells the line only in words: « (at line 3, column 4) »."""
    after = message.partition("at line ")[2].partition(",")[0]
    return int(after) if after.isdigit() else 1


class Table:
    """A TOML table that is emptied key by key; `close()` refuses what nobody took."""

    def __init__(self, values: dict[str, Any], path: str, lines: list[str], first_line: int = 1) -> None:
        self._values = dict(values)
        self._path = path
        self._lines = lines
        self._first_line = first_line
        self._anchor = ""

    def anchored(self, anchor: str) -> "Table":
        """Faults point at the first line that holds `anchor` rather than at the top."""
        self._anchor = anchor
        return self

    def fault(self, message: str, needle: str = "") -> LibraryFault:
        """A fault of this table, at the line of `needle` after the anchor's line."""
        return LibraryFault(self._path, self.line_of(needle), message)

    def line_of(self, needle: str = "") -> int:
        """The file line of `needle`, looked for after the anchor; the anchor's own line when it is not found."""
        start = next((n for n, line in enumerate(self._lines) if self._anchor in line), 0)
        found = next((n for n, line in enumerate(self._lines[start:], start) if needle and needle in line), start)
        return self._first_line + found

    def has(self, key: str) -> bool:
        """Whether the key is still there to take."""
        return key in self._values

    def take(self, key: str, kind: type[T], default: Any = _MISSING) -> T:
        """Take a value of that type; absent without default, or of another type, is a fault."""
        if key not in self._values:
            if default is _MISSING:
                raise self.fault(f"il manque « {key} ».")
            return default  # type: ignore[no-any-return]
        value = self._values.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fault(f"« {key} » n’a pas le bon type.", f"{key} ")
        return value

    def text(self, key: str, default: Any = _MISSING) -> str:
        """A text that is not blank unless a default is given."""
        value = self.take(key, str, default)
        if default is _MISSING and not value.strip():
            raise self.fault(f"« {key} » est vide.", f"{key} ")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; absent is empty."""
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.fault(f"« {key} » est une liste de textes.", f"{key} ")
        return tuple(values)

    def day(self, key: str) -> date | None:
        """A date without hour; absent is None."""
        value = self.take(key, date, None)
        if isinstance(value, datetime):
            raise self.fault(f"« {key} » est un jour, sans heure.", f"{key} ")
        return value

    def table(self, key: str) -> "Table | None":
        """A table below this one; absent is None."""
        values = self.take(key, dict, None)
        return None if values is None else Table(values, self._path, self._lines, self._first_line)

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables below this one; absent is empty."""
        values = self.take(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise self.fault(f"« {key} » est une liste de tables.", key)
        return tuple(Table(value, self._path, self._lines, self._first_line) for value in values)

    def plain(self, key: str) -> dict[str, Any]:
        """A free table of plain values; absent is empty."""
        return self.take(key, dict, {})

    def close(self) -> None:
        """Refuse the keys that nobody took."""
        for key in self._values:
            raise self.fault(f"la clé « {key} » est inconnue.", key)
