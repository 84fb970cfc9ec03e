"""Reads one value of the answers: a text, a table, a choice, a day, an address. It must never fill a hole.

Each reader takes the table that holds the value and the dotted path above it, and raises InvalidAnswer (MissingAnswer
when the value is absent and needed) on the value's own path.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from app.domain.address import PostalAddress, postal_address
from app.domain.deadlines import Channel
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender
from app.domain.offices import Sector, Stage
from app.domain.people import Quality
from app.domain.replies import read_day

E = TypeVar("E", Gender, Quality, Stage, Sector, Channel)


def table_of(raw: Mapping[str, Any], key: str, above: str = "") -> Mapping[str, Any]:
    """A table below this one; absent is empty."""
    value = raw.get(key) or {}
    if not isinstance(value, Mapping):
        raise InvalidAnswer(f"{above}.{key}".lstrip("."), f"« {key} » est une table de réponses.")
    return value


def tables_of(raw: Mapping[str, Any], key: str, above: str = "") -> list[Mapping[str, Any]]:
    """A list of tables; absent is empty."""
    value = raw.get(key) or []
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise InvalidAnswer(f"{above}.{key}".lstrip("."), f"« {key} » est une liste de tables.")
    return value


def text_of(row: Mapping[str, Any], key: str, above: str) -> str:
    """A text as it was given; absent is ""."""
    value = row.get(key) or ""
    if not isinstance(value, str):
        raise InvalidAnswer(f"{above}.{key}", f"« {key} » attend un texte entre guillemets.")
    return value


def day_of(row: Mapping[str, Any], key: str, above: str, label: str) -> date | None:
    """A date, or one typed as 2026-01-31 or 31/01/2026; absent is None."""
    value = row.get(key)
    if not value:
        return None
    if isinstance(value, str):
        return read_day(value, f"{above}.{key}", label)
    if type(value) is not date:
        raise InvalidAnswer(f"{above}.{key}", f"« {label} » attend une date, comme 2017-03-02.")
    return value


def gender_of(row: Mapping[str, Any], above: str) -> Gender:
    """The gender under `genre`; absent is neutral."""
    if not row.get("genre"):
        return Gender.N
    return choice_of(Gender, row, "genre", above, "Choisissez : f, m, ou n quand vous ne savez pas.")


def choice_of(kind: type[E], row: Mapping[str, Any], key: str, above: str, missing: str) -> E:
    """One word of a closed list; `missing` is the sentence when it is absent."""
    value = row.get(key)
    if not value:
        raise MissingAnswer(f"{above}.{key}", missing)
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(kind)
        raise InvalidAnswer(
            f"{above}.{key}", f"« {key} » vaut {known} ; nous ne lisons pas « {str(value)[:40]} »."
        ) from error


def address_of(row: Mapping[str, Any], path: str) -> PostalAddress:
    """A checked postal address."""
    return postal_address(
        field=path,
        street=text_of(row, "voie", path),
        postcode=text_of(row, "code_postal", path),
        town=text_of(row, "commune", path),
        complement=text_of(row, "complement", path),
        country=text_of(row, "pays", path),
    )
