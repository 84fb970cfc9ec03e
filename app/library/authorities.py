"""Reads `letters/authorities/` into the kernel's book of authorities and académies.

It must never build an address from a pattern: what the files do not hold does not exist.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from app.domain.authorities import Academy, Authority, AuthorityBook, Contact, Department
from app.domain.processings import Confidence
from app.library.strict_toml import TomlTable, read_toml

POSTAL_LINE_LENGTH = 38  # NF Z 10-011
POSTAL_LINE_COUNT = 6

_TOWN = re.compile(r"^\d{5} [A-ZÀ-ÖØ-Þ0-9 ’-]+$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]+$")


def load_authorities(folder: Path) -> AuthorityBook:
    """`authorities.toml` and `academies.toml` of the folder, checked.

    Raises `LibraryFault` on an unknown key, a wrong type, an id given twice, an address that does not fit an
    envelope (lines of 38 characters at most, the last one "75334 PARIS CEDEX 07"), a mail that is not one.
    """
    bodies = read_toml(folder / "authorities.toml", f"{folder.name}/authorities.toml")
    authorities = [_authority(table) for table in _distinct(bodies.tables("authority"), "id")]
    bodies.finish()
    regions = read_toml(folder / "academies.toml", f"{folder.name}/academies.toml")
    academies = [_academy(table) for table in _distinct(regions.tables("academy"), "code")]
    regions.finish()
    return AuthorityBook(authorities, academies)


def _distinct(tables: Iterable[TomlTable], key: str) -> Iterable[TomlTable]:
    seen: set[str] = set()
    for table in tables:
        value = table.text(key)
        if value in seen:
            raise table.fault(key, f"« {value} » est donné deux fois. Gardez une seule fiche.")
        seen.add(value)
        yield table


def _authority(table: TomlTable) -> Authority:
    authority = Authority(
        id=table.text("id"),
        name=table.text("name"),
        source=table.text("source"),
        confidence=table.choice("confidence", Confidence),
        lines=_lines(table),
        email=_email(table, "email"),
        phone=table.optional_text("phone"),
        online=table.optional_text("online"),
        note=table.optional_text("note"),
    )
    table.finish()
    return authority


def _academy(table: TomlTable) -> Academy:
    lines = _lines(table)
    academy = Academy(
        code=table.text("code"),
        name=table.text("name"),
        departments=tuple(_department(department) for department in table.tables("departments")),
        lines=lines,
        lines_source=table.text("lines_source") if lines else None,
        lines_confidence=table.choice("lines_confidence", Confidence) if lines else None,
        dpd=_contact(table, "dpd"),
        mediator=_contact(table, "mediator"),
        note=table.optional_text("note"),
    )
    table.finish()
    return academy


def _department(table: TomlTable) -> Department:
    department = Department(code=table.text("code"), name=table.text("name"))
    table.finish()
    return department


def _contact(table: TomlTable, prefix: str) -> Contact | None:
    email = _email(table, f"{prefix}_email")
    if email is None:
        return None
    return Contact(
        value=email,
        source=table.text(f"{prefix}_source"),
        confidence=table.choice(f"{prefix}_confidence", Confidence),
    )


def _email(table: TomlTable, key: str) -> str | None:
    email = table.optional_text(key)
    if email is not None and not _EMAIL.match(email):
        raise table.fault(key, f"« {email} » n’est pas une adresse de courriel. Corrigez-la ou retirez la clé.")
    return email


def _lines(table: TomlTable) -> tuple[str, ...]:
    lines = table.texts("lines")
    if not lines:
        return ()
    if len(lines) > POSTAL_LINE_COUNT:
        raise table.fault("lines", f"Une adresse tient en {POSTAL_LINE_COUNT} lignes. Raccourcissez celle-ci.")
    for line in lines:
        if len(line) > POSTAL_LINE_LENGTH:
            raise table.fault("lines", f"« {line} » dépasse {POSTAL_LINE_LENGTH} caractères. Raccourcissez-la.")
    if not _TOWN.match(lines[-1]):
        raise table.fault("lines", "La dernière ligne est le code postal puis la commune, en capitales.")
    return lines
