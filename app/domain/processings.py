"""The files a school keeps on a child (LSU, ONDE, Pronote…), as far as anybody has read about them.

It must never fill a gap: what nobody has read stays empty and is listed in `unread`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from unicodedata import combining, normalize

from app.domain.errors import UnknownReference
from app.domain.law import Confidence as Confidence
from app.domain.offices import PRIMARY_STAGES, Office, Right, Sector, Stage


class ProcessingStatus(StrEnum):
    """Whether schools still use the file."""

    ACTIVE = "active"
    RETIRED = "retired"
    UNCERTAIN = "uncertain"


class OppositionStatus(StrEnum):
    """What is known of the right to object to the file."""

    OPEN = "open"
    PARTIAL = "partial"
    EXCLUDED = "excluded"
    CONSENT = "consent"
    UNKNOWN = "unknown"
    CONTESTED = "contested"


class Evidence(StrEnum):
    """What that knowledge rests on, from the act itself down to nothing."""

    ACT = "act"
    OFFICIAL_NOTICE = "official_notice"
    CASE_LAW = "case_law"
    CNIL = "cnil"
    SECONDARY_SOURCE = "secondary_source"
    DEFAULT_GDPR = "default_gdpr"
    NONE = "none"


class SchoolKind(StrEnum):
    """The four doors a family can knock at; `write_to` gives an office for each."""

    ECOLE_PUBLIQUE = "ecole_publique"
    COLLEGE_PUBLIC = "college_public"
    LYCEE_PUBLIC = "lycee_public"
    PRIVE = "prive"

    @classmethod
    def of(cls, stage: Stage, sector: Sector) -> Self:
        """The kind of a school."""
        if sector is Sector.PRIVE:
            return cls(cls.PRIVE)
        if stage in PRIMARY_STAGES:
            return cls(cls.ECOLE_PUBLIQUE)
        return cls(cls.COLLEGE_PUBLIC if stage is Stage.COLLEGE else cls.LYCEE_PUBLIC)


@dataclass(frozen=True, slots=True)
class Act:
    """A text that creates or changes the file; `is_read`: some articles were read, not only its title."""

    title: str
    is_read: bool
    signed_on: date | None = None
    nor: str | None = None
    url: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was read to write the record; a paper document has no `url`."""

    read: str
    kind: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Opposition:
    """The right to object to one file; `article` and `quote` only when somebody has read them."""

    status: OppositionStatus
    evidence: Evidence
    comment: str
    article: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """One school file. Lists are empty and optional sentences `None` when nobody has read the answer.

    `authority` is the id of an address in `letters/authorities` that the file's own act or notice gives,
    for the rights in `authority_rights` (all of them when empty).
    """

    id: str
    name: str
    short: str
    article: str
    status: ProcessingStatus
    stages: tuple[Stage, ...]
    controller: str
    confidence: Confidence
    write_to: Mapping[SchoolKind, Office]
    opposition: Opposition
    is_founding: bool = False
    aliases: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    history: str | None = None
    purposes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    retention: str | None = None
    security: str | None = None
    links: str | None = None
    legal_basis: str | None = None
    unread: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    write_to_for: Mapping[Right, Mapping[SchoolKind, Office]] | None = None
    write_to_reason: str | None = None
    copies: Mapping[SchoolKind, tuple[Office, ...]] | None = None
    authority: str | None = None
    authority_rights: tuple[Right, ...] = ()
    acts: tuple[Act, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def is_retired(self) -> bool:
        """A file no longer in use: one asks what became of the data rather than objects to it."""
        return self.status is ProcessingStatus.RETIRED

    @property
    def founding_act(self) -> Act | None:
        """The ministerial order or decree that creates the file; what merely stands for one is not an act."""
        return next((act for act in self.acts if act.title.startswith(("Arrêté", "Décret"))), None)

    @property
    def named(self) -> str:
        """The short name with its article, for a sentence: « le LSU », « l’ENT »."""
        gap = "" if not self.article or self.article.endswith("’") else " "
        return f"{self.article}{gap}{self.short}"

    def office_for(self, kind: SchoolKind, right: Right) -> Office | None:
        """The office the record names for that kind of school, the right's own rule first, or `None`."""
        special = (self.write_to_for or {}).get(right, {})
        return special.get(kind) or self.write_to.get(kind)

    def copies_for(self, kind: SchoolKind) -> tuple[Office, ...]:
        """The offices the record wants informed, for that kind of school."""
        return (self.copies or {}).get(kind, ())

    def authority_for(self, right: Right) -> str | None:
        """The id of the address given for this right, or `None`."""
        if self.authority_rights and right not in self.authority_rights:
            return None
        return self.authority


def folded(text: str) -> str:
    """Lower case, without accents, punctuation or repeated spaces: how names are compared."""
    bare = "".join(mark for mark in normalize("NFKD", text.casefold()) if not combining(mark))
    return " ".join("".join(mark if mark.isalnum() else " " for mark in bare).split())


class ProcessingBook:
    """All the files the house knows, in the order of their short names."""

    __slots__ = ("_by_id",)

    def __init__(self, processings: Iterable[Processing]) -> None:
        ordered = sorted(processings, key=lambda processing: folded(processing.short))
        self._by_id = {processing.id: processing for processing in ordered}

    def __iter__(self) -> Iterator[Processing]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def get(self, id: str) -> Processing:
        """The file of that id; raises `UnknownReference`."""
        try:
            return self._by_id[id]
        except KeyError:
            raise UnknownReference(
                f"Le fichier « {id[:40]} » ne figure pas dans notre liste. Choisissez-le dans la liste proposée."
            ) from None

    def for_stage(self, stage: Stage) -> tuple[Processing, ...]:
        """The files kept on children of that stage, retired ones last."""
        found = [processing for processing in self if stage in processing.stages]
        return tuple(sorted(found, key=lambda processing: processing.is_retired))

    def founding(self) -> tuple[Processing, ...]:
        """The files the public letters of 2010-2017 name."""
        return tuple(processing for processing in self if processing.is_founding)

    def search(self, words: str) -> tuple[Processing, ...]:
        """The files whose id, name or alias says `words`: exact names first, then those that contain them."""
        wanted = folded(words)
        if not wanted:
            return ()
        exact, partial = [], []
        for processing in self:
            names = [folded(name) for name in _names_of(processing)]
            if wanted in names:
                exact.append(processing)
            elif any(wanted in name for name in names):
                partial.append(processing)
        return tuple(exact + partial)

    def successors(self, id: str) -> tuple[Processing, ...]:
        """The files that took over from a retired one, followed to the living end of the chain.

        Raises `UnknownReference`. Empty when the file has no known successor.
        """
        found: dict[str, Processing] = {}
        seen = {id}
        waiting = list(self.get(id).replaced_by)
        while waiting:
            following = waiting.pop(0)
            if following in seen:
                continue
            seen.add(following)
            processing = self.get(following)
            if processing.replaced_by:
                waiting.extend(processing.replaced_by)
            else:
                found[following] = processing
        return tuple(found.values())


def _names_of(processing: Processing) -> tuple[str, ...]:
    return (processing.id, processing.name, processing.short, *processing.aliases)
