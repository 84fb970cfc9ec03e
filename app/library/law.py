"""Reads `letters/law/*.toml` into the kernel's law book. Never guesses: what is unclear is a fault with its line."""

import re
from datetime import date
from pathlib import Path

from app.domain.errors import LibraryFault
from app.domain.law import Confidence, LawBook, LawRecord
from app.library.strict_toml import TomlTable, read_toml

IDENTIFIER = re.compile(r"[A-Za-z0-9-]+")
ADDRESS = re.compile(r"https?://\S+")


def load_law(folder: Path) -> LawBook:
    """Read every `*.toml` of the folder, in name order, into one book.

    Raises `LibraryFault`, which names the file (`letters/law/rgpd.toml`) and the line of the first fault.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        message = "Ce dossier ne contient aucun texte de loi. Indiquez le bon dossier ou ajoutez un fichier."
        raise LibraryFault(f"{folder.parent.name}/{folder.name}", 1, message)
    records: list[LawRecord] = []
    homes: dict[str, str] = {}
    for path in paths:
        shown = f"{folder.parent.name}/{folder.name}/{path.name}"
        top = read_toml(path, shown)
        text_title, text_short = _read_text(top.table("text"), path.stem)
        tables = top.tables("record")
        if not tables:
            raise top.fault("record", "Ce fichier n’a aucune fiche. Ajoutez au moins une partie [[record]].")
        top.finish()
        for table in tables:
            record = _read_record(table, text_title, text_short)
            if record.id in homes:
                home = homes[record.id]
                raise table.fault(
                    "id",
                    f"L’identifiant «\u202f{record.id}\u202f» existe déjà dans {home}. Donnez un autre nom.",
                )
            homes[record.id] = shown
            records.append(record)
    return LawBook(records)


def _read_text(table: TomlTable, expected_id: str) -> tuple[str, str]:
    """Return the long and the short name of the text that the file holds; its id is the file's own name."""
    if table.text("id") != expected_id:
        message = f"L’identifiant du texte doit être le nom du fichier, «\u202f{expected_id}\u202f». Corrigez-le."
        raise table.fault("id", message)
    names = table.text("title"), table.text("short")
    table.finish()
    return names


def _read_record(table: TomlTable, text_title: str, text_short: str) -> LawRecord:
    """Read one `[[record]]`; its own `text` and `short`, given together, win over those of the file."""
    own_title, own_short = table.optional_text("text"), table.optional_text("short")
    if (own_title is None) != (own_short is None):
        alone = "short" if own_title is None else "text"
        raise table.fault(alone, "Les clés text et short vont ensemble. Écrivez les deux, ou aucune.")
    in_force_from, in_force_to = _read_validity(table)
    confidence = table.choice("confidence", Confidence)
    record = LawRecord(
        id=_read_id(table),
        text_title=own_title or text_title,
        text_short=own_short or text_short,
        article=table.text_or_empty("article"),
        summary=table.text("summary"),
        in_force_from=in_force_from,
        in_force_to=in_force_to,
        url=_read_url(table),
        source=table.text("source"),
        confidence=confidence,
        confidence_reason=table.text("confidence_reason"),
        checked_on=_read_checked_on(table),
        notes=table.texts("notes"),
        is_citable=_read_citable(table, confidence),
    )
    table.finish()
    return record


def _read_id(table: TomlTable) -> str:
    """An id goes into letters and command lines: letters, digits and hyphens only."""
    record_id = table.text("id")
    if not IDENTIFIER.fullmatch(record_id):
        message = f"L’identifiant «\u202f{record_id}\u202f» n’admet que lettres, chiffres et tirets. Renommez-le."
        raise table.fault("id", message)
    return record_id


def _read_validity(table: TomlTable) -> tuple[date | None, date | None]:
    """First and last day in force, both inclusive; `None` where unknown or still open."""
    begins, ends = table.day("in_force_from"), table.day("in_force_to")
    if begins is not None and ends is not None and begins > ends:
        message = "Ce dernier jour précède le premier. Remettez in_force_from et in_force_to dans l’ordre."
        raise table.fault("in_force_to", message)
    return begins, ends


def _read_url(table: TomlTable) -> str | None:
    """A web address, which a letter prints as a link."""
    url = table.optional_text("url")
    if url is not None and not ADDRESS.fullmatch(url):
        raise table.fault("url", "L’adresse doit commencer par https:// et n’avoir aucune espace. Corrigez-la.")
    return url


def _read_checked_on(table: TomlTable) -> date:
    """The day somebody last checked the record, without which it proves nothing."""
    checked_on = table.day("checked_on")
    if checked_on is None:
        raise table.fault("checked_on", "La clé «\u202fchecked_on\u202f» manque. Ajoutez le jour de la vérification.")
    return checked_on


def _read_citable(table: TomlTable, confidence: Confidence) -> bool:
    """Whether a letter may print the record; at low confidence the file must say no in so many words."""
    is_citable = table.flag("citable", default=True)
    if is_citable and confidence is Confidence.LOW:
        message = "Une fiche de confiance faible ne se cite pas. Ajoutez citable = false."
        raise table.fault("citable" if "citable" in table else "confidence", message)
    return is_citable
