"""The bodies a family may write to besides the school, and the académies with their data protection officers.

It must never offer an address nobody has read: an unknown value is absent, a doubtful one is not printed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.errors import UnknownReference
from app.domain.processings import Confidence


@dataclass(frozen=True, slots=True)
class Contact:
    """Something one writes to (`value`), what was read for it and how far that may be trusted."""

    value: str
    source: str
    confidence: Confidence

    @property
    def printable(self) -> str | None:
        """The value if a letter may print it: never one of low confidence."""
        return None if self.confidence is Confidence.LOW else self.value


@dataclass(frozen=True, slots=True)
class Authority:
    """A body outside the school. `lines`: postal lines of 38 characters at most, town last, or ()."""

    id: str
    name: str
    source: str
    confidence: Confidence
    lines: tuple[str, ...] = ()
    email: str | None = None
    phone: str | None = None
    online: str | None = None
    note: str | None = None

    @property
    def printable_lines(self) -> tuple[str, ...]:
        """The postal lines a letter may print: none of low confidence."""
        return () if self.confidence is Confidence.LOW else self.lines

    @property
    def printable_email(self) -> str | None:
        """The mail a letter may print: none of low confidence."""
        return None if self.confidence is Confidence.LOW else self.email


@dataclass(frozen=True, slots=True)
class Department:
    """A département, by its two- or three-character code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Academy:
    """An académie (or vice-rectorat): its départements and what is known of where to write."""

    code: str
    name: str
    departments: tuple[Department, ...]
    lines: tuple[str, ...] = ()
    lines_source: str | None = None
    lines_confidence: Confidence | None = None
    dpd: Contact | None = None
    mediator: Contact | None = None
    note: str | None = None

    @property
    def printable_lines(self) -> tuple[str, ...]:
        """The rectorat's postal lines a letter may print: none of low confidence."""
        return () if self.lines_confidence is Confidence.LOW else self.lines


class AuthorityBook:
    """Every body and académie the house knows."""

    __slots__ = ("_academies", "_authorities")

    def __init__(self, authorities: Iterable[Authority], academies: Iterable[Academy]) -> None:
        self._authorities = {authority.id: authority for authority in authorities}
        self._academies = {academy.code: academy for academy in academies}

    def __iter__(self) -> Iterator[Authority]:
        return iter(self._authorities.values())

    def __contains__(self, id: object) -> bool:
        return id in self._authorities

    @property
    def academies(self) -> tuple[Academy, ...]:
        """Every académie, in the order of the file."""
        return tuple(self._academies.values())

    def get(self, id: str) -> Authority:
        """The body of that id; raises `UnknownReference`."""
        try:
            return self._authorities[id]
        except KeyError:
            raise UnknownReference(
                f"L’organisme « {id} » ne figure pas dans notre liste. Choisissez-le dans la liste proposée."
            ) from None

    def academy(self, code: str) -> Academy:
        """The académie of that two-digit code; raises `UnknownReference`."""
        try:
            return self._academies[code]
        except KeyError:
            raise UnknownReference(
                f"L’académie « {code} » ne figure pas dans notre liste. Choisissez-la dans la liste proposée."
            ) from None

    def academy_of_department(self, code: str) -> Academy | None:
        """The académie of a département ("35", "2A", "974"), or `None`."""
        for academy in self._academies.values():
            if any(department.code == code for department in academy.departments):
                return academy
        return None
