"""The law as dated records and the book that holds them. Never reads a file, a clock or an answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.errors import DuplicateReference, NotCitable, NotInForce, UnknownReference


class Confidence(StrEnum):
    """How well a record was checked: `high` is cited, `medium` too but stays to be reread, `low` never."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class LawRecord:
    """One article, decision or piece of knowledge, with the days on which it holds and what was read.

    `in_force_from` and `in_force_to` are both inclusive. `article` is printable and without the text's
    name; it is empty when the text's name says all. `is_citable` is forced to False at low confidence.
    """

    id: str
    text_title: str
    text_short: str
    article: str
    summary: str
    in_force_from: date | None
    in_force_to: date | None
    url: str | None
    source: str
    confidence: Confidence
    confidence_reason: str
    checked_on: date
    notes: tuple[str, ...] = ()
    is_citable: bool = True

    def __post_init__(self) -> None:
        """Fail closed: nobody can build a citable record out of what was not read."""
        if self.confidence is Confidence.LOW:
            object.__setattr__(self, "is_citable", False)

    @property
    def citation(self) -> str:
        """The words used inside a letter: `RGPD, article 12, § 3`."""
        return f"{self.text_short}, {self.article}" if self.article else self.text_short

    @property
    def title(self) -> str:
        """The long form printed once, under « Fondements juridiques »."""
        return f"{self.text_title}, {self.article}" if self.article else self.text_title

    def is_in_force(self, on: date) -> bool:
        """Tell whether the record holds on that day; an unknown beginning counts as already begun."""
        has_begun = self.in_force_from is None or self.in_force_from <= on
        has_ended = self.in_force_to is not None and self.in_force_to < on
        return has_begun and not has_ended


class LawBook:
    """All the records by id, in the order given; never changes once built."""

    def __init__(self, records: Iterable[LawRecord]) -> None:
        """Raise `DuplicateReference` when two records share an id."""
        self._by_id: dict[str, LawRecord] = {}
        for record in records:
            if record.id in self._by_id:
                raise DuplicateReference(
                    f"La référence «\u202f{record.id}\u202f» existe deux fois. Retirez ou renommez l’une des fiches."
                )
            self._by_id[record.id] = record

    def __iter__(self) -> Iterator[LawRecord]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._by_id

    def find(self, record_id: str) -> LawRecord | None:
        """Return the record for reading, citable or not, in force or not; None when there is none."""
        return self._by_id.get(record_id)

    def lookup(self, record_id: str, *, on: date) -> LawRecord:
        """Return the record if a letter signed that day may cite it.

        Raises `UnknownReference`, then `NotInForce`, then `NotCitable`, in that order.
        """
        record = self.find(record_id)
        if record is None:
            raise UnknownReference(
                f"La référence «\u202f{record_id}\u202f» n’existe pas dans la bibliothèque juridique. "
                "Corrigez l’identifiant ou ajoutez la fiche."
            )
        if not record.is_in_force(on):
            raise NotInForce(_sentence_of_absence(record, on))
        if not record.is_citable:
            raise NotCitable(_sentence_of_refusal(record))
        return record

    def to_reread(self) -> tuple[LawRecord, ...]:
        """Return the records of medium confidence, that a person should read again at the source."""
        return tuple(record for record in self if record.confidence is Confidence.MEDIUM)


def _sentence_of_absence(record: LawRecord, on: date) -> str:
    """Say why the record does not hold on that day, and what to do."""
    if record.in_force_from is not None and on < record.in_force_from:
        reason = f"il ne s’applique qu’à partir du {_day(record.in_force_from)}"
    else:
        reason = f"son dernier jour a été le {_day(record.in_force_to or on)}"
    return (
        f"«\u202f{record.citation}\u202f» n’est pas en vigueur le {_day(on)}\u00a0: {reason}. "
        "Choisissez le texte applicable ce jour-là."
    )


def _sentence_of_refusal(record: LawRecord) -> str:
    """Say why the record may not be printed in a letter, and what to do."""
    if record.confidence is Confidence.LOW:
        reason = "la fiche est de confiance faible, son texte n’a pas été vérifié"
    else:
        reason = "c’est une information de travail et non un texte de droit à citer"
    return (
        f"«\u202f{record.citation}\u202f» ne se cite pas dans une lettre\u00a0: {reason}. "
        "Citez un autre texte, ou demandez au destinataire de citer le sien."
    )


def _day(day: date) -> str:
    """Write a day as on a form, 01/06/2019, the same in every language setting."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
