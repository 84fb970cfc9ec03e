"""Reads the answers to a letter's own questions, by the kind of each.

It must never keep an answer to a question not asked.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from typing import Any

from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import written_date
from app.domain.letters import Field, FieldKind
from app.domain.plaintext import plain_line, plain_text
from app.domain.typography import NO_BREAK_SPACE

Reply = str | bool | date | list[str] | list[dict[str, Any]] | None
"""An answer as the kernel keeps it; None when it is absent."""

EARLIEST_DATE = date(1990, 1, 1)
LATEST_DATE = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is relevant, with only its relevant options, and what was answered: a reply or a fault."""

    field: Field
    reply: Reply = None
    fault: InvalidAnswer | None = None


def ask(fields: tuple[Field, ...], facts: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The relevant questions in order, each read from `facts["reponses"]`.

    A condition sees the answers kept so far, as they were read: an answer that became irrelevant decides nothing.
    """
    given = facts.get("reponses", {})
    replies: dict[str, Reply] = {}
    asked = []
    for field in fields:
        now = {**facts, "reponses": replies}
        if not field.when.holds(now):
            continue
        question = asked_options(field, now)
        try:
            replies[field.id] = read_reply(question, given.get(field.id), f"reponses.{field.id}")
            asked.append(Asked(question, replies[field.id]))
        except InvalidAnswer as fault:
            asked.append(Asked(question, fault=fault))
    return tuple(asked)


def asked_fields(fields: tuple[Field, ...], facts: Mapping[str, Any]) -> tuple[Field, ...]:
    """The questions that these facts make relevant, in order, with their relevant options."""
    return tuple(asked.field for asked in ask(fields, facts))


def asked_options(field: Field, facts: Mapping[str, Any]) -> Field:
    """The same question with only the options that these facts make relevant."""
    if all(not option.when.tests for option in field.options):
        return field
    kept = tuple(option for option in field.options if option.when.holds(facts))
    return replace(field, options=kept)


def read_reply(field: Field, value: Any, path: str) -> Reply:
    """The answer to one question, cleaned; None when it is absent and optional.

    `path` is its dotted path in the answers. Raises MissingAnswer or InvalidAnswer with a sentence.
    """
    if _is_empty(value):
        if field.is_required:
            raise MissingAnswer(path, field.missing_sentence)
        return None
    reply = _READERS[field.kind](field, value, path)
    if _is_empty(reply):
        if field.is_required:
            raise MissingAnswer(path, field.missing_sentence)
        return None
    return reply


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or (isinstance(value, str) and not value.strip())


def _line(field: Field, value: Any, path: str) -> Reply:
    return plain_line(_string(field, value, path), path, field.label, field.max_length)


def _text(field: Field, value: Any, path: str) -> Reply:
    return plain_text(_string(field, value, path), path, field.label, field.max_length)


def _string(field: Field, value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidAnswer(path, f"« {field.label} » attend un texte entre guillemets.")
    return value


def _choice(field: Field, value: Any, path: str) -> Reply:
    if not isinstance(value, str) or field.option(value) is None:
        known = ", ".join(option.value for option in field.options)
        raise InvalidAnswer(path, f"« {field.label} » : choisissez l’une des réponses proposées ({known}).")
    return value


def _choices(field: Field, value: Any, path: str) -> Reply:
    if not isinstance(value, list) or any(field.option(item) is None for item in value if isinstance(item, str)):
        raise InvalidAnswer(path, f"« {field.label} » : choisissez parmi les réponses proposées.")
    if not all(isinstance(item, str) for item in value):
        raise InvalidAnswer(path, f"« {field.label} » attend une liste de réponses.")
    return [option.value for option in field.options if option.value in value]


def _yes_no(field: Field, value: Any, path: str) -> Reply:
    if isinstance(value, bool):
        return value
    if value in ("oui", "non"):
        return bool(value == "oui")
    raise InvalidAnswer(path, f"« {field.label} » : répondez par oui ou par non.")


def _day(field: Field, value: Any, path: str) -> Reply:
    if isinstance(value, str):
        value = read_day(value, path, field.label)
    if type(value) is not date or not EARLIEST_DATE <= value <= LATEST_DATE:
        raise InvalidAnswer(path, f"« {field.label} » attend une date, comme 2026-01-31, entre 1990 et 2100.")
    return value


def read_day(value: str, path: str, label: str) -> date:
    """A day typed as 2026-01-31 or 31/01/2026; raises InvalidAnswer with a sentence that quotes it."""
    text = plain_line(value, path, label, 20)
    parts = text.split("/")
    iso = "-".join([parts[2], parts[1].zfill(2), parts[0].zfill(2)]) if len(parts) == 3 else text
    try:
        return date.fromisoformat(iso)
    except ValueError as error:
        raise InvalidAnswer(path, _unread_day(text, iso)) from error


def _unread_day(text: str, iso: str) -> str:
    """Why a day cannot be read: a month too short for it, or another way to write it."""
    year, month, day = (int(part) if part.isascii() and part.isdigit() else 0 for part in (f"{iso}--").split("-")[:3])
    if 1 <= month <= 12 and MINYEAR <= year <= MAXYEAR and monthrange(year, month)[1] < day <= 31:
        name = written_date(date(year, month, 1)).split(NO_BREAK_SPACE)[1]
        return f"Le « {text} » n’existe pas : {name} {year} s’arrête au {monthrange(year, month)[1]}. Corrigez le jour."
    return f"Nous ne lisons pas la date « {text} ». Écrivez-la comme 31/01/2026 : le jour, le mois, l’année."


def _rows(field: Field, value: Any, path: str) -> Reply:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise InvalidAnswer(path, f"« {field.label} » attend une liste de lignes.")
    # A row left empty is no row, but the others keep their place, which is where a fault is shown.
    kept = [(place, row) for place, row in enumerate(value) if any(not _is_empty(cell) for cell in row.values())]
    if len(kept) > field.max_rows:
        raise InvalidAnswer(path, f"« {field.label} » : {field.max_rows} lignes au plus dans une lettre.")
    if len(kept) < field.min_rows and (field.is_required or kept):
        raise MissingAnswer(path, field.missing_sentence)
    return [_row(field, row, f"{path}.{place}") for place, row in kept]


def _row(field: Field, row: Mapping[str, Any], path: str) -> dict[str, Any]:
    known = {column.id for column in field.columns}
    for name in row:
        if name not in known:
            raise InvalidAnswer(f"{path}.{name}", f"« {name} » n’est pas une colonne de « {field.label} ».")
    cells = {column: read_reply(column, row.get(column.id), f"{path}.{column.id}") for column in field.columns}
    return {column.id: empty_reply(column) if cell is None else cell for column, cell in cells.items()}


def empty_reply(field: Field) -> Reply:
    """What a template reads where nothing was answered: "" for what prints, [] for a list, False for a yes or no."""
    if field.kind is FieldKind.YES_NO:
        return False
    if field.kind is FieldKind.CHOICES or field.kind is FieldKind.ROWS:
        return []
    return ""


_READERS: dict[FieldKind, Callable[[Field, Any, str], Reply]] = {
    FieldKind.LINE: _line,
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.YES_NO: _yes_no,
    FieldKind.DATE: _day,
    FieldKind.ROWS: _rows,
}
