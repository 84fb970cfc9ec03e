"""The letters a workshop offers first: those of its association. It must never show one that is not published."""

from dataclasses import dataclass

from app.services.house import House
from app.services.packs.letters import published_letters


@dataclass(frozen=True, slots=True)
class OfferedLetter:
    """A published letter of the association, by its name in addresses."""

    slug: str
    door: str
    hint: str


def letters_of_workshop(house: House, association_id: str) -> tuple[OfferedLetter, ...]:
    """The letters that its association published, by name."""
    with house.units.reading() as unit:
        published = published_letters(unit, association_id)
        return tuple(OfferedLetter(one.slug, one.template.door, one.template.hint) for one in published)
