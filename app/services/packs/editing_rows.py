"""Enclosures and points asked for: lines of the letter that stand or not, in an order. It must never renumber what a
dossier already keeps: a point has a name of its own.
"""

from collections.abc import Iterator
from typing import Any

from app.domain.errors import InvalidAnswer, MissingAnswer, NotFound
from app.domain.letters import FILES, QUESTIONS, FieldKind
from app.domain.plaintext import plain_line
from app.services.packs.condition_choices import When
from app.services.packs.editing import Part
from app.services.packs.editing_parts import Answers
from app.services.packs.row_names import option_value
from app.services.packs.sources import LetterSource

TEXT_LENGTH = 600
MOST_ROWS = {Part.ENCLOSURES: 20, Part.POINTS: 30}
_KEYS = {Part.ENCLOSURES: "enclosures", Part.POINTS: "point"}
_MISSING = {
    Part.ENCLOSURES: "Nommez la pièce jointe, comme elle paraîtra au bas de la lettre.",
    Part.POINTS: "Écrivez ce que la lettre demande, en quelques mots.",
}
_TOO_MANY = {
    Part.ENCLOSURES: f"Une lettre annonce {MOST_ROWS[Part.ENCLOSURES]} pièces au plus.",
    Part.POINTS: f"Une lettre demande {MOST_ROWS[Part.POINTS]} points au plus.",
}
_UNKNOWN = "Cette ligne n’existe plus dans la lettre : quelqu’un l’a peut-être retirée."

Table = dict[str, Any]


def rows_of(source: LetterSource, part: Part) -> list[Table]:
    """The rows of that part, in order."""
    return source.enclosures if part is Part.ENCLOSURES else source.points


def row_at(source: LetterSource, part: Part, number: int) -> Table:
    """The row of that number, from 1; raises NotFound."""
    rows = rows_of(source, part)
    if not 1 <= number <= len(rows):
        raise NotFound(_UNKNOWN)
    return rows[number - 1]


def lists_of(source: LetterSource) -> Iterator[tuple[str, str]]:
    """The lists that can give one point per item, with their words."""
    for row in source.fields:
        if row["kind"] == FieldKind.ROWS:
            yield row["id"], f"Un point par ligne de « {row['label']} »"
    if source.front.get("question_bank"):
        yield QUESTIONS, "Un point par question choisie dans la banque"
    if source.front.get("files") in ("un", "plusieurs"):
        yield FILES, "Un point par fichier scolaire choisi"


def read_row(answers: Answers, when: When, source: LetterSource, part: Part, number: int = 0) -> Table:
    """The table of a row as its form says it; `number`: the one it changes, 0 for a new one. Raises InvalidAnswer."""
    rows = rows_of(source, part)
    kept = row_at(source, part, number) if number else {}
    if not number and len(rows) >= MOST_ROWS[part]:
        raise InvalidAnswer("text", _TOO_MANY[part])
    text = plain_line(str(answers.get("text") or ""), "text", "La ligne", TEXT_LENGTH)
    if not text:
        raise MissingAnswer("text", _MISSING[part])
    table: Table = {"text": text, "when": dict(when)}
    if part is Part.POINTS:
        each = str(answers.get("from") or "")
        if each and each not in dict(lists_of(source)):
            raise InvalidAnswer("from", "Choisissez une des listes proposées, ou un seul point.")
        taken = {row["id"] for row in rows}
        table |= {"id": kept.get("id") or option_value(text, taken), "from": each}
    return {key: value for key, value in table.items() if value not in ("", {})}


def with_row(source: LetterSource, part: Part, table: Table, number: int = 0) -> LetterSource:
    """The letter with this row in place of that number, or last."""
    rows = rows_of(source, part)
    if number:
        row_at(source, part, number)
        rows[number - 1] = table
    else:
        rows.append(table)
    return with_rows(source, part, rows)


def without_row(source: LetterSource, part: Part, number: int) -> LetterSource:
    """The letter without that row."""
    rows = rows_of(source, part)
    row_at(source, part, number)
    del rows[number - 1]
    return with_rows(source, part, rows)


def with_rows(source: LetterSource, part: Part, rows: list[Table]) -> LetterSource:
    """The letter with these rows for that part."""
    return source.with_front(**{_KEYS[part]: rows})
