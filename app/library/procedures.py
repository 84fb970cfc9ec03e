"""Reads `letters/procedures/` into the kernel’s ladders. It must never accept an unknown text or letter."""

from collections.abc import Container
from pathlib import Path

from app.domain.dossier.clocks import Ground
from app.domain.dossier.landmarks import LandmarkName
from app.domain.dossier.procedures import Procedure, ProcedureBook, ProcedureStep
from app.domain.errors import LibraryFault
from app.domain.offices import Right
from app.library.strict_toml import TomlTable, read_toml


def load_procedures(folder: Path, law_ids: Container[str], letter_ids: Container[str]) -> ProcedureBook:
    """Read every `*.toml` of `folder` (`letters/procedures`); raises LibraryFault with file and line."""
    procedures = [_procedure(file, law_ids, letter_ids) for file in sorted(folder.glob("*.toml"))]
    grounds = [procedure.ground for procedure in procedures]
    for ground in Ground:
        if grounds.count(ground) != 1:
            raise LibraryFault(
                "letters/procedures", 1, f"il faut une procédure et une seule pour « {ground.value} » : {grounds}."
            )
    return ProcedureBook(procedures)


def _procedure(file: Path, law_ids: Container[str], letter_ids: Container[str]) -> Procedure:
    table = read_toml(file, f"letters/procedures/{file.name}")
    if table.text("id") != file.stem:
        raise table.fault("id", "l’identifiant est le nom du fichier.")
    rows = table.tables("step")
    numbered = [(row.integer("order"), _step(row, law_ids, letter_ids)) for row in rows]
    procedure = Procedure(
        id=file.stem,
        title=table.prose("title"),
        ground=table.choice("ground", Ground),
        steps=tuple(step for _, step in sorted(numbered, key=lambda pair: pair[0])),
    )
    table.finish()
    seen: set[str] = set()
    for row, (_, step) in zip(rows, numbered, strict=True):
        if step.id in seen:
            raise row.fault("id", f"« {step.id} » figure deux fois.")
        seen.add(step.id)
    return procedure


def _step(row: TomlTable, law_ids: Container[str], letter_ids: Container[str]) -> ProcedureStep:
    step = ProcedureStep(
        id=row.text("id"),
        title=row.prose("title"),
        addressee=row.prose("addressee"),
        opens=row.choices("opens", LandmarkName),
        closes=row.choices("closes", LandmarkName),
        references=row.texts("refs"),
        enclosures=row.texts("enclosures"),
        letter=row.optional_text("letter") or "",
        rights=row.choices("rights", Right),
        is_public_only=row.flag("is_public", default=False),
        is_certain=row.flag("certain", default=True),
        note=row.optional_prose("note"),
    )
    for reference in step.references:
        if reference not in law_ids:
            raise row.fault("refs", f"aucune fiche de droit ne porte l’identifiant « {reference} ».")
    if not step.references:
        raise row.fault("refs", "une étape sans texte n’a pas sa place ici.")
    if step.letter and step.letter not in letter_ids:
        raise row.fault("letter", f"il n’y a pas de lettre « {step.letter} ».")
    if not step.is_certain and not step.note:
        raise row.fault("note", "ce qui n’est pas certain se dit dans « note ».")
    row.finish()
    return step
