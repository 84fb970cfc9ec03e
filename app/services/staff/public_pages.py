"""What anybody may see of the associations: the list of those who want to be found, and the page of each. It must never
show a closed one, nor a letter that is not published.
"""

from dataclasses import dataclass

from app.domain.errors import NotFound
from app.domain.typography import typeset
from app.services.house import House
from app.services.packs.letters import published_letters
from app.services.staff.identity import OpenIdentity, opened_identity
from app.storage.association import find_association
from app.storage.space import listed_associations

_NO_PAGE = "Cette association n’a pas de page ici, ou n’en a plus."


@dataclass(frozen=True, slots=True)
class PublicLetter:
    """A published letter: its name in addresses, its door in a parent's words, for whom it is."""

    slug: str
    door: str
    hint: str


@dataclass(frozen=True, slots=True)
class PublicAssociation:
    """An association as its public page shows it."""

    opened: OpenIdentity
    letters: tuple[PublicLetter, ...]


def public_association(house: House, slug: str) -> PublicAssociation:
    """An open association, listed or not; raises NotFound."""
    with house.units.reading() as unit:
        row = find_association(unit.session, slug)
        if row is None:
            raise NotFound(_NO_PAGE)
        letters = tuple(
            PublicLetter(letter.slug, typeset(letter.template.door), typeset(letter.template.hint))
            for letter in published_letters(unit, row.id)
            if not letter.template.is_follow_up
        )
        return PublicAssociation(opened_identity(unit, row), letters)


def listed(house: House) -> tuple[OpenIdentity, ...]:
    """The associations that want to be found, by name."""
    with house.units.reading() as unit:
        return tuple(opened_identity(unit, row) for row in listed_associations(unit.session))
