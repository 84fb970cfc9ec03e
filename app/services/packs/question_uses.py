"""Tells where a question of a letter serves, before it is taken away. It must never change anything."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.services.packs.editing import Part
from app.services.packs.sources import LetterSource


@dataclass(frozen=True, slots=True)
class Use:
    """One place that reads a question: the part it stands in, and words for it."""

    part: Part
    words: str


def uses_of(source: LetterSource, name: str) -> tuple[Use, ...]:
    """Every place that reads the answer to that question, in the order of the pages."""
    return tuple(_uses(source, name))


def _uses(source: LetterSource, name: str) -> Iterator[Use]:
    reads = re.compile(rf"\b(?:reponses|libelles)\.{re.escape(name)}\b")
    if reads.search(str(source.front.get("subject", ""))):
        yield Use(Part.SUBJECT, "l’objet")
    for row in source.fields:
        whens = [row.get("when") or {}, *(option.get("when") or {} for option in row.get("options") or ())]
        if row["id"] != name and any(f"reponses.{name}" in when for when in whens):
            yield Use(Part.QUESTIONS, f"la condition de la question « {row['label']} »")
    for number, line in enumerate(source.body.split("\n"), start=1):
        if reads.search(line):
            yield Use(Part.TEXT, f"le texte, ligne {number}")
    for number, row in enumerate(source.enclosures, start=1):
        if _is_in(row, name, reads):
            yield Use(Part.ENCLOSURES, f"la pièce jointe {number}")
    for number, row in enumerate(source.points, start=1):
        if _is_in(row, name, reads) or row.get("from") == name:
            yield Use(Part.POINTS, f"le point demandé {number}")
    for key in ("data_when", "documents_when"):
        if f"reponses.{name}" in (source.front.get(key) or {}):
            yield Use(Part.SCOPE, "le délai qui suit l’envoi")


def _is_in(row: Mapping[str, Any], name: str, reads: re.Pattern[str]) -> bool:
    return bool(reads.search(str(row.get("text", "")))) or f"reponses.{name}" in (row.get("when") or {})
