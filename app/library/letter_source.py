"""Takes the text of a letter apart into its front matter and its body, and writes it back always in the same way.

It must never judge a letter: whatever is TOML between two fences is read and kept; `letters.parse_letter` refuses.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from app.domain.errors import LibraryFault
from app.library.strict_toml import parse_toml

FENCE = "+++"
# How faults name a text that has no file.
UNFILED = "lettre"

_ORDER = (
    "id", "title", "door", "hint", "version", "kind", "right", "files", "file_statuses", "file_ids", "addressee",
    "digital_age_files", "children", "warned_fields", "procedure", "data_when", "documents_when", "subject", "opening",
    "closing", "question_bank", "enclosures", "max_pages", "max_chars",
)  # fmt: skip
# The tables that follow, each under its own `[[name]]`, and the order of what they hold.
_SECTIONS = {
    "field": (
        "id", "kind", "known", "label", "hint", "required", "missing", "max", "min_rows", "max_rows", "example", "when",
        "help", "options_from", "options", "columns",
    ),
    "point": ("id", "from", "text", "when"),
}  # fmt: skip
# The order of what stands on one line: an option, a column, a prompt, an enclosure.
_INLINE = (
    "id", "kind", "value", "title", "label", "hint", "text", "max", "required", "example", "missing", "when",
)  # fmt: skip
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
# What a line of TOML cannot hold as it is, and what other readers would take for the end of the line.
_ESCAPED = re.compile('[\x00-\x1f\x7f-\x9f"\\\\\u2028\u2029]')
_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class LetterSource:
    """A letter as it is written: `front` are the plain values of its front matter, `body` its Markdown."""

    front: Mapping[str, Any]
    body: str

    def with_front(self, **changes: Any) -> "LetterSource":
        """The same letter with other values in its front matter; None, "" and an empty list or table remove a key."""
        front = dict(self.front) | changes
        return replace(self, front={key: value for key, value in front.items() if value not in (None, "", [], {})})

    def with_body(self, body: str) -> "LetterSource":
        """The same letter with another body."""
        return replace(self, body=body)

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The questions, as tables; a new list at each call."""
        return [dict(row) for row in self.front.get("field", ())]

    @property
    def points(self) -> list[dict[str, Any]]:
        """The things asked for, as tables; a new list at each call."""
        return [dict(row) for row in self.front.get("point", ())]

    @property
    def enclosures(self) -> list[dict[str, Any]]:
        """The enclosures, as tables; a new list at each call."""
        return [dict(row) for row in self.front.get("enclosures", ())]


def read_source(text: str, path: str = UNFILED) -> LetterSource:
    """Take a letter apart; raises LibraryFault with its line when it has no front matter, or one that is not TOML."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == FENCE), 0)
    if lines[0].strip() != FENCE or not end:
        raise LibraryFault(path, 1, "la lettre commence par un en-tête entre deux lignes « +++ ».")
    front = "\n".join(lines[1:end])
    parse_toml(front, path, first_line=2)  # says which line is no TOML
    return LetterSource(tomllib.loads(front), "\n".join(lines[end + 1 :]))


def write_source(source: LetterSource) -> str:
    """The text of the letter: keys in the order of the built-in letters, one line for each option; always the same."""
    front = source.front
    sections = {name: front[name] for name in _SECTIONS if _are_tables(front.get(name))}
    top = {key: value for key, value in front.items() if key not in sections and not _is_empty_section(key, value)}
    lines = [FENCE, *_pairs(top, _ORDER)]
    for name, rows in sections.items():
        for row in rows:
            lines += ["", f"[[{name}]]", *_pairs(row, _SECTIONS[name])]
    body = source.body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return "\n".join([*lines, FENCE, *([body] if body else []), ""])


def _is_empty_section(key: str, value: Any) -> bool:
    return key in _SECTIONS and value == []


def _are_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _pairs(values: Mapping[str, Any], order: tuple[str, ...]) -> Iterator[str]:
    """One `key = value` a line; a list of tables goes on for one line per table."""
    for key in _ordered(values, order):
        yield f"{_key(key)} = {_tables(values[key]) if _are_tables(values[key]) else _value(values[key])}"


def _ordered(keys: Iterable[str], order: tuple[str, ...]) -> list[str]:
    """Known keys first, in their order; the others after them, by name, so that a fault can say they are unknown."""
    places = {key: place for place, key in enumerate(order)}
    return sorted(keys, key=lambda key: (places.get(key, len(order)), key))


def _tables(rows: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(["[", *(f"  {_table(row, _INLINE)}," for row in rows), "]"])


def _table(values: Mapping[str, Any], order: tuple[str, ...] = ()) -> str:
    """An inline table; that of a condition keeps the order in which it was built."""
    keys = _ordered(values, order) if order else list(values)
    return "{ " + ", ".join(f"{_key(key)} = {_value(values[key])}" for key in keys) + " }" if keys else "{}"


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else _quoted(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"a letter's front matter cannot hold {type(value).__name__}")


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda sign: _SHORT_ESCAPES.get(sign[0]) or f"\\u{ord(sign[0]):04x}", text) + '"'
