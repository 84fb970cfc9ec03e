"""Reads the form of one question of a letter, and moves questions about. It must never rename a question: texts and
conditions read it by its name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer, MissingAnswer, NotFound
from app.domain.letters import FieldKind
from app.domain.plaintext import plain_line, plain_text
from app.services.packs.condition_choices import When
from app.services.packs.editing_parts import Answers, whole_number
from app.services.packs.row_names import option_value, question_id
from app.services.packs.sources import LetterSource

LABEL_LENGTH, HINT_LENGTH, MISSING_LENGTH, EXAMPLE_LENGTH, OPTION_LENGTH, HELP_LENGTH = 160, 400, 240, 400, 160, 240
MOST_OPTIONS, MOST_COLUMNS, MOST_PROMPTS, MOST_QUESTIONS, MOST_LIST_ROWS = 40, 6, 12, 40, 20
LONGEST_ANSWER = 4000
CHOOSING = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})
WRITING = frozenset({FieldKind.LINE, FieldKind.TEXT})
# What a column of a list of rows may ask: a list in a list cannot be read.
COLUMN_KINDS = (FieldKind.LINE, FieldKind.TEXT, FieldKind.DATE, FieldKind.YES_NO)
_LENGTHS = {FieldKind.LINE: 120, FieldKind.TEXT: 3000}
_ROWS = {"min_rows": 1, "max_rows": 8}
_UNKNOWN = "Cette question n’existe plus dans la lettre : quelqu’un l’a peut-être retirée."

Table = dict[str, Any]


def place_of(source: LetterSource, name: str) -> int:
    """Where that question stands; raises NotFound."""
    for place, row in enumerate(source.fields):
        if row["id"] == name:
            return place
    raise NotFound(_UNKNOWN)


def read_question(answers: Answers, when: When, source: LetterSource, name: str = "") -> Table:
    """The table of a question as its form says it; `name`: the question that it changes, "" for a new one.

    Raises InvalidAnswer, whose `faults` are all there is to take again. What the form does not show stays.
    """
    kept = source.fields[place_of(source, name)] if name else {}
    if not name and len(source.fields) >= MOST_QUESTIONS:
        raise InvalidAnswer(
            "label", f"Une lettre pose {MOST_QUESTIONS} questions au plus : personne ne répond à davantage."
        )
    kind = _kind(answers, tuple(FieldKind))
    read = read_all(
        label=lambda: _required(
            answers, "label", "La question", LABEL_LENGTH, "Écrivez la question, comme vous la poseriez à voix haute."
        ),
        hint=lambda: plain_line(_typed(answers, "hint"), "hint", "L’aide", HINT_LENGTH),
        missing=lambda: plain_line(_typed(answers, "missing"), "missing", "La phrase", MISSING_LENGTH),
        example=lambda: plain_line(_typed(answers, "example"), "example", "L’exemple", EXAMPLE_LENGTH),
        max=lambda: _max(answers, kind),
        options=lambda: _options(answers, kept) if kind in CHOOSING and "options_from" not in kept else [],
        columns=lambda: _columns(answers, kept) if kind is FieldKind.ROWS else [],
        min_rows=lambda: _row_count(answers, "min_rows", "Le plus petit nombre de lignes", kind),
        max_rows=lambda: _row_count(answers, "max_rows", "Le plus grand nombre de lignes", kind),
        help=lambda: _prompts(answers),
    )
    _agree(read)
    taken = {row["id"] for row in source.fields}
    table = {
        **({"known": kept["known"]} if "known" in kept and kept.get("kind") == kind else {}),
        **({"options_from": kept["options_from"]} if "options_from" in kept and kind in CHOOSING else {}),
        **read,
        "id": name or question_id(read["label"], taken),
        "kind": kind.value,
        "when": dict(when),
    }
    if answers.get("required") == "non":
        table["required"] = False
    return {key: value for key, value in table.items() if value not in ("", None, [], {})}


def with_question(source: LetterSource, table: Table, name: str = "") -> LetterSource:
    """The letter with this question in place of the one of that name, or last."""
    rows = source.fields
    if name:
        rows[place_of(source, name)] = table
    else:
        rows.append(table)
    return source.with_front(field=rows)


def without_question(source: LetterSource, name: str) -> LetterSource:
    """The letter without that question; what still reads it becomes a fault of the letter, said with its line."""
    rows = source.fields
    del rows[place_of(source, name)]
    warned = [one for one in source.front.get("warned_fields") or () if one != name]
    return source.with_front(field=rows, warned_fields=warned)


def with_moved(rows: Sequence[Table], place: int, step: int) -> list[Table]:
    """The rows with one of them a step up (-1) or down (1); at the end of the list it stays where it is."""
    moved = list(rows)
    other = place + step
    if 0 <= place < len(moved) and 0 <= other < len(moved):
        moved[place], moved[other] = moved[other], moved[place]
    return moved


def _agree(read: Mapping[str, Any]) -> None:
    least, most = read["min_rows"] or _ROWS["min_rows"], read["max_rows"] or _ROWS["max_rows"]
    if least > most:
        raise InvalidAnswer("max_rows", "Le plus grand nombre de lignes ne peut pas être sous le plus petit.")


def _kind(answers: Answers, kinds: Sequence[FieldKind]) -> FieldKind:
    found = next((kind for kind in kinds if kind.value == answers.get("kind")), None)
    if found is None:
        raise MissingAnswer("kind", "Choisissez la sorte de réponse que l’on attend.")
    return found


def _max(answers: Answers, kind: FieldKind) -> int | None:
    if kind not in WRITING or not _typed(answers, "max").strip():
        return None
    found = whole_number(answers, "max", "La longueur d’une réponse", 5, LONGEST_ANSWER)
    return None if found == _LENGTHS[kind] else found


def _row_count(answers: Answers, field: str, label: str, kind: FieldKind) -> int | None:
    if kind is not FieldKind.ROWS or not _typed(answers, field).strip():
        return None
    found = whole_number(answers, field, label, 1, MOST_LIST_ROWS)
    return None if found == _ROWS[field] else found


def _options(answers: Answers, kept: Mapping[str, Any]) -> list[Table]:
    """The answers to choose from; one that stays keeps its value and its condition, an emptied one goes."""
    known = {row["value"]: row for row in kept.get("options") or ()}
    found: list[Table] = []
    for place, row in enumerate(_filled(answers, "options", "label", MOST_OPTIONS, "réponses")):
        field = f"options.{place}.label"
        label = _required(
            row, "label", "La réponse", OPTION_LENGTH, "Écrivez la réponse, ou effacez sa précision.", field
        )
        hint = plain_line(_typed(row, "hint"), f"options.{place}.hint", "La précision", HINT_LENGTH)
        taken = {one["value"] for one in found}
        before = known.get(_typed(row, "id"))
        if before is None or before["value"] in taken:
            before = {"value": option_value(label, taken | set(known))}
        found.append({key: value for key, value in {**before, "label": label, "hint": hint}.items() if value})
    if len(found) < 2:
        raise MissingAnswer("options.0.label", "Donnez au moins deux réponses entre lesquelles choisir.")
    _refuse_twins([row["label"] for row in found], "options", "réponses")
    return found


def _columns(answers: Answers, kept: Mapping[str, Any]) -> list[Table]:
    """What each row of a list asks for; a column that stays keeps its name and what the form does not show."""
    known = {row["id"]: row for row in kept.get("columns") or ()}
    found: list[Table] = []
    for place, row in enumerate(_filled(answers, "columns", "label", MOST_COLUMNS, "colonnes")):
        label = _required(
            row, "label", "Le titre", LABEL_LENGTH, "Donnez un titre à cette colonne.", f"columns.{place}.label"
        )
        taken = {one["id"] for one in found}
        before = known.get(_typed(row, "id"), {})
        if not before or before["id"] in taken:
            before = {"id": question_id(label, taken | set(known))}
        kinds = (*COLUMN_KINDS, FieldKind(before["kind"])) if "kind" in before else COLUMN_KINDS
        column = {
            **before,
            "label": label,
            "kind": _kind({"kind": row.get("kind") or FieldKind.LINE.value}, kinds).value,
        }
        column.pop("required", None)
        if row.get("required") == "non":
            column["required"] = False
        found.append(column)
    if not found:
        raise MissingAnswer(
            "columns.0.label", "Donnez un titre à une colonne au moins : c’est ce que l’on remplit à chaque ligne."
        )
    _refuse_twins([row["label"] for row in found], "columns", "colonnes")
    return found


def _prompts(answers: Answers) -> list[Table]:
    found = []
    for place, row in enumerate(_filled(answers, "help", "title", MOST_PROMPTS, "aides", also="text")):
        title = _required(
            row, "title", "Le titre", LABEL_LENGTH, "Donnez un titre à cette aide.", f"help.{place}.title"
        )
        text = " ".join(plain_text(_typed(row, "text"), f"help.{place}.text", "L’aide", HELP_LENGTH).split())
        if not text:
            raise MissingAnswer(f"help.{place}.text", "Écrivez ce qui aide à répondre, ou effacez le titre.")
        found.append({"title": title, "text": text})
    return found


def _filled(
    answers: Answers, field: str, first: str, most: int, name: str, also: str = "hint"
) -> list[Mapping[str, Any]]:
    """The rows in which something is written; raises InvalidAnswer past `most`."""
    rows = [row for row in answers.get(field) or () if _typed(row, first).strip() or _typed(row, also).strip()]
    if len(rows) > most:
        raise InvalidAnswer(f"{field}.0.{first}", f"{most} {name} au plus : il y en a {len(rows)}. Retirez-en.")
    return rows


def _refuse_twins(labels: Sequence[str], field: str, name: str) -> None:
    for place, label in enumerate(labels):
        if label.casefold() in (other.casefold() for other in labels[:place]):
            raise InvalidAnswer(
                f"{field}.{place}.label", f"Deux {name} portent le même nom, « {label} » : changez l’une d’elles."
            )


def _required(answers: Mapping[str, Any], key: str, label: str, length: int, missing: str, field: str = "") -> str:
    line = plain_line(_typed(answers, key), field or key, label, length)
    if not line:
        raise MissingAnswer(field or key, missing)
    return line


def _typed(answers: Mapping[str, Any], key: str) -> str:
    return str(answers.get(key) or "")
