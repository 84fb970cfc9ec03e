"""Reads a TOML file of `letters/` key by key and refuses what nobody declared, naming file and line.

It must never know what the keys mean: each loader says which ones it expects.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from app.domain.errors import LibraryFault

Choice = TypeVar("Choice", bound=StrEnum)

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_DECODE_LINE = re.compile(r"at line (\d+)")


class TomlTable:
    """One table of a file; every key is asked for once, then `finish` refuses what is left.

    Every method raises `LibraryFault` with the line of the key, or of the table when the key is absent.
    """

    def __init__(self, path: str, lines: Mapping[tuple[str, int, str], int], name: str, number: int,
                 values: Mapping[str, Any]) -> None:  # fmt: skip
        self._path = path
        self._lines = lines
        self._name = name
        self._number = number
        self._values = values
        self._asked: set[str] = set()

    def fault(self, key: str, message: str) -> LibraryFault:
        """The fault to raise about a key; `message` is a French sentence with its remedy."""
        here = self._lines.get((self._name, self._number, key))
        start = self._lines.get((self._name, self._number, ""), 1)
        return LibraryFault(self._path, here or start, message)

    def text(self, key: str) -> str:
        """A text that must be there."""
        found = self.optional_text(key)
        if found is None:
            raise self.fault(key, f"La clé « {key} » manque. Ajoutez-la, avec un texte entre guillemets.")
        return found

    def optional_text(self, key: str) -> str | None:
        """A text, or `None` when the key is absent; an empty text is a fault: omit the key instead."""
        value = self._take(key)
        if value is None:
            return None
        return self._as_text(key, value)

    def text_or_empty(self, key: str) -> str:
        """A text that must be written, even if there is nothing to say (`article = ""`)."""
        if self._values.get(key) == "":
            self._take(key)
            return ""
        return self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when the key is absent."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.fault(key, f"La clé « {key} » attend une liste de textes. Mettez des crochets autour.")
        return tuple(self._as_text(key, item) for item in value)

    def text_or_texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them, empty when the key is absent."""
        if isinstance(self._values.get(key), str):
            return (self.text(key),)
        return self.texts(key)

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.fault(key, f"La clé « {key} » attend true ou false. Corrigez sa valeur.")
        return value

    def day(self, key: str) -> date | None:
        """A TOML date without an hour, or `None`."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault(key, f"La clé « {key} » attend une date comme 2017-10-24, sans guillemets.")
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One word of a closed list."""
        return self._as_choice(key, self.text(key), choices)

    def optional_choice(self, key: str, choices: type[Choice]) -> Choice | None:
        """One word of a closed list, or `None`."""
        value = self.optional_text(key)
        return None if value is None else self._as_choice(key, value, choices)

    def choices(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Several words of a closed list, empty when the key is absent."""
        return tuple(self._as_choice(key, value, choices) for value in self.texts(key))

    def __contains__(self, key: object) -> bool:
        """Whether the key is written in the table."""
        return key in self._values

    def table(self, key: str) -> "TomlTable":
        """A table `[key]` that must be there."""
        found = self.optional_table(key)
        if found is None:
            raise self.fault(key, f"La partie [{key}] manque. Ajoutez-la.")
        return found

    def optional_table(self, key: str) -> "TomlTable | None":
        """A table `[key]`, or `None`."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(key, f"La clé « {key} » doit être une partie [{key}]. Corrigez son écriture.")
        return TomlTable(self._path, self._lines, key, 0, value)

    def tables(self, key: str) -> "tuple[TomlTable, ...]":
        """The tables `[[key]]`, in order; inline tables in a list are read as well."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault(key, f"La clé « {key} » doit être une suite de parties [[{key}]].")
        return tuple(TomlTable(self._path, self._lines, key, number, item) for number, item in enumerate(value))

    def finish(self) -> None:
        """Refuse the keys nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise self.fault(key, f"La clé « {key} » est inconnue ici. Retirez-la ou corrigez son nom.")

    def _take(self, key: str) -> Any:
        self._asked.add(key)
        return self._values.get(key)

    def _as_text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.fault(key, f"La clé « {key} » attend un texte entre guillemets. Corrigez sa valeur.")
        if not value.strip():
            raise self.fault(key, f"La clé « {key} » est vide. Retirez-la quand on ne sait pas.")
        return value

    def _as_choice(self, key: str, value: str, choices: type[Choice]) -> Choice:
        try:
            return choices(value)
        except ValueError:
            known = ", ".join(choices)
            raise self.fault(
                key, f"« {value} » n’est pas possible pour « {key} ». Choisissez parmi : {known}."
            ) from None


def read_toml(path: Path, shown: str) -> TomlTable:
    """The top table of a file; `shown` is how faults name it. Raises `LibraryFault` when unreadable."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise LibraryFault(shown, 1, "Ce fichier est introuvable ou illisible. Remettez-le en place.") from None
    except UnicodeDecodeError:
        raise LibraryFault(shown, 1, "Ce fichier n’est pas en UTF-8. Enregistrez-le dans ce codage.") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _DECODE_LINE.search(str(error))
        line = int(found.group(1)) if found else max(1, len(text.splitlines()))
        raise LibraryFault(shown, line, "Cette ligne n’est pas du TOML. Corrigez son écriture.") from None
    return TomlTable(shown, _lines_of(text), "", 0, values)


def _lines_of(text: str) -> dict[tuple[str, int, str], int]:
    """Where each key stands: (table, number of the table, key) -> line; the key "" is the table itself."""
    found: dict[tuple[str, int, str], int] = {("", 0, ""): 1}
    counts: dict[str, int] = {}
    name, number = "", 0
    for line, content in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(content):
            name = header.group(2)
            number = counts.get(name, 0) if header.group(1) == "[[" else 0
            counts[name] = number + 1
            found.setdefault((name, number, ""), line)
            found.setdefault(("", 0, name), line)
        elif key := _KEY.match(content):
            found.setdefault((name, number, key.group(1)), line)
    return found
