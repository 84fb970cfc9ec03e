"""Finds a text of the law book by its words or its number, for those who pick it. It must never let a text be cited
that a letter of that day may not.
"""

import re
from dataclasses import dataclass
from datetime import date

from app.domain.errors import DomainError
from app.domain.french import without_accents
from app.domain.law import Confidence, LawBook, LawRecord
from app.services.packs.placeholder_words import CITED

MOST = 30
LONGEST_QUERY = 80
_WORD = re.compile(r"[a-z0-9]+")
_CONFIDENCE = {
    Confidence.HIGH: "lu dans le texte officiel",
    Confidence.MEDIUM: "à relire au texte officiel",
    Confidence.LOW: "pas vérifié",
}


@dataclass(frozen=True, slots=True)
class LawCard:
    """One text as the picker shows it. `refusal`: why it cannot be cited today, "" when it can; `snippet`: what citing
    it writes into a text.
    """

    id: str
    title: str
    citation: str
    summary: str
    url: str | None
    confidence: str
    refusal: str
    snippet: str


@dataclass(frozen=True, slots=True)
class LawFindings:
    """The texts found, those that can be cited first; `count` of all, even those not shown."""

    cards: tuple[LawCard, ...]
    count: int


def search_law(book: LawBook, query: str, on: date) -> LawFindings:
    """The records in which every word of the query begins a word; a number is looked for whole. "" finds all."""
    asked = _WORD.findall(without_accents(query[:LONGEST_QUERY].lower()))
    found = [record for record in book if _has_all(record, asked)]
    cards = [_card(book, record, on) for record in found]
    # Those that can be cited first, then those that the query names; the book's own order otherwise.
    cards.sort(key=lambda card: (bool(card.refusal), not _are_all_in(card.citation, asked)))
    return LawFindings(tuple(cards[:MOST]), len(cards))


def _has_all(record: LawRecord, asked: list[str]) -> bool:
    return _are_all_in(" ".join((record.id, record.title, record.text_short, record.summary)), asked)


def _are_all_in(said: str, asked: list[str]) -> bool:
    words = set(_WORD.findall(without_accents(said.lower())))
    return all(word in words if word.isdigit() else any(one.startswith(word) for one in words) for word in asked)


def _card(book: LawBook, record: LawRecord, on: date) -> LawCard:
    try:
        book.lookup(record.id, on=on)
        refusal = ""
    except DomainError as refused:
        refusal = refused.message
    return LawCard(
        id=record.id,
        title=record.title,
        citation=record.citation,
        summary=record.summary,
        url=record.url,
        confidence=_CONFIDENCE[record.confidence],
        refusal=refusal,
        snippet=CITED.format(record.id),
    )
