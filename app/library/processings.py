"""Reads `letters/processings/`, one TOML file per school file, into the kernel's book of processings.

It must never complete a record: a key that is absent stays unknown.
"""

from collections.abc import Mapping
from pathlib import Path

from app.domain.errors import LibraryFault
from app.domain.offices import Office, Right, Stage
from app.domain.processings import (
    Act,
    Confidence,
    Evidence,
    Opposition,
    OppositionStatus,
    Processing,
    ProcessingBook,
    ProcessingStatus,
    SchoolKind,
    Source,
)
from app.library.strict_toml import TomlTable, read_toml

# Files of primary school have no collège door, and so on: the stages say which doors a record must name.
_PUBLIC_DOORS = {
    Stage.MATERNELLE: SchoolKind.ECOLE_PUBLIQUE,
    Stage.ELEMENTAIRE: SchoolKind.ECOLE_PUBLIQUE,
    Stage.COLLEGE: SchoolKind.COLLEGE_PUBLIC,
    Stage.LYCEE: SchoolKind.LYCEE_PUBLIC,
}


def load_processings(folder: Path, law_ids: frozenset[str] | None) -> ProcessingBook:
    """Every `*.toml` of the folder, checked.

    `law_ids`: the ids of the law records, against which `references` are checked; `None` skips that check.
    Raises `LibraryFault` on an unknown key, a wrong type, an id that is not the file's name, a
    successor or a law record that does not exist, a stage without anybody to write to.
    """
    loaded = [_load(path, law_ids) for path in sorted(folder.glob("*.toml"))]
    if not loaded:
        raise LibraryFault(folder.name, 1, "Aucun fichier scolaire ici. Remettez les fiches en place.")
    ids = {processing.id for processing, _ in loaded}
    for processing, table in loaded:
        for successor in processing.replaced_by:
            if successor not in ids or successor == processing.id:
                raise table.fault("replaced_by", f"Le successeur « {successor} » n’a pas de fiche. Corrigez son nom.")
    return ProcessingBook(processing for processing, _ in loaded)


def _load(path: Path, law_ids: frozenset[str] | None) -> tuple[Processing, TomlTable]:
    table = read_toml(path, f"{path.parent.name}/{path.name}")
    processing = _processing(table)
    table.finish()
    if processing.id != path.stem:
        raise table.fault("id", f"La fiche s’appelle « {path.stem} » : son id doit être le même.")
    _check_doors(processing, table)
    if law_ids is not None:
        for reference in processing.references:
            if reference not in law_ids:
                raise table.fault("references", f"Le texte « {reference} » n’a pas de fiche. Corrigez son nom.")
    return processing, table


def _processing(table: TomlTable) -> Processing:
    return Processing(
        id=table.text("id"),
        name=table.text("name"),
        short=table.text("short"),
        article=table.optional_text("article") or "",
        status=table.choice("status", ProcessingStatus),
        stages=_stages(table),
        controller=table.text("controller"),
        confidence=table.choice("confidence", Confidence),
        write_to=_doors(table.table("write_to")),
        opposition=_opposition(table.table("opposition")),
        is_founding=table.flag("founding_text", default=False),
        aliases=table.texts("aliases"),
        replaced_by=table.text_or_texts("replaced_by"),
        history=table.optional_text("history"),
        purposes=table.texts("purposes"),
        data=table.texts("data"),
        readers=table.texts("readers"),
        retention=table.optional_text("retention"),
        security=table.optional_text("security"),
        links=table.optional_text("links"),
        legal_basis=table.optional_text("legal_basis"),
        unread=table.texts("unread"),
        references=table.texts("references"),
        notes=table.texts("notes"),
        write_to_for=_doors_by_right(table),
        write_to_reason=table.optional_text("write_to_reason"),
        copies=_copies(table.optional_table("copies")),
        authority=table.optional_text("authority"),
        authority_rights=table.choices("authority_rights", Right),
        acts=tuple(_act(act) for act in table.tables("act")),
        sources=tuple(_source(source) for source in table.tables("source")),
    )


def _stages(table: TomlTable) -> tuple[Stage, ...]:
    stages = table.choices("stages", Stage)
    if not stages:
        raise table.fault("stages", "Aucun niveau n’est indiqué. Ajoutez au moins un niveau à « stages ».")
    return stages


def _doors(table: TomlTable) -> Mapping[SchoolKind, Office]:
    doors = {kind: table.choice(kind, Office) for kind in SchoolKind if kind in table}
    table.finish()
    return doors


def _doors_by_right(table: TomlTable) -> Mapping[Right, Mapping[SchoolKind, Office]]:
    found: dict[Right, Mapping[SchoolKind, Office]] = {}
    for right in Right:
        special = table.optional_table(f"write_to_{right}")
        if special is not None:
            found[right] = _doors(special)
    return found


def _copies(table: TomlTable | None) -> Mapping[SchoolKind, tuple[Office, ...]]:
    if table is None:
        return {}
    copies = {kind: table.choices(kind, Office) for kind in SchoolKind if kind in table}
    table.finish()
    return copies


def _opposition(table: TomlTable) -> Opposition:
    opposition = Opposition(
        status=table.choice("status", OppositionStatus),
        evidence=table.choice("evidence", Evidence),
        comment=table.text("comment"),
        article=table.optional_text("article"),
        quote=table.optional_text("quote"),
    )
    table.finish()
    return opposition


def _act(table: TomlTable) -> Act:
    act = Act(
        title=table.text("title"),
        is_read=table.flag("is_read", default=False),
        signed_on=table.day("date"),
        nor=table.optional_text("nor"),
        url=table.optional_text("url"),
        state=table.optional_text("state"),
    )
    table.finish()
    return act


def _source(table: TomlTable) -> Source:
    source = Source(read=table.text("read"), kind=table.text("kind"), url=table.optional_text("url"))
    table.finish()
    return source


def _check_doors(processing: Processing, table: TomlTable) -> None:
    """A family of any stage of the file, in either sector, must find a door."""
    needed = {_PUBLIC_DOORS[stage] for stage in processing.stages} | {SchoolKind.PRIVE}
    for kind in SchoolKind:
        if kind in needed and kind not in processing.write_to:
            raise table.fault("write_to", f"Personne à qui écrire pour « {kind} ». Ajoutez-le à [write_to].")
