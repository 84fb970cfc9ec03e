"""Reads the letters of a pack from `letters/`: front matter, clauses, bank of questions. It must never render them."""

import hashlib
from pathlib import Path

from app.domain.errors import LibraryFault
from app.domain.letters import (
    ALWAYS,
    QUESTION_CATEGORIES,
    BankQuestion,
    Condition,
    ConditionalText,
    Field,
    FieldKind,
    FileCount,
    LetterBook,
    LetterTemplate,
    Option,
    Prompt,
    Source,
)
from app.domain.offices import Right
from app.library.tables import Table, read_toml, read_toml_file

_DEFAULT_LENGTHS = {FieldKind.LINE: 120, FieldKind.TEXT: 3000}
# A field of these names would hide a method of the dictionary that carries the answers into a template.
_RESERVED = frozenset(dir(dict))
_FENCE = "+++"


def load_letters(folder: Path, pack: str = "carnet") -> LetterBook:
    """Read every `letters/packs/<pack>/<id>/letter.md` of `folder` (the `letters` folder), in pack order.

    Raises LibraryFault with file and line. The order is `order` in `pack.toml`; a letter not named there is a fault.
    """
    root = folder.parent
    home = folder / "packs" / pack
    pack_table = read_toml_file(home / "pack.toml", root)
    order = pack_table.texts("order")
    for key in ("id", "title", "version"):
        pack_table.text(key)
    found = {file.parent.name for file in home.glob("*/letter.md")}
    for letter_id in sorted(found.symmetric_difference(order)):
        raise pack_table.fault(f"la lettre « {letter_id} » est dans l’ordre ou dans le dossier, pas dans les deux.")
    pack_table.close()
    return LetterBook(load_letter(home / letter_id / "letter.md", folder) for letter_id in order)


def load_letter(file: Path, folder: Path) -> LetterTemplate:
    """Read one letter with its clauses and its bank of questions; raises LibraryFault."""
    root = folder.parent
    path = str(file.relative_to(root))
    text = file.read_text(encoding="utf-8")
    front, body, body_line = _split(text, path)
    table = read_toml(front, path, first_line=2)
    opening = _clauses(table, "opening", folder)
    closing = _clauses(table, "closing", folder)
    bank = _bank(table.text("question_bank", ""), folder)
    before, separator, annex = body.partition("\n---\n")
    parts = [*opening, Source(before, path, body_line), *closing]
    if separator:
        line = body_line + before.count("\n") + 1
        parts.append(Source("---\n" + annex, path, line))
    digest = hashlib.sha256("\x00".join([text, *(source.text for source in parts), repr(bank)]).encode())
    template = LetterTemplate(
        id=_identifier(table, file),
        title=table.text("title"),
        door=table.text("door"),
        hint=table.text("hint"),
        version=table.text("version"),
        kind=_one_of(table, "kind", ("demande", "suite")),
        right=Right(_one_of(table, "right", tuple(right.value for right in Right))),
        files=FileCount(_one_of(table, "files", tuple(count.value for count in FileCount))),
        procedure=_one_of(table, "procedure", ("data-rights", "documents", "aucune")),
        subject=Source(table.text("subject"), path, table.line_of("subject")),
        parts=tuple(parts),
        fields=tuple(_field(row, bank) for row in table.tables("field")),
        sha256=digest.hexdigest(),
        path=path,
        file_statuses=table.texts("file_statuses"),
        file_ids=table.texts("file_ids"),
        digital_age_files=table.texts("digital_age_files"),
        are_children_optional=_one_of(table, "children", ("oui", "facultatif"), "oui") == "facultatif",
        enclosures=tuple(_conditional(row) for row in table.tables("enclosures")),
        questions=bank,
        max_pages=table.take("max_pages", int, 2),
        max_chars=table.take("max_chars", int, 9000),
    )
    table.close()
    return template


