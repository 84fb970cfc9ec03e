"""Reads the letters of a pack from `letters/`: front matter, clauses, bank of questions. It must never render them."""

import hashlib
from collections.abc import Sequence
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
from app.library.strict_toml import TomlTable, parse_toml, read_library_text, read_toml

_DEFAULT_LENGTHS = {FieldKind.LINE: 120, FieldKind.TEXT: 3000}
# A field of these names would hide a method of the dictionary that carries the answers into a template.
_RESERVED = frozenset(dir(dict))
_FENCE = "+++"
_KINDS = ("demande", "suite")
_PROCEDURES = ("data-rights", "documents", "aucune")
_CHILDREN = ("oui", "facultatif")


def load_letters(folder: Path, pack: str = "carnet") -> LetterBook:
    """Read every `letters/packs/<pack>/<id>/letter.md` of `folder` (the `letters` folder), in pack order.

    Raises LibraryFault with file and line. The order is `order` in `pack.toml`; a letter not named there is a fault.
    """
    home = folder / "packs" / pack
    pack_table = read_toml(home / "pack.toml", _shown(home / "pack.toml", folder))
    order = pack_table.texts("order")
    for key in ("id", "title", "version"):
        pack_table.text(key)
    found = {file.parent.name for file in home.glob("*/letter.md")}
    for letter_id in sorted(found.symmetric_difference(order)):
        raise pack_table.fault(
            "order", f"la lettre « {letter_id} » est dans l’ordre ou dans le dossier, pas dans les deux."
        )
    pack_table.finish()
    return LetterBook(load_letter(home / letter_id / "letter.md", folder) for letter_id in order)


def load_letter(file: Path, folder: Path) -> LetterTemplate:
    """Read one letter with its clauses and its bank of questions; raises LibraryFault."""
    path = _shown(file, folder)
    text = read_library_text(file, path)
    front, body, body_line = _split(text, path)
    table = parse_toml(front, path, first_line=2)
    parts = _parts(table, Source(body, path, body_line), folder)
    bank = _bank(table.optional_text("question_bank") or "", folder)
    digest = hashlib.sha256("\x00".join([text, *(source.text for source in parts), repr(bank)]).encode())
    lines = {f"[{key}]": table.line(key) for key in ("max_chars", "file_ids", "file_statuses", "digital_age_files")}
    template = LetterTemplate(
        id=_identifier(table, file),
        title=table.prose("title"),
        door=table.prose("door"),
        hint=table.prose("hint"),
        version=table.text("version"),
        kind=table.one_of("kind", _KINDS),
        right=table.choice("right", Right),
        files=table.choice("files", FileCount),
        procedure=table.one_of("procedure", _PROCEDURES),
        subject=Source(table.text("subject"), path, table.line("subject")),
        parts=parts,
        fields=_fields(table, bank, lines),
        sha256=digest.hexdigest(),
        path=path,
        file_statuses=table.texts("file_statuses"),
        file_ids=table.texts("file_ids"),
        warned_fields=table.texts("warned_fields"),
        digital_age_files=table.texts("digital_age_files"),
        are_children_optional=table.one_of("children", _CHILDREN, _CHILDREN[0]) == _CHILDREN[1],
        enclosures=tuple(_conditional(row) for row in table.tables("enclosures")),
        questions=bank,
        max_pages=table.integer("max_pages", 2),
        max_chars=table.integer("max_chars", 9000),
        lines=lines,
    )
    table.finish()
    return template


def _shown(file: Path, folder: Path) -> str:
    """The name of a file for those who mend it: from the folder that holds `letters`."""
    return str(file.relative_to(folder.parent))


def _parts(table: TomlTable, body: Source, folder: Path) -> tuple[Source, ...]:
    """Opening clauses, body, closing clauses, then what stands on a sheet of its own."""
    opening, closing = _clauses(table, "opening", folder), _clauses(table, "closing", folder)
    before, separator, annex = body.text.partition("\n---\n")
    parts = [*opening, Source(before, body.path, body.line), *closing]
    if separator:
        parts.append(Source("---\n" + annex, body.path, body.line + before.count("\n") + 1))
    return tuple(parts)


def _split(text: str, path: str) -> tuple[str, str, int]:
    """Front matter, body, and the file line on which the body starts."""
    lines = text.split("\n")
    if lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise LibraryFault(path, 1, "la lettre commence par un en-tête entre deux lignes « +++ ».")
    end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _identifier(table: TomlTable, file: Path) -> str:
    letter_id = table.text("id")
    if letter_id != file.parent.name:
        raise table.fault("id", f"l’identifiant « {letter_id} » n’est pas le nom du dossier.")
    return letter_id


