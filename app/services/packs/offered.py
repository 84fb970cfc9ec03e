"""A letter that an association offers to families, as its public page shows it. It must never offer a version that is
not published.
"""

from dataclasses import dataclass

from app.domain.errors import UnknownReference
from app.domain.letter_keys import version_key, version_of
from app.domain.letters import LetterTemplate
from app.domain.versions import VersionState
from app.services.house import House
from app.services.packs.standing import NOT_OFFERED, withdrawal_of
from app.services.templates import version_template
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association, find_association
from app.storage.association_letter import find_association_letter, find_version, versions_of


@dataclass(frozen=True, slots=True)
class OfferedLetter:
    """The published version of a letter, and whose it is; `key` is what a draft of it keeps."""

    association_slug: str
    association_name: str
    slug: str
    key: str
    template: LetterTemplate


def offered_letter(house: House, association_slug: str, letter_slug: str) -> OfferedLetter:
    """The letter of that address; raises UnknownReference, with the association's own words when it withdrew it."""
    with house.units.reading() as unit:
        association = find_association(unit.session, association_slug)
        found = find_association_letter(unit.session, association.id, letter_slug) if association else None
        if association is None or found is None:
            raise UnknownReference(NOT_OFFERED)
        rows = versions_of(unit.session, found.id)
        row = next((row for row in rows if row.state == VersionState.PUBLIEE), None)
        if row is None:
            raise UnknownReference(_why_not(unit, found.slug, [row.id for row in rows]))
        return OfferedLetter(
            association.slug,
            association.name,
            found.slug,
            version_key(found.slug, row.id),
            version_template(row, found, association),
        )


def _why_not(unit: UnitOfWork, slug: str, version_ids: list[str]) -> str:
    """What to tell who comes for a letter that is not offered: why it was withdrawn, when it was."""
    said = (withdrawal_of(unit, version_key(slug, version_id)) for version_id in version_ids)
    return next((words for words in said if words), NOT_OFFERED)


def address_of(house: House, key: str) -> tuple[str, str]:
    """The names in addresses of the association and of the letter of a key; raises UnknownReference."""
    with house.units.reading() as unit:
        found = find_version(unit.session, version_of(key))
        association: Association | None = found[2] if found else None
        if found is None or association is None or association.closed_at is not None:
            raise UnknownReference(NOT_OFFERED)
        return association.slug, found[1].slug
