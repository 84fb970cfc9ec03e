"""Reads the questions of a letter from its front matter. It must never know what an answer becomes in the text."""

from collections.abc import Sequence

from app.domain.conditions import ALWAYS, Condition
from app.domain.letters import BankQuestion, Field, FieldKind, Option, Prompt
from app.library.strict_toml import TomlTable

_DEFAULT_LENGTHS = {FieldKind.LINE: 120, FieldKind.TEXT: 3000}
# A field of these names would hide a method of the dictionary that carries the answers into a template.
_RESERVED = frozenset(dir(dict))


def read_fields(
    table: TomlTable, bank: tuple[BankQuestion, ...], *, may_be_known: bool
) -> tuple[tuple[Field, ...], dict[str, int]]:
    """The questions of a letter, and the line that declares each, columns as `<question>.<column>`.

    `may_be_known`: whether the letter has a dossier, which answers some of them.
    """
    lines: dict[str, int] = {}
    rows = table.tables("field")
    for row in rows:
        if "known" in row and not may_be_known:
            raise row.fault("known", "« known » lit un dossier : il va avec une question d’une suite. Retirez-le.")
    fields = tuple(_field(row, bank, lines) for row in rows)
    refuse_repeats([field.id for field in fields], rows)
    return fields, lines


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
        when=read_condition(row),
        options=_options(row, bank),
        columns=tuple(_field(column, (), lines, f"{field_id}.") for column in columns),
        min_rows=row.integer("min_rows", 1),
        max_rows=row.integer("max_rows", 8),
        prompts=tuple(_prompt(prompt) for prompt in row.tables("help")),
        known=row.optional_text("known") or "",
    )
    refuse_repeats([column.id for column in field.columns], columns)
    _require_shape(field, row)
    row.finish()
    return field


def _options(row: TomlTable, bank: tuple[BankQuestion, ...]) -> tuple[Option, ...]:
    rows = row.tables("options")
    options = tuple(_option(option) for option in rows)
    refuse_repeats([option.value for option in options], rows)
    if row.optional_text("options_from"):
        return tuple(Option(question.id, question.label, question.text) for question in bank)
    return options


def refuse_repeats(names: Sequence[str], rows: Sequence[TomlTable]) -> None:
    """Raise LibraryFault on the second table of the same name."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise rows[place].fault("id", f"« {name} » figure deux fois : changez l’un des deux noms.")


def _require_shape(field: Field, row: TomlTable) -> None:
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES) and not field.options:
        raise row.fault("options", f"la question « {field.id} » est un choix sans option.")
    if field.kind is FieldKind.ROWS and not field.columns:
        raise row.fault("columns", f"la question « {field.id} » est une liste sans colonne.")
    if any(column.known for column in field.columns):
        raise row.fault("columns", "« known » va avec une question entière, pas avec une colonne.")
    if any(column.kind is FieldKind.ROWS for column in field.columns):
        raise row.fault("columns", f"la question « {field.id} » a une colonne qui est elle-même une liste.")


def _option(row: TomlTable) -> Option:
    option = Option(row.text("value"), row.prose("label"), row.optional_prose("hint"), read_condition(row))
    row.finish()
    return option


def _prompt(row: TomlTable) -> Prompt:
    prompt = Prompt(row.prose("title"), row.prose("text"))
    row.finish()
    return prompt


def read_condition(row: TomlTable, key: str = "when") -> Condition:
    """The condition under a key, one that always holds when the key is absent."""
    tests = row.free(key)
    if not tests:
        return ALWAYS
    if not all(isinstance(values, list) for values in tests.values()):
        raise row.fault(key, f"« {key} » donne pour chaque chemin la liste des valeurs admises.")
    return Condition(tuple((path, tuple(values)) for path, values in tests.items()))