def _clauses(table: TomlTable, key: str, folder: Path) -> list[Source]:
    sources = []
    for clause in table.texts(key):
        file = folder / "clauses" / f"{clause}.md"
        if not file.is_file():
            raise table.fault(key, f"la clause « {clause} » n’existe pas.")
        shown = _shown(file, folder)
        sources.append(Source(read_library_text(file, shown), shown, 1))
    return sources


def _bank(name: str, folder: Path) -> tuple[BankQuestion, ...]:
    if not name:
        return ()
    file = folder / "questions" / f"{name}.toml"
    table = read_toml(file, _shown(file, folder))
    rows = table.tables("question")
    questions = tuple(_bank_question(row, _shown(file, folder)) for row in rows)
    _refuse_repeats([question.id for question in questions], rows)
    table.finish()
    return questions


def _bank_question(row: TomlTable, path: str) -> BankQuestion:
    question = BankQuestion(
        id=row.text("id"),
        number=row.integer("number"),
        label=row.prose("label"),
        text=row.prose("text"),
        category=row.one_of("category", QUESTION_CATEGORIES),
        references=row.texts("references"),
        path=path,
        line=row.line(),
    )
    row.finish()
    return question


def _fields(table: TomlTable, bank: tuple[BankQuestion, ...], lines: dict[str, int]) -> tuple[Field, ...]:
    """The questions of a letter; `lines` learns where each is declared, and each column as `<question>.<column>`."""
    rows = table.tables("field")
    fields = tuple(_field(row, bank, lines) for row in rows)
    _refuse_repeats([field.id for field in fields], rows)
    return fields


def _field(row: TomlTable, bank: tuple[BankQuestion, ...], lines: dict[str, int], above: str = "") -> Field:
    field_id = row.text("id")
    if not field_id.isidentifier() or field_id in _RESERVED:
        raise row.fault("id", f"« {field_id} » ne peut pas nommer une question : lettres, chiffres et _ seulement.")
    lines[f"{above}{field_id}"] = row.line()
    kind = row.choice("kind", FieldKind)
    columns = row.tables("columns")
    field = Field(
        id=field_id,
        kind=kind,
        label=row.prose("label"),
        hint=row.optional_prose("hint"),
        is_required=row.flag("required", default=True),
        missing=row.optional_prose("missing"),
        max_length=row.integer("max", _DEFAULT_LENGTHS.get(kind, 0)),
        example=row.optional_prose("example"),
        when=_condition(row),
        options=_options(row, bank),
        columns=tuple(_field(column, (), lines, f"{field_id}.") for column in columns),
        min_rows=row.integer("min_rows", 1),
        max_rows=row.integer("max_rows", 8),
        prompts=tuple(_prompt(prompt) for prompt in row.tables("help")),
    )
    _refuse_repeats([column.id for column in field.columns], columns)
    _require_shape(field, row)
    row.finish()
    return field


def _options(row: TomlTable, bank: tuple[BankQuestion, ...]) -> tuple[Option, ...]:
    rows = row.tables("options")
    options = tuple(_option(option) for option in rows)
    _refuse_repeats([option.value for option in options], rows)
    if row.optional_text("options_from"):
        return tuple(Option(question.id, question.label, question.text) for question in bank)
    return options


def _refuse_repeats(names: Sequence[str], rows: Sequence[TomlTable]) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise rows[place].fault("id", f"« {name} » figure deux fois : changez l’un des deux noms.")


def _require_shape(field: Field, row: TomlTable) -> None:
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES) and not field.options:
        raise row.fault("options", f"la question « {field.id} » est un choix sans option.")
    if field.kind is FieldKind.ROWS and not field.columns:
        raise row.fault("columns", f"la question « {field.id} » est une liste sans colonne.")
    if any(column.kind is FieldKind.ROWS for column in field.columns):
        raise row.fault("columns", f"la question « {field.id} » a une colonne qui est elle-même une liste.")


def _option(row: TomlTable) -> Option:
    option = Option(row.text("value"), row.prose("label"), row.optional_prose("hint"), _condition(row))
    row.finish()
    return option


def _prompt(row: TomlTable) -> Prompt:
    prompt = Prompt(row.prose("title"), row.prose("text"))
    row.finish()
    return prompt


def _conditional(row: TomlTable) -> ConditionalText:
    line = ConditionalText(row.text("text"), _condition(row), row.line())
    row.finish()
    return line


def _condition(row: TomlTable) -> Condition:
    tests = row.free("when")
    if not tests:
        return ALWAYS
    if not all(isinstance(values, list) for values in tests.values()):
        raise row.fault("when", "« when » donne pour chaque chemin la liste des valeurs admises.")
    return Condition(tuple((path, tuple(values)) for path, values in tests.items()))
