"""Reads a TOML file of `letters/` key by key and refuses what nobody declared, naming file and line.

It must never know what the keys mean: each loader says which ones it expects.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from app.domain.errors import LibraryFault
from app.domain.typography import typeset
from app.library.toml_lines import TOP, Place, child_name, lines_of

Choice = TypeVar("Choice", bound=StrEnum)

_DECODE_LINE = re.compile(r"at line (\d+)")
# Python reads a key in as much time as the square of its dots: forty thousand of them were measured at 27 seconds.
_MOST_DOTS = 300


class TomlTable:
    """One table of a file; every key is asked for once, then `finish` refuses what is left.

    Every method raises `LibraryFault` with the line of the key, or of the table when the key is absent.
    """

    def __init__(
        self, path: str, lines: Mapping[Place, int], name: str, number: int, values: Mapping[str, Any], line: int
    ) -> None:
        self._path = path
        self._lines = lines
        self._name = name
        self._number = number
        self._values = values
        self._line = line  # where the table starts, or what it stands in when that is all we know
        self._asked: set[str] = set()

    def line(self, key: str = "") -> int:
        """The line of a key in its file, or of the table itself when the key is absent or not named."""
        return self._lines.get((self._name, self._number, key), self._line)

    def fault(self, key: str, message: str) -> LibraryFault:
        """The fault to raise about a key; `message` is a French sentence with its remedy."""
        return LibraryFault(self._path, self.line(key), message)

    def text(self, key: str) -> str:
        """A text that must be there."""
        found = self.optional_text(key)
        if found is None:
            raise self.fault(key, f"La clé « {key} » manque. Ajoutez-la, avec un texte entre guillemets.")
        return found

    def prose(self, key: str) -> str:
        """A text shown to people, with French spaces and apostrophes however it was typed."""
        return typeset(self.text(key))

    def optional_prose(self, key: str) -> str:
        """A text shown to people, typeset; empty when the key is absent."""
        return typeset(self.optional_text(key) or "")

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

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number of one or more; absent without default is a fault."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if value is None:
            raise self.fault(key, f"La clé « {key} » manque. Ajoutez-la, avec un nombre entier.")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(key, f"La clé « {key} » attend un nombre entier, au moins 1. Corrigez sa valeur.")
        return value

    def one_of(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        """One of these words; absent without default is a fault."""
        value = self.text(key) if default is None else self.optional_text(key) or default
        if value not in words:
            raise self._not_among(key, value, words)
        return value

    def free(self, key: str) -> Mapping[str, Any]:
        """A table whose keys are not known in advance, as it is; empty when the key is absent."""
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.fault(key, f"La clé « {key} » attend une table entre accolades. Corrigez son écriture.")
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
        return self._below(key, 0, value)

    def tables(self, key: str) -> "tuple[TomlTable, ...]":
        """The tables `[[key]]`, in order; inline tables in a list are read as well."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault(key, f"La clé « {key} » doit être une suite de parties [[{key}]].")
        return tuple(self._below(key, number, item) for number, item in enumerate(value))

    def finish(self) -> None:
        """Refuse the keys nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise self.fault(key, f"La clé « {key} » est inconnue ici. Retirez-la ou corrigez son nom.")

    def _below(self, key: str, number: int, values: Mapping[str, Any]) -> "TomlTable":
        name = child_name(self._name, self._number, key)
        line = self._lines.get((name, number, ""), self.line(key))
        return TomlTable(self._path, self._lines, name, number, values, line)

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
            raise self._not_among(key, value, tuple(choices)) from None

    def _not_among(self, key: str, value: str, words: Sequence[str]) -> LibraryFault:
        known = ", ".join(words)
        return self.fault(key, f"« {value} » n’est pas possible pour « {key} ». Choisissez parmi : {known}.")


def read_toml(path: Path, shown: str) -> TomlTable:
    """The top table of a file; `shown` is how faults name it. Raises `LibraryFault` when unreadable."""
    return parse_toml(read_library_text(path, shown), shown)


def read_library_text(path: Path, shown: str) -> str:
    """The text of a file of the library; raises `LibraryFault` when it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise LibraryFault(shown, 1, "Ce fichier est introuvable ou illisible. Remettez-le en place.") from None
    except UnicodeDecodeError:
        raise LibraryFault(shown, 1, "Ce fichier n’est pas en UTF-8. Enregistrez-le dans ce codage.") from None


def parse_toml(text: str, shown: str, first_line: int = 1) -> TomlTable:
    """The top table of a text that starts on `first_line` of its file. Raises `LibraryFault` when it is not TOML."""
    try:
        refuse_dots(text)
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _DECODE_LINE.search(str(error))
        line = int(found.group(1)) if found else max(1, len(text.splitlines()))
        message = "Cette ligne n’est pas du TOML. Corrigez son écriture."
        raise LibraryFault(shown, first_line + line - 1, message) from None
    except ValueError:  # more digits than Python reads
        raise LibraryFault(shown, first_line, "Ce TOML contient un nombre démesuré. Raccourcissez-le.") from None
    except RecursionError:
        raise LibraryFault(shown, first_line, "Ce TOML emboîte trop de parties. Aplatissez-le.") from None
    return TomlTable(shown, lines_of(text, first_line), TOP, 0, values, first_line)


def refuse_dots(text: str) -> None:
    """Raise TOMLDecodeError on a line whose dots, were they those of a key, would keep the reader busy for long."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS:
            raise tomllib.TOMLDecodeError(f"more than {_MOST_DOTS} dots (at line {number})")