def _split(text: str, path: str) -> tuple[str, str, int]:
    """Front matter, body, and the file line on which the body starts."""
    lines = text.split("\n")
    if lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise LibraryFault(path, 1, "la lettre commence par un en-tête entre deux lignes « +++ ».")
    end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _identifier(table: Table, file: Path) -> str:
    letter_id = table.text("id")
    if letter_id != file.parent.name:
        raise table.fault(f"l’identifiant « {letter_id} » n’est pas le nom du dossier.", "id ")
    return letter_id


def _clauses(table: Table, key: str, folder: Path) -> list[Source]:
    sources = []
    for clause in table.texts(key):
        file = folder / "clauses" / f"{clause}.md"
        if not file.is_file():
            raise table.fault(f"la clause « {clause} » n’existe pas.", clause)
        sources.append(Source(file.read_text(encoding="utf-8"), str(file.relative_to(folder.parent)), 1))
    return sources


def _bank(name: str, folder: Path) -> tuple[BankQuestion, ...]:
    if not name:
        return ()
    table = read_toml_file(folder / "questions" / f"{name}.toml", folder.parent)
    questions = tuple(_bank_question(row) for row in table.tables("question"))
    table.close()
    return questions


def _bank_question(row: Table) -> BankQuestion:
    question_id = row.text("id")
    row.anchored(f'"{question_id}"')
    question = BankQuestion(
        id=question_id,
        number=row.take("number", int),
        label=row.text("label"),
        text=row.text("text"),
        category=_one_of(row, "category", QUESTION_CATEGORIES),
        references=row.texts("references"),
    )
    row.close()
    return question


def _field(row: Table, bank: tuple[BankQuestion, ...]) -> Field:
    field_id = row.text("id")
    row.anchored(f'id = "{field_id}"')
    if not field_id.isidentifier() or field_id in _RESERVED:
        raise row.fault(f"« {field_id} » ne peut pas nommer une question : lettres, chiffres et _ seulement.")
    kind = FieldKind(_one_of(row, "kind", tuple(kind.value for kind in FieldKind)))
    options = tuple(_option(option) for option in row.tables("options"))
    if row.text("options_from", ""):
        options = tuple(Option(question.id, question.label) for question in bank)
    field = Field(
        id=field_id,
        kind=kind,
        label=row.text("label"),
        hint=row.text("hint", ""),
        is_required=row.take("required", bool, True),
        missing=row.text("missing", ""),
        max_length=row.take("max", int, _DEFAULT_LENGTHS.get(kind, 0)),
        example=row.text("example", ""),
        when=_condition(row),
        options=options,
        columns=tuple(_field(column, bank) for column in row.tables("columns")),
        min_rows=row.take("min_rows", int, 1),
        max_rows=row.take("max_rows", int, 8),
        prompts=tuple(_prompt(prompt) for prompt in row.tables("help")),
    )
    _require_shape(field, row)
    row.close()
    return field


def _require_shape(field: Field, row: Table) -> None:
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES) and not field.options:
        raise row.fault(f"la question « {field.id} » est un choix sans option.")
    if field.kind is FieldKind.ROWS and not field.columns:
        raise row.fault(f"la question « {field.id} » est une liste sans colonne.")


def _option(row: Table) -> Option:
    option = Option(row.text("value"), row.text("label"), row.text("hint", ""), _condition(row))
    row.close()
    return option


def _prompt(row: Table) -> Prompt:
    prompt = Prompt(row.text("title"), row.text("text"))
    row.close()
    return prompt


def _conditional(row: Table) -> ConditionalText:
    line = ConditionalText(row.text("text"), _condition(row))
    row.close()
    return line


def _condition(row: Table) -> Condition:
    tests = row.plain("when")
    if not tests:
        return ALWAYS
    if not all(isinstance(values, list) for values in tests.values()):
        raise row.fault("« when » donne pour chaque chemin la liste des valeurs admises.", "when")
    return Condition(tuple((path, tuple(values)) for path, values in tests.items()))


def _one_of(table: Table, key: str, accepted: tuple[str, ...], default: str | None = None) -> str:
    value = table.text(key) if default is None else table.text(key, default)
    if value not in accepted:
        raise table.fault(f"« {key} » vaut {', '.join(accepted)} ; pas « {value} ».", f"{key} ")
    return value
