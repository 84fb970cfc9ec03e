"""Reads the letters of a pack from `letters/`: front matter, clauses, bank of questions. It must never render them."""

import hashlib
from pathlib import Path

from app.domain.conditions import Condition
from app.domain.errors import LibraryFault
from app.domain.letters import (
    FILES,
    QUESTION_CATEGORIES,
    QUESTIONS,
    AddresseeRule,
    AskedPoint,
    BankQuestion,
    ConditionalText,
    Field,
    FieldKind,
    FileCount,
    LetterBook,
    LetterKind,
    LetterTemplate,
    Source,
)
from app.domain.offices import Right
from app.library.letter_fields import read_condition, read_fields, refuse_repeats
from app.library.strict_toml import TomlTable, parse_toml, read_library_text, read_toml

_FENCE = "+++"
_NO_PROCEDURE = "aucune"
_PROCEDURES = ("data-rights", "documents", _NO_PROCEDURE)
_CHILDREN = ("oui", "facultatif")
# What only a first letter says: its follow-ups take it from the dossier.
_FIRST_ONLY = (
    "right", "file_ids", "file_statuses", "digital_age_files", "question_bank", "data_when", "documents_when", "point",
)  # fmt: skip
_FOLLOW_UP_ONLY = ("addressee",)
_LINED_KEYS = ("max_chars", "file_ids", "file_statuses", "digital_age_files", "data_when", "documents_when")


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
    return parse_letter(read_library_text(file, path), path, folder, file.parent.name)


def parse_letter(text: str, path: str, folder: Path, letter_id: str) -> LetterTemplate:
    """Read the text of one letter, wherever it is kept; its clauses and its bank are those of `folder`.

    `path` is the name that faults give to the text; `letter_id` the one that its head must have. Raises LibraryFault.
    """
    table, body = _split(text, path)
    kind = _kind(table)
    parts = _parts(table, body, folder)
    bank = _bank(table.optional_text("question_bank") or "", folder)
    fields, lines = read_fields(table, bank, may_be_known=kind is LetterKind.SUITE)
    template = LetterTemplate(
        id=_identifier(table, letter_id),
        title=table.prose("title"),
        door=table.prose("door"),
        hint=table.prose("hint"),
        version=table.text("version"),
        kind=kind,
        right=None if kind is LetterKind.SUITE else table.choice("right", Right),
        files=table.choice("files", FileCount),
        procedure=table.one_of("procedure", _PROCEDURES),
        subject=Source(table.text("subject"), path, table.line("subject")),
        parts=parts,
        fields=fields,
        sha256=_digest(text, *(source.text for source in parts), repr(bank)),
        path=path,
        file_statuses=table.texts("file_statuses"),
        file_ids=table.texts("file_ids"),
        warned_fields=table.texts("warned_fields"),
        digital_age_files=table.texts("digital_age_files"),
        are_children_optional=table.one_of("children", _CHILDREN, _CHILDREN[kind is LetterKind.SUITE]) != _CHILDREN[0],
        addressee=table.optional_choice("addressee", AddresseeRule) or AddresseeRule.SAME,
        data_when=_clock(table, "data_when"),
        documents_when=_clock(table, "documents_when"),
        points=_points(table, fields, bank),
        enclosures=tuple(_conditional(row) for row in table.tables("enclosures")),
        questions=bank,
        max_pages=table.integer("max_pages", 2),
        max_chars=table.integer("max_chars", 9000),
        lines=lines | {f"[{key}]": table.line(key) for key in _LINED_KEYS},
    )
    table.finish()
    return template


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


def _kind(table: TomlTable) -> LetterKind:
    """The kind of the letter, which has no key of the other one.

    A follow-up has the right, the files and the points of its dossier; a first letter has no dossier.
    """
    kind = table.choice("kind", LetterKind)
    is_follow_up = kind is LetterKind.SUITE
    for key in _FIRST_ONLY if is_follow_up else _FOLLOW_UP_ONLY:
        if key in table:
            raise table.fault(key, f"une lettre de sorte « {kind} » n’a pas de clé « {key} ». Retirez-la.")
    if (table.choice("files", FileCount) is FileCount.DOSSIER) is not is_follow_up:
        raise table.fault("files", "« dossier » va avec une suite, et avec elle seule.")
    if is_follow_up and table.text("procedure") != _NO_PROCEDURE:
        raise table.fault("procedure", f"une suite n’ouvre pas d’horloge : écrivez « {_NO_PROCEDURE} ».")
    return kind


def _clock(table: TomlTable, key: str) -> Condition | None:
    """When the letter starts that clock although its procedure does not; None when nobody said so."""
    return read_condition(table, key) if key in table else None


def _points(table: TomlTable, fields: tuple[Field, ...], bank: tuple[BankQuestion, ...]) -> tuple[AskedPoint, ...]:
    rows = table.tables("point")
    lists = {FILES, *(field.id for field in fields if field.kind is FieldKind.ROWS)} | ({QUESTIONS} if bank else set())
    points = tuple(_point(row, lists) for row in rows)
    refuse_repeats([point.id for point in points], rows)
    return points


def _point(row: TomlTable, lists: set[str]) -> AskedPoint:
    each = row.optional_text("from") or ""
    if each and each not in lists:
        raise row.fault("from", f"« from » ne nomme pas de liste : {', '.join(sorted(lists))}.")
    point = AskedPoint(row.text("id"), row.text("text"), read_condition(row), each, row.line("text"))
    row.finish()
    return point


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


def _split(text: str, path: str) -> tuple[TomlTable, Source]:
    """Front matter and body."""
    lines = text.split("\n")
    if lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise LibraryFault(path, 1, "la lettre commence par un en-tête entre deux lignes « +++ ».")
    end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    front = parse_toml("\n".join(lines[1:end]), path, first_line=2)
    return front, Source("\n".join(lines[end + 1 :]), path, end + 2)


def _identifier(table: TomlTable, expected: str) -> str:
    letter_id = table.text("id")
    if letter_id != expected:
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
    refuse_repeats([question.id for question in questions], rows)
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


def _conditional(row: TomlTable) -> ConditionalText:
    line = ConditionalText(row.text("text"), read_condition(row), row.line())
    row.finish()
    return line
