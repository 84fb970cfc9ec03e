"""Where a fault of an association's letter stands, in the words of whoever mends it. It must never judge a letter."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from app.domain.errors import DomainError, LibraryFault
from app.domain.typography import typeset
from app.library.letter_source import FENCE, UNFILED, read_source
from app.library.toml_lines import TOP, lines_of

WHOLE, HEAD, SUBJECT, BODY = "lettre", "en-tête", "objet", "texte"
_TABLES = {"field": "question", "point": "point"}
_TOLD = re.compile(r"^(?P<path>[^:\n]{1,200}):(?P<line>\d{1,7}) : (?P<words>.+)\Z", re.DOTALL)
_ORNAMENTS = "*_#>-0123456789.|[] "


@dataclass(frozen=True, slots=True)
class LetterFault:
    """One thing to mend. `place` names a part of the letter: « objet », « texte », « question format », « pièce
    jointe 2 », « point copie », « en-tête », « clause qui-ecrit », « exemple mere », or « lettre » for the whole;
    `line` counts inside that part, from 1.
    """

    line: int
    message: str
    place: str

    def __str__(self) -> str:
        where = self.place[:1].upper() + self.place[1:]
        if self.line > 1 or self.place == BODY:
            where += f", ligne {self.line}"
        return typeset(f"{where} : {self.message}")


class RefusedLetter(DomainError):
    """A letter that cannot be shown as it stands; `fault` says where."""

    def __init__(self, fault: LetterFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class PlaceFinder:
    """Tells in which part of one letter a line of its text stands."""

    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == FENCE), 0)
        self._body_lines = lines[end + 1 :]
        self._first_of_body = end + 2
        # (first line of a part, its name), in order; what no part claims is the head, whose first line is the second.
        self._parts = sorted(_parts("\n".join(lines[1:end]), _ids(text)))

    def placed(self, fault: LibraryFault) -> LetterFault:
        """The same fault, in the words of the editor."""
        if fault.path != UNFILED:
            return LetterFault(fault.line, fault.reason, _file_words(fault.path))
        if fault.line >= self._first_of_body > 2:
            return LetterFault(fault.line - self._first_of_body + 1, fault.reason, BODY)
        number = bisect_right(self._parts, fault.line, key=lambda part: part[0]) - 1
        start, place = self._parts[number] if number >= 0 else (2, HEAD)
        start = 2 if place == HEAD else start
        return LetterFault(max(fault.line - start + 1, 1), fault.reason, place)

    def told(self, error: DomainError, otherwise: str) -> LetterFault:
        """The fault behind an error met while the letter ran; `otherwise`: its place when the error does not say."""
        if isinstance(error, LibraryFault):
            return self.placed(error)
        told = _TOLD.match(error.message)
        if told is None:
            return LetterFault(1, error.message, otherwise)
        return self.placed(LibraryFault(told["path"], int(told["line"]), told["words"]))

    def passage(self, words: str) -> int:
        """The line of the body where a passage begins; 1 when an answer stands in its first words."""
        beginning = " ".join(words.split()[:3])
        for number, line in enumerate(self._body_lines, 1):
            if beginning and beginning in " ".join(typeset(line.lstrip(_ORNAMENTS)).split()):
                return number
        return 1


def _parts(front: str, ids: Mapping[tuple[str, int], str]) -> Iterator[tuple[int, str]]:
    for (name, number, key), line in lines_of(front, first_line=2).items():
        if name == TOP and key and key not in _TABLES:
            yield line, {"subject": SUBJECT, "enclosures": "pièces jointes"}.get(key, HEAD)
        elif name == "enclosures" and not key:
            yield line, f"pièce jointe {number + 1}"
        elif name in _TABLES and not key:
            yield line, f"{_TABLES[name]} {ids.get((name, number), number + 1)}"


def _ids(text: str) -> dict[tuple[str, int], str]:
    """The id of each question and of each point, by the name and the number of its table."""
    try:
        front: Mapping[str, Any] = read_source(text).front
    except LibraryFault:
        return {}
    rows = {name: front.get(name) for name in _TABLES}
    return {
        (name, number): row["id"]
        for name, tables in rows.items()
        if isinstance(tables, list)
        for number, row in enumerate(tables)
        if isinstance(row, dict) and isinstance(row.get("id"), str) and row["id"]
    }


def _file_words(path: str) -> str:
    """What a person calls a file of the library, or a sample."""
    file = PurePosixPath(path)
    if file.suffix == ".toml" and len(file.parts) == 1:
        return f"exemple {file.stem}"
    return f"clause {file.stem}" if file.parent.name == "clauses" else path
